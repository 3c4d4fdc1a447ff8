"""Charts of figures, built once per build, question and reader, and shared read-only."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboards import answers, cache
from dashboards.components.figure_trend import figure_alt, figure_over_time
from dashboards.components.survival import survival_alt, survival_figure
from dashboards.periods import with_gaps
from dashboards.queries.catalogue import Kpi
from dashboards.queries.request import KpiRequest, Scope, Where
from dashboards.state import View

Chart = tuple[go.Figure | None, str]


def over_time(view: View, kpi: Kpi, grain: str, more: Where = ()) -> Chart:
    """A figure by period and the same in words; None where no period has data."""
    return _over_time(*view.place, answers.request(view, kpi, more, grain=grain), kpi, view.scope)


@st.cache_resource(show_spinner=False, max_entries=256)
def _over_time(home: str, build_id: str, asked: KpiRequest, kpi: Kpi, scope: Scope) -> Chart:
    grain = asked.grain or "month"
    rows = with_gaps(cache.answer(home, build_id, asked, scope).rows, grain)
    return (figure_over_time(rows, kpi, grain) if rows else None), figure_alt(rows, kpi, grain)


def still_open(view: View, kpi: Kpi, more: Where = ()) -> Chart:
    """The share still open after a time, and the same in words; None where nothing has ended."""
    return _still_open(*view.place, answers.request(view, kpi, more), kpi, view.scope)


@st.cache_resource(show_spinner=False, max_entries=64)
def _still_open(home: str, build_id: str, asked: KpiRequest, kpi: Kpi, scope: Scope) -> Chart:
    row: dict[str, Any] = cache.answer(home, build_id, asked, scope).rows[0]
    points = row.get("survival") or []
    return (survival_figure(points, row, kpi) if points else None), survival_alt(points, row, kpi)
