"""Simulated companies: one at a time under a name, and another one takes its place whole.

What arrived is never taken back. What was simulated did not arrive: it can be made again, and rows of two companies
under the same ids would be neither of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dagster_project.errors import UsageError

from .ledger import LEDGER
from .sources.registry import simulated_sources


def require_one_company(source_system: str, origin: str, home: Path) -> None:
    """UsageError where batches of that origin would join a simulated company which came to this home another way."""
    if source_system not in simulated_sources():
        return
    before = {_read(path)["origin"] == source_system for path in _records(home, source_system)}
    is_bundled = origin == source_system
    if is_bundled and False in before:
        raise UsageError(
            f"The company {source_system} of this home came from files that were landed by hand.",
            "Name the sources to run with --source, or run the bundled ones with another --home.",
        )
    if not is_bundled and True in before:
        raise UsageError(
            f"The company {source_system} of this home is the bundled one, and two companies are not blended.",
            "Give yours a `source` of its own (`orderlens simulate --config`), or land it with another --home.",
        )


def replaced_records(source_system: str, kept: Collection[str], home: Path) -> list[Path]:
    """Ledger records of a simulated company whose batches are no part of the one that lands now, oldest name first."""
    return [path for path in _records(home, source_system) if path.stem not in kept]


def withdraw(records: Collection[Path], home: Path) -> None:
    """Take batches back: the record first, since without it a batch does not exist, whenever the process ends."""
    for path in records:
        stored = _read(path)["entities"].values()
        path.unlink(missing_ok=True)
        for item in stored:
            for kept in (item["accepted_path"], item["quarantine_path"]):
                if kept:
                    (home / kept).unlink(missing_ok=True)


def _records(home: Path, source_system: str) -> list[Path]:
    return sorted((home / LEDGER / source_system).glob("*.json"))


def _read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
