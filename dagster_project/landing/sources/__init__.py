"""Sources: where a batch's files are, when they were extracted, and how their columns map to the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.landing.casting import Reading
from dagster_project.landing.readers import TextTable

MakeRecords = Callable[[TextTable, Mapping[str, TextTable]], pl.DataFrame]


@dataclass(frozen=True)
class SourceFile:
    """A file of a batch: where it lies, its name in the batch, and the entities it feeds.

    `entities`: entity -> how its records are made, of the file's table and the tables of the files it looks up.
    `required`: what needs columns -> the columns. `counted_as`: the entities that take each of its rows once.
    `role`: the name other files look it up by. `lookups`: entity -> roles it looks up.
    `header`: the columns, in their order, of a file that may come without a header line.
    """

    path: Path
    name: str
    entities: Mapping[str, MakeRecords]
    required: dict[str, tuple[str, ...]]
    counted_as: tuple[str, ...]
    separator: str | None = None
    encoding: str | None = None
    known_columns: frozenset[str] = frozenset()
    role: str = ""
    lookups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class AbsentFile:
    """A file that a source declares and that is not there: where it was looked for, its role, the entities it feeds."""

    name: str
    folder: Path
    role: str
    entities: frozenset[str]


@dataclass(frozen=True)
class SourceBatch:
    """A batch as its source declares it; `extracted_at` None means: the latest instant or day in its data.

    `whole_entities`: an entity lands only where every file that it is made of can be read. `about`: what a canonical
    folder says of its company, as `SourceInfo` reads it.
    """

    source_system: str
    batch_id: str | None
    extracted_at: datetime | None
    files: tuple[SourceFile, ...]
    origin: str
    full: tuple[str, ...] = ()
    as_of: str | None = None
    reading: Reading = field(default_factory=Reading)
    ignored: tuple[str, ...] = ()
    absent: tuple[AbsentFile, ...] = ()
    whole_entities: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceInfo:
    """What a source says of itself, for the pages and the evidence."""

    title: str
    description: str
    licence: str = ""
    attribution: str = ""
    default_zone: str | None = None
    is_synthetic: bool = False
    as_of: str | None = None
    lacks: tuple[str, ...] = ()

    @staticmethod
    def of(data: dict[str, Any]) -> SourceInfo:
        """From the content of a source.yml, or of what a canonical folder says of its company."""
        return SourceInfo(
            title=data["title"],
            description=data["description"],
            licence=data.get("licence", ""),
            attribution=data.get("attribution", ""),
            default_zone=data.get("zone"),
            is_synthetic=bool(data.get("is_synthetic", False)),
            as_of=str(data["as_of"]) if data.get("as_of") else None,
            lacks=tuple(data.get("lacks", ())),
        )
