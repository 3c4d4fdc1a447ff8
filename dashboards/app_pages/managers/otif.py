"""Delivery promise: OTIF, on time and in full, from the figure down to the source line behind it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import cache, figures, state
from dashboards import format as fmt
from dashboards.components import breakdown, cards, choices, deferred, drill, header, offers, trust
from dashboards.components.markup import heading
from dashboards.components.obligations import STATE_CHOICES
from dashboards.components.trend import CHART_HEIGHT
from dashboards.queries.errors import QueryError

TITLE = "Delivery promise"
CHARTS, LIST = "Trend and breakdown", "Obligations"
Measures = dict[str, figures.Measure]
Labels = dict[str, str]


def open_list(measure: str, states: str, pick: str | None = None) -> None:
    """Callback: show the obligations behind a figure."""
    state.choose(measure=measure, state=states, pick=pick, obligation="", tab=LIST)


def draw_cards(view: state.View, measures: Measures) -> None:
    """OTIF and its two parts, each with its way down and its meaning."""
    for column, (name, measure) in zip(st.columns(len(measures)), measures.items(), strict=True):
        with column.container(border=True, key=f"card-{name}", height="stretch"):
            source = view.company.source_system
            st.html(cards.card_html(measure.label, measure.answer, measure.beside, source))
            if measure.states:
                draw_ways_down(name, measure)
            with st.expander("What this number means"):
                cards.draw_meaning(measure.kpi, view.definition, measure.answer)


def draw_ways_down(name: str, measure: figures.Measure) -> None:
    """From a card to the obligations that failed or were met."""
    lines = " lines" if measure.answer.level == "order" else ""
    with st.container(horizontal=True, gap="small"):
        for states in ("failed", "met"):
            label = f"{STATE_CHOICES[states]}{lines} {fmt.count(measure.states[f'due_{states}'])}"
            go = partial(open_list, name, states)
            st.button(label, key=f"{name}-{states}", on_click=go, icon=":material/arrow_forward:")


def draw_trend(view: state.View, measure: figures.Measure) -> None:
    """The figure by the month it fell due in."""
    st.html(heading(f"{measure.label} by due month"))
    figure, alt = figures.monthly(view, measure)
    if figure is None:
        st.caption("Nothing fell due in this period.")
    else:
        deferred.draw_chart(figure, "trend", alt, CHART_HEIGHT)


def draw_breakdown(view: state.View, measure: figures.Measure, by: str, labels: Labels) -> None:
    """Who and what fails, worst first."""
    if figures.breakdown_level(view, by) != view.filters.level:
        st.caption(f"By schedule line: one order can have several {fmt.DIMENSION_PLURALS[by]}.")
    rows = figures.broken_down(view, measure, by)
    breakdown.draw_breakdown(rows, by, labels, partial(open_list, measure.kpi.measure, "failed"))


def draw_list(view: state.View, measure: figures.Measure, by: str, labels: Labels, is_open: bool) -> None:
    """The obligations behind the figure: which, how many, one of them opened, all of them exported."""
    within = view.filters.values(by)
    picks = {one: labels[one] for one in within} or {**labels, breakdown.NONE: breakdown.NONE_LABEL}
    states = choices.choose_states()
    only, find = st.columns(2)
    with only:
        pick = choices.choose_pick(by, picks)
    with find:
        name = choices.choose_obligation()
    if not is_open:
        return
    found = figures.drill(view, measure, states, ((by, "" if pick == breakdown.NONE else pick),) if pick else ())
    if name:
        one = figures.find(view, measure, name, found.every)
        drill.draw_one(name, one, measure.label, view.company.source_system)
    only_said = f"{fmt.DIMENSIONS[by]}: {picks[pick]}" if pick else None
    stem = state.file_stem(view, [measure.kpi.kpi, states, *([f"{by}-{pick}"] if pick else [])])
    drill.draw_drill(found, states, only_said, stem)


def draw_figures(view: state.View, measure: figures.Measure, labels: dict[str, Labels]) -> None:
    """Two ways to look at a figure. Choices of the hidden one are drawn too, or the address would lose them."""
    charts, listed = st.tabs([CHARTS, LIST], key="tab", bind="query-params")
    with charts:
        if charts.open:
            draw_trend(view, measure)
        st.html(heading("Where it fails"))
        recorded = [name for name in labels if labels[name]] or list(labels)[:1]
        by = choices.choose_dimension({name: fmt.DIMENSIONS[name] for name in recorded})
        if charts.open:
            draw_breakdown(view, measure, by, labels[by])
    with listed:
        draw_list(view, measure, by, labels[by], bool(listed.open))


def labels_of(measures: Measures) -> Labels:
    """What each measure is called on this side."""
    return {name: measure.label for name, measure in measures.items()}


def draw_trust(view: state.View, measures: Measures, as_of: str | None) -> None:
    """What the figures rest on, and the way to it."""
    facts = cache.trust(*view.place, view.company.source_system, view.scope)
    shown = {measure.kpi.kpi for measure in measures.values()}
    trust.draw_trust(view.company, facts["build"], [one for one in facts["lacks"] if one["kpi"] in shown], as_of)
    trust.draw_link("app_pages/data/trust.py", state.address())


def draw_page(view: state.View) -> None:
    """The page in the reader's order: whose figures, how are we doing, can I trust them, where and why not."""
    try:
        measures = figures.measures(view)
    except QueryError as error:
        header.draw_plain_header(TITLE, view.company)
        header.draw_notes(state.notes(), state.dismiss_notes)
        header.draw_error(error)
        return
    source, side = view.company.source_system, view.filters.side
    labels = cache.member_labels(*view.place, source, side, view.scope)
    answers = [measure.answer for measure in measures.values()]
    header.draw_header(TITLE, view.company, view.definition, answers[0], state.filter_words(view, labels))
    header.draw_notes(state.notes(), state.dismiss_notes)
    told = {name: measure.label for name, measure in measures.items() if not measure.answer.missing}
    if len(told) < len(measures):
        coverage = cache.coverage(*view.place, source, side, view.scope)
        offers.draw_offers(coverage, view.definition, cache.definition_list(*view.place, side), labels_of(measures))
    draw_cards(view, measures)
    header.draw_said(answers, view.company)
    draw_trust(view, measures, answers[0].as_of)
    if not told:
        return
    measure = measures[choices.choose_measure(told)]
    if sum(measure.states.values()):
        draw_figures(view, measure, labels)
    else:
        header.draw_nothing(state.clear_filters)


draw_page(state.current_view())
