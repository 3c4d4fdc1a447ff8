"""The figure by one dimension, worst first: who and what fails most, with counts, and small numbers marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text

Rows = Sequence[dict[str, Any]]
SHOWN, MOST_SHOWN = 10, 100
# Stands for "has none" among the members, in callbacks and in the address.
NONE, NONE_LABEL = "(none)", "Not recorded"


def row_html(row: Mapping[str, Any], most: int, failures: int) -> str:
    """One member: a bar as long as its failures, counts, rate, its share of all failures."""
    failed, due = row["states"]["due_failed"], row["denominator"]
    width = 100 * failed / most if most else 0
    fill = tag("span", "", "ol-fill ol-due_failed", style=f"width: {width:.1f}%") if failed else ""
    share = f"{fmt.percent(failed, failures)} of failures" if failed else "no failure"
    few = " (few)" if 0 < due < fmt.SMALL_DENOMINATOR else ""
    cells = (
        tag("span", fill, "ol-track")
        + tag("span", f"<b>{fmt.count(failed)}</b> of {fmt.count(due)} failed", "ol-number")
        + tag("span", text(fmt.percent(row["numerator"], due) + few), "ol-number")
        + tag("span", text(share), "ol-share ol-quiet")
    )
    return tag("div", cells, "ol-row")


def draw_breakdown(rows: Rows, dimension: str, labels: Mapping[str, str], on_pick: Callable[[str], None]) -> None:
    """The members as rows; a click on a name hands its id to `on_pick`."""
    failures = sum(row["states"]["due_failed"] for row in rows)
    most = max((row["states"]["due_failed"] for row in rows), default=0)
    is_long = len(rows) > SHOWN
    shown = rows[:MOST_SHOWN] if is_long and st.session_state.get("all-rows") else rows[:SHOWN]
    with st.container(key="breakdown"):
        for number, row in enumerate(shown):
            member = NONE if row[dimension] is None else row[dimension]
            name = NONE_LABEL if member == NONE else labels.get(member, member)
            who, figures = st.columns([2, 5], vertical_alignment="center")
            key = f"row-{dimension}-{number}"
            who.button(name, key=key, type="tertiary", on_click=on_pick, args=(member,))
            figures.html(row_html(row, most, failures))
    _draw_rest(rows[len(shown) :])
    if is_long:
        all_of = "all" if len(rows) <= MOST_SHOWN else "the first"
        st.toggle(f"Show {all_of} {fmt.count(min(len(rows), MOST_SHOWN))}", key="all-rows")
    if any(0 < row["denominator"] < fmt.SMALL_DENOMINATOR for row in shown):
        said = f"(few): fewer than {fmt.SMALL_DENOMINATOR} due; the rate says little."
        st.html(tag("p", said, "ol-small"))


def _draw_rest(rest: Rows) -> None:
    if not rest:
        return
    failed, due = sum(row["states"]["due_failed"] for row in rest), sum(row["denominator"] for row in rest)
    said = f"And {fmt.count(len(rest))} more: {fmt.count(failed)} of {fmt.count(due)} failed."
    st.html(tag("p", said, "ol-small"))
