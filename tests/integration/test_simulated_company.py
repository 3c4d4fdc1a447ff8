"""OrderLens, told only what the systems of a simulated company tell, comes to the truth about every obligation."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.landing.ledger import read_batches
from dagster_project.simulation import load_company, simulate

from .conftest import Orderlens

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("simulated")]
ASKED = ("order_id", "line_no", "schedule_no", "due_date", "state")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "out"
    simulate(load_company(1200, 8, 11), folder)
    return folder


@pytest.fixture(scope="module")
def landed(told: Path, new_home: Callable[[], Orderlens]) -> Orderlens:
    orderlens = new_home()
    orderlens.call("run", "--source", f"canonical:{told / 'batches'}")
    return orderlens


def test_no_row_is_quarantined(landed: Orderlens) -> None:
    files = [file for batch in read_batches(landed.home) for file in batch["files"]]
    assert sum(file["landed"] for file in files) > 10_000
    assert [file for file in files if file["quarantined"]] == []


def test_every_obligation_is_in_the_state_in_which_it_truly_is(told: Path, landed: Orderlens) -> None:
    with (told / "truth" / "obligations.csv").open(encoding="utf-8") as lines:
        truth = {tuple(row[name] for name in ASKED) for row in csv.DictReader(lines)}
    found = {tuple(row[name] for name in ASKED) for row in landed.json("obligations", "--source", "nordhaven")["rows"]}
    assert {row[-1] for row in truth} == {"due_met", "due_failed", "not_yet_due", "cancelled_by_customer"}
    assert found == truth


def test_it_is_called_simulated_where_its_figures_are_shown(told: Path, landed: Orderlens) -> None:
    assert "(simulated)" in landed.call("run", "--source", f"canonical:{told / 'batches'}")
