"""What a company records beside its orders, purchases and stock: a sound one passes, and each defect is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.landing.ledger import read_batches
from expectations.outcome import NOTE, PASS, WARN, CheckResult
from expectations.suite import LANDING, load_suites

from . import company, records
from .company import Tables
from .conftest import LandedHome

SUITES = {suite.name: suite for suite in load_suites(LANDING)}
NAMES = [name for name in records.RECORDS if any(item.startswith(f"{name}.") for item in records.DEFECTS)]
ASKED = [item for name in NAMES for item in SUITES[name].expectations]
Results = dict[str, CheckResult]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Tables], Results]:
    def ask(tables: Tables) -> Results:
        folder = tmp_path_factory.mktemp("records")
        home = LandedHome(folder / "home")
        home.land(company.write(folder / "B1", tables))
        assert {item["quarantined"] for batch in read_batches(home.home) for item in batch["files"]} == {0}
        return {item.expectation_id: item for item in home.ask(*NAMES)}

    return ask


@pytest.fixture(scope="module")
def sound(asked: Callable[[Tables], Results]) -> Results:
    return asked(records.sound_company())


@pytest.fixture(scope="module")
def spoilt(asked: Callable[[Tables], Results]) -> Results:
    return asked(records.spoilt_company()[0])


@pytest.mark.parametrize("item", ASKED, ids=lambda item: item.id)
def test_a_company_that_records_soundly_passes(sound: Results, item) -> None:
    assert sound[item.id].status == PASS, sound[item.id]


@pytest.mark.parametrize("item", ASKED, ids=lambda item: item.id)
def test_a_defect_of_the_records_is_found_and_its_row_named(spoilt: Results, item) -> None:
    found = spoilt[item.id]
    assert found.status == {"warn": WARN, "note": NOTE}[item.severity], found
    assert records.spoilt_company()[1][item.id] in str(found)


def test_what_no_figure_reads_withholds_none(spoilt: Results) -> None:
    assert {item.withholds for item in spoilt.values()} == {("no figure",)}


def test_records_that_lose_a_column_and_masters_that_shrink_warn_and_block_nothing(tmp_path: Path) -> None:
    lines = [{"return_line_id": f"RL-{number}", "received_at": "2026-02-10", "quantity": "1"} for number in range(20)]
    limits = [{"customer_id": f"C{number}", "limit_amount": "1000"} for number in range(20)]
    open_ones = [{**line, "return_line_id": f"next-{line['return_line_id']}", "received_at": ""} for line in lines]
    next_extract = {"return_lines": open_ones, "credit_limits": limits[:5]}
    home = LandedHome(tmp_path / "home")
    home.land(company.write(tmp_path / "B1", {"return_lines": lines, "credit_limits": limits}))
    home.land(company.write(tmp_path / "B2", next_extract, batch="B2", day=61))
    found = {item.expectation_id: item.status for item in home.ask("column_values", "batch_sizes")}
    assert (found["columns.judging-ones-not-emptied"], found["columns.not-emptied"]) == (PASS, WARN)
    assert (found["batches.not-halved"], found["batches.masters-not-halved"]) == (PASS, WARN)
