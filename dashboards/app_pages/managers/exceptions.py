"""Exceptions and cost: how many orders go wrong, by type and stage, what orders cost, and what an exception adds."""

from __future__ import annotations

import streamlit as st

from dashboards import answers, sections, state
from dashboards import format_figures as figs
from dashboards.components import figure_choices as choices
from dashboards.components import header
from dashboards.components.cost_table import by_currency, cost_table_html
from dashboards.components.figure_breakdown import member_label
from dashboards.components.pareto import by_type, draw_pareto
from dashboards.queries.errors import QueryError
from dashboards.sections import Labels, Shown

TITLE = "Exceptions and cost"
LEAD = "How many orders meet an exception, which kinds and where, and what orders and exceptions cost."
RATE, EACH, COUNT, MINUTES = "exception_rate", "exceptions_per_order", "exceptions", "exception_minutes"
COST, MULTIPLE = "cost_per_order", "exception_cost_multiple"
CARDS = ((RATE, EACH, COUNT), (MINUTES, COST, MULTIPLE))
EVERY = tuple(name for row in CARDS for name in row)
TYPES, COSTS, OVER_TIME, ROWS = "Types and stages", "What orders cost", "Over time", "Rows behind it"


def open_reason(reason: str) -> None:
    """Callback: show the exceptions of one type."""
    state.choose(show=COUNT, pick=reason, section=ROWS)


def draw_types(view: state.View, shown: Shown) -> None:
    """Exceptions by type, most first, with the stages they happen in and the minutes they took."""
    if COUNT not in shown or shown[COUNT].is_missing or not shown[COUNT].row["value"]:
        st.caption(sections.nothing_words(shown.get(COUNT), view))
        return
    rows = answers.by(view, shown[COUNT].kpi, ("reason", "step"))
    minutes = answers.by(view, shown[MINUTES].kpi, ("reason", "step")) if sections.is_told(shown, MINUTES) else []
    sections.draw_heading("Exceptions by type", "Bars and counts, most first; then the share of all so far.")
    draw_pareto(by_type(rows, minutes), int(shown[COUNT].row["value"]), open_reason)


def draw_costs(view: state.View, shown: Shown) -> None:
    """Cost per order by channel and component, then how exceptions multiply it."""
    if not sections.is_told(shown, COST):
        st.caption(sections.nothing_words(shown.get(COST), view))
        return
    rows = answers.components(view, shown[COST].kpi, ("channel",))
    for currency, of_currency in by_currency(rows).items():
        sections.draw_heading("Cost per order by channel and component", cost_words(currency))
        st.html(cost_table_html(of_currency, currency))
    if sections.is_told(shown, MULTIPLE) and shown[MULTIPLE].row["value"] is not None:
        sections.draw_heading("What an exception adds", multiple_words(shown))
        sections.draw_breakdown(view, shown[MULTIPLE].kpi, "channel", {}, None)


def cost_words(currency: str | None) -> str:
    """In which currency, and what is divided by what."""
    told = f"In {currency}" if currency else "In a currency that is not told"
    return f"{told}; each component over the orders placed in its channel, cancelled ones among them."


def multiple_words(shown: Shown) -> str:
    """The multiple in money: what matched orders cost with an exception, and would have cost without."""
    row = shown[MULTIPLE].row
    matched = row["matched_orders"]
    dear, plain = (figs.money(row[name] / matched, row["currency"]) for name in ("numerator", "denominator"))
    return (
        f"An order with an exception costs {dear} in labour, error correction and outsourced work; clean orders of the"
        f" same channel, type and size cost {plain}. {matched:,} of {row['orders_with_exception']:,} orders with an"
        " exception have such clean orders to be compared with."
    )


def draw_over_time(view: state.View, shown: Shown, is_open: bool) -> None:
    """One of the figures by period."""
    offered = {name: shown[name].kpi.label for name in EVERY if sections.is_told(shown, name)}
    name = choices.choose_one("measure", "Figure", offered, "Figure")
    grain = choices.choose_grain(answers.grains(shown[name].kpi))
    if is_open:
        sections.draw_trend(view, shown[name].kpi, grain)


def draw_rows(view: state.View, shown: Shown, labels: Labels, is_open: bool) -> None:
    """The exceptions, of one type where one is chosen; the orders that met one; the orders by cost."""
    names = {COUNT: "Exceptions", RATE: "Orders validated", COST: "Orders by cost"}
    name = sections.choose_rows(shown, names)
    if name is None:
        return
    kpi, pick = shown[name].kpi, None
    if name == COUNT:
        reasons = [row["reason"] for row in answers.by(view, kpi, ("reason",)) if row["reason"] is not None]
        pick = choices.choose_member("reason", {one: member_label(one, {}) for one in reasons})
    if is_open:
        only = f"Type: {member_label(pick, {})}" if pick else None
        sections.draw_behind(view, kpi, labels, sections.picked("reason", pick), only)


def draw_page(view: state.View) -> None:
    """How many, which, what it costs, since when, which ones."""
    labels = answers.labels(view)
    sections.open_page(view, TITLE, LEAD, EVERY, labels)
    try:
        shown = answers.told_all(view, EVERY)
        for row in CARDS:
            sections.draw_cards(view, {name: shown[name] for name in row if name in shown})
        sections.draw_notes_of(view, shown.values())
        if not any(sections.is_told(shown, name) for name in shown):
            header.draw_untold(TITLE)
        else:
            types, costs, over_time, rows = sections.tabs(TYPES, COSTS, OVER_TIME, ROWS)
            with types:
                if types.open:
                    draw_types(view, shown)
            with costs:
                if costs.open:
                    draw_costs(view, shown)
            with over_time:
                draw_over_time(view, shown, bool(over_time.open))
            with rows:
                draw_rows(view, shown, labels, bool(rows.open))
    except QueryError as error:
        header.draw_error(error)
    sections.draw_trust(view, EVERY)


draw_page(state.current_view())
