"""What the KPI query answers at each level, as-of and known-at."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from dashboards.queries.kpi import KpiRequest, answer, breakdown, trend
from tests.builders import BuildRows, Obligation, SourceRow, day, memory_build


def figure(rows: BuildRows, **asked: Any) -> dict[str, Any]:
    asked.setdefault("kpi", "otif")
    found = answer(memory_build(rows), KpiRequest(**asked))
    (row,) = found.rows
    return row


def told(*obligations: Obligation) -> BuildRows:
    return BuildRows(obligations, definition_ids=["default", "requested"])


def arrived(text: str, quantity: int | None = 10) -> tuple[tuple[Any, int | None], ...]:
    return ((day(text), quantity),)


MET = Obligation("O1", "1", due=day("2026-01-10"), arrivals=arrived("2026-01-09"))
LATE = Obligation("O1", "2", due=day("2026-01-12"), arrivals=arrived("2026-01-13"), product="P2")
SHORT = Obligation("O2", "1", due=day("2026-01-20"), arrivals=arrived("2026-01-19", 7), customer="C2")
OPEN = Obligation("O3", "1", due=day("2026-02-10"), arrivals=arrived("2026-01-30"))
UNPROMISED = Obligation("O4", "1", due=None)
CANCELLED = Obligation("O5", "1", due=day("2026-01-15"), cancelled=(day("2026-01-14"), "customer"))
CANCELLED_BY_US = Obligation("O6", "1", due=day("2026-01-15"), cancelled=(day("2026-01-14"), "us"))
ALL = told(MET, LATE, SHORT, OPEN, UNPROMISED, CANCELLED, CANCELLED_BY_US)


def test_the_five_states_are_counted_and_the_ratio_is_met_over_due() -> None:
    assert figure(ALL) == {
        "numerator": 1,
        "denominator": 4,
        "value": 0.25,
        "states": {"due_met": 1, "due_failed": 3, "not_yet_due": 1, "unknown": 1, "cancelled_by_customer": 1},
    }


@pytest.mark.parametrize(("kpi", "numerator"), [("otif", 1), ("on_time", 2), ("in_full", 2)])
def test_on_time_and_in_full_read_their_own_flag_over_the_same_obligations(kpi: str, numerator: int) -> None:
    row = figure(ALL, kpi=kpi)
    assert (row["numerator"], row["denominator"]) == (numerator, 4)
    assert row["states"]["due_met"] == numerator


def test_an_order_is_met_only_when_all_its_obligations_are() -> None:
    row = figure(told(MET, LATE), level="order")
    assert (row["numerator"], row["denominator"]) == (0, 1)


def test_an_order_is_not_yet_due_until_its_latest_obligation_is() -> None:
    rows = told(MET, Obligation("O1", "2", due=day("2026-02-12")))
    assert figure(rows, level="order")["states"]["not_yet_due"] == 1
    assert figure(rows, level="order", as_of="2026-02-12")["states"]["due_failed"] == 1


def test_an_order_ignores_what_the_customer_cancelled_in_time() -> None:
    cancelled = Obligation("O1", "2", due=day("2026-02-12"), cancelled=(day("2026-01-14"), "customer"))
    row = figure(told(MET, cancelled), level="order", by=("month",))
    assert (row["month"], row["numerator"], row["denominator"]) == ("2026-01", 1, 1)


def test_an_order_is_unknown_when_any_obligation_is_and_cancelled_when_all_are() -> None:
    assert figure(told(MET, Obligation("O1", "2")), level="order")["states"]["unknown"] == 1
    assert figure(told(CANCELLED), level="order")["states"]["cancelled_by_customer"] == 1


def test_a_line_moved_to_a_later_order_counts_with_its_origin() -> None:
    moved = Obligation("O9", "1", due=day("2026-01-12"), origin_order_id="O1")
    row = figure(told(MET, moved), level="order")
    assert (row["numerator"], row["denominator"]) == (0, 1)


def test_a_line_with_two_schedules_is_one_line_and_two_obligations() -> None:
    rows = told(MET, Obligation("O1", "1", "2", due=day("2026-01-11")))
    assert figure(rows, level="line")["denominator"] == 1
    assert figure(rows)["denominator"] == 2


def test_units_and_value_are_what_arrived_inside_the_window_over_what_was_ordered() -> None:
    over = Obligation("O7", due=day("2026-01-10"), arrivals=arrived("2026-01-09", 25), unit_price="0.000125")
    unit, value = figure(told(SHORT, over), level="unit"), figure(told(SHORT, over), level="value")
    assert (unit["numerator"], unit["denominator"]) == (Decimal(17), Decimal(20))
    assert value["numerator"] == Decimal("17.50125")
    assert value["denominator"] == Decimal("25.00125")
    assert value["states"]["due_failed"] == 1


def test_value_says_which_obligations_have_no_price_and_which_currencies_are_mixed() -> None:
    rows = told(MET, Obligation("O7", due=day("2026-01-10"), unit_price=None, currency="USD"))
    found = answer(memory_build(rows), KpiRequest("otif", level="value"))
    assert found.rows[0]["denominator"] == Decimal(25)
    assert found.notes == [
        "several currencies (EUR, USD) are added up as they stand",
        "1 due obligations have no price and are left out",
    ]


def test_an_as_of_day_ends_at_each_place() -> None:
    tokyo = Obligation("O1", due=day("2026-01-10"), zone="Asia/Tokyo")
    los_angeles = Obligation("O2", due=day("2026-01-10"), zone="America/Los_Angeles")
    rows = told(tokyo, los_angeles)
    assert figure(rows, as_of="2026-01-10")["denominator"] == 2
    assert figure(rows, as_of="2026-01-09")["denominator"] == 0


def test_an_as_of_instant_is_that_instant_everywhere() -> None:
    tokyo = Obligation("O1", due=day("2026-01-10"), zone="Asia/Tokyo")
    los_angeles = Obligation("O2", due=day("2026-01-10"), zone="America/Los_Angeles")
    rows = told(tokyo, los_angeles)
    assert figure(rows, as_of="2026-01-10T15:00:00Z")["denominator"] == 1
    assert figure(rows, as_of="2026-01-10T16:00:00+02:00")["denominator"] == 0
    assert figure(rows, as_of="2026-01-11T08:00:00Z")["denominator"] == 2


def test_the_source_declares_the_as_of_that_nothing_else_names() -> None:
    rows = BuildRows([MET], sources=[SourceRow(as_of=datetime(2026, 1, 10, 12))])
    found = answer(memory_build(rows), KpiRequest("otif"))
    assert found.as_of == "2026-01-10T12:00:00Z"
    assert found.rows[0]["states"]["not_yet_due"] == 1


def test_a_past_figure_is_as_reported_then_and_restated_with_what_is_known_now() -> None:
    late_proof = datetime(2026, 1, 20, 8)
    then = Obligation("O1", due=day("2026-01-10"), known_to=late_proof)
    now = Obligation("O1", due=day("2026-01-10"), arrivals=arrived("2026-01-09"), known_from=late_proof)
    rows = told(then, now)
    assert figure(rows, as_of="2026-01-15")["numerator"] == 1
    assert figure(rows, as_of="2026-01-15", known_at="2026-01-19")["numerator"] == 0
    assert figure(rows, as_of="2026-01-15", known_at="2026-01-20")["numerator"] == 1
    assert figure(rows, as_of="2026-01-15", known_at="2026-01-20T07:59:59Z")["numerator"] == 0


def test_an_empty_denominator_has_no_value() -> None:
    row = figure(told(OPEN))
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 0, None)


def test_a_definition_has_its_own_due_dates() -> None:
    moved = Obligation("O1", due=day("2026-01-10"), dues=(("requested", day("2026-02-20")),))
    assert figure(told(moved))["denominator"] == 1
    assert figure(told(moved), definition="requested")["denominator"] == 0


def test_the_grain_adds_the_due_month_and_the_range_bounds_it() -> None:
    found = answer(
        memory_build(ALL),
        KpiRequest("otif", grain="month", by=("customer",), date_from=day("2026-01-11"), date_to=day("2026-02-28")),
    )
    assert [(row["month"], row["customer"], row["denominator"]) for row in found.rows] == [
        ("2026-01", "C1", 2),
        ("2026-01", "C2", 1),
        ("2026-02", "C1", 0),
    ]


def test_the_trend_runs_by_month_and_the_breakdown_begins_with_most_failures() -> None:
    con = memory_build(ALL)
    assert [row["month"] for row in trend(con, KpiRequest("otif"))] == ["2026-01", "2026-02"]
    failures = [(row["product"], row["states"]["due_failed"]) for row in breakdown(con, KpiRequest("otif"), "product")]
    assert failures == [("P1", 2), ("P2", 1)]


def test_the_buy_side_counts_what_the_buyer_cancelled() -> None:
    cancelled = Obligation("PO1", due=day("2026-01-15"), side="purchase", cancelled=(day("2026-01-14"), "buyer"))
    row = figure(BuildRows([cancelled, MET]), kpi="supplier_otif")
    assert row["states"] == {
        "due_met": 0,
        "due_failed": 0,
        "not_yet_due": 0,
        "unknown": 0,
        "cancelled_by_buyer": 1,
    }
