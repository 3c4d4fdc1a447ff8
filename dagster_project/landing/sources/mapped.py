"""Sources whose files are mapped to the contract by their source.yml alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.landing.casting import Reading
from dagster_project.landing.mapping import looked_up_columns, map_entity, own_columns
from dagster_project.landing.readers import TextTable
from dagster_project.landing.readers.files import table_name

from . import AbsentFile, SourceBatch, SourceFile


def mapped_batches(name: str, config: dict[str, Any], folder: Path) -> list[SourceBatch]:
    """The one batch of a mapped source; UsageError where its folder, or every file of it, is not there."""
    if not folder.is_dir():
        raise UsageError(
            f"The folder {folder} of source {name} does not exist.", "Give the folder that holds its files."
        )
    files: list[SourceFile] = []
    absent: list[AbsentFile] = []
    for item in config["files"]:
        found = sorted(folder.glob(item["path"]))
        files.extend(_file(path, item, config["files"]) for path in found)
        if not found:
            fed = frozenset(item.get("entities", {}))
            absent.append(AbsentFile(item["path"], folder, item.get("as", ""), fed))
    if not files:
        wanted = ", ".join(item["path"] for item in config["files"])
        raise UsageError(f"Source {name} has no file in {folder}.", f"Put its files there: {wanted}.")
    extracted = datetime.fromisoformat(config["extracted_at"]).astimezone(UTC).replace(tzinfo=None)
    reading = Reading(
        zone=config.get("zone"),
        day_formats=tuple(config.get("day_formats", ())),
        decimal_mark=config.get("decimal_mark", "."),
        thousands_mark=config.get("thousands_mark"),
    )
    return [
        SourceBatch(
            source_system=name,
            batch_id=config["batch_id"],
            extracted_at=extracted,
            files=tuple(files),
            origin=name,
            full=tuple(config.get("full", ())),
            as_of=str(config["as_of"]),
            reading=reading,
            ignored=_foreign(folder, files),
            absent=tuple(absent),
            whole_entities=True,
        )
    ]


def _foreign(folder: Path, files: list[SourceFile]) -> tuple[str, ...]:
    """Tables in the folder that the source does not declare; they are named and left."""
    known = {item.path for item in files}
    return tuple(
        path.name for path in sorted(folder.iterdir()) if path.is_file() and path not in known and table_name(path)
    )


def _file(path: Path, item: dict[str, Any], siblings: list[dict[str, Any]]) -> SourceFile:
    mappings = {entity: _with_key(entity, mapping) for entity, mapping in item.get("entities", {}).items()}
    role = item.get("as", "")
    required = {entity: own_columns(mapping) for entity, mapping in mappings.items()}
    required.update(_asked_by_others(role, siblings))
    used = frozenset(column for columns in required.values() for column in columns)
    return SourceFile(
        path=path,
        name=path.name,
        entities={entity: partial(_records, path.name, mapping) for entity, mapping in mappings.items()},
        required=required,
        counted_as=_listed(item.get("counted_as", ())),
        separator=item.get("separator"),
        encoding=item.get("encoding"),
        known_columns=used | frozenset(item.get("unused", ())),
        role=role,
        lookups={entity: frozenset(looked_up_columns(mapping)) for entity, mapping in mappings.items()},
        header=tuple(item.get("header", ())),
    )


def _listed(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _with_key(entity: str, mapping: dict[str, Any]) -> dict[str, Any]:
    return {"key": list(load_contract().entity(entity).key), **mapping}


def _asked_by_others(role: str, siblings: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Entities of other files that look this one up -> the columns they ask for."""
    asked: dict[str, tuple[str, ...]] = {}
    for item in siblings if role else []:
        for entity, mapping in item.get("entities", {}).items():
            columns = looked_up_columns(mapping).get(role, ())
            if columns:
                asked[f"{entity} ({item['path']})"] = columns
    return asked


def _records(file: str, mapping: dict[str, Any], table: TextTable, others: Mapping[str, TextTable]) -> pl.DataFrame:
    return map_entity(table, file, mapping, others)
