"""The ledger: what has landed, what was refused. Only what it names exists; one atomic rename records a batch."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

LEDGER = "ledger"
REFUSED = "refused"


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file so that a reader sees all of it or nothing, whenever the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        json.dump(content, handle, ensure_ascii=False, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)


def batch_path(home: Path, source_system: str, batch_file_id: str) -> Path:
    """Where the ledger keeps the record of a batch."""
    return home / LEDGER / source_system / f"{batch_file_id}.json"


def read_batches(home: Path) -> list[dict[str, Any]]:
    """Records of all landed batches, by source and extraction."""
    records = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((home / LEDGER).glob("*/*.json"))
        if path.parent.name != REFUSED
    ]
    return sorted(records, key=lambda item: (item["source_system"], item["extracted_at"], item["batch_file_id"]))


def read_refused(home: Path) -> list[dict[str, Any]]:
    """Records of refused files that no later landing of a file of that name has replaced."""
    records = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((home / LEDGER / REFUSED).glob("*.json"))
    ]
    landed: dict[tuple[str, str], str] = {}
    for batch in read_batches(home):
        for file in batch["files"]:
            key = (batch["source_system"], file["file"])
            landed[key] = max(landed.get(key, ""), batch["landed_at"])
    return [item for item in records if item["refused_at"] >= landed.get((item["source_system"], item["file"]), "")]


def accepted_files(home: Path) -> dict[str, list[Path]]:
    """Entity -> Parquet files of accepted rows, oldest extraction first."""
    return _files(home, "accepted_path")


def quarantine_files(home: Path) -> list[Path]:
    """Parquet files of quarantined rows."""
    return [path for paths in _files(home, "quarantine_path").values() for path in paths]


def _files(home: Path, kind: str) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for batch in read_batches(home):
        for entity, item in batch["entities"].items():
            if item[kind]:
                found.setdefault(entity, []).append(home / item[kind])
    return found


def utc_text(instant: datetime) -> str:
    """A naive UTC instant as ISO 8601 text with Z, always with microseconds so that texts sort as instants."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
