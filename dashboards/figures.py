"""What the delivery-promise page reads: figures at two levels, charts, the obligations behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards import cache
from dashboards.components.obligations import SHOWN_STATES, in_states, obligations_frame
from dashboards.components.trend import trend_alt, trend_figure, with_gaps
from dashboards.queries.catalogue import MEASURES, Kpi
from dashboards.queries.dimensions import is_constant
from dashboards.queries.kpi import KpiAnswer
from dashboards.queries.request import Scope, Where
from dashboards.state import Filters, View

OTHER_LEVEL = {"schedule_line": "order", "order": "schedule_line"}


@dataclass(frozen=True)
class Measure:
    """One KPI of the page: its figure at the level asked for, and beside it at the other."""

    kpi: Kpi
    label: str
    answer: KpiAnswer
    beside: KpiAnswer

    @property
    def states(self) -> dict[str, int]:
        """The five states in schedule lines, whatever level is asked for; empty without a figure."""
        shown = self.answer if self.answer.level == "schedule_line" else self.beside
        return shown.rows[0].get("states") or {}


@dataclass(frozen=True)
class Drill:
    """The obligations behind a figure: `rows` in the chosen states, `frame` to show, and how many the KPI counts."""

    rows: list[dict[str, Any]]
    frame: pd.DataFrame
    expected: int
    every: list[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """One obligation with its verdict under the definition, and whether the present filters hold it."""

    row: dict[str, Any]
    judged: dict[str, Any] | None
    is_listed: bool


def measures(view: View) -> dict[str, Measure]:
    """OTIF, on time and in full by measure, in that order; QueryError where the question cannot be answered."""
    known = {kpi.measure: kpi for kpi in cache.kpis(*view.place) if kpi.side == view.filters.side}
    level = view.filters.level
    return {
        measure: Measure(
            kpi=known[measure],
            label=known[measure].label,
            answer=cache.answer(*view.place, view.filters.kpi_request(known[measure].kpi, level), view.scope),
            beside=cache.answer(
                *view.place, view.filters.kpi_request(known[measure].kpi, OTHER_LEVEL[level]), view.scope
            ),
        )
        for measure in MEASURES
        if measure in known
    }


def monthly(view: View, measure: Measure) -> tuple[go.Figure | None, str]:
    """The trend as a shared read-only figure, None where nothing fell due, and the same in words."""
    return _trend_figure(*view.place, view.filters, measure.kpi.kpi, measure.label, view.scope)


@st.cache_resource(show_spinner=False, max_entries=256)
def _trend_figure(
    home: str, build_id: str, filters: Filters, kpi: str, label: str, scope: Scope
) -> tuple[go.Figure | None, str]:
    rows = with_gaps(cache.trend(home, build_id, filters.kpi_request(kpi), scope))
    return (trend_figure(rows, label) if rows else None), trend_alt(rows, label)


def breakdown_level(view: View, dimension: str) -> str:
    """The level a breakdown is told at: the one asked for, unless an order can have several of the dimension."""
    level = view.filters.level
    return level if is_constant(dimension, level, view.filters.side) else "schedule_line"


def broken_down(view: View, measure: Measure, dimension: str) -> list[dict[str, Any]]:
    """The figure by a dimension, most failures first."""
    request = view.filters.kpi_request(measure.kpi.kpi, breakdown_level(view, dimension))
    return cache.breakdown(*view.place, request, dimension, view.scope)


def drill(view: View, measure: Measure, states: str, more: Where) -> Drill:
    """The obligations in the chosen states, narrowed by `more`, beside the count that the KPI itself gives."""
    return _drill(*view.place, view.filters, measure.kpi.kpi, states, more, view.scope)


@st.cache_resource(show_spinner=False, max_entries=32)
def _drill(home: str, build_id: str, filters: Filters, kpi: str, states: str, more: Where, scope: Scope) -> Drill:
    found = cache.obligations(home, build_id, filters.obligations_request(kpi, more), scope)
    counted = cache.answer(home, build_id, filters.kpi_request(kpi, "schedule_line", more), scope).rows[0]["states"]
    rows = in_states(found.rows, states)
    expected = sum(counted.get(name, 0) for name in SHOWN_STATES[states])
    return Drill(rows, obligations_frame(rows, filters.side), expected, found.rows)


def find(view: View, measure: Measure, name: str, listed: list[dict[str, Any]]) -> Found | None:
    """One obligation by its name order/line/schedule, judged as of the page's as-of; None where there is none."""
    one = cache.obligation(*view.place, view.company.source_system, view.filters.side, name, view.scope)
    if one is None:
        return None
    key = one["obligation_key"]
    judged = next((row for row in listed if row["obligation_key"] == key), None)
    if judged is not None:
        return Found(one, judged, True)
    bare = Filters(view.filters.source, view.filters.definition, as_of=view.filters.as_of, side=view.filters.side)
    everything = cache.obligations(*view.place, bare.obligations_request(measure.kpi.kpi), view.scope)
    return Found(one, next((row for row in everything.rows if row["obligation_key"] == key), None), False)
