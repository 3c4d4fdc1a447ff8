"""Homes in which a small company has landed, and warehouses in which its star has been built."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from dagster_project.landing import land
from dagster_project.warehouse import prepare_raw
from expectations.outcome import CheckResult
from expectations.runner import ask_gate
from expectations.suite import LANDING, PUBLISHING, load_suites

from . import company


def ask(gate: str, warehouse: Path, *names: str, serving: Path | None = None) -> list[CheckResult]:
    """Results of a gate, of the suites named or of all."""
    suites = [suite for suite in load_suites(gate) if not names or suite.name in names]
    assert len(suites) == len(names) or not names
    return ask_gate(gate, warehouse, suites, serving).results


@dataclass
class LandedHome:
    """A home folder and what the landing gate finds in it."""

    home: Path

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse" / "warehouse.duckdb"

    def land(self, folder: Path) -> None:
        land(f"canonical:{folder}", self.home)

    def ask(self, *suites: str) -> list[CheckResult]:
        prepare_raw(self.warehouse, self.home, {})
        return ask(LANDING, self.warehouse, *suites)


@pytest.fixture(scope="session")
def landed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    home = tmp_path_factory.mktemp("landed")
    LandedHome(home).land(company.write(folder / "B1", company.tables()))
    return home


@pytest.fixture
def landed(landed_once: Path, tmp_path: Path) -> LandedHome:
    """A home of its own in which the first full extract of the company has landed."""
    return LandedHome(Path(shutil.copytree(landed_once, tmp_path / "home")))


@dataclass
class Star:
    """A warehouse with the company's star, the build that serves it, and what the publishing gate finds."""

    warehouse: Path
    serving: Path

    def execute(self, *statements: str) -> None:
        with duckdb.connect(str(self.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, *suites: str) -> list[CheckResult]:
        return ask(PUBLISHING, self.warehouse, *suites, serving=self.serving)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from dagster_project.pipeline import run
    from dagster_project.settings import load_settings

    folder = tmp_path_factory.mktemp("company") / "B1"
    home = tmp_path_factory.mktemp("built")
    run(load_settings(home), [f"canonical:{company.write(folder, company.tables())}"])
    return home


@pytest.fixture
def star(built_once: Path, tmp_path: Path) -> Star:
    """A copy of the built warehouse beside the build that serves."""
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(built_once / "warehouse" / "warehouse.duckdb", warehouse)
    return Star(warehouse, next((built_once / "builds").glob("*.duckdb")))


@pytest.fixture
def new_home(built_once: Path, tmp_path: Path) -> Callable[[], Path]:
    """A copy of the home in which everything has run."""
    return lambda: Path(shutil.copytree(built_once, tmp_path / "run"))
