"""The figure by due month: a line of rates over bars of counts; months in which nothing fell due are gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards import format as fmt

Rows = Sequence[dict[str, Any]]

# One pair of colours that stays legible on the light and on the dark background (contrast above 3:1 on both).
MET, FAILED = "#1F87C9", "#D9641A"
MANY_MONTHS = 36
CHART_HEIGHT = 380


# Light strokes over the colour: failed stays told apart in print and without colour vision.
_HATCH = {"shape": "/", "size": 6, "solidity": 0.22, "fillmode": "overlay", "fgcolor": "rgba(255,255,255,.75)"}


def all_months(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both YYYY-MM and included."""
    (year, month), end = (int(part) for part in first.split("-")), last
    found = []
    while (text := f"{year:04}-{month:02}") <= end:
        found.append(text)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def with_gaps(rows: Rows) -> list[dict[str, Any]]:
    """The rows with the months between them that have none: no counts, no value."""
    by_month = {row["month"]: row for row in rows if row["denominator"]}
    if not by_month:
        return []
    empty = {"numerator": None, "denominator": None, "value": None}
    return [by_month.get(month, {"month": month, **empty}) for month in all_months(min(by_month), max(by_month))]


def trend_alt(rows: Rows, label: str) -> str:
    """The chart in words: its span, its ends, its lowest month."""
    told = [row for row in rows if row["denominator"]]
    if not told:
        return f"{label} by due month: nothing due."
    low = min(told, key=lambda row: row["value"])

    def said(row: dict[str, Any]) -> str:
        return f"{fmt.percent(row['numerator'], row['denominator'])} in {fmt.month(row['month'])}"

    return f"{label} by due month: {said(told[0])}, {said(told[-1])}, lowest {said(low)}."


def _hover(row: dict[str, Any], label: str) -> str:
    if not row["denominator"]:
        return f"{fmt.month(row['month'])}: nothing due"
    rate, parts = fmt.percent(row["numerator"], row["denominator"]), fmt.of(row["numerator"], row["denominator"])
    few = "<br>few: read with care" if row["denominator"] < fmt.SMALL_DENOMINATOR else ""
    return f"<b>{fmt.month(row['month'])}</b><br>{label} {rate}<br>{parts} due{few}"


def trend_figure(rows: Rows, label: str) -> go.Figure:
    """A read-only figure of rows from `with_gaps`; built without validation, which took 22 ms for five charts."""
    x = [f"{row['month']}-01" for row in rows]
    hover = [_hover(row, label) for row in rows]
    rates = [None if row["value"] is None else row["value"] * 100 for row in rows]
    symbols = ["circle-open" if (row["denominator"] or 0) < fmt.SMALL_DENOMINATOR else "circle" for row in rows]
    low = min((rate for rate in rates if rate is not None), default=0)
    shared = {"x": x, "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"}
    failed = [None if row["denominator"] is None else row["denominator"] - row["numerator"] for row in rows]
    bars = {**shared, "type": "bar", "yaxis": "y2", "hoverinfo": "skip", "hovertemplate": None}
    data = [
        {
            **shared,
            "type": "scatter",
            "mode": "lines+markers",
            "name": label,
            "y": rates,
            "connectgaps": False,
            "line": {"color": MET, "width": 2},
            "marker": {"size": 7 if len(rows) <= MANY_MONTHS else 5, "color": MET, "symbol": symbols},
        },
        {**bars, "name": "Met", "y": [row["numerator"] for row in rows], "marker": {"color": MET}},
        {**bars, "name": "Failed", "y": failed, "marker": {"color": FAILED, "pattern": _HATCH}},
    ]
    return go.Figure({"data": data, "layout": _layout(max(0, low - 8) - 2, x)}, _validate=False)


def _layout(low: float, x: Sequence[str]) -> dict[str, Any]:
    return {
        "height": CHART_HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "barmode": "stack",
        "bargap": 0.25,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "xaxis": {
            "anchor": "y2",
            "type": "date",
            "tickformat": "%b %Y",
            "hoverformat": "%b %Y",
            "nticks": min(12, max(2, len(x))),
            "showgrid": False,
        },
        "yaxis": {
            "domain": [0.42, 1],
            "range": [low, 101.5],
            "ticksuffix": "%",
            "automargin": True,
            "gridcolor": "rgba(128,138,150,.25)",
            "nticks": 5,
        },
        "yaxis2": {
            "domain": [0, 0.32],
            "anchor": "x",
            "automargin": True,
            "gridcolor": "rgba(128,138,150,.25)",
            "nticks": 3,
            "separatethousands": True,
        },
    }
