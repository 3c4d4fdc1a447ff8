"""Readers turn bytes into a text-faithful frame with line numbers; types come later, from the contract."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

LINE = "__line"


class UnreadableFile(Exception):
    """The file cannot be read as a table; the message says why and the remedy what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class BrokenRecord:
    """A record that no entity can take, and why; from a reader, one whose number of fields does not fit the header."""

    line: int
    text: str
    message: str
    rule: str = "field_count"

    @staticmethod
    def of_count(line: int, text: str, found: int, expected: int) -> BrokenRecord:
        """A record of `found` fields where the header has `expected`."""
        return BrokenRecord(line, text, f"the record has {found} fields where the header has {expected}")


@dataclass(frozen=True)
class TextTable:
    """A table as text: every column String, the empty field null, `__line` the line each record starts on (from 1)."""

    frame: pl.DataFrame
    broken: tuple[BrokenRecord, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Names of the source's columns, in the file's order."""
        return [name for name in self.frame.columns if name != LINE]

    @property
    def records(self) -> int:
        """Records found, broken ones included."""
        return self.frame.height + len(self.broken)
