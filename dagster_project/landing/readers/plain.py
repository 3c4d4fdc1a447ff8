"""Delimited text without quotes, read whole by the library: the usual large export, at the speed of its bytes."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable

import polars as pl

from . import LINE, TextTable

Header = Callable[[list[str]], tuple[list[str], bool]]


def read_plain(data: bytes, separator: str, header: Header) -> TextTable | None:
    """The table, where every line is a record and every separator ends a field; None where that is not certain.

    `header` cleans the names of the first line. Lines and separators are counted, since the library fills up a record
    that is too short; one that is too long it refuses. What is not certain is for the reader that looks at every line.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    first = first_line(data)
    if not first.strip() or not _is_plain(data):
        return None
    names, ends_open = header(first.split(separator))
    records = data.count(b"\n") - 1 + (not data.endswith(b"\n"))
    mark = separator.encode()
    fields = data.count(mark) - first.count(separator)
    if ends_open or len(names) == 1 or records == 0 or fields != records * (len(names) - 1):
        return None
    frame = _read(data, separator, names)
    if frame is None or frame.height != records:
        return None
    return TextTable(frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias(LINE)))


def first_line(data: bytes) -> str:
    """The first line of UTF-8 text whose lines end with LF or CR LF; empty where it is not such a text."""
    end = data.find(b"\n")
    try:
        line = data[: max(end, 0)].decode("utf-8-sig").removesuffix("\r")
    except UnicodeDecodeError:
        return ""
    return "" if "\r" in line else line


def _is_plain(data: bytes) -> bool:
    if b'"' in data or b"\0" in data or data[:4].lower() == b"sep=":
        return False
    return b"\r" not in data or data.count(b"\r") == data.count(b"\r\n")


def _read(data: bytes, separator: str, names: list[str]) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            io.BytesIO(data),
            separator=separator,
            has_header=False,
            skip_rows=1,
            quote_char=None,
            infer_schema=False,
            schema=dict.fromkeys(names, pl.String),
        )
    except pl.exceptions.PolarsError:
        return None
