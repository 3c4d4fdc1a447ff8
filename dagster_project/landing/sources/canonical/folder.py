"""Batches of a canonical folder: its own files, and every sub-folder that is a batch of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.landing.casting import FILE
from dagster_project.landing.readers import TextTable
from dagster_project.landing.readers.files import table_name
from dagster_project.landing.sources import SourceBatch, SourceFile

BATCH_FILE = "_batch.json"
_NAME = re.compile(r"^(?!refused$)[A-Za-z0-9][A-Za-z0-9._-]*$")
_SUFFIX = re.compile(r"^([_.\-]?(\d|part).*)?$")


def canonical_batches(folder: Path) -> list[SourceBatch]:
    """Batches of the folder by extraction; UsageError where it is no folder or holds no entity of the contract."""
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Give the folder that holds the entity files.")
    own = _batch(folder, folder.name)
    children = [_batch(path, path.name) for path in sorted(folder.iterdir()) if path.is_dir()]
    parts = [batch for batch in children if batch.files]
    if not own.files and not parts:
        known = ", ".join(sorted(load_contract().entities))
        raise UsageError(
            f"The folder {folder} holds no file of the data contract.", f"Name files after its entities: {known}."
        )
    if own.files and parts and not (folder / BATCH_FILE).is_file():
        first = min(parts, key=_order)
        inner = _batch(folder / first.origin.partition(":")[2], first.origin.partition(":")[2], inside=True)
        joined = replace(first, files=(*own.files, *inner.files), ignored=(*own.ignored, *first.ignored))
        return sorted([joined, *(batch for batch in parts if batch is not first)], key=_order)
    return sorted([batch for batch in (own, *parts) if batch.files], key=_order)


def _order(batch: SourceBatch) -> tuple[datetime, str]:
    return (batch.extracted_at or datetime.min, batch.origin)


def _batch(folder: Path, name: str, *, inside: bool = False) -> SourceBatch:
    """The folder as a batch; `inside` names its files with the folder, since files of the folder above join them."""
    declared = _declared(folder)
    files, ignored = [], []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name == BATCH_FILE:
            continue
        entity = entity_of(path)
        if entity is None:
            ignored.append(path.name)
        else:
            files.append(_file(path, entity, f"{name}/{path.name}" if inside else path.name))
    return SourceBatch(
        source_system=declared.get("source_system", "canonical"),
        batch_id=declared.get("batch_id"),
        extracted_at=_instant(folder, declared["extracted_at"]) if "extracted_at" in declared else None,
        files=tuple(files),
        origin=f"canonical:{name}",
        full=tuple(declared.get("full", ())),
        as_of=declared.get("as_of"),
        ignored=tuple(ignored),
        about=declared.get("about", {}),
    )


def _declared(folder: Path) -> dict[str, Any]:
    path = folder / BATCH_FILE
    if not path.is_file():
        return {}
    try:
        declared: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is not readable as JSON: {error}.", "Correct it or remove it.") from error
    texts = ("batch_id", "extracted_at", "source_system", "as_of")
    wrong = not isinstance(declared, dict) or any(not isinstance(declared.get(key, ""), str) for key in texts)
    if wrong or not isinstance(declared.get("full", []), list):
        raise UsageError(
            f"{path} must be an object with texts {', '.join(texts)} and a list full.", "Correct it or remove it."
        )
    _check_about(path, declared.get("about", {}))
    if not _NAME.match(declared.get("source_system", "canonical")):
        raise UsageError(
            f"{path}: {declared['source_system']!r} is no name for a source.",
            "Use letters, digits, dots, dashes and underscores.",
        )
    unknown = sorted(set(declared.get("full", ())) - set(load_contract().entities))
    if unknown:
        raise UsageError(f"{path}: full names {', '.join(unknown)}, which the contract does not know.", "Correct it.")
    return declared


def _check_about(path: Path, about: Any) -> None:
    """UsageError unless it is an object of what a company may say of itself."""
    kinds = {**dict.fromkeys(("title", "description", "licence", "attribution", "zone"), str), "is_synthetic": bool}
    if isinstance(about, dict) and all(name in kinds and isinstance(about[name], kinds[name]) for name in about):
        return
    raise UsageError(
        f"{path}: about must be an object of {', '.join(kinds)}: texts, and is_synthetic true or false.", "Correct it."
    )


def _instant(folder: Path, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{folder / BATCH_FILE}: extracted_at {text!r} is no instant.", "Write it as 2026-01-31T02:00:00Z."
        ) from error
    if instant.tzinfo is None:
        raise UsageError(
            f"{folder / BATCH_FILE}: extracted_at {text!r} has no zone.", "Write it as 2026-01-31T02:00:00Z."
        )
    return instant.astimezone(UTC).replace(tzinfo=None)


def entity_of(path: Path) -> str | None:
    """The entity a file holds by its name: `orders.csv`, `orders_2026-05.csv`, `orders.part2.parquet.gz`; else None."""
    named = table_name(path)
    if named is None:
        return None
    stem = named[0]
    for entity in sorted(load_contract().entities, key=len, reverse=True):
        if stem.startswith(entity) and _SUFFIX.match(stem[len(entity) :]):
            return entity
    return None


def _file(path: Path, entity: str, name: str) -> SourceFile:
    contract = load_contract().entity(entity)
    return SourceFile(
        path=path,
        name=name,
        entities={entity: partial(_records, name, contract.other_names)},
        required={entity: contract.required},
        counted_as=(entity,),
        known_columns=frozenset((*(item.name for item in contract.fields), *contract.other_names)),
    )


def _records(
    file: str, other_names: Mapping[str, str], table: TextTable, others: Mapping[str, TextTable]
) -> pl.DataFrame:
    """The records under the contract's names; a column of another name travels along where both are there."""
    renamed = {old: new for old, new in other_names.items() if old in table.columns and new not in table.columns}
    return table.frame.rename(renamed).with_columns(pl.lit(file).alias(FILE))
