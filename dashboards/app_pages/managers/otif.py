"""Delivery promise: OTIF, on time and in full, from the figure down to the source line behind it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import cache, figures, state
from dashboards import format as fmt
from dashboards.components import breakdown, cards, drill, header, trust
from dashboards.components.obligations import STATE_CHOICES
from dashboards.queries.errors import QueryError

TITLE = "Delivery promise"
CHARTS, LIST = "Trend and breakdown", "Obligations"
NOT_RECORDED = "(none)"
Measures = dict[str, figures.Measure]
Labels = dict[str, dict[str, str]]


def open_list(measure: str, states: str, pick: str | None = None) -> None:
    """Callback: show the obligations behind a figure."""
    state.choose(measure=measure, state=states, pick=pick, obligation="", tab=LIST)


def draw_cards(view: state.View, measures: Measures) -> None:
    """OTIF and its two parts, each with its way down and its meaning."""
    for column, (name, measure) in zip(st.columns(len(measures)), measures.items(), strict=True):
        with column.container(border=True, key=f"card-{name}", height="stretch"):
            source = view.company.source_system
            st.html(cards.card_html(measure.label, measure.answer, measure.beside, source))
            with st.container(horizontal=True, gap="small"):
                for states in ("failed", "met") if measure.states else ():
                    label = f"{STATE_CHOICES[states]} {fmt.count(measure.states[f'due_{states}'])}"
                    go = partial(open_list, name, states)
                    st.button(label, key=f"{name}-{states}", on_click=go, icon=":material/arrow_forward:")
            with st.expander("What this number means"):
                cards.draw_meaning(measure.kpi, view.definition, measure.answer)


def choose_measure(measures: Measures) -> figures.Measure | None:
    """The figure that charts and list are about: one that this company has."""
    told = {name: measure.label for name, measure in measures.items() if not measure.answer.missing}
    if not told:
        return None
    first = next(iter(told))
    state.settle("measure", told, "Figure", first=first)
    chosen = st.segmented_control(
        "Charts and list show", list(told), default=first, required=True, key="measure", bind="query-params",
        format_func=told.__getitem__,
    )  # fmt: skip
    return measures[chosen]


def choose_dimension(labels: Labels) -> str:
    """What the figure is broken down by: one of the dimensions that this company records."""
    offered = {name: fmt.DIMENSIONS[name] for name in labels if labels[name]}
    first = next(iter(offered))
    state.settle("by", offered, "Breakdown", first=first)
    return st.segmented_control(
        "Broken down by", list(offered), default=first, required=True, key="by", bind="query-params",
        format_func=offered.__getitem__, on_change=partial(state.choose, pick=None),
    )  # fmt: skip


def draw_charts(view: state.View, measure: figures.Measure, by: str, labels: dict[str, str]) -> None:
    """Where it fails, worst first, under the choice of what to break it down by."""
    if figures.breakdown_level(view, by) != view.filters.level:
        st.caption(f"By schedule line: one order can have several {fmt.DIMENSION_PLURALS[by]}.")
    rows = figures.broken_down(view, measure, by)
    name = next(key for key, label in fmt.MEASURES.items() if label == measure.label)
    breakdown.draw_breakdown(rows, by, labels, lambda pick: open_list(name, "failed", pick or NOT_RECORDED))


def draw_trend(view: state.View, measure: figures.Measure) -> None:
    """The figure by the month it fell due in."""
    st.html(f'<h2 class="ol-section">{measure.label} by due month</h2>')
    figure, alt = figures.monthly(view, measure)
    if figure is None:
        st.caption("Nothing fell due in this period.")
    else:
        st.plotly_chart(figure, key="trend", alt=alt, config={"displayModeBar": False})


def draw_list(view: state.View, measure: figures.Measure, by: str, labels: dict[str, str], is_open: bool) -> None:
    """The obligations behind the figure: which, how many, one of them opened, all of them exported."""
    picks = {**labels, NOT_RECORDED: breakdown.NONE_LABEL}
    state.settle("state", STATE_CHOICES, "State", first="due")
    state.settle("pick", picks, fmt.DIMENSIONS[by])
    which, only, find = st.columns([6, 3, 3], vertical_alignment="bottom")
    states = which.segmented_control(
        "State", list(STATE_CHOICES), default="due", required=True, key="state", bind="query-params",
        format_func=STATE_CHOICES.__getitem__,
    )  # fmt: skip
    pick = only.selectbox(
        f"{fmt.DIMENSIONS[by]} behind the figure", list(picks), index=None, key="pick", bind="query-params",
        format_func=picks.__getitem__, placeholder=f"All {fmt.DIMENSION_PLURALS[by]}",
    )  # fmt: skip
    name = find.text_input("Obligation", key="obligation", bind="query-params", placeholder="order/line/schedule")
    if not is_open:
        return
    more = ((by, "" if pick == NOT_RECORDED else pick),) if pick else ()
    found = figures.drill(view, measure, states, more)
    if name:
        one = figures.find(view, measure, name, found.every)
        drill.draw_one(name, one, measure.label, view.company.source_system)
    said = [measure.kpi.kpi, states, *([f"{by}-{pick}"] if pick else [])]
    drill.draw_drill(found, states, f"{fmt.DIMENSIONS[by]}: {picks[pick]}" if pick else None, state.file_stem(view, said))


def draw_page(view: state.View) -> None:
    """The page in the reader's order: whose figures, can I trust them, how are we doing, where and why not."""
    measures = figures.measures(view)
    labels = cache.member_labels(*view.place, view.company.source_system, view.scope)
    answer = next(iter(measures.values())).answer
    header.draw_header(TITLE, view.company, view.definition, answer, state.filter_words(view, labels))
    header.draw_notes(state.notes(), state.dismiss_notes)
    facts = cache.trust(*view.place, view.company.source_system, view.scope)
    trust.draw_trust(view.company, facts["build"], facts["lacks"], answer.as_of)
    st.page_link("app_pages/data/trust.py", label="What landed, and what did not", icon=":material/verified:",
                 query_params=state.address())  # fmt: skip
    draw_cards(view, measures)
    header.draw_said(dict.fromkeys(note for measure in measures.values() for note in measure.answer.notes))
    measure = choose_measure(measures)
    if measure is None:
        st.info("No figure of this page can be told for this company: the cards name what its data lacks.")
        return
    if not sum(measure.states.values()):
        header.draw_nothing(state.clear_filters)
        return
    charts, listed = st.tabs([CHARTS, LIST], key="tab", bind="query-params")
    with charts:
        if charts.open:
            draw_trend(view, measure)
        st.html('<h2 class="ol-section">Where it fails</h2>')
        by = choose_dimension(labels)
        if charts.open:
            draw_charts(view, measure, by, labels[by])
    with listed:
        draw_list(view, measure, by, labels[by], bool(listed.open))


try:
    draw_page(state.current_view())
except QueryError as error:
    header.draw_error(error)
