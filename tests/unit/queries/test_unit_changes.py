"""The rows behind a figure that are others now than they were known to be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from dashboards.queries.catalogue import find_kpi
from dashboards.queries.errors import QueryError
from dashboards.queries.figures import answer
from dashboards.queries.request import KpiRequest
from dashboards.queries.unit_changes import moved_units
from tests.builders import BuildRows, memory_build
from tests.published_tables import CATALOGUE, figure

FIGURES = [
    figure("first_pass_yield", "ratio", "order", ("customer", "channel")),
    figure("cycle_time", "duration", "order", ("customer", "channel"), unit="hours"),
]
THEN = "2026-03-01T00:00:00Z"
ASKED: Any = {"source": "acme", "as_of": "2026-03-15", "known_at": THEN}


def part(kpi: str, unit: str, numerator: float) -> dict[str, Any]:
    return {
        **{
            "source_system": "acme",
            "kpi": kpi,
            "unit_key": unit,
            "unit_id": unit,
            "counts_from": "2026-01-01 12:00:00",
        },
        **{"booked_date": "2026-01-01", "numerator": numerator, "denominator": 1},
    }


def span(unit: str, ended_at: str | None) -> dict[str, Any]:
    return {
        **{"source_system": "acme", "kpi": "cycle_time", "unit_key": unit, "unit_id": unit, "ended_at": ended_at},
        **{"started_at": "2026-01-01 00:00:00", "booked_date": "2026-01-01"},
    }


def build(known_at: str | None = None, parts: Any = (), spans: Any = ()) -> Any:
    tables = {"kpi_catalogue": [*CATALOGUE, *FIGURES], "kpi_parts": list(parts), "kpi_durations": list(spans)}
    con = memory_build(BuildRows(obligations=(), tables={**tables, "kpi_balances": []}))
    con.execute("alter table build_info add column known_at timestamp")
    con.execute("update build_info set known_at = $1", [known_at and datetime.fromisoformat(known_at[:-1])])
    return con


def moved(kpi: str, then: Any, now: Any, **more: Any) -> Any:
    return moved_units(then, now, KpiRequest(kpi, **ASKED), **more)


def test_a_unit_that_is_new_gone_or_changed_is_listed_and_one_that_is_the_same_is_not() -> None:
    same, gone = part("first_pass_yield", "A1", 1), part("first_pass_yield", "A2", 1)
    then = build(THEN, [same, gone, part("first_pass_yield", "A3", 1)])
    now = build(None, [same, part("first_pass_yield", "A3", 0), part("first_pass_yield", "A4", 1)])
    found = moved("first_pass_yield", then, now)
    told = {row["unit"]: (row["moved"], row["numerator_then"], row["numerator_now"]) for row in found.rows}
    assert told == {"A2": ("gone", 1, None), "A3": ("changed", 1, 0), "A4": ("new", None, 1)}
    assert (found.total, found.known_at, found.as_of) == (3, THEN, "2026-03-15")
    assert [row["unit"] for row in moved("first_pass_yield", then, now, limit=1, offset=1).rows] == [
        found.rows[1]["unit"]
    ]


def test_a_part_that_is_told_twice_and_adds_up_to_the_same_has_not_moved() -> None:
    then = build(THEN, [part("first_pass_yield", "A1", 1)])
    later = {**part("first_pass_yield", "A1", 1), "denominator": 0}
    now = build(None, [part("first_pass_yield", "A1", 0), later])
    assert moved("first_pass_yield", then, now).rows == []


def test_a_span_that_ended_after_the_as_of_has_not_moved_by_then() -> None:
    then = build(THEN, spans=[span("O1", None), span("O2", None)])
    now = build(None, spans=[span("O1", "2026-03-16 08:00:00"), span("O2", "2026-01-02 06:00:00")])
    (row,) = moved("cycle_time", then, now).rows
    assert (row["unit"], row["status_then"], row["status_now"], row["duration_now"]) == ("O2", "open", "ended", 30)


def test_a_figure_is_as_known_at_the_instant_of_its_build_and_at_no_other() -> None:
    con = build(THEN, [part("first_pass_yield", "A1", 1)])
    kpi = find_kpi(con, "first_pass_yield")
    assert answer(con, kpi, KpiRequest("first_pass_yield", **ASKED)).known_at == THEN
    assert answer(con, kpi, KpiRequest("first_pass_yield", source="acme", as_of="2026-03-15")).known_at == THEN
    with pytest.raises(QueryError, match="restate --known-at 2026-03-01`"):
        answer(con, kpi, KpiRequest("first_pass_yield", **{**ASKED, "known_at": "2026-03-01"}))
