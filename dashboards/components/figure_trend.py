"""A figure over time: a line of values over bars of what it rests on; periods without data are gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards import format_figures as figs
from dashboards.components.trend import FAILED, MANY_MONTHS, MET
from dashboards.queries.catalogue import Kpi

Rows = Sequence[dict[str, Any]]

TREND_HEIGHT = 340
WAITING = "#7D858E"
_GRID = "rgba(128,138,150,.25)"
_HATCH = {"shape": "/", "size": 6, "solidity": 0.22, "fillmode": "overlay", "fgcolor": "rgba(255,255,255,.75)"}


def scaled(value: float | None, kpi: Kpi) -> float | None:
    """A value on the axis of its chart: shares in percent, long times in days."""
    if value is None:
        return None
    return 100 * value if kpi.unit == "ratio" else float(value) / _per(kpi)


def _per(kpi: Kpi) -> int:
    return 24 if kpi.unit == "hours" else 1


def axis_suffix(kpi: Kpi) -> str:
    """What is written after a number on the axis."""
    return {"ratio": "%", "hours": " d", "days": " d", "business_hours": " h"}.get(kpi.unit, "")


def figure_alt(rows: Rows, kpi: Kpi, grain: str) -> str:
    """The chart in words: its ends, its lowest and its highest period."""
    told = [row for row in rows if row["value"] is not None]
    if not told:
        return f"{kpi.label} by {grain}: no data."

    def said(row: dict[str, Any]) -> str:
        return f"{figs.of_row(row, kpi)} in {figs.period(row[grain], grain)}"

    low, high = (pick(told, key=lambda row: row["value"]) for pick in (min, max))
    return f"{kpi.label} by {grain}: {said(told[0])}, {said(told[-1])}, lowest {said(low)}, highest {said(high)}."


def _hover(row: dict[str, Any], kpi: Kpi, grain: str) -> str:
    when = figs.period(row[grain], grain)
    if row["value"] is None and not row["denominator"]:
        return f"{when}: no data"
    lines = [f"<b>{when}</b>", f"{kpi.label} {figs.of_row(row, kpi)}", figs.parts(row, kpi)]
    lines += ["can still change"] if row.get("mature") is False else []
    lines += ["few: read with care"] if figs.is_few(row, kpi) else []
    return "<br>".join(line for line in lines if line)


def figure_over_time(rows: Rows, kpi: Kpi, grain: str) -> go.Figure:
    """A read-only figure of rows from `with_gaps`."""
    x = [figs.period(row[grain], grain) for row in rows]
    hover = [_hover(row, kpi, grain) for row in rows]
    shared = {"x": x, "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"}
    values = [scaled(row["value"], kpi) for row in rows]
    if kpi.kind == "sum":
        data = [{**shared, "type": "bar", "name": kpi.label, "y": values, "marker": {"color": MET}}]
        return go.Figure({"data": data, "layout": _layout(kpi, x, False, values)}, _validate=False)
    is_open = [figs.is_few(row, kpi) or row.get("mature") is False for row in rows]
    line = {
        **shared,
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Median" if kpi.kind == "duration" else kpi.label,
        "y": values,
        "connectgaps": False,
        "line": {"color": MET, "width": 2},
        "marker": {
            "size": 7 if len(rows) <= MANY_MONTHS else 4,
            "color": MET,
            "symbol": ["circle-open" if one else "circle" for one in is_open],
        },
    }
    data = [line, *_high(rows, kpi, x), *_bars(rows, kpi, x)]
    return go.Figure({"data": data, "layout": _layout(kpi, x, len(data) > 1, values)}, _validate=False)


def _high(rows: Rows, kpi: Kpi, x: Sequence[str]) -> list[dict[str, Any]]:
    if kpi.kind != "duration":
        return []
    y = [scaled(row.get("p90"), kpi) for row in rows]
    dashed = {"color": FAILED, "width": 1.5, "dash": "dot"}
    return [
        {
            **{"type": "scatter", "mode": "lines+markers", "name": "90% within", "x": x, "y": y, "line": dashed},
            **{"marker": {"size": 5, "symbol": "diamond"}, "connectgaps": False, "hoverinfo": "skip"},
        }
    ]


def _bars(rows: Rows, kpi: Kpi, x: Sequence[str]) -> list[dict[str, Any]]:
    shared = {"type": "bar", "yaxis": "y2", "x": x, "hoverinfo": "skip"}
    if kpi.kind == "duration":
        names = (("numerator", "Ended", MET), ("open", "Still open", FAILED), ("cancelled", "Cancelled", WAITING))
        return [
            {
                **shared,
                "name": label,
                "y": [row.get(name) for row in rows],
                "marker": {"color": colour, **({"pattern": _HATCH} if name == "open" else {})},
            }
            for name, label, colour in names
        ]
    if kpi.kind not in ("ratio", "conformance"):
        return []
    counted = [None if row["denominator"] is None else float(row["denominator"]) for row in rows]
    return [{**shared, "name": figs.counted(kpi), "y": counted, "marker": {"color": WAITING}}]


def _layout(kpi: Kpi, x: Sequence[str], has_bars: bool, values: Sequence[float | None]) -> dict[str, Any]:
    told = [value for value in values if value is not None]
    low, high = min(told, default=0), max(told, default=0)
    is_share = kpi.unit == "ratio" and kpi.kind in ("ratio", "conformance", "product")
    bottom = max(0, low - 8)
    axis = {
        "automargin": True,
        "gridcolor": _GRID,
        "nticks": 5,
        "ticksuffix": axis_suffix(kpi),
        "separatethousands": True,
    }
    axis |= {"range": [bottom - 2, 101.5]} if is_share and low > 40 and high <= 100 else {"rangemode": "tozero"}
    layout: dict[str, Any] = {
        "height": TREND_HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "barmode": "stack",
        "bargap": 0.25,
        "hovermode": "x unified",
        "showlegend": has_bars,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "xaxis": {"type": "category", "nticks": min(12, max(2, len(x))), "showgrid": False, "automargin": True},
        "yaxis": axis,
    }
    if has_bars:
        layout["xaxis"]["anchor"] = "y2"
        layout["yaxis"]["domain"] = [0.4, 1]
        layout["yaxis2"] = {
            **{"domain": [0, 0.3], "anchor": "x", "automargin": True, "gridcolor": _GRID, "nticks": 3},
            "separatethousands": True,
        }
    return layout
