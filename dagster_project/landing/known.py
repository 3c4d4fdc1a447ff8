"""The ledger as it stood at an earlier instant: a batch that it does not name does not exist, so what is built from it
holds what was known then, and nothing of what was extracted later.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from .ledger import LEDGER, batch_path, read_batches, utc_text, write_json

_PATHS = ("accepted_path", "quarantine_path")


def known_batches(home: Path, known_at: datetime, sources: Collection[str] = ()) -> list[dict[str, Any]]:
    """Records of the landed batches that had been extracted by an instant (naive UTC), of all sources or of those."""
    limit = utc_text(known_at)
    return [
        item
        for item in read_batches(home)
        if item["extracted_at"] <= limit and (not sources or item["source_system"] in sources)
    ]


def write_known_ledger(home: Path, target: Path, batches: Sequence[dict[str, Any]]) -> None:
    """Give a folder of its own the ledger of these batches of the home; their rows stay where they landed."""
    shutil.rmtree(target / LEDGER, ignore_errors=True)
    for item in batches:
        entities = {name: _seen_from(target, home, stored) for name, stored in item["entities"].items()}
        path = batch_path(target, item["source_system"], item["batch_file_id"])
        write_json(path, {**item, "entities": entities})


def _seen_from(target: Path, home: Path, stored: dict[str, Any]) -> dict[str, Any]:
    paths = {kind: os.path.relpath(home / stored[kind], target) if stored[kind] else None for kind in _PATHS}
    return {**stored, **paths}
