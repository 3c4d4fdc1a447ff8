"""Split the records of an entity into accepted and quarantined: every row is exactly one of the two."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import blake2b

import polars as pl

from dagster_project.contract.model import Entity

from .casting import FILE, Reading, Rule, cast_field, texts
from .readers import LINE, BrokenRecord

_KEY_SEPARATOR = "/"
KEY = "__key"
HASH = "__hash"

QUARANTINE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "row_key": pl.String,
    "rule": pl.String,
    "column_name": pl.String,
    "value": pl.String,
    "message": pl.String,
    "source_file": pl.String,
    "source_line": pl.Int64,
    "raw_record": pl.String,
}


@dataclass(frozen=True)
class Conformed:
    """Accepted rows typed by the contract, with key, hash, file, line and x_ columns; and the quarantined rest."""

    accepted: pl.DataFrame
    quarantined: pl.DataFrame


def conform(
    entity: Entity,
    records: pl.DataFrame,
    reading: Reading,
    broken: list[tuple[str, BrokenRecord]],
    returns: frozenset[str] = frozenset(),
) -> Conformed:
    """Conform the text records of all files of one entity in one batch.

    `records`: text columns named as the contract names them, `__line`, `__file`; other columns travel as x_.
    `broken`: (file, record) pairs whose field count does not fit; they go to quarantine as they are.
    `returns`: ids of return orders, whose lines may hold quantities below the minimum.
    """
    names = [item.name for item in entity.fields]
    extras = [name for name in records.columns if name not in names and name not in (LINE, FILE)]
    frame = texts(records, names).with_row_index("__row")
    frame = frame.with_columns(_row_key(entity), _row_hash([*names, *extras]))
    columns, rules = _cast(entity, frame, reading)
    if returns and entity.waits_for == "orders":
        rules = [_spare_returns(rule, returns) for rule in rules]
    judged = _first_broken(frame, [*rules, *_repeats()])
    kept = judged.filter(pl.col("__rule").is_null())
    accepted = kept.select(
        *[expression.alias(name) for name, expression in columns.items()],
        *[pl.col(name).alias(f"x_{name.removeprefix('x_')}") for name in extras],
        pl.col(KEY).alias("row_key"),
        pl.col(HASH).alias("row_hash"),
        pl.col(FILE).alias("source_file"),
        pl.col(LINE).alias("source_line"),
    )
    accepted = accepted.cast({name: dtype for name, dtype in entity.polars_schema().items()})
    refused = _quarantine(judged.filter(pl.col("__rule").is_not_null()), rules, [*names, *extras])
    return Conformed(accepted, pl.concat([refused, _broken_rows(broken)]))


def _escaped(name: str) -> pl.Expr:
    """A part of a key, so that ids which hold the separator stay apart."""
    return (
        pl.col(name).fill_null("").str.replace_all("\\", "\\\\", literal=True).str.replace_all("/", "\\/", literal=True)
    )


def _row_key(entity: Entity) -> pl.Expr:
    return pl.concat_str([_key_part(entity, name) for name in entity.key], separator=_KEY_SEPARATOR).alias(KEY)


def _key_part(entity: Entity, name: str) -> pl.Expr:
    instead = entity.key_without.get(name)
    if not instead:
        return _escaped(name)
    others = pl.concat_str([_escaped(other) for other in instead], separator=_KEY_SEPARATOR)
    return pl.when(pl.col(name).is_null()).then(others).otherwise(_escaped(name))


def _row_hash(names: list[str]) -> pl.Expr:
    """A hash of the content, stable across runs and machines: what is given, whatever the order of the columns."""
    parts = [pl.lit(f"{name}=") + pl.col(name) for name in sorted(names)]
    content = pl.concat_str(parts, separator="\x1f", ignore_nulls=True)
    return content.map_batches(_sha256, return_dtype=pl.String).alias(HASH)


def _sha256(content: pl.Series) -> pl.Series:
    return pl.Series([blake2b(item.encode(), digest_size=16).hexdigest() for item in content], dtype=pl.String)


def _cast(entity: Entity, frame: pl.DataFrame, reading: Reading) -> tuple[dict[str, pl.Expr], list[Rule]]:
    columns: dict[str, pl.Expr] = {}
    rules: list[Rule] = []
    for item in entity.kept_fields:
        cast = cast_field(item, frame.select(item.name, FILE), reading)
        columns.update(cast.columns)
        rules.extend(cast.rules)
    return columns, rules


def _spare_returns(rule: Rule, returns: frozenset[str]) -> Rule:
    if rule.name != "minimum" or rule.column != "quantity":
        return rule
    return replace(rule, broken=rule.broken & ~pl.col("order_id").is_in(list(returns)))


def _repeats() -> list[Rule]:
    """The same key twice in a batch: repeats of one content keep the first row, differing contents keep none."""
    contents = pl.col(HASH).n_unique().over(KEY)
    position = pl.int_range(pl.len()).over(KEY)
    return [
        Rule("conflict", "", "the same key stands in this batch with different content", contents > 1),
        Rule("repeat", "", "an exact repeat of an earlier row", (contents == 1) & (position > 0)),
    ]


def _first_broken(frame: pl.DataFrame, rules: list[Rule]) -> pl.DataFrame:
    """Add the name, column and message of the first rule a row breaks; null where it keeps them all."""
    flags = frame.with_columns([rule.broken.fill_null(False).alias(f"__broken_{i}") for i, rule in enumerate(rules)])
    found = pl.coalesce([pl.when(pl.col(f"__broken_{i}")).then(pl.lit(i, dtype=pl.Int32)) for i in range(len(rules))])
    flags = flags.with_columns(found.alias("__found")).drop([f"__broken_{i}" for i in range(len(rules))])
    catalogue = pl.DataFrame(
        {
            "__found": pl.Series(range(len(rules)), dtype=pl.Int32),
            "__rule": [rule.name for rule in rules],
            "__column": [rule.column for rule in rules],
            "__message": [rule.message for rule in rules],
        }
    )
    return flags.join(catalogue, on="__found", how="left", maintain_order="left")


def _quarantine(rows: pl.DataFrame, rules: list[Rule], names: list[str]) -> pl.DataFrame:
    named = sorted({rule.column for rule in rules if rule.column})
    value = pl.coalesce([pl.when(pl.col("__column") == name).then(pl.col(name)) for name in named])
    return rows.select(
        pl.col(KEY).alias("row_key"),
        pl.col("__rule").alias("rule"),
        pl.col("__column").alias("column_name"),
        value.alias("value"),
        pl.col("__message").alias("message"),
        pl.col(FILE).alias("source_file"),
        pl.col(LINE).alias("source_line"),
        pl.struct(names).struct.json_encode().alias("raw_record"),
    ).cast(QUARANTINE_SCHEMA)  # type: ignore[arg-type]


def _broken_rows(broken: list[tuple[str, BrokenRecord]]) -> pl.DataFrame:
    rows = [
        {
            "row_key": "",
            "rule": item.rule,
            "column_name": "",
            "value": None,
            "message": item.message,
            "source_file": file,
            "source_line": item.line,
            "raw_record": json.dumps({"record": item.text}, ensure_ascii=False),
        }
        for file, item in broken
    ]
    return pl.DataFrame(rows, schema=QUARANTINE_SCHEMA)


def hold_back(conformed: Conformed, orders: set[str], parent: Entity) -> Conformed:
    """Move the rows whose order's key is in `orders` to quarantine: they wait for it and are released with it."""
    (order_column,) = parent.key
    waits = _escaped(order_column).is_in(list(orders))
    held = conformed.accepted.filter(waits)
    if held.height == 0:
        return conformed
    names = [name for name in held.columns if name not in ("row_key", "row_hash", "source_file", "source_line")]
    rows = held.select(
        "row_key",
        pl.lit("waits_for_order").alias("rule"),
        pl.lit(order_column).alias("column_name"),
        pl.col(order_column).alias("value"),
        pl.lit(f"its row in {parent.name} is in quarantine; it is released with it").alias("message"),
        "source_file",
        "source_line",
        pl.struct(names).struct.json_encode().alias("raw_record"),
    ).cast(QUARANTINE_SCHEMA)  # type: ignore[arg-type]
    return Conformed(conformed.accepted.filter(~waits), pl.concat([conformed.quarantined, rows]))
