"""How long things stay open: the share still open after a time, and the share that was cancelled by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards import format_figures as figs
from dashboards.components.figure_trend import WAITING, axis_suffix, scaled
from dashboards.components.trend import FAILED, MET
from dashboards.queries.catalogue import Kpi

Rows = Sequence[Mapping[str, Any]]
SURVIVAL_HEIGHT = 340
_GRID = "rgba(128,138,150,.25)"


def open_after(points: Rows, time: float) -> float:
    """The share still open after a time."""
    passed = [one["survival"] for one in points if one["t"] <= time]
    return float(passed[-1]) if passed else 1.0


def survival_alt(points: Rows, row: Mapping[str, Any], kpi: Kpi) -> str:
    """The curve in words: where it starts, halves, reaches a tenth and ends."""
    if not points:
        return f"{kpi.label}: nothing has ended yet."
    last = points[-1]
    said = [f"{figs.value(1.0, 'ratio')} open at the start"]
    said += [f"half after {figs.value(row['value'], kpi.unit)}"] if row["value"] is not None else []
    said += [f"one in ten after {figs.value(row['p90'], kpi.unit)}"] if row["p90"] is not None else []
    said += [f"{figs.value(last['survival'], 'ratio')} after {figs.value(last['t'], kpi.unit)}"]
    return f"{kpi.label}, share still open: {', '.join(said)}."


def survival_figure(points: Rows, row: Mapping[str, Any], kpi: Kpi) -> go.Figure:
    """A read-only step curve with the median and the 90th percentile marked."""
    times = [0.0, *(scaled(one["t"], kpi) for one in points)]
    hover = [
        f"after {figs.value(one['t'], kpi.unit)}: {figs.value(one['survival'], 'ratio')} still open,"
        f" {one['at_risk']:,} at risk"
        for one in points
    ]
    curve = {
        **{"type": "scatter", "mode": "lines", "name": "Still open", "x": times},
        "y": [100.0, *(100 * one["survival"] for one in points)],
        "line": {"shape": "hv", "color": MET, "width": 2.5},
        "customdata": ["at the start: all open", *hover],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    cancelled = {
        **{"type": "scatter", "mode": "lines", "name": "Cancelled by then", "x": times},
        "y": [0.0, *(100 * one["cancelled"] for one in points)],
        "line": {"shape": "hv", "color": WAITING, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }
    marked = [(row["value"], 50, "median"), (row["p90"], 10, "90%")]
    marks = [(scaled(time, kpi), level, name) for time, level, name in marked if time is not None]
    dots = {
        **{"type": "scatter", "mode": "markers+text", "name": "Median and 90%", "hoverinfo": "skip"},
        "x": [time for time, _, _ in marks],
        "y": [level for _, level, _ in marks],
        "text": [f"{name}: {time:,.1f}{axis_suffix(kpi)}" for time, _, name in marks],
        "textposition": "top right",
        "marker": {"color": FAILED, "size": 9, "symbol": "diamond"},
    }
    return go.Figure({"data": [curve, cancelled, dots], "layout": _layout(kpi, points, row)}, _validate=False)


def _layout(kpi: Kpi, points: Rows, row: Mapping[str, Any]) -> dict[str, Any]:
    # The last few that take very long would press the rest of the curve to the left.
    far = scaled(min(points[-1]["t"], 3 * (row["p90"] or points[-1]["t"])), kpi)
    return {
        "height": SURVIVAL_HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {
            **{"range": [0, far], "ticksuffix": axis_suffix(kpi), "showgrid": False, "nticks": 8, "automargin": True},
            "title": {"text": "time since the start", "standoff": 4},
        },
        "yaxis": {"range": [0, 103], "ticksuffix": "%", "gridcolor": _GRID, "nticks": 5, "automargin": True},
    }
