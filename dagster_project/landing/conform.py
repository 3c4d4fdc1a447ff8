"""Split the records of an entity into accepted and quarantined: every row is exactly one of the two."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import polars as pl

from dagster_project.contract.model import Entity

from .casting import FILE, TYPED, Reading, Rule, cast_field, texts, typed, usual_fields
from .identity import escaped, is_keyed_once, row_hashes, row_keys
from .readers import LINE, BrokenRecord

KEY = "__key"
HASH = "__hash"
_FOUND = "__found"

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
    text = texts(records, names)
    text = text.with_columns(row_keys(entity, text).alias(KEY), row_hashes(text, [*names, *extras]).alias(HASH))
    columns, rules = _cast(entity, text, reading)
    if returns and entity.waits_for == "orders":
        rules = [_spare_returns(rule, returns) for rule in rules]
    frame = text.with_columns(expression.alias(TYPED + name) for name, expression in columns.items())
    rules, found = _first_broken(frame, [*rules, *_repeats(text)])
    accepted = (frame if found is None else frame.filter(found.is_null())).select(
        *[typed(name).alias(name) for name in columns],
        *[pl.col(name).alias(f"x_{name.removeprefix('x_')}") for name in extras],
        pl.col(KEY).alias("row_key"),
        pl.col(HASH).alias("row_hash"),
        pl.col(FILE).alias("source_file"),
        pl.col(LINE).alias("source_line"),
    )
    accepted = accepted.cast({name: dtype for name, dtype in entity.polars_schema().items()})
    refused = _broken_rows(broken)
    if found is not None:
        kept = [item.name for item in entity.kept_fields]
        refused = pl.concat([_quarantine(text, found, rules, [*kept, *extras]), refused])
    return Conformed(accepted, refused)


def _cast(entity: Entity, text: pl.DataFrame, reading: Reading) -> tuple[dict[str, pl.Expr], list[Rule]]:
    columns: dict[str, pl.Expr] = {}
    rules: list[Rule] = []
    usual = usual_fields(entity.kept_fields, text, reading)
    for item in entity.kept_fields:
        cast = cast_field(item, text, reading, is_usual=item.name in usual)
        columns.update(cast.columns)
        rules.extend(cast.rules)
    return columns, rules


def _spare_returns(rule: Rule, returns: frozenset[str]) -> Rule:
    if rule.name != "minimum" or rule.column != "quantity":
        return rule
    return replace(rule, broken=rule.broken & ~pl.col("order_id").is_in(list(returns)))


def _repeats(text: pl.DataFrame) -> list[Rule]:
    """The same key twice in a batch: repeats of one content keep the first row, differing contents keep none."""
    if is_keyed_once(text[KEY]):
        return []
    contents = pl.col(HASH).n_unique().over(KEY)
    position = pl.int_range(pl.len()).over(KEY)
    return [
        Rule("conflict", "", "the same key stands in this batch with different content", contents > 1),
        Rule("repeat", "", "an exact repeat of an earlier row", (contents == 1) & (position > 0)),
    ]


def _first_broken(frame: pl.DataFrame, rules: list[Rule]) -> tuple[list[Rule], pl.Series | None]:
    """The rules that some row breaks; and for each row the place among them of the first it breaks, null for none.

    In a clean file no rule is broken: each is asked once, and nothing is written down about any row.
    """
    if not rules:
        return [], None
    is_broken = frame.select(rule.broken.any().alias(str(place)) for place, rule in enumerate(rules)).row(0)
    broken = [rule for rule, found in zip(rules, is_broken, strict=True) if found]
    if not broken:
        return [], None
    first = [pl.when(rule.broken).then(pl.lit(place, dtype=pl.Int32)) for place, rule in enumerate(broken)]
    return broken, frame.select(pl.coalesce(first)).to_series()


def _quarantine(text: pl.DataFrame, found: pl.Series, rules: list[Rule], names: list[str]) -> pl.DataFrame:
    rows = text.with_columns(found.alias(_FOUND)).filter(pl.col(_FOUND).is_not_null())
    catalogue = pl.DataFrame(
        {
            _FOUND: pl.Series(range(len(rules)), dtype=pl.Int32),
            "__rule": [rule.name for rule in rules],
            "__column": [rule.column for rule in rules],
            "__message": [rule.message for rule in rules],
        }
    )
    named = sorted({rule.column for rule in rules if rule.column})
    values = [pl.when(pl.col("__column") == name).then(pl.col(name)) for name in named]
    told = rows.join(catalogue, on=_FOUND, how="left", maintain_order="left").select(
        pl.col(KEY).alias("row_key"),
        pl.col("__rule").alias("rule"),
        pl.col("__column").alias("column_name"),
        pl.coalesce([*values, pl.lit(None, dtype=pl.String)]).alias("value"),
        pl.col("__message").alias("message"),
        pl.col(FILE).alias("source_file"),
        pl.col(LINE).alias("source_line"),
        pl.struct(names).struct.json_encode().alias("raw_record"),
    )
    return told.cast(QUARANTINE_SCHEMA)  # type: ignore[arg-type]


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
    waits = escaped(order_column, conformed.accepted).is_in(list(orders))
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
