"""The obligations behind a figure, and the timeline of one."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashboards.queries.errors import QueryError
from dashboards.queries.obligations import (
    ObligationsRequest,
    find_obligation,
    list_obligations,
    obligations,
    timeline,
)
from dashboards.queries.request import Scope
from tests.builders import BuildRows, Obligation, SourceRow, day, memory_build

MET = Obligation("O1", "2", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),))
LATE = Obligation("O1", "10", due=day("2026-01-10"), arrivals=((day("2026-01-13"), 10),), product="P2")
OPEN = Obligation("O2", "1", due=day("2026-02-10"))
BOUGHT = Obligation("PO1", "1", due=day("2026-01-10"), side="purchase", supplier="V1")
ROWS = BuildRows([OPEN, LATE, MET, BOUGHT])


def test_a_row_names_its_obligation_its_state_its_reasons_and_its_source_line() -> None:
    (row,) = obligations(memory_build(ROWS), state="due_failed")
    assert (row["order_id"], row["line_no"], row["schedule_no"], row["due_date"]) == (
        "O1",
        "10",
        "1",
        day("2026-01-10"),
    )
    assert (row["reasons"], row["flags"]) == (["late"], [])
    assert (row["source_file"], row["source_line"]) == ("order_schedule_lines.csv", 3)
    assert row["delivered_local_date"] == day("2026-01-13")
    assert "po_id" not in row


def test_rows_run_by_due_date_and_lines_in_their_natural_order() -> None:
    assert [(row["order_id"], row["line_no"]) for row in obligations(memory_build(ROWS))] == [
        ("O1", "2"),
        ("O1", "10"),
        ("O2", "1"),
    ]


def test_the_state_follows_the_kpi() -> None:
    con = memory_build(ROWS)
    assert len(obligations(con, kpi="in_full", state="due_met")) == 2
    assert len(obligations(con, kpi="on_time", state="due_met")) == 1


def test_the_purchase_side_is_named_by_side_or_by_kpi_and_carries_the_po_id() -> None:
    con = memory_build(ROWS)
    assert [row["po_id"] for row in obligations(con, side="purchase")] == ["PO1"]
    assert [row["po_id"] for row in obligations(con, kpi="supplier_on_time")] == ["PO1"]
    with pytest.raises(QueryError, match="purchase side"):
        obligations(con, side="sales", kpi="supplier_on_time")


def test_where_month_and_page_narrow_the_list_and_the_total_counts_all_that_match() -> None:
    con = memory_build(ROWS)
    assert len(obligations(con, month="2026-01")) == 2
    assert len(obligations(con, where=(("product", "P2"),))) == 1
    page = list_obligations(con, ObligationsRequest(limit=1, offset=1))
    assert (page.total, [row["line_no"] for row in page.rows]) == (3, ["10"])
    assert list_obligations(con, ObligationsRequest(offset=5)).total == 3


def test_an_unknown_state_is_refused_with_those_of_the_side() -> None:
    with pytest.raises(QueryError, match="cancelled_by_customer"):
        obligations(memory_build(ROWS), state="cancelled_by_custmer")
    with pytest.raises(QueryError, match="side"):
        obligations(memory_build(ROWS), side="both")


def test_without_quantities_the_states_are_those_of_on_time_and_it_is_said() -> None:
    delivered = Obligation("O1", due=day("2026-01-10"), arrivals=((day("2026-01-09"), None),))
    rows = BuildRows([delivered], sources=[SourceRow(lacks=("deliveries.accepted",))])
    found = list_obligations(memory_build(rows), ObligationsRequest())
    assert (found.kpi, found.rows[0]["state"], found.missing) == ("on_time", "due_met", [])
    assert found.notes == ["states are those of on_time: otif cannot be told, missing deliveries.accepted"]


def test_without_deliveries_what_fell_due_has_no_state() -> None:
    rows = BuildRows([MET, OPEN], sources=[SourceRow(lacks=("deliveries",))])
    found = list_obligations(memory_build(rows), ObligationsRequest())
    assert [row["state"] for row in found.rows] == [None, "not_yet_due"]
    assert found.missing == ["deliveries"]
    assert list_obligations(memory_build(rows), ObligationsRequest(state="due_failed")).total == 0


def test_the_timeline_runs_in_time_and_shows_what_was_known_then() -> None:
    later = datetime(2026, 1, 20)
    then = Obligation("O1", due=day("2026-01-10"), known_to=later)
    now = Obligation("O1", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),), known_from=later)
    con = memory_build(BuildRows([then, now]))
    key = now.obligation_key
    assert [event["event_kind"] for event in timeline(con, key)] == ["first_committed", "delivered"]
    assert [event["event_kind"] for event in timeline(con, key, known_at="2026-01-19")] == ["first_committed"]


def test_an_obligation_outside_the_scope_is_not_found() -> None:
    con = memory_build(ROWS)
    assert find_obligation(con, MET.obligation_key) is not None
    assert find_obligation(con, MET.obligation_key, Scope(customers=("C2",))) is None
    assert timeline(con, MET.obligation_key, scope=Scope(customers=("C2",))) == []
    assert obligations(con, scope=Scope(customers=("C2",))) == []
