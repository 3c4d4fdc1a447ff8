"""A figure by the members of a dimension: bar, value, parts; each name leads down to the rows behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.breakdown import MOST_SHOWN, NONE, NONE_LABEL, SHOWN
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi

Rows = Sequence[dict[str, Any]]
CODES = {"edi": "EDI", "api": "API", "fax": "Fax", "csv": "CSV", "pdf": "PDF", "xml": "XML"}
_CODE = re.compile(r"[a-z][a-z -]+")


def bar_words(kpi: Kpi) -> str:
    """What the bars are as long as."""
    if kpi.kind in ("ratio", "conformance") and kpi.unit == "ratio":
        return "what counts against it" if kpi.direction == "higher_is_better" else "what counts into it"
    return f"the {'median' if kpi.kind == 'duration' else 'figure'}"


def length(row: Mapping[str, Any], kpi: Kpi) -> float:
    """The length of a bar before it is scaled."""
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if kpi.kind in ("ratio", "conformance") and kpi.unit == "ratio":
        if numerator is None:
            return 0
        return float(numerator if kpi.direction == "lower_is_better" else (denominator or 0) - numerator)
    return abs(float(row["value"] or 0))


def row_html(row: Mapping[str, Any], kpi: Kpi, most: float) -> str:
    """One member: its bar, its value, what it is made of."""
    width = 100 * length(row, kpi) / most if most else 0
    colour = "ol-told" if bar_words(kpi).startswith("the") else "ol-due_failed"
    fill = tag("span", "", f"ol-fill {colour}", style=f"width: {width:.1f}%") if width else ""
    few = " (few)" if figs.is_few(row, kpi) else ""
    parts = figs.parts(row, kpi)
    if kpi.kind == "duration":
        parts = f"90% within {figs.value(row['p90'], kpi.unit) if row['p90'] else fmt.DASH}; {parts}"
    cells = (
        tag("span", fill, "ol-track")
        + tag("span", f"<b>{text(figs.of_row(row, kpi))}</b>{few}", "ol-number")
        + tag("span", text(parts), "ol-number ol-quiet")
    )
    return tag("div", cells, "ol-row ol-figures")


def member_label(member: Any, labels: Mapping[str, str]) -> str:
    """A member by name; a code in lower case as words that begin with a capital."""
    if member is None or member == NONE:
        return NONE_LABEL
    words = labels.get(str(member)) or CODES.get(str(member)) or fmt.code(member, {})
    return words.capitalize() if _CODE.fullmatch(words) else words


def draw_figure_breakdown(
    rows: Rows, kpi: Kpi, dimension: str, labels: Mapping[str, str], on_pick: Callable[[str], None] | None
) -> None:
    """The members as rows; a click on a name hands its id to `on_pick`."""
    is_long = len(rows) > SHOWN
    shown = rows[:MOST_SHOWN] if is_long and st.session_state.get("all-figures") else rows[:SHOWN]
    order = "most first"
    if dimension == "step":
        order = f"in the order of {'horizons' if figs.dimension(kpi, dimension) == 'Horizon' else 'the process'}"
    st.html(tag("p", text(f"Bars: {bar_words(kpi)}, {order}."), "ol-small"))
    most = max((length(row, kpi) for row in rows), default=0)
    with st.container(key="breakdown"):
        for number, row in enumerate(shown):
            member = NONE if row[dimension] is None else row[dimension]
            who, figures = st.columns([2, 5], vertical_alignment="center")
            name = member_label(member, labels)
            if on_pick is None:
                who.html(tag("p", text(name), "ol-name"))
            else:
                who.button(name, key=f"row-{dimension}-{number}", type="tertiary", on_click=on_pick, args=(member,))
            figures.html(row_html(row, kpi, most))
    if is_long:
        all_of = "all" if len(rows) <= MOST_SHOWN else "the first"
        rest = f" of {fmt.count(len(rows))}" if len(rows) > MOST_SHOWN else ""
        st.toggle(f"Show {all_of} {fmt.count(min(len(rows), MOST_SHOWN))}{rest}", key="all-figures")
    if any(figs.is_few(row, kpi) for row in shown):
        said = f"(few): fewer than {fmt.SMALL_DENOMINATOR}; the figure says little."
        st.html(tag("p", text(said), "ol-small"))
