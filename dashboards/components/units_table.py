"""The rows behind a figure: units with their parts and the line each came from, how many there are, all as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.figure_breakdown import member_label
from dashboards.components.markup import tag, text
from dashboards.export import to_csv
from dashboards.queries.catalogue import Kpi
from dashboards.queries.figure_units import Units

Labels = Mapping[str, Mapping[str, str]]
Rows = list[dict[str, Any]]

_SIZES = ("status", "duration", "numerator", "denominator", "balance", "flow", "currency")
_DAYS = ("booked_date", "month_end")
_INSTANTS = ("started_at", "ended_at", "cancelled_at")
_FILES = ("source_file", "source_line")
_NAMES = {
    "booked_date": "Booked to",
    "month_end": "Month end",
    "started_at": "Started",
    "ended_at": "Ended",
    "cancelled_at": "Cancelled",
    "balance": "Balance",
    "flow": "Flow",
    "currency": "Currency",
    "status": "Stands",
    "source_file": "File",
    "source_line": "Line",
}


def failed_words(kpi: Kpi) -> str:
    """What is left where only the rows that count against a figure are shown; empty where it has no such rows."""
    if kpi.kind == "duration":
        return "Only those still open"
    if kpi.unit != "ratio" or kpi.kind not in ("ratio", "product"):
        return ""
    if kpi.direction == "closer_to_zero_is_better":
        return "Only those that are off"
    return "Only those that count into it" if kpi.direction == "lower_is_better" else "Only those that count against it"


def told_words(units: Units, kpi: Kpi, only_failed: bool, only: str | None) -> str:
    """How many there are, and how many of them are shown: `500 of 1,817 orders shown, those that weigh most first`."""
    one, many = figs.level(kpi)
    kept = f", {failed_words(kpi)[0].lower()}{failed_words(kpi)[1:]}" if only_failed and failed_words(kpi) else ""
    said = f"{fmt.of(len(units.rows), units.total)} {one if units.total == 1 else many} shown{kept}"
    said += f" ({only})" if only else ""
    order = ", longest first" if kpi.kind == "duration" else ", those that weigh most first"
    more = " The download holds all of them." if len(units.rows) < units.total else ""
    return f"{said}{order if units.total > 1 else ''}.{more}"


def units_frame(rows: Rows, kpi: Kpi, labels: Labels) -> pd.DataFrame:
    """The table that readers see: one row per unit; times in the unit they read best in."""
    if not rows:
        return pd.DataFrame()
    columns: dict[str, Any] = {figs.level(kpi)[0].capitalize(): [row["unit"] for row in rows]}
    told = [*_SIZES, *_FILES, *_DAYS, *_INSTANTS, *(name for name in fmt.DIMENSIONS if name != "currency")]
    for name in told:
        if name in rows[0]:
            label, values = _column([row[name] for row in rows], name, kpi, labels)
            columns[label] = values
    return pd.DataFrame({label: values for label, values in columns.items() if label})


def _column(values: list[Any], name: str, kpi: Kpi, labels: Labels) -> tuple[str, Any]:
    """The header of a column and its values; no header where it says nothing of this KPI."""
    if name == "duration":
        return _durations(values, kpi)
    if name == "status":
        return _NAMES[name], [figs.STATUSES.get(value, value) for value in values]
    if name in _DAYS or name in _INSTANTS:
        return _NAMES[name], pd.to_datetime(values)
    if name in fmt.DIMENSIONS and name not in _NAMES:
        members = labels.get(name, {})
        return fmt.DIMENSIONS[name], [None if value is None else member_label(value, members) for value in values]
    if name in _FILES or name == "currency":
        return _NAMES[name], values
    is_sum = kpi.kind == "sum"
    header = {"numerator": "Counts" if is_sum else "Numerator", "denominator": "" if is_sum else "Denominator"}
    return header.get(name, _NAMES.get(name, "")), [None if one is None else round(float(one), 2) for one in values]


def _durations(values: list[float | None], kpi: Kpi) -> tuple[str, list[float | None]]:
    is_business = kpi.unit.startswith("business")
    hours = [None if one is None else one * (24 if kpi.unit.endswith("days") else 1) for one in values]
    is_long = max((one for one in hours if one is not None), default=0) >= figs.LONG_HOURS
    header = ("Business " if is_business else "") + ("days" if is_long else "hours")
    return header.capitalize(), [None if one is None else round(one / (24 if is_long else 1), 2) for one in hours]


def draw_units(
    units: Units, kpi: Kpi, labels: Labels, only_failed: bool, only: str | None, stem: str, every: Callable[[], Rows]
) -> None:
    """The table with its count and its export; `every` reads all rows when the file is asked for."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(tag("p", text(told_words(units, kpi, only_failed, only)), "ol-small"), width="content")
        st.download_button(
            "CSV",
            data=lambda: _file(every()),
            file_name=f"{stem}.csv",
            mime="text/csv",
            key="export-units",
            on_click="ignore",
            icon=":material/download:",
            disabled=not units.rows,
        )
    if not units.rows:
        return
    day = st.column_config.DateColumn(format="D MMM YYYY")
    instant = st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")
    number = st.column_config.NumberColumn(format="localized")
    frame = units_frame(units.rows, kpi, labels)
    kinds = {_NAMES[name]: day for name in _DAYS} | {_NAMES[name]: instant for name in _INSTANTS}
    kinds |= {label: number for label in frame.columns if frame[label].dtype == "float64"}
    st.dataframe(
        frame,
        hide_index=True,
        height=min(460, 38 + 35 * max(1, len(frame))),
        column_config=kinds,
        placeholder=fmt.DASH,
        key="units",
        alt=f"Rows behind {kpi.label}, each with the file and line it came from",
    )


def _file(rows: Rows) -> bytes:
    columns: Sequence[str] = [name for name in (rows[0] if rows else {}) if name != "order_key"]
    return to_csv(rows, columns)
