"""Entities as files hold them: they land whole, under the contract's names, without what is personal."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from dagster_project.contract.model import load_contract
from tests.unit.landing.conftest import Landed

CASES = Path(__file__).parents[2] / "cases"
WHOLE = (
    *("backorder-first-attempt", "fanout-ship-invoice-return", "forecast-zero-weeks-week53", "fpy-and-rolled-yield"),
    *("price-variance-uom-and-date", "return-rate-young-cohort", "supplier-first-confirmation"),
)
Folder = Callable[..., Path]


def rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as handle:
        return sum(1 for _ in csv.DictReader(handle))


@pytest.mark.parametrize("case", WHOLE)
def test_every_row_of_a_case_without_faults_is_accepted(landed: Landed, case: str):
    result = landed.land(CASES / case)
    assert landed.quarantined().is_empty()
    for path in (CASES / case).glob("*.csv"):
        assert landed.accepted(path.stem).height == rows(path), path.stem
    assert [name for name in result.ignored if name.endswith(".csv")] == []


@pytest.mark.parametrize("case", WHOLE)
def test_no_column_of_a_case_is_unknown_to_the_contract(landed: Landed, case: str):
    landed.land(CASES / case)
    for path in (CASES / case).glob("*.csv"):
        assert [name for name in landed.accepted(path.stem).columns if name.startswith("x_")] == [], path.stem


def test_attempts_of_an_allocation_stay_apart_under_either_name(landed: Landed, folder: Folder):
    rows = "order_id,line_no,{},supply_type,supply_id,quantity\nSO-1,10,1,stock,BIN-1,0\nSO-1,10,2,stock,BIN-1,6\n"
    landed.land(folder({"allocations_1.csv": rows.format("attempt")}))
    landed.land(folder({"allocations.csv": rows.format("attempt_no").replace("SO-1", "SO-2")}, name="other"))
    assert landed.accepted("allocations")["attempt_no"].to_list() == [1, 2, 1, 2]


def test_a_file_with_both_names_of_a_field_keeps_the_other_as_an_extra(landed: Landed, folder: Folder):
    text = "exception_id,opened_at,fired_at\nEX-1,2026-01-31T08:00:00Z,2026-01-31T09:00:00Z\n"
    landed.land(folder({"exceptions.csv": text}))
    opened = landed.accepted("exceptions").select("opened_at", "x_fired_at").row(0)
    assert opened == (datetime(2026, 1, 31, 8), "2026-01-31T09:00:00Z")


def test_each_firing_of_an_exception_is_a_row(landed: Landed, folder: Folder):
    text = "exception_id,fired_at\nEX-1,2026-01-31T08:00:00Z\nEX-1,2026-02-01T08:00:00Z\n"
    landed.land(folder({"exceptions.csv": text}))
    assert landed.accepted("exceptions")["opened_at"].to_list() == [datetime(2026, 1, 31, 8), datetime(2026, 2, 1, 8)]


def test_lines_of_a_quarantined_return_wait_for_it(landed: Landed, folder: Folder):
    heads = "return_id,received_at\nRT-1,soon\nRT-2,2026-01-31\n"
    lines = "return_line_id,return_id,quantity\nRL-1,RT-1,1\nRL-2,RT-2,1\nRL-3,,1\n"
    landed.land(folder({"returns.csv": heads, "return_lines.csv": lines}))
    assert landed.broken() == {"RT-1": "received_at not_an_instant", "RL-1": "return_id waits_for_order"}
    assert landed.accepted("return_lines")["return_line_id"].to_list() == ["RL-2", "RL-3"]


def test_lines_of_a_quarantined_purchase_order_wait_for_it(landed: Landed, folder: Folder):
    heads = "po_id,cancelled_by\nPO-1,nobody\nPO-2,buyer\n"
    lines = "po_id,line_no\nPO-1,10\nPO-2,10\n"
    landed.land(folder({"purchase_orders.csv": heads, "purchase_order_lines.csv": lines}))
    assert landed.broken() == {"PO-1": "cancelled_by allowed_values", "PO-1/10": "po_id waits_for_order"}


def test_what_people_wrote_lands_nowhere(landed: Landed, folder: Folder):
    text = "message_id,sender,body,sent_at\nM-1,ann@a.org,SECRET-1,2026-01-31\nM-2,bob@a.org,SECRET-2,soon\n"
    landed.land(folder({"communications.csv": text}))
    personal = {item.name for item in load_contract().entity("communications").fields if item.personal}
    assert personal & set(landed.accepted("communications").columns) == set()
    (record,) = landed.quarantined()["raw_record"]
    assert "M-2" in record
    assert "SECRET" not in record
    assert "bob@" not in record
