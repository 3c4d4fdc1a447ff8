"""Under any data: states add up, roll-ups sum to the total, OTIF never exceeds its parts, rows prove the figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.queries.dimensions import DIMENSIONS, is_constant
from dashboards.queries.kpi import KpiRequest, answer
from dashboards.queries.obligations import ObligationsRequest, list_obligations
from tests.builders import BuildRows, Obligation, memory_build

FIRST = date(2026, 1, 25)
DAYS = st.integers(0, 14).map(lambda offset: FIRST + timedelta(days=offset))
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin"])


@st.composite
def obligations_of_some_orders(draw: st.DrawFn) -> list[Obligation]:
    found = []
    for order in range(draw(st.integers(1, 5))):
        of_order = {
            "customer": draw(st.sampled_from(["C1", "C2", None])),
            "region": draw(st.sampled_from(["EU", "US"])),
            "zone": draw(ZONES),
        }
        for line in range(draw(st.integers(1, 3))):
            of_line = {"product": draw(st.sampled_from(["P1", "P2"])), "site": draw(st.sampled_from(["S1", "S2"]))}
            for schedule in range(draw(st.integers(1, 2))):
                found.append(
                    Obligation(
                        f"O{order}",
                        str(line),
                        str(schedule),
                        due=draw(st.one_of(st.none(), DAYS)),
                        quantity=draw(st.one_of(st.none(), st.integers(1, 5))),
                        arrivals=tuple(draw(st.lists(st.tuples(DAYS, st.integers(0, 6)), max_size=3))),
                        cancelled=draw(st.one_of(st.none(), st.tuples(DAYS, st.sampled_from(["customer", "us"])))),
                        mode=draw(st.sampled_from(["road", "air", None])),
                        **of_order,
                        **of_line,
                    )
                )
    return found


LEVELS = st.sampled_from(["schedule_line", "line", "order"])
KPIS = st.sampled_from(["otif", "on_time", "in_full"])
BUILDS = obligations_of_some_orders().map(lambda found: BuildRows(found, definition_ids=["default"], events=[]))
COUNTED = {
    "schedule_line": lambda one: one.obligation_key,
    "line": lambda one: one.line_key,
    "order": lambda one: one.order_key,
}
quick = settings(max_examples=20, deadline=None)


def totals(rows: list[dict[str, Any]]) -> tuple[Any, Any, Counter[str]]:
    states: Counter[str] = Counter()
    for row in rows:
        states.update(row["states"])
    return sum(row["numerator"] for row in rows), sum(row["denominator"] for row in rows), states


@quick
@given(BUILDS, LEVELS, KPIS, DAYS)
def test_the_five_states_add_up_to_what_there_is_at_every_as_of(
    rows: BuildRows, level: str, kpi: str, as_of: date
) -> None:
    row = answer(memory_build(rows), KpiRequest(kpi, level=level, as_of=as_of.isoformat())).rows[0]
    assert sum(row["states"].values()) == len({COUNTED[level](one) for one in rows.obligations})
    assert row["numerator"] == row["states"]["due_met"]
    assert row["denominator"] == row["states"]["due_met"] + row["states"]["due_failed"]


@quick
@given(BUILDS, LEVELS, KPIS, DAYS)
def test_every_roll_up_sums_to_the_total(rows: BuildRows, level: str, kpi: str, as_of: date) -> None:
    con = memory_build(rows)
    request = KpiRequest(kpi, level=level, as_of=as_of.isoformat())
    total = totals(answer(con, request).rows)
    allowed = [name for name in DIMENSIONS if is_constant(name, level, "sales")]
    for by in [(name,) for name in allowed] + [tuple(allowed)]:
        assert totals(answer(con, replace(request, by=by)).rows) == total


@quick
@given(BUILDS, DAYS)
def test_units_and_value_sum_to_the_total_and_never_exceed_what_was_ordered(rows: BuildRows, as_of: date) -> None:
    con = memory_build(rows)
    for level in ("unit", "value"):
        request = KpiRequest("otif", level=level, as_of=as_of.isoformat())
        numerator, denominator, states = totals(answer(con, request).rows)
        assert numerator <= denominator
        assert totals(answer(con, replace(request, by=("product", "mode"))).rows) == (numerator, denominator, states)
        assert isinstance(answer(con, request).rows[0]["numerator"], Decimal)


@quick
@given(BUILDS, LEVELS, DAYS)
def test_otif_never_exceeds_on_time_or_in_full(rows: BuildRows, level: str, as_of: date) -> None:
    con = memory_build(rows)
    figures = {
        kpi: answer(con, KpiRequest(kpi, level=level, as_of=as_of.isoformat())).rows[0]
        for kpi in ("otif", "on_time", "in_full")
    }
    assert figures["otif"]["numerator"] <= min(figures["on_time"]["numerator"], figures["in_full"]["numerator"])
    assert len({figure["denominator"] for figure in figures.values()}) == 1


@quick
@given(BUILDS, KPIS, DAYS, st.sampled_from([(), (("product", "P1"),), (("customer", "C1"), ("mode", "road"))]))
def test_the_rows_behind_a_figure_add_up_to_it(
    rows: BuildRows, kpi: str, as_of: date, where: tuple[tuple[str, str], ...]
) -> None:
    con = memory_build(rows)
    figure = answer(con, KpiRequest(kpi, as_of=as_of.isoformat(), where=where)).rows[0]
    listed = list_obligations(con, ObligationsRequest(kpi=kpi, as_of=as_of.isoformat(), where=where)).rows
    assert Counter(row["state"] for row in listed) == Counter({k: v for k, v in figure["states"].items() if v})


@quick
@given(BUILDS, DAYS, st.sampled_from(["P1", "P2"]))
def test_a_filter_never_changes_whether_an_order_was_met(rows: BuildRows, as_of: date, product: str) -> None:
    con = memory_build(rows)
    request = KpiRequest("otif", level="order", as_of=as_of.isoformat())
    holding = {one.order_key for one in rows.obligations if one.product == product}
    filtered = answer(con, replace(request, where=(("product", product),))).rows[0]["states"]
    without = BuildRows(
        [one for one in rows.obligations if one.order_key in holding], definition_ids=["default"], events=[]
    )
    assert filtered == answer(memory_build(without), request).rows[0]["states"]
