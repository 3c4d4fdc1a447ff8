"""KPI cards: the figure with its counts, the five states behind it, and what the number means."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Definition, Kpi
from dashboards.queries.kpi import KpiAnswer


def state_bar(states: dict[str, int], what: str) -> str:
    """The five states as a bar with patterns, and as a list with marks and numbers that add up."""
    total = sum(states.values())
    spoken = ", ".join(f"{fmt.STATES[name]} {fmt.count(number)}" for name, number in states.items())
    segments = "".join(
        tag("span", "", f"ol-{name}", style=f"flex: {number} 1 0", title=f"{fmt.STATES[name]}: {fmt.count(number)}")
        for name, number in states.items()
        if number
    )
    bar = tag("div", segments, "ol-bar", role="img", aria_label=f"{fmt.count(total)} {what}: {spoken}")
    items = "".join(
        tag(
            "li",
            tag("span", "", f"ol-swatch ol-{name}", aria_hidden="true")
            + text(f"{fmt.state(name)} {fmt.count(number)}"),
            "" if number else "ol-zero",
        )
        for name, number in states.items()
    )
    return (bar if total else "") + tag("ul", items, "ol-states")


def _figure(answer: KpiAnswer, source: str) -> str:
    row = answer.rows[0]
    if answer.missing:
        needed = " and ".join(answer.missing)
        return tag("div", fmt.NO_FIGURE, "ol-value ol-none") + tag(
            "p", f"Needs <strong>{text(needed)}</strong>, which {text(source)} does not have."
        )
    value = fmt.percent(row["numerator"], row["denominator"])
    css = "ol-value" if row["denominator"] else "ol-value ol-none"
    one, many = fmt.UNITS[answer.level]
    due = f"{fmt.of(row['numerator'], row['denominator'])} due {one if row['denominator'] == 1 else many}"
    return tag("div", value, css) + tag("p", text(due), "ol-parts")


def card_html(label: str, answer: KpiAnswer, beside: KpiAnswer, source: str) -> str:
    """A card: figure and counts, the other level beside it, the states."""
    body = tag("h2", text(label)) + _figure(answer, source)
    if answer.missing:
        return tag("section", body, "ol-card", aria_label=label)
    other = beside.rows[0]
    words = f"{fmt.LEVELS[beside.level]}: {fmt.percent(other['numerator'], other['denominator'])}"
    parts = fmt.of(other["numerator"], other["denominator"])
    body += tag("p", text(f"{words}, {parts}"), "ol-beside")
    body += state_bar(answer.rows[0]["states"], fmt.UNITS[answer.level][1])
    return tag("section", body, "ol-card", aria_label=label)


def _window(definition: Definition) -> str:
    early = "any days early" if definition.days_early is None else f"at most {definition.days_early} days early"
    return f"{early}, at most {definition.days_late} days late"


def draw_meaning(kpi: Kpi, definition: Definition, answer: KpiAnswer) -> None:
    """What this number means: definition, parts, standard, the day it is booked to, the traps it avoids."""
    row: dict[str, Any] = answer.rows[0]
    facts = {
        "Measures": kpi.description,
        "Definition": f"{definition.label}: {definition.description or ''}",
        "Promise in use": fmt.promise(answer.promise_in_use, kpi.side),
        "Window": f"{_window(definition)}; under-delivery tolerated: {fmt.quantity(definition.under_tolerance)}",
        "Numerator": f"{fmt.count(row['numerator'])} met",
        "Denominator": f"{fmt.count(row['denominator'])} due, met or failed",
        "Booked to": fmt.code(kpi.booked_to, {}),
        "Standard": kpi.standard or fmt.DASH,
        "Level": fmt.LEVELS[answer.level],
    }
    items = "".join(tag("dt", text(part)) + tag("dd", text(says)) for part, says in facts.items())
    st.html(tag("dl", items, "ol-meaning"))
    if kpi.traps:
        traps = "".join(tag("li", text(trap)) for trap in kpi.traps)
        st.html(tag("p", "Kept in mind:", "ol-small") + tag("ul", traps, "ol-small"))
