"""Map a source's own columns to the contract's, as its source.yml says."""

from __future__ import annotations

from typing import Any

import polars as pl

from .casting import FILE
from .readers import LINE, TextTable


def map_entity(table: TextTable, file: str, mapping: dict[str, Any]) -> pl.DataFrame:
    """The records of one entity in a mapped file, with contract names, `__line` and `__file`.

    `columns`: contract column -> source column, or {column, words_for_missing, map, matching, except, constant}.
    `extra`: x_ name -> source column. `distinct: true` gives one row per key, on the first line the key stands in,
    with the attributes that are the same wherever they are given and null where the rows contradict each other.
    """
    columns = [_value(spec).alias(name) for name, spec in mapping["columns"].items()]
    extras = [pl.col(column).alias(f"x_{name}") for name, column in mapping.get("extra", {}).items()]
    frame = table.frame.select(*columns, *extras, pl.col(LINE))
    if mapping.get("distinct"):
        frame = _distinct(frame, mapping["key"])
    return frame.with_columns(pl.lit(file).alias(FILE))


def _value(spec: Any) -> pl.Expr:
    if isinstance(spec, str):
        return pl.col(spec)
    if "constant" in spec:
        return pl.lit(spec["constant"], dtype=pl.String)
    value = pl.col(spec["column"])
    missing = [*spec.get("words_for_missing", ()), *spec.get("except", ())]
    if missing:
        value = pl.when(~value.is_in(missing)).then(value)
    if "matching" in spec:
        value = pl.when(value.str.contains(spec["matching"])).then(value)
    if "map" in spec:
        value = value.replace_strict(spec["map"], default=None, return_dtype=pl.String)
    return value


def _distinct(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    present = frame.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in key))
    attributes = [name for name in frame.columns if name not in (*key, LINE)]
    agreed = [
        pl.when(pl.col(name).drop_nulls().n_unique() == 1).then(pl.col(name).drop_nulls().first()).alias(name)
        for name in attributes
    ]
    return present.group_by(key, maintain_order=True).agg(*agreed, pl.col(LINE).min())
