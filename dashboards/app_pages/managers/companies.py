"""Companies side by side: the same figures of each company, by its own data, as-of and promise; nothing is added up."""

from __future__ import annotations

import streamlit as st

from dashboards import cache, companies, state
from dashboards import format as fmt
from dashboards.components import header
from dashboards.components.comparison import comparison_html
from dashboards.components.markup import heading, tag, text
from dashboards.queries.errors import QueryError

PROMISE_PAGE = "app_pages/managers/otif.py"
SAID = (
    "Each company stands for itself: its own data, its own as-of, the promise that it records. "
    "Figures of different companies are not added up, so there is no total."
)


def draw_ways(view: state.View, rows: list[companies.Compared]) -> None:
    """One link per row to the page that shows it."""
    st.html(heading("Look closer"))
    kept = {name: values for name, values in state.address().items() if name in ("level", "as_of")}
    with st.container(horizontal=True, gap="small", key="ways"):
        for one in rows:
            address = {"source": [one.company.source_system], "side": [fmt.SIDES[one.side]], **kept}
            address["definition"] = [one.definition.label]
            label = f"{one.company.title or one.company.source_system}: {fmt.SIDES[one.side].lower()}"
            st.page_link(PROMISE_PAGE, label=label, icon=":material/arrow_forward:", query_params=address)


def draw_page(view: state.View) -> None:
    """What is compared, what does not apply, the table, and the way to each company."""
    level = fmt.LEVELS[view.filters.level].lower()
    body = tag("h1", "Companies side by side") + tag("p", text(f"{SAID} Counted in {level}."))
    st.html(tag("header", body, "ol-header"))
    header.draw_notes(state.notes(), state.dismiss_notes)
    labels = cache.member_labels(*view.place, view.company.source_system, view.filters.side, view.scope)
    words = state.filter_words(view, labels)
    if words:
        st.caption(f":material/filter_alt_off: Filters of one company are not applied here: {'; '.join(words)}.")
    try:
        rows = companies.compared(view)
    except QueryError as error:
        header.draw_error(error)
        return
    st.html(comparison_html(rows, (view.company.source_system, view.filters.side)))
    draw_ways(view, rows)


draw_page(state.current_view())
