"""First-pass and rolled yield side by side: why they differ, which step costs them, which orders failed."""

from __future__ import annotations

import streamlit as st

from dashboards import answers, sections, state
from dashboards import format_figures as figs
from dashboards.components import figure_choices as choices
from dashboards.components import header
from dashboards.components.ladder import pairs_html, step_ladder_html
from dashboards.queries.errors import QueryError
from dashboards.sections import Labels, Shown

TITLE = "First-pass and rolled yield"
LEAD = "How many orders go through right the first time, and how many without a person's hand."
FIRST, ROLLED, STRAIGHT, ERRORS, STEPS = (
    "first_pass_yield",
    "rolled_throughput_yield",
    "straight_through_rate",
    "entry_error_rate",
    "step_yield",
)
CARDS = (FIRST, ROLLED, STRAIGHT, ERRORS)
EVERY = (*CARDS, STEPS)
WHERE, OVER_TIME, ROWS = "Where it is lost", "Over time", "Rows behind it"


def draw_difference(shown: Shown) -> None:
    """Why the two yields are not the same number."""
    if not (sections.is_told(shown, FIRST) and sections.is_told(shown, ROLLED)):
        return
    first, rolled = shown[FIRST].row["value"], shown[ROLLED].row["value"]
    if first is None or rolled is None:
        return
    words = {1: "above", -1: "below", 0: "the same as"}[(first > rolled) - (first < rolled)]
    apart = f"{figs.change(first, rolled, 'ratio')} {words}" if first != rolled else words
    sections.draw_said(
        f"First-pass yield is {apart} rolled yield. First-pass yield asks each finished order whether anything at all"
        " went wrong: rework, an exception, a correction. Rolled yield multiplies the yields of the steps, which is the"
        " chance of passing all of them only if each step failed independently of the others. Where the same orders"
        " fail at several steps, rolled yield is the lower one; where orders fail by exceptions and corrections"
        " outside the steps, first-pass yield is."
    )


def draw_where(view: state.View, shown: Shown) -> None:
    """Steps in the order of the process, then what people had to do or mend by channel and format."""
    if STEPS in shown:
        sections.draw_heading("Steps, in the order of the process")
        told = shown[STEPS]
        first = [one["step"] for one in shown[ROLLED].row.get("steps") or ()] if ROLLED in shown else []
        rows = [] if told.is_missing else answers.in_process_order(answers.by(view, told.kpi, ("step",)), first)
        if rows:
            st.html(step_ladder_html(rows, told.kpi))
        else:
            st.caption(sections.nothing_words(told, view))
    for name in (STRAIGHT, ERRORS):
        if sections.is_told(shown, name):
            kpi = shown[name].kpi
            sections.draw_heading(f"{kpi.label} by channel and format")
            st.html(pairs_html(answers.by(view, kpi, ("channel", "format")), kpi, "channel", "format"))


def draw_over_time(view: state.View, shown: Shown, is_open: bool) -> None:
    """One of the yields by period."""
    offered = {name: shown[name].kpi.label for name in (*CARDS, STEPS) if sections.is_told(shown, name)}
    name = choices.choose_one("measure", "Figure", offered, "Figure")
    grain = choices.choose_grain(answers.grains(shown[name].kpi))
    if is_open:
        sections.draw_trend(view, shown[name].kpi, grain)


def draw_rows(view: state.View, shown: Shown, labels: Labels, is_open: bool) -> None:
    """The orders that were not first-pass, not straight through or entered wrongly, or the passages with rework."""
    names = {
        FIRST: "First-pass: orders",
        STRAIGHT: "Straight-through: orders",
        ERRORS: "Entry errors: orders",
        STEPS: "Passages through steps",
    }
    offered = {name: label for name, label in names.items() if sections.is_told(shown, name)}
    name = choices.choose_one("show", "Rows of", offered, "Rows")
    if is_open:
        sections.draw_behind(view, shown[name].kpi, labels)


def draw_page(view: state.View) -> None:
    """Both yields and why they differ; where they are lost; which orders."""
    labels = answers.labels(view)
    sections.open_page(view, TITLE, LEAD, EVERY, labels)
    try:
        shown = answers.told_all(view, EVERY)
        sections.draw_cards(view, {name: shown[name] for name in CARDS if name in shown})
        draw_difference(shown)
        sections.draw_notes_of(view, shown.values())
        if not any(sections.is_told(shown, name) for name in shown):
            header.draw_untold(TITLE)
        else:
            where, over_time, rows = sections.tabs(WHERE, OVER_TIME, ROWS)
            with where:
                if where.open:
                    draw_where(view, shown)
            with over_time:
                draw_over_time(view, shown, bool(over_time.open))
            with rows:
                draw_rows(view, shown, labels, bool(rows.open))
    except QueryError as error:
        header.draw_error(error)
    sections.draw_trust(view, EVERY)


draw_page(state.current_view())
