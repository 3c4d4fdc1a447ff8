"""Parquet as text: every value written the one way that reads back exactly."""

from __future__ import annotations

import io

import polars as pl

from . import LINE, TextTable, UnreadableFile, column_names


def read_parquet(data: bytes) -> TextTable:
    """Read Parquet bytes; the line of a record is its row number. UnreadableFile for nested columns or other bytes.

    Timestamps with a zone become UTC text ending in Z; those without stay as they are and are named as zoneless.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except Exception as error:
        raise UnreadableFile(
            f"the file is not readable as Parquet: {str(error).splitlines()[0]}", "Write it again as Parquet or CSV."
        ) from error
    names = column_names(frame.columns)
    frame.columns = names
    nested = [name for name, dtype in frame.schema.items() if not _is_plain(dtype)]
    if nested:
        raise UnreadableFile(
            f"columns {', '.join(nested)} hold nested, binary or duration values", "Flatten them before landing."
        )
    text = frame.select([_as_text(name, dtype) for name, dtype in frame.schema.items()])
    text = text.with_columns(pl.col(pl.String).replace("", None))
    zoneless = frozenset(
        name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and not dtype.time_zone
    )
    lines = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(LINE)
    return TextTable(text.with_columns(lines), zoneless=zoneless)


def _is_plain(dtype: pl.DataType) -> bool:
    return not (dtype.is_nested() or dtype in (pl.Binary, pl.Object, pl.Duration))


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone:
            return column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias(name)
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f").alias(name)
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name)
    if dtype in (pl.Float32, pl.Float64):
        return _plain_float(column).alias(name)
    return column.cast(pl.String).alias(name)


def _plain_float(column: pl.Expr) -> pl.Expr:
    """Shortest text of a float; whole numbers too large for plain notation are written out in full."""
    whole = column.is_finite() & (column == column.round(0)) & (column.abs() >= 1e15) & (column.abs() < 1e18)
    return pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
