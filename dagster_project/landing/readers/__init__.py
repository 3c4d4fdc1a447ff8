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
    """A record that does not fit the header, as it stands in the file: it goes to quarantine under `rule`."""

    line: int
    text: str
    message: str
    rule: str = "field_count"


@dataclass(frozen=True)
class TextTable:
    """A table as text: every column String, the empty field null, `__line` the line each record starts on (from 1).

    `zoneless`: columns that held typed timestamps without a zone, which the text alone does not tell.
    """

    frame: pl.DataFrame
    broken: tuple[BrokenRecord, ...] = ()
    encoding: str = ""
    zoneless: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[str]:
        """Names of the source's columns, in the file's order."""
        return [name for name in self.frame.columns if name != LINE]

    @property
    def records(self) -> int:
        """Records found, broken ones included."""
        return self.frame.height + len(self.broken)


def column_names(header: list[str]) -> list[str]:
    """Names to use for a header: trimmed, unnamed columns as column_N. UnreadableFile where a name stands twice."""
    names = [name.strip().lstrip("\ufeff").strip() for name in header]
    if not any(names):
        raise UnreadableFile("the file has no header line", "Give it a first line with the column names.")
    doubles = sorted({name for name in names if name and names.count(name) > 1})
    if doubles:
        raise UnreadableFile(f"the header names {', '.join(doubles)} more than once", "Name every column once.")
    if LINE in names:
        raise UnreadableFile(f"the header uses the name {LINE}, which is kept for line numbers", "Rename it.")
    given = set(names)
    for position, name in enumerate(names):
        if not name:
            names[position] = next(free for free in _unnamed(position + 1) if free not in given)
            given.add(names[position])
    return names


def _unnamed(position: int) -> list[str]:
    return [f"column_{position}", *(f"column_{position}_{copy}" for copy in range(2, 1000))]
