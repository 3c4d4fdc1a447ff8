"""Sections that the pages of figures share: they read through `answers` and draw with components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboards import answers, cache, charts, state
from dashboards import format as fmt
from dashboards.answers import Told
from dashboards.components import deferred, figure_card, header, trust
from dashboards.components.breakdown import NONE
from dashboards.components.figure_breakdown import draw_figure_breakdown
from dashboards.components.figure_choices import choose_failed, choose_one
from dashboards.components.figure_trend import TREND_HEIGHT
from dashboards.components.held_against import held_against_html
from dashboards.components.markup import heading, tag, text
from dashboards.components.units_table import draw_units, failed_words
from dashboards.queries.catalogue import Kpi
from dashboards.queries.request import Where
from dashboards.state import View

Labels = Mapping[str, Mapping[str, str]]
Shown = Mapping[str, Told]


def open_page(view: View, title: str, lead: str, names: Iterable[str], labels: Labels) -> None:
    """The head of a page of figures: whose, as of when, filtered by what, and what of it does not apply."""
    words = state.filter_words(view, labels, "Booked")
    header.draw_figure_header(title, lead, view.company, answers.as_of(view), words)
    header.draw_notes(state.notes(), state.dismiss_notes)
    kpis = [kpi for name in names if (kpi := answers.find(view, name)) is not None]
    promises = [kpi.label for kpi in kpis if kpi.is_conformance]
    header.draw_unapplied(answers.unapplied(view, kpis), promises, is_alone=len(promises) == len(kpis))


def draw_card(view: View, told: Told, *, is_long: bool = False, notes: Sequence[str] = ()) -> None:
    """A figure with its parts, and what it is held against."""
    source = view.company.source_system
    html = figure_card.card_html(told.kpi, told.row, told.answer.missing, source, is_long, notes)
    if not told.is_missing:
        found = answers.compared(view, told.request)
        is_bounded = told.request.date_from is not None or told.request.date_to is not None
        html += held_against_html(told.kpi, told.row, found, is_bounded)
    st.html(html)


def draw_cards(view: View, shown: Shown, notes: Mapping[str, str] | None = None) -> None:
    """Figures in rows of up to three, each with a note where there is one and the way to its own page."""
    noted, figures = notes or {}, list(shown.items())
    # Four in a row are too narrow at 1280 px for the words of a comparison.
    across = min(len(figures), 2 if len(figures) == 4 else 3)
    columns = [column for _ in range(0, len(figures), across or 1) for column in st.columns(across)]
    for column, (name, told) in zip(columns, figures, strict=False):
        with column.container(border=True, key=f"card-{name}", height="stretch"):
            draw_card(view, told, notes=[noted[name]] if name in noted else [])
            draw_link_to(told.kpi)


def kept_address() -> dict[str, list[str]]:
    """The present address without the choices of one page, for links to another."""
    return {name: values for name, values in state.address().items() if name not in state.OF_A_PAGE}


def draw_link_to(kpi: Kpi, label: str = "What it means, and more of it") -> None:
    """The way to the page of one KPI, with the filters kept."""
    asked = {**kept_address(), "kpi": [kpi.kpi]}
    st.page_link("app_pages/managers/kpi.py", label=label, icon=":material/arrow_forward:", query_params=asked)


def draw_promise_link(kpi: Kpi, more: Mapping[str, list[str]] | None = None) -> None:
    """The way to the obligations behind a figure of the promise, on its side."""
    st.page_link(
        "app_pages/managers/otif.py",
        label="Its obligations, one by one: Delivery promise",
        icon=":material/local_shipping:",
        query_params={**kept_address(), "side": [fmt.SIDES[kpi.side]], **(more or {})},
    )


def draw_definition(view: View, told: Told) -> None:
    """By which definition a figure of the promise is judged, and that the one of the sidebar is another side's."""
    known = cache.definition_list(*view.place, told.kpi.side)
    definition = next(one for one in known if one.definition_id == told.answer.definition)
    promise, _ = header.promise_words(definition, told.answer)
    st.caption(f":material/gavel: {definition.label}. {promise}.")


def choose_rows(shown: Shown, names: Mapping[str, str]) -> str | None:
    """Which of the figures that can be told has its rows listed; None where none of them can."""
    offered = {name: label for name, label in names.items() if is_told(shown, name)}
    return choose_one("show", "Rows of", offered, "Rows") if offered else None


def tabs(*names: str) -> Sequence[Any]:
    """Ways to look at a page; choices of the hidden ones are drawn too, or the address would lose them."""
    return st.tabs(list(names), key="section", bind="query-params", on_change="rerun")


def draw_trend(view: View, kpi: Kpi, grain: str, more: Where = (), key: str = "trend") -> None:
    """A figure over time."""
    figure, alt = charts.over_time(view, kpi, grain, more)
    if figure is None:
        st.caption("No period has data under these filters.")
    else:
        deferred.draw_chart(figure, key, alt, TREND_HEIGHT)


def draw_breakdown(view: View, kpi: Kpi, dimension: str, labels: Labels, on_pick: Callable[[str], None] | None) -> None:
    """A figure by one dimension."""
    rows = answers.by(view, kpi, (dimension,))
    if not rows:
        st.caption("Nothing counts under these filters.")
        return
    draw_figure_breakdown(rows, kpi, dimension, labels.get(dimension, {}), on_pick)


def draw_behind(view: View, kpi: Kpi, labels: Labels, more: Where = (), only: str | None = None) -> None:
    """The rows behind a figure, those that count against it alone where that is asked for."""
    only_failed = choose_failed(failed_words(kpi))
    asked = answers.request(view, kpi, more)
    found = answers.units(view, asked, only_failed)
    parts = [kpi.kpi, *(["failed"] if only_failed else []), *(f"{name}-{value or 'none'}" for name, value in more)]
    every = partial(answers.every_unit, view, asked, only_failed)
    draw_units(found, kpi, labels, only_failed, only, state.file_stem(view, parts), every)


def picked(dimension: str, pick: str | None) -> Where:
    """The filter that a picked member stands for."""
    return ((dimension, "" if pick == NONE else pick),) if pick else ()


def draw_notes_of(view: View, shown: Iterable[Told]) -> None:
    """What the answers say of how they are to be read."""
    header.draw_said([told.answer for told in shown], view.company)


def draw_trust(view: View, names: Iterable[str]) -> None:
    """What the figures of a page rest on, and the way to it."""
    facts = cache.trust(*view.place, view.company.source_system, view.scope)
    shown = set(names)
    lacks = [one for one in facts["lacks"] if one["kpi"] in shown]
    trust.draw_trust(view.company, facts["build"], lacks, answers.as_of(view))
    trust.draw_link("app_pages/data/trust.py", kept_address())


def draw_heading(title: str, said: str = "") -> None:
    """The heading of a section, and what is in it."""
    st.html(heading(title))
    if said:
        st.caption(said)


def draw_said(words: str) -> None:
    """A paragraph that explains figures."""
    st.html(tag("p", text(words), "ol-said"))


def nothing_words(told: Told | None, view: View) -> str:
    """Why a section is empty: what is missing, or that nothing counts."""
    if told is None:
        return "This build does not tell it."
    if told.is_missing:
        needed = " and ".join(told.answer.missing)
        return f"{told.kpi.label} needs {needed}, which {view.company.source_system} does not have."
    return f"{told.kpi.label}: nothing counts under these filters."


def is_told(shown: Shown, name: str) -> bool:
    """Whether a figure of the page is in the build and has what it needs."""
    return name in shown and not shown[name].is_missing
