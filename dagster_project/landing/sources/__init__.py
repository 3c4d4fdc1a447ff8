"""Sources: where a batch's files are, when they were extracted, and how their columns map to the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.landing.casting import Reading
from dagster_project.landing.readers import TextTable


@dataclass(frozen=True)
class SourceFile:
    """A file of a batch: where it lies, its name in the batch, and the entities it feeds."""

    path: Path
    name: str
    entities: Callable[[TextTable], dict[str, pl.DataFrame]]
    required: dict[str, tuple[str, ...]]
    counted_as: str
    separator: str | None = None
    encoding: str | None = None
    known_columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SourceBatch:
    """A batch as its source declares it; `extracted_at` None means: the latest instant or day in its data."""

    source_system: str
    batch_id: str | None
    extracted_at: datetime | None
    files: tuple[SourceFile, ...]
    origin: str
    full: tuple[str, ...] = ()
    as_of: str | None = None
    reading: Reading = field(default_factory=Reading)
    ignored: tuple[str, ...] = ()


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
        """From the content of a source.yml."""
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
