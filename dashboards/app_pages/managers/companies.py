"""Companies side by side: the same figures of each company, by its own data, as-of and promise; nothing is added up."""

from __future__ import annotations

import streamlit as st

from dashboards import cache, companies, state
from dashboards import format as fmt
from dashboards.components import header
from dashboards.components.comparison import comparison_html
from dashboards.components.markup import tag, text
from dashboards.queries.errors import QueryError

SAID = (
    "Each company stands for itself: its own data, its own as-of, the promise that it records. "
    "Figures of different companies are not added up, so there is no total."
)


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
    kept = {name: values for name, values in state.address().items() if name in ("level", "as_of")}
    st.html(comparison_html(rows, (view.company.source_system, view.filters.side), kept))


draw_page(state.current_view())
