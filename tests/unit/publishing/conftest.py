"""Small warehouses, made by hand as dbt would leave them, and settings of the home folder they stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.publishing.rules import REQUIRED_TABLES
from dagster_project.settings import Settings
from tests.builders import BuildRows, Obligation, day, fill

TWO_OBLIGATIONS = (
    Obligation("O1", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),)),
    Obligation("O2", due=day("2026-01-12"), arrivals=((day("2026-01-15"), 4),)),
)
BATCH = {
    "source_system": "acme",
    "batch_id": "B1",
    "content_hash": "c0ffee",
    "extracted_at": "2026-01-31 02:00:00",
    "entity": "orders",
    "source_file": "orders.csv",
    "landed": 2,
    "accepted": 2,
    "quarantined": 0,
}


@dataclass(frozen=True)
class Warehouse:
    """A home folder with a warehouse in it, and a way to change what was built."""

    settings: Settings

    def execute(self, *statements: str) -> None:
        """Run SQL in the schema of the published models."""
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            connection.execute("set schema = 'published'")
            for statement in statements:
                connection.execute(statement)


MakeWarehouse = Callable[..., Warehouse]


@pytest.fixture
def make_warehouse(tmp_path: Path) -> MakeWarehouse:
    """Make a warehouse of obligations and batches; every table that a build needs is there."""

    def make(obligations: tuple[Obligation, ...] = TWO_OBLIGATIONS, keep_builds: int = 5, **rows: Any) -> Warehouse:
        settings = Settings(home=tmp_path / "home", keep_builds=keep_builds)
        settings.warehouse.parent.mkdir(parents=True)
        rows.setdefault("batches", (BATCH,))
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute("create schema published; create schema marts; set schema = 'published'")
            fill(connection, BuildRows(obligations, **rows))
            connection.execute("drop table build_info")
            for name in REQUIRED_TABLES:
                if name.startswith(("dim_", "fct_")):
                    connection.execute(f'create or replace table marts."{name}" as select 1 as some_key')
        return Warehouse(settings)

    return make
