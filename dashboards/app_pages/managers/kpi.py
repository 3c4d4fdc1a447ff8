"""Any KPI of the catalogue: its value and parts, what it is held against, over time, by dimension, down to its rows."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import answers, cache, sections, state
from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.answers import Told
from dashboards.components import figure_choices as choices
from dashboards.components import header
from dashboards.components.catalogue_table import draw_catalogue
from dashboards.components.figure_breakdown import member_label
from dashboards.components.meaning import draw_kpi_meaning
from dashboards.queries.catalogue import Kpi
from dashboards.queries.errors import QueryError
from dashboards.sections import Labels

TITLE, LEAD = "Any KPI", "Every figure of the catalogue, from its value down to the line of the file behind it."
FIRST = "first_pass_yield"
CHARTS, ROWS, MEANING = "Trend and breakdown", "Rows behind it", "What it means"


def open_rows(pick: str) -> None:
    """Callback: show the rows of one member of the breakdown."""
    state.choose(pick=pick, section=ROWS)


def draw_headline(view: state.View, told: Told) -> None:
    """The figure with its parts in words, and what it is held against."""
    with st.container(border=True, key="headline"):
        sections.draw_card(view, told, is_long=True)
    sections.draw_notes_of(view, [told])
    if told.kpi.is_conformance:
        sections.draw_definition(view, told)
        sections.draw_promise_link(told.kpi)


def draw_charts(view: state.View, kpi: Kpi, by: str | None, labels: Labels) -> None:
    """Over time, then by the dimension chosen."""
    grain = st.session_state.get("grain") or answers.grains(kpi)[0]
    sections.draw_heading(f"{kpi.label} over time")
    sections.draw_trend(view, kpi, grain if grain in answers.grains(kpi) else answers.grains(kpi)[0])
    if by is None:
        return
    sections.draw_heading(f"By {figs.dimension(kpi, by).lower()}")
    go = None if kpi.is_conformance else open_rows
    sections.draw_breakdown(view, kpi, by, labels, go)


def draw_rows(view: state.View, kpi: Kpi, by: str | None, labels: Labels, is_open: bool) -> None:
    """The rows behind the figure, of one member where one is picked."""
    if kpi.is_conformance:
        if is_open:
            st.caption("Behind it are obligations, each judged by the definition in use: the link above leads to them.")
        return
    pick = choose_pick(view, kpi, by, labels) if by else None
    if is_open:
        only = f"{fmt.DIMENSIONS[by]}: {member_label(pick, labels.get(by, {}))}" if by and pick else None
        sections.draw_behind(view, kpi, labels, sections.picked(by, pick) if by else (), only)


def choose_pick(view: state.View, kpi: Kpi, by: str, labels: Labels) -> str | None:
    """One member of the breakdown, from those that have a figure."""
    members = [str(row[by]) for row in answers.by(view, kpi, (by,)) if row[by] is not None]
    return choices.choose_member(by, {one: member_label(one, labels.get(by, {})) for one in members})


def draw_figure(view: state.View, told: Told, labels: Labels) -> None:
    """Three ways to look at a figure. Choices of the hidden ones are drawn too, or the address would lose them."""
    kpi = told.kpi
    charts, rows, meaning = sections.tabs(CHARTS, ROWS, MEANING)
    offered = answers.dimensions(kpi)
    with charts:
        period, dimension = st.columns([2, 3])
        with period:
            choices.choose_grain(answers.grains(kpi))
        with dimension:
            by = choices.choose_by(kpi, offered) if offered else None
        if charts.open:
            draw_charts(view, kpi, by, labels)
    with rows:
        draw_rows(view, kpi, by, labels, bool(rows.open))
    with meaning:
        draw_kpi_meaning(kpi)


def draw_page(view: state.View) -> None:
    """Which figure, how much of what, against what; where and when; what it means; every other one."""
    labels = answers.labels(view)
    kpis = cache.kpis(*view.place)
    header.draw_figure_header(
        TITLE, LEAD, view.company, answers.as_of(view), state.filter_words(view, labels, "Booked")
    )
    header.draw_notes(state.notes(), state.dismiss_notes)
    kpi = choices.choose_kpi(kpis, FIRST)
    header.draw_unapplied(
        answers.unapplied(view, [kpi]), [kpi.label] if kpi.is_conformance else [], is_alone=kpi.is_conformance
    )
    try:
        told = answers.told(view, kpi)
        draw_headline(view, told)
        if told.is_missing:
            draw_kpi_meaning(kpi)
        else:
            draw_figure(view, told, labels)
    except QueryError as error:
        header.draw_error(error)
    sections.draw_trust(view, [kpi.kpi])
    lacks = cache.lacks_of(*view.place, view.company.source_system, view.scope)
    draw_catalogue(kpis, lacks, partial(state.choose, pick=None))


draw_page(state.current_view())
