"""Cycle time by stage: how long orders take, open ones counted, where the time goes, down to the longest orders."""

from __future__ import annotations

import streamlit as st

from dashboards import answers, charts, sections, state
from dashboards import format_figures as figs
from dashboards.components import deferred, header
from dashboards.components import figure_choices as choices
from dashboards.components.figure_breakdown import member_label
from dashboards.components.ladder import stage_ladder_html
from dashboards.components.survival import SURVIVAL_HEIGHT
from dashboards.queries.errors import QueryError
from dashboards.sections import Labels, Shown

TITLE = "Cycle time by stage"
LEAD = "From receipt to the customer's acceptance: half of the orders, nine in ten, and those still open."
HEADLINE, NET, STAGES, PROMISE = "order_cycle_time", "order_cycle_time_net", "stage_cycle_time", "promise_cycle_time"
DELIVERED = "order_cycle_time_delivered"
CARDS = (HEADLINE, NET, PROMISE)
EVERY = (*CARDS, STAGES, DELIVERED)
WHERE, OVER_TIME, ORDERS = "Where the time goes", "Month by month", "Rows behind it"


def open_step(step: str) -> None:
    """Callback: show the orders in one stage."""
    state.choose(show=STAGES, pick=step, section=ORDERS)


def ends_words(shown: Shown) -> str:
    """How orders end: accepted and cancelled as competing ends, which the headline alone does not tell."""
    row = shown[HEADLINE].row
    if row.get("completed_share") is None:
        return ""
    ended, cancelled = (figs.value(row[name], "ratio") for name in ("completed_share", "cancelled_share"))
    return (
        f"Acceptance and cancellation are competing ends: by the longest time seen, {ended} of orders were accepted"
        f" and {cancelled} cancelled. In the median, open and cancelled orders count for as long as they were open."
    )


def draw_where(view: state.View, shown: Shown) -> None:
    """The curve, then the stages."""
    if sections.is_told(shown, HEADLINE):
        sections.draw_heading("Share of orders still open after a time", ends_words(shown))
        figure, alt = charts.still_open(view, shown[HEADLINE].kpi)
        if figure is None:
            st.caption("No order has ended under these filters.")
        else:
            deferred.draw_chart(figure, "survival", alt, SURVIVAL_HEIGHT)
    if STAGES in shown:
        sections.draw_heading("Stages, in the order of the process")
        draw_stages(view, shown)


def draw_stages(view: state.View, shown: Shown) -> None:
    """The ladder of stages, each with the way to its orders; or what it lacks."""
    told = shown[STAGES]
    rows = [] if told.is_missing else answers.by(view, told.kpi, ("step",))
    if not rows:
        st.caption(sections.nothing_words(told, view))
        return
    st.html(stage_ladder_html(rows, told.kpi))
    st.caption("To the orders of a stage, the longest first:")
    with st.container(horizontal=True, gap="small"):
        for row in rows:
            label = f"{member_label(row['step'], {})}: {row['open']:,} open"
            st.button(label, key=f"step-{row['step']}", on_click=open_step, args=(row["step"],))


def draw_over_time(view: state.View, shown: Shown, is_open: bool) -> None:
    """The median and the 90th percentile of each cohort."""
    cohorts = {HEADLINE: "Month received", DELIVERED: "Month accepted"}
    name = choices.choose_one("measure", "Cohort", {k: v for k, v in cohorts.items() if k in shown}, "Cohort")
    grain = choices.choose_grain(answers.grains(shown[name].kpi))
    if not is_open:
        return
    if name == DELIVERED:
        st.caption("Orders by the month they were accepted in: closed orders alone, which leaves out those that wait.")
    sections.draw_trend(view, shown[name].kpi, grain)


def draw_rows(view: state.View, shown: Shown, labels: Labels, is_open: bool) -> None:
    """The orders, longest first; of one stage where one is chosen."""
    names = {HEADLINE: "Orders", STAGES: "Stages of orders", PROMISE: "Promises"}
    name = sections.choose_rows(shown, names)
    if name is None:
        return
    kpi, pick = shown[name].kpi, None
    if name == STAGES:
        steps = [row["step"] for row in answers.by(view, kpi, ("step",))]
        pick = choices.choose_member("step", {one: member_label(one, {}) for one in steps})
    if is_open:
        only = f"Stage: {member_label(pick, {})}" if pick else None
        sections.draw_behind(view, kpi, labels, sections.picked("step", pick), only)


def draw_page(view: state.View) -> None:
    """How long, where, since when, which orders."""
    labels = answers.labels(view)
    sections.open_page(view, TITLE, LEAD, EVERY, labels)
    try:
        shown = answers.told_all(view, EVERY)
        sections.draw_cards(view, {name: shown[name] for name in CARDS if name in shown})
        sections.draw_notes_of(view, shown.values())
        if not any(sections.is_told(shown, name) for name in shown):
            header.draw_untold(TITLE)
        else:
            where, over_time, rows = sections.tabs(WHERE, OVER_TIME, ORDERS)
            with where:
                if where.open:
                    draw_where(view, shown)
            with over_time:
                if sections.is_told(shown, HEADLINE):
                    draw_over_time(view, shown, bool(over_time.open))
            with rows:
                draw_rows(view, shown, labels, bool(rows.open))
    except QueryError as error:
        header.draw_error(error)
    sections.draw_trust(view, EVERY)


draw_page(state.current_view())
