from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dagster_project.landing import LandingResult, land
from dagster_project.landing.ledger import accepted_files, quarantine_files


class Landed:
    """A home folder and what has been landed into it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def land(self, folder: Path) -> LandingResult:
        return land(f"canonical:{folder}", self.home)

    def accepted(self, entity: str) -> pl.DataFrame:
        files = accepted_files(self.home).get(entity, [])
        return pl.concat([pl.read_parquet(path) for path in files], how="diagonal") if files else pl.DataFrame()

    def quarantined(self) -> pl.DataFrame:
        files = quarantine_files(self.home)
        return pl.concat([pl.read_parquet(path) for path in files], how="diagonal") if files else pl.DataFrame()

    def broken(self) -> dict[str, str]:
        """Row key -> "column rule" of every quarantined row."""
        return {key: f"{column} {rule}".strip() for key, column, rule in self._told().iter_rows()}

    def _told(self) -> pl.DataFrame:
        rows = self.quarantined()
        return rows.select("row_key", "column_name", "rule") if rows.width else pl.DataFrame()

    def files(self) -> dict[str, bytes]:
        """Every file under the home with its bytes."""
        return {str(p.relative_to(self.home)): p.read_bytes() for p in self.home.rglob("*") if p.is_file()}


@pytest.fixture
def landed(tmp_path: Path) -> Landed:
    return Landed(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a canonical folder: entity file name -> text or bytes; `batch` becomes its _batch.json."""

    def write(files: dict[str, str | bytes], batch: dict[str, Any] | None = None, name: str = "in") -> Path:
        target = tmp_path / name
        for file, content in files.items():
            path = target / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if batch:
            (target / "_batch.json").write_text(json.dumps(batch), encoding="utf-8")
        return target

    return write
