"""What a company records beside its orders, purchases and stock: a sound one passes, and each defect is found."""

from __future__ import annotations

from collections.abc import Callable

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
