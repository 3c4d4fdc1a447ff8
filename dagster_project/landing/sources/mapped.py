"""Sources whose files are mapped to the contract by their source.yml alone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.landing.casting import Reading
from dagster_project.landing.mapping import map_entity
from dagster_project.landing.readers import TextTable

from . import SourceBatch, SourceFile


def mapped_batches(name: str, config: dict[str, Any], folder: Path) -> list[SourceBatch]:
    """The one batch of a mapped source; UsageError where its folder or a file is not there."""
    if not folder.is_dir():
        raise UsageError(
            f"The folder {folder} of source {name} does not exist.", "Give the folder that holds its files."
        )
    files: list[SourceFile] = []
    for item in config["files"]:
        found = sorted(folder.glob(item["path"]))
        if not found:
            raise UsageError(f"Source {name} has no file {item['path']} in {folder}.", "Put the file there.")
        files.extend(_file(path, item) for path in found)
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
        )
    ]


def _file(path: Path, item: dict[str, Any]) -> SourceFile:
    required = {entity: _source_columns(mapping) for entity, mapping in item["entities"].items()}
    return SourceFile(
        path=path,
        name=path.name,
        entities=partial(_entities, path.name, item["entities"]),
        required=required,
        counted_as=item["counted_as"],
        separator=item.get("separator"),
        encoding=item.get("encoding"),
        known_columns=frozenset(column for columns in required.values() for column in columns),
    )


def _source_columns(mapping: dict[str, Any]) -> tuple[str, ...]:
    specs = [*mapping["columns"].values(), *mapping.get("extra", {}).values()]
    named = [spec if isinstance(spec, str) else spec.get("column") for spec in specs]
    return tuple(dict.fromkeys(name for name in named if name))


def _entities(file: str, mappings: dict[str, Any], table: TextTable) -> dict[str, pl.DataFrame]:
    contract = load_contract()
    return {
        entity: map_entity(table, file, {"key": list(contract.entity(entity).key), **mapping})
        for entity, mapping in mappings.items()
    }
