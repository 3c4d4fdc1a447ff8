"""Delivery promise: OTIF, on time and in full, from the figure down to the source line behind it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dashboards import cache, state
from dashboards import format as fmt
from dashboards.components import breakdown, cards, header, obligations, trend, trust
from dashboards.export import to_csv
from dashboards.queries.dimensions import is_constant
from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiAnswer

TITLE = "Delivery promise"
CHARTS, LIST = "Trend and breakdown", "Obligations"
OTHER_LEVEL = {"schedule_line": "order", "order": "schedule_line"}
Pairs = dict[str, tuple[KpiAnswer, KpiAnswer]]


def open_list(measure: str, states: str, pick: str | None = None) -> None:
    """Callback: show the obligations behind a figure."""
    state.choose(measure=measure, state=states, pick=pick, obligation="", tab=LIST)


def open_row(table: str, names: list[str]) -> None:
    """Callback: open the obligation of the row chosen in the table."""
    rows = st.session_state[table].selection.rows
    state.choose(obligation=names[rows[0]] if rows else "")


def draw_cards(view: state.View, kpis: dict[str, Any], answers: Pairs) -> None:
    """OTIF and its two parts, each with its way down and its meaning."""
    for column, (measure, (answer, beside)) in zip(st.columns(len(answers)), answers.items(), strict=True):
        with column, st.container(border=True, key=f"card-{measure}", height="stretch"):
            st.html(cards.card_html(fmt.MEASURES[measure], answer, beside, view.company.source_system))
            if not answer.missing:
                shown = answer if answer.level == "schedule_line" else beside
                with st.container(horizontal=True, gap="small"):
                    for states, name in (("failed", "due_failed"), ("met", "due_met")):
                        label = f"{fmt.STATES[name]} {fmt.count(shown.rows[0]['states'][name])}"
                        go = partial(open_list, measure, states)
                        st.button(label, key=f"{measure}-{states}", on_click=go, icon=":material/arrow_forward:")
            with st.expander("What this number means"):
                cards.draw_meaning(kpis[measure], view.definition, answer)


def draw_charts(view: state.View, kpi: str, measure: str, labels: dict[str, dict[str, str]]) -> None:
    """The figure by due month, and by who and what."""
    label = fmt.MEASURES[measure]
    st.html(f'<h2 class="ol-section">{label} by due month</h2>')
    months = cache.trend(*view.place, view.filters.kpi_request(kpi), view.scope)
    figure, alt = cache.trend_figure(*view.place, view.filters.kpi_request(kpi), label, view.scope)
    if any(row["denominator"] for row in months):
        st.plotly_chart(figure, key="trend", alt=alt, config={"displayModeBar": False})
    else:
        st.caption("Nothing due in this period.")
    offered = {name: fmt.DIMENSIONS[name] for name in fmt.DIMENSIONS if labels[name]}
    if not offered:
        return
    st.html('<h2 class="ol-section">Where it fails</h2>')
    first = next(iter(offered))
    state.settle("by", offered, "Breakdown", first=first)
    by = st.segmented_control(
        "Broken down by", list(offered), default=first, required=True, key="by", bind="query-params",
        format_func=offered.__getitem__, on_change=partial(state.choose, pick=None),
    )  # fmt: skip
    level = view.filters.level if is_constant(by, view.filters.level, "sales") else "schedule_line"
    if level != view.filters.level:
        st.caption(f"By schedule line: one order can have several {fmt.DIMENSION_PLURALS[by]}.")
    rows = cache.breakdown(*view.place, view.filters.kpi_request(kpi, level), by, view.scope)
    breakdown.draw_breakdown(rows, by, labels[by], lambda pick: open_list(measure, "failed", f"{by}:{pick}"))


def draw_list(view: state.View, answer: KpiAnswer, measure: str, labels: dict[str, dict[str, str]]) -> None:
    """The obligations behind the figure, one of them opened, all of them exported."""
    picks = {f"{name}:{one}": f"{fmt.DIMENSIONS[name]}: {said}" for name in labels for one, said in labels[name].items()}
    picks |= {f"{name}:": f"{fmt.DIMENSIONS[name]}: {breakdown.NONE_LABEL}" for name in labels}
    state.settle("state", obligations.STATE_CHOICES, "State", first="due")
    state.settle("pick", picks, "Only")
    choice, only, find = st.columns([5, 3, 3], vertical_alignment="bottom")
    states = choice.segmented_control(
        "State", list(obligations.STATE_CHOICES), default="due", required=True, key="state", bind="query-params",
        format_func=obligations.STATE_CHOICES.__getitem__,
    )  # fmt: skip
    pick = only.selectbox(
        "Only", list(picks), index=None, key="pick", bind="query-params", format_func=picks.__getitem__,
        placeholder="All behind the figure",
    )  # fmt: skip
    name = find.text_input(
        "Obligation", key="obligation", bind="query-params", placeholder="order/line/schedule",
        help="Type a name, or choose a row of the table.",
    )  # fmt: skip
    more = ((tuple(pick.split(":", 1))),) if pick else ()
    found = cache.obligations(*view.place, view.filters.obligations_request(answer.kpi, more), view.scope)
    rows = obligations.in_states(found.rows, states)
    if name:
        draw_one(view, answer.kpi, measure, name, found.rows)
    expected = obligations.expected(cache.states_of_pick(*view.place, view.filters, answer.kpi, more, view.scope), states)
    st.html(obligations.tally_html(rows, expected, obligations.STATE_CHOICES[states], picks.get(pick or "")))
    if not rows:
        return
    names = [fmt.obligation_name(row) for row in rows]
    obligations.draw_list(obligations.obligations_frame(rows), "list", open_row, names)
    stem = state.file_stem(view, [measure, states, *([pick.replace(":", "-")] if pick else [])])
    st.download_button(
        f"Download {fmt.plural(len(rows), 'obligation', 'obligations')} as CSV", key="export", on_click="ignore",
        data=lambda: to_csv(rows, obligations.EXPORT_COLUMNS), file_name=f"{stem}.csv", mime="text/csv",
        icon=":material/download:",
    )  # fmt: skip


def draw_one(view: state.View, kpi: str, measure: str, name: str, listed: list[dict[str, Any]]) -> None:
    """One obligation: verdict, timeline, source lines; said so where the filters leave it out."""
    one = cache.obligation(*view.place, view.company.source_system, name, view.scope)
    if one is None:
        st.warning(f"There is no obligation “{name}” in {view.company.source_system}.", icon=":material/search_off:")
        return
    judged = next((row for row in listed if row["obligation_key"] == one["obligation_key"]), None)
    with st.container(border=True, key="one"):
        title, close = st.columns([5, 1], vertical_alignment="center")
        title.html(f'<h2 class="ol-section">Obligation {obligations.text(name)}</h2>')
        close.button("Close", key="close-one", on_click=partial(state.choose, obligation=""), icon=":material/close:")
        if judged is None:
            st.caption("Not among the obligations of the present filters.")
            judged = cache.judged_obligation(*view.place, view.filters, kpi, one["obligation_key"], view.scope)
        st.html(obligations.detail_html(one, judged, fmt.MEASURES[measure]))
        st.html('<h3 class="ol-heading">What happened</h3>' + obligations.timeline_html(one["timeline"], judged))


