"""Under any spans of time: medians are those of Kaplan and Meier, worked out by hand with exact shares."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.queries.kpi import KpiRequest, answer
from tests.builders import BuildRows, memory_build
from tests.published_tables import CATALOGUE, figure
from tests.recompute.durations import HOUR, Span, lasted, survival

START = datetime(2026, 1, 1)
AS_OF = "2026-01-20T00:00:00Z"
UNTIL = datetime(2026, 1, 20)
FIGURES = [
    figure("cycle_time", "duration", "order", ("channel",), unit="hours"),
    figure("net_time", "duration", "order", ("channel",), unit="hours", clock="net", reads="cycle_time"),
    figure("lead_time", "duration", "order", ("channel",), unit="days", reads="cycle_time"),
]
HOURS = st.integers(0, 40).map(lambda steps: timedelta(hours=12 * steps))


@st.composite
def some_spans(draw: st.DrawFn) -> list[Span]:
    found = []
    for _ in range(draw(st.integers(1, 25))):
        started = START + draw(HOURS)
        ended, cancelled = (draw(st.none() | HOURS.map(started.__add__)) for _ in range(2))
        waits = ((START, draw(st.integers(0, 3))),)
        channel = draw(st.sampled_from(["edi", "mail"]))
        found.append(Span("cycle_time", started, ended, cancelled, started.date(), {"channel": channel}, waits))
    return found


def row(number: int, span: Span) -> dict[str, Any]:
    return {
        "source_system": "acme",
        "kpi": span.kpi,
        "unit_key": str(number),
        "unit_id": str(number),
        "started_at": span.started,
        "ended_at": span.ended,
        "cancelled_at": span.cancelled,
        "waited_hours": 24.0 * sum(days for _, days in span.waits),
        "booked_date": span.booked,
        "channel": span.dims["channel"],
    }


@lru_cache(maxsize=1)
def build() -> duckdb.DuckDBPyConnection:
    return memory_build(BuildRows(obligations=(), tables={"kpi_catalogue": [*CATALOGUE, *FIGURES]}))


def ask(spans: list[Span], kpi: str, by: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    rows = [row(number, span) for number, span in enumerate(spans)]
    build().execute("delete from kpi_durations")
    columns = ", ".join(rows[0])
    slots = ", ".join("?" for _ in rows[0])
    values = [list(one.values()) for one in rows]
    build().executemany(f"insert into kpi_durations ({columns}) values ({slots})", values)
    return answer(build(), KpiRequest(kpi, source="acme", as_of=AS_OF, by=by)).rows


@settings(max_examples=40, deadline=None)
@given(some_spans())
def test_medians_and_percentiles_are_those_worked_out_by_hand(spans: list[Span]) -> None:
    for kpi, unit, is_net in (("cycle_time", HOUR, False), ("net_time", HOUR, True), ("lead_time", 24 * HOUR, False)):
        assert_same(ask(spans, kpi)[0], lasted(spans, UNTIL, unit=unit, is_net=is_net))


@settings(max_examples=25, deadline=None)
@given(some_spans())
def test_the_curve_only_falls_and_its_ends_share_what_it_lost(spans: list[Span]) -> None:
    (told,) = ask(spans, "cycle_time")
    shares = [1.0, *(point["survival"] for point in told["survival"])]
    assert all(after < before for before, after in pairwise(shares))
    for point in told["survival"]:
        assert point["completed"] + point["cancelled"] <= 1 + 1e-9
        # With cancellation taken as mere censoring, more is thought to complete than did.
        assert point["completed"] <= 1 - point["survival"] + 1e-9
    assert told["numerator"] + told["cancelled"] + told["open"] == told["denominator"]


@settings(max_examples=25, deadline=None)
@given(some_spans())
def test_the_members_of_a_dimension_share_out_the_spans(spans: list[Span]) -> None:
    (whole,) = ask(spans, "cycle_time")
    parts = ask(spans, "cycle_time", by=("channel",))
    for column in ("numerator", "denominator", "cancelled", "open", "censored"):
        assert sum(part[column] for part in parts) == whole[column]
    for part in parts:
        assert_same(part, lasted([span for span in spans if span.dims["channel"] == part["channel"]], UNTIL))


def test_without_open_spans_the_median_is_the_one_in_the_middle() -> None:
    spans = [
        Span("cycle_time", START, START + timedelta(hours=hours), None, date(2026, 1, 1), {"channel": "edi"})
        for hours in (1, 2, 3, 4, 5)
    ]
    assert ask(spans, "cycle_time")[0]["value"] == 3
    assert survival([(time, True) for time in (1, 2, 3, 4)], (Fraction(1, 2), Fraction(1, 10))) == [2, 4]


def assert_same(told: dict[str, Any], wanted: dict[str, Any]) -> None:
    for column in ("numerator", "denominator", "censored"):
        assert told[column] == wanted[column]
    for column in ("value", "p90"):
        assert told[column] == (None if wanted[column] is None else pytest.approx(wanted[column], abs=1e-6))
