"""The figure by one dimension, worst first: who and what fails most, with counts, and small numbers marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text

Rows = Sequence[dict[str, Any]]
SHOWN = 10
NONE_LABEL = "Not recorded"


def row_html(row: Mapping[str, Any], most: int, failures: int) -> str:
    """One member: a bar as long as its failures, counts, rate, its share of all failures."""
    failed, due = row["states"]["due_failed"], row["denominator"]
    width = 100 * failed / most if most else 0
    bar = tag("span", tag("span", "", "ol-fill ol-due_failed", style=f"width: {width:.1f}%") if failed else "", "ol-track")
    few = " (few)" if 0 < due < fmt.SMALL_DENOMINATOR else ""
    share = fmt.percent(failed, failures) if failures else fmt.DASH
    return tag(
        "div",
        bar
        + tag("span", f"<b>{fmt.count(failed)}</b> of {fmt.count(due)} failed", "ol-number")
        + tag("span", text(fmt.percent(row["numerator"], due)), "ol-number")
        + tag("span", text(f"{share} of failures{few}" if not few else f"{share}{few}"), "ol-share ol-quiet"),
        "ol-row",
    )


def draw_breakdown(rows: Rows, dimension: str, labels: Mapping[str, str], on_pick: Callable[[str], None]) -> None:
    """The members as rows; a click on a name hands its id to `on_pick`."""
    failures = sum(row["states"]["due_failed"] for row in rows)
    most = max((row["states"]["due_failed"] for row in rows), default=0)
    is_long = len(rows) > SHOWN
    shown = rows if is_long and st.session_state.get("all-rows") else rows[:SHOWN]
    with st.container(key="breakdown"):
        for number, row in enumerate(shown):
            identifier = row[dimension]
            name = NONE_LABEL if identifier is None else labels.get(identifier, identifier)
            who, figures = st.columns([2, 5], vertical_alignment="center")
            who.button(name, key=f"row-{dimension}-{number}", type="tertiary", on_click=on_pick, args=(identifier or "",))
            figures.html(row_html(row, most, failures))
    rest = rows[len(shown) :]
    if rest:
        failed, due = sum(row["states"]["due_failed"] for row in rest), sum(row["denominator"] for row in rest)
        st.html(tag("p", text(f"And {fmt.count(len(rest))} more: {fmt.count(failed)} of {fmt.count(due)} failed."), "ol-small"))
    if is_long:
        st.toggle(f"Show all {fmt.count(len(rows))}", key="all-rows")
    if any(0 < row["denominator"] < fmt.SMALL_DENOMINATOR for row in shown):
        st.html(tag("p", f"(few): fewer than {fmt.SMALL_DENOMINATOR} due; the rate says little.", "ol-small"))
