"""What goes wrong most: counts by type and stage with their running share; they add up to the figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.breakdown import NONE
from dashboards.components.figure_breakdown import member_label
from dashboards.components.markup import tag, text

Rows = Sequence[Mapping[str, Any]]


def by_type(rows: Rows, minutes: Rows) -> list[dict[str, Any]]:
    """One row per type: count, stages it happens in, minutes, most first."""
    found: dict[Any, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: -row["numerator"]):
        one = found.setdefault(row["reason"], {"reason": row["reason"], "count": 0, "stages": [], "minutes": 0.0})
        one["count"] += row["numerator"]
        one["stages"].append((member_label(row["step"], {}), row["numerator"]))
    for row in minutes:
        if row["reason"] in found:
            found[row["reason"]]["minutes"] += float(row["numerator"] or 0)
    return sorted(found.values(), key=lambda one: (-one["count"], str(one["reason"])))


def row_html(one: Mapping[str, Any], most: int, so_far: int, total: int) -> str:
    """One type: bar, count, running share, stages, minutes."""
    fill = tag("span", "", "ol-fill ol-due_failed", style=f"width: {100 * one['count'] / most:.1f}%")
    stages = ", ".join(name if len(one["stages"]) == 1 else f"{name} {count:,}" for name, count in one["stages"])
    minutes = f"{figs.value(one['minutes'], 'count')} min" if one["minutes"] else fmt.DASH
    cells = (
        tag("span", fill, "ol-track")
        + tag("span", f"<b>{fmt.count(one['count'])}</b>", "ol-number")
        + tag("span", text(f"{fmt.percent(so_far, total)} so far"), "ol-number ol-quiet")
        + tag("span", text(minutes), "ol-number ol-share")
        + tag("span", text(stages), "ol-quiet ol-share")
    )
    return tag("div", cells, "ol-row ol-pareto")


def draw_pareto(types: Sequence[Mapping[str, Any]], total: int, on_pick: Callable[[str], None]) -> None:
    """The types as rows; a click on a name hands its code to `on_pick`. Says that the counts add up."""
    most = max((one["count"] for one in types), default=0)
    so_far = 0
    with st.container(key="breakdown"):
        for number, one in enumerate(types):
            so_far += one["count"]
            who, figures = st.columns([2, 6], vertical_alignment="center")
            member = NONE if one["reason"] is None else one["reason"]
            label = member_label(one["reason"], {})
            who.button(label, key=f"row-reason-{number}", type="tertiary", on_click=on_pick, args=(member,))
            figures.html(row_html(one, most, so_far, total))
    said = f"{fmt.plural(len(types), 'type', 'types')}, {fmt.of(so_far, total)} exceptions."
    st.html(tag("p", text(said if so_far == total else f"{said} They do not add up: please report this."), "ol-small"))
