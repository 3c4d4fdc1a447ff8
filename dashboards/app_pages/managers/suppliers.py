"""Suppliers: promises kept, lead time, price and rejects side by side, the worst first; one of them opened."""

from __future__ import annotations

import streamlit as st

from dashboards import answers, sections, state
from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components import figure_choices as choices
from dashboards.components import header
from dashboards.components.supplier_table import Columns, supplier_table_html, worst_first
from dashboards.queries.errors import QueryError
from dashboards.queries.request import Where
from dashboards.sections import Labels, Shown

TITLE = "Suppliers"
LEAD = "Which suppliers keep their promises, how long they take, what they charge and what we send back."
OTIF, LEAD_TIME, PRICE = "supplier_otif", "supplier_lead_time", "price_variance"
REJECTS, CLEAN = "supplier_reject_rate", "supplier_lines_without_reject"
FIGURES = (OTIF, LEAD_TIME, PRICE, REJECTS, CLEAN)
CARDS = (OTIF, LEAD_TIME, REJECTS)


def columns_of(view: state.View, shown: Shown) -> Columns:
    """Each figure by supplier, of those that are told."""
    return {
        name: (told.kpi, {row["supplier"]: row for row in answers.by(view, told.kpi, ("supplier",))})
        for name, told in shown.items()
        if not told.is_missing
    }


def draw_table(columns: Columns, members: list[str | None], opened: str | None, labels: Labels) -> None:
    """The suppliers, and what their order means."""
    few = f"Suppliers with fewer than {fmt.SMALL_DENOMINATOR} due lines follow after the others: few say little."
    sections.draw_heading("Suppliers, the worst promise first", few)
    st.html(supplier_table_html(columns, members, labels.get("supplier", {}), opened, sections.kept_address()))


def draw_supplier(view: state.View, shown: Shown, pick: str, labels: Labels) -> None:
    """One supplier: its figures, one of them over time, and the rows behind it."""
    more: Where = (("supplier", pick),)
    name = labels.get("supplier", {}).get(pick, pick)
    sections.draw_heading(name)
    own = answers.told_all(view, [one for one in FIGURES if sections.is_told(shown, one)], more)
    whole = {one: f"All suppliers: {figs.of_row(shown[one].row, shown[one].kpi)}" for one in own}
    sections.draw_cards(view, {one: own[one] for one in CARDS if one in own}, whole)
    measure = choices.choose_one("measure", "Figure", {one: own[one].kpi.label for one in own}, "Figure")
    kpi = own[measure].kpi
    grain = choices.choose_grain(answers.grains(kpi))
    sections.draw_trend(view, kpi, grain, more)
    sections.draw_heading(f"Rows behind {kpi.label}")
    if kpi.is_conformance:
        st.caption("Behind it are purchase schedule lines, each judged by the definition in use.")
        sections.draw_promise_link(kpi, {"supplier": [pick]})
    else:
        sections.draw_behind(view, kpi, labels, more, name)


def draw_page(view: state.View) -> None:
    """All suppliers together, one by one, and one of them opened."""
    labels = answers.labels(view)
    sections.open_page(view, TITLE, LEAD, FIGURES, labels)
    try:
        shown = answers.told_all(view, FIGURES)
        columns = columns_of(view, shown)
        members = worst_first(columns, OTIF)
        names = {one: labels.get("supplier", {}).get(one, one) for one in members if one is not None}
        pick = choices.choose_opened("supplier", names)
        if pick:
            draw_supplier(view, shown, pick, labels)
        else:
            sections.draw_cards(view, {name: shown[name] for name in CARDS if name in shown})
        sections.draw_notes_of(view, shown.values())
        if not members:
            header.draw_untold(TITLE)
        else:
            draw_table(columns, members, pick, labels)
    except QueryError as error:
        header.draw_error(error)
    sections.draw_trust(view, FIGURES)


draw_page(state.current_view())
