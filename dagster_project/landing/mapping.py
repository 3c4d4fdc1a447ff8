"""Map a source's own columns to the contract's, as its source.yml says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from .casting import FILE
from .readers import LINE, TextTable

_DAY_LENGTH = len("2026-01-31")


def map_entity(
    table: TextTable, file: str, mapping: dict[str, Any], others: Mapping[str, TextTable] | None = None
) -> pl.DataFrame:
    """The records of one entity in a mapped file, with contract names, `__line` and `__file`.

    `columns`: contract column -> source column, or {column, words_for_missing, map, matching, except, constant, take,
    whole, negate, position, lookup}; `others` holds the files that a lookup reads, by the name the source gives them.
    `where` keeps the rows whose column is given, or matches; `extra`: x_ name -> source column. `distinct: true` gives
    one row per key, on the first line the key stands in, with the attributes that are the same wherever they are given
    and null where the rows contradict each other.
    """
    frame = _looked_up(table.frame.with_row_index("__position", offset=1), mapping, others or {})
    if "where" in mapping:
        frame = frame.filter(_kept(mapping["where"]))
    columns = [_value(name, spec).alias(name) for name, spec in mapping["columns"].items()]
    extras = [_value(f"x_{name}", spec).alias(f"x_{name}") for name, spec in mapping.get("extra", {}).items()]
    frame = frame.select(*columns, *extras, pl.col(LINE))
    if mapping.get("distinct"):
        frame = _distinct(frame, mapping["key"])
    return frame.with_columns(pl.lit(file).alias(FILE))


def specifications(mapping: dict[str, Any]) -> dict[str, Any]:
    """Landed column -> how it is read, extras under their x_ names."""
    return {**mapping["columns"], **{f"x_{name}": spec for name, spec in mapping.get("extra", {}).items()}}


def own_columns(mapping: dict[str, Any]) -> tuple[str, ...]:
    """Source columns the mapping reads in the file itself."""
    specs = specifications(mapping).values()
    named = [spec if isinstance(spec, str) else spec.get("column") for spec in specs]
    if "where" in mapping:
        named.append(mapping["where"]["column"])
    return tuple(dict.fromkeys(name for name in named if name))


def looked_up_columns(mapping: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Source columns the mapping reads in other files, by the name the source gives the file."""
    found: dict[str, dict[str, None]] = {}
    for lookup in _lookups(mapping).values():
        found.setdefault(lookup["file"], {}).update(dict.fromkeys((lookup["key"], lookup["value"])))
    return {file: tuple(columns) for file, columns in found.items()}


def _lookups(mapping: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: spec["lookup"]
        for name, spec in specifications(mapping).items()
        if isinstance(spec, dict) and "lookup" in spec
    }


def _looked_up(frame: pl.DataFrame, mapping: dict[str, Any], others: Mapping[str, TextTable]) -> pl.DataFrame:
    """Add what other files say of a row; nothing where they do not know it, or contradict themselves."""
    specs = specifications(mapping)
    for name, lookup in _lookups(mapping).items():
        key, value = _whole(pl.col(lookup["key"])), pl.col(lookup["value"])
        known = others[lookup["file"]].frame.select(key.alias("__on"), value.alias(_found(name)))
        agreed = pl.col(_found(name)).drop_nulls()
        told = known.drop_nulls().group_by("__on").agg(pl.when(agreed.n_unique() == 1).then(agreed.first()))
        frame = frame.with_columns(_whole(pl.col(specs[name]["column"])).alias("__on"))
        frame = frame.join(told, on="__on", how="left", maintain_order="left").drop("__on")
    return frame


def _found(name: str) -> str:
    return f"__found_{name}"


def _kept(where: dict[str, Any]) -> pl.Expr:
    column = pl.col(where["column"])
    if "matching" in where:
        return column.str.contains(where["matching"]).fill_null(False)
    return column.is_not_null()


def _value(name: str, spec: Any) -> pl.Expr:
    if isinstance(spec, str):
        return pl.col(spec)
    if "constant" in spec:
        return pl.lit(str(spec["constant"]), dtype=pl.String)
    if spec.get("position"):
        return pl.col("__position").cast(pl.String)
    return _formed(pl.col(_found(name) if "lookup" in spec else spec["column"]), spec)


def _formed(value: pl.Expr, spec: dict[str, Any]) -> pl.Expr:
    missing = [*spec.get("words_for_missing", ()), *spec.get("except", ())]
    if missing:
        value = pl.when(~value.is_in(missing)).then(value)
    if "matching" in spec:
        value = pl.when(value.str.contains(spec["matching"])).then(value)
    if spec.get("take") == "day":
        value = _day(value)
    if spec.get("whole"):
        value = _whole(value)
    if spec.get("negate"):
        value = pl.when(value.str.starts_with("-")).then(value.str.slice(1)).otherwise(pl.lit("-") + value)
    if "map" in spec:
        value = value.replace_strict(spec["map"], default=None, return_dtype=pl.String)
    return value


def _day(value: pl.Expr) -> pl.Expr:
    """The day of a midnight that stands for a day; any other text stays, so that the contract can judge it."""
    is_midnight = value.str.contains(r"^\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?Z?$")
    return pl.when(is_midnight).then(value.str.slice(0, _DAY_LENGTH)).otherwise(value)


def _whole(value: pl.Expr) -> pl.Expr:
    """A whole number that an export wrote as a float, such as 45.0; any other text stays."""
    return value.str.replace(r"^(\d+)\.0$", "${1}")


def _distinct(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    present = frame.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in key))
    attributes = [name for name in frame.columns if name not in (*key, LINE)]
    agreed = [
        pl.when(pl.col(name).drop_nulls().n_unique() == 1).then(pl.col(name).drop_nulls().first()).alias(name)
        for name in attributes
    ]
    return present.group_by(key, maintain_order=True).agg(*agreed, pl.col(LINE).min())
