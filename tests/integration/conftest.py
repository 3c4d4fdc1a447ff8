"""Homes in which the whole graph has run, shared by the tests of one worker."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dagster_project.cli import main
from dagster_project.publishing.builds import current
from tests.company import write_company

CASES = Path(__file__).parents[1] / "cases"


class Orderlens:
    """Calls the command line in this process, in one home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def call(self, *arguments: str, expect: int = 0) -> str:
        outcome = CliRunner().invoke(main, ["--home", str(self.home), *arguments])
        assert outcome.exit_code == expect, outcome.output + getattr(outcome, "stderr", "")
        return outcome.output

    def json(self, *arguments: str) -> dict[str, Any]:
        outcome = CliRunner().invoke(main, ["--home", str(self.home), *arguments, "--format", "json"])
        assert outcome.exit_code == 0, outcome.output
        return json.loads(outcome.stdout)


def load(case: str, name: str) -> dict[str, Any]:
    return json.loads((CASES / case / name).read_text(encoding="utf-8"))


def write_batches(case: str, target: Path, *, source_system: str | None = None) -> list[str]:
    """Copy a case's files so that each batch is a folder with its _batch.json; names of the folders, in their order."""
    given = load(case, "given.json")
    declared = given.get("batches") or [{"batch_id": case, "extracted_at": "2027-01-01T00:00:00Z"}]
    for position, batch in enumerate(declared):
        folder = target / batch["batch_id"]
        folder.mkdir(parents=True)
        origin = CASES / case / batch["batch_id"] if "batches" in given else CASES / case
        files = list(origin.glob("*.csv"))
        if "batches" in given and position == 0:
            files += list((CASES / case).glob("*.csv"))
        for file in files:
            shutil.copy(file, folder / file.name)
        content = {**batch, "as_of": given.get("as_of_instant", given["as_of"])}
        if source_system:
            content["source_system"] = source_system
        (folder / "_batch.json").write_text(json.dumps(content), encoding="utf-8")
    return [batch["batch_id"] for batch in declared]


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Orderlens]:
    return lambda: Orderlens(tmp_path_factory.mktemp("home"))


RANDOM_COMPANY = "random-company"
TOGETHER = (
    "otif-partial-and-over",
    "states-cancel-and-open",
    "promise-moved-by-us",
    "due-day-in-destination-zone",
    "fanout-ship-invoice-return",
    "rollup-of-ratios",
    "supplier-first-confirmation",
    "customer-moves-region",
    "filters-survive-navigation",
    "perfect-order-jointly",
    "missing-receipts-and-prices",
    "cycle-time-open-orders",
    "fpy-and-rolled-yield",
    "return-rate-young-cohort",
    "backorder-first-attempt",
    "price-variance-uom-and-date",
    "forecast-zero-weeks-week53",
    "moves-corrections-and-cancellations",
    "money-by-hand",
    "spans-as-known-then",
)
# Cases whose expected.json lists questions with their answers.
ASKED = (
    "cycle-time-ties",
    "cycle-time-cancelled",
    "cycle-time-in-full",
    "promise-time-business-hours",
    "first-pass-kinds-of-repair",
    "step-entered-twice",
    "returns-by-age",
    "returns-maturity-day",
    "backorder-edges",
    "backorder-without-numbers",
    "price-per-thousand-and-dozen",
    "price-in-another-currency",
    "price-confirmed-only",
    "perfect-order-edges",
    "forecast-week53-of-2020",
    "forecast-uncovered-weeks",
    "customer-move-told-late",
    "cancelled-on-the-due-day",
    "delivery-names-only-the-line",
    "windows-move-with-promises",
    "supplier-edges",
    "supplier-first-date",
    "promise-edges",
    "late-correction-and-deletion",
    "files-without-rows",
    "due-day-in-far-zones",
    "fan-out-every-child",
)


@pytest.fixture(scope="session")
def cases_home(new_home: Callable[[], Orderlens], tmp_path_factory: pytest.TempPathFactory) -> Orderlens:
    """Every case as a company of its own in one home, with the bundled scms and a random company beside them."""
    folder = tmp_path_factory.mktemp("cases")
    orderlens = new_home()
    sources = ["--source", "scms"]
    for case in (*TOGETHER, *ASKED):
        write_batches(case, folder / case, source_system=case)
        sources += ["--source", f"canonical:{folder / case}"]
    write_company(folder / RANDOM_COMPANY, seed=7)
    sources += ["--source", f"canonical:{folder / RANDOM_COMPANY}"]
    orderlens.call("run", *sources)
    return orderlens


@pytest.fixture(scope="session")
def bundled_home(new_home: Callable[[], Orderlens]) -> Orderlens:
    """What `make run` builds: every bundled source in one home."""
    orderlens = new_home()
    orderlens.call("run")
    return orderlens


@pytest.fixture(scope="session")
def late_proof(new_home: Callable[[], Orderlens], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The late-proof case run batch by batch, and built in full after each batch landed twice, the last one first."""
    folder = tmp_path_factory.mktemp("late")
    names = write_batches("late-proof-and-rerun", folder)
    usual, other = new_home(), new_home()
    for name in names:
        usual.call("run", "--source", f"canonical:{folder / name}", "--as-of", "2026-05-11")
    for name in (*reversed(names), *names):
        other.call("land", "--source", f"canonical:{folder / name}")
    other.call("run", "--source", f"canonical:{folder / names[0]}", "--as-of", "2026-05-11", "--full-refresh")
    return {"usual": usual, "other": other, "folder": folder}


@pytest.fixture(scope="session")
def two_batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company's folder of two batches, B1 and B2."""
    folder = tmp_path_factory.mktemp("batches") / "company"
    write_batches("late-proof-and-rerun", folder)
    return folder


@pytest.fixture(scope="session")
def undisturbed(new_home: Callable[[], Orderlens], two_batches: Path) -> Orderlens:
    """A home in which the command line has run the two batches, without a hindrance."""
    orderlens = new_home()
    orderlens.call("run", "--source", f"canonical:{two_batches}")
    return orderlens


def content(home: Path) -> str:
    """The end of the id of the build that serves: equal for equal rows."""
    build_id = current(home)
    assert build_id is not None
    return build_id.rpartition("-")[2]
