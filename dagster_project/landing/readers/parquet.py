"""Parquet as text: every value written the one way that reads back exactly.

A timestamp without a zone is taken for UTC, as this project and most writers of canonical Parquet mean it, unless the
source says in which zone its local times are.
"""

from __future__ import annotations

import io

import polars as pl

from . import LINE, TextTable, UnreadableFile


def read_parquet(data: bytes, *, naive_is_utc: bool = True) -> TextTable:
    """Read Parquet bytes; the line of a record is its row number. UnreadableFile for nested columns or other bytes."""
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except Exception as error:
        raise UnreadableFile(
            f"the file is not readable as Parquet: {str(error).splitlines()[0]}", "Write it again as Parquet or CSV."
        ) from error
    nested = [
        name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype in (pl.Binary, pl.Duration, pl.Time)
    ]
    if nested:
        raise UnreadableFile(
            f"columns {', '.join(nested)} hold nested, binary or duration values", "Flatten them before landing."
        )
    reserved = [name for name in frame.columns if name.startswith("__")]
    if reserved:
        raise UnreadableFile(f"columns {', '.join(reserved)} use reserved names", "Rename them.")
    text = frame.select([_as_text(name, dtype, naive_is_utc) for name, dtype in frame.schema.items()])
    text = text.with_columns([pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in text.columns])
    return TextTable(text.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(LINE)))


def _as_text(name: str, dtype: pl.DataType, naive_is_utc: bool) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone:
            return column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias(name)
        return column.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.6f{'Z' if naive_is_utc else ''}").alias(name)
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name)
    return column.cast(pl.String).alias(name)
