"""Choose the reader by the file's name, through gzip where it is compressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from . import TextTable, UnreadableFile
from .delimited import read_delimited
from .parquet import read_parquet

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")


def table_name(path: Path) -> tuple[str, str] | None:
    """(stem, suffix) of a file that a reader exists for, compression left out; None for any other file."""
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)], suffix
    return None


def read_table(
    path: Path,
    data: bytes,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    header: Sequence[str] = (),
    has_zone: bool = False,
) -> TextTable:
    """Read a file's bytes as a text table; raises UnreadableFile with the reason and the remedy.

    `header` names the columns of delimited text that comes without a header line. `has_zone`: the source declares the
    zone of its local times, so that Parquet timestamps without one are those and not UTC.
    """
    if path.name.lower().endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(f"the file is not readable as gzip: {error}", "Compress or copy it again.") from error
    named = table_name(path)
    if named is not None and named[1] == ".parquet":
        return read_parquet(data, naive_is_utc=not has_zone)
    default = "\t" if named is not None and named[1] == ".tsv" else None
    return read_delimited(data, separator=separator or default, encoding=encoding, header=header)
