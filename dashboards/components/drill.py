"""The way down: the list behind a figure, its export, and one obligation opened."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text
from dashboards.components.obligations import EXPORT_COLUMNS, STATE_CHOICES, draw_list, tally
from dashboards.components.timeline import detail_html, timeline_html
from dashboards.export import to_csv
from dashboards.figures import Drill, Found
from dashboards.state import choose


def open_row(table: str, names: list[str]) -> None:
    """Callback: open the obligation of the row chosen in the table, or close it."""
    rows = st.session_state[table].selection.rows
    choose(obligation=names[rows[0]] if rows else "")


def draw_drill(drill: Drill, states: str, only: str | None, stem: str) -> None:
    """The list with its tally and its export."""
    orders = len({row["order_id"] for row in drill.rows})
    told = tally(len(drill.rows), drill.expected, orders, STATE_CHOICES[states], only)
    st.html(tag("p", text(told), "ol-small", role="status"))
    if not drill.rows:
        return
    # Keyed by what is listed: a row chosen in one list is not the row at its place in the next.
    draw_list(drill.frame, f"list-{stem}", open_row, [fmt.obligation_name(row) for row in drill.rows])
    st.download_button(
        f"Download {fmt.plural(len(drill.rows), 'obligation', 'obligations')} as CSV",
        # Written when it is asked for: 10,000 rows would cost every run a quarter of a second.
        data=partial(to_csv, drill.rows, EXPORT_COLUMNS),
        file_name=f"{stem}.csv",
        mime="text/csv",
        key="export",
        on_click="ignore",
        icon=":material/download:",
    )


def draw_one(name: str, found: Found | None, measure: str, company: str) -> None:
    """One obligation: verdict, facts, what happened, source lines; said so where there is none."""
    if found is None:
        st.warning(
            f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK} is not an obligation of {company}"
            " in what is served. Obligations are named order/line/schedule.",
            icon=":material/search_off:",
        )
        return
    with st.container(border=True, key="one"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.html(tag("h2", text(f"Obligation {name}"), "ol-section"), width="content")
            st.button("Close", key="close-one", on_click=partial(choose, obligation=""), icon=":material/close:")
        if not found.is_listed:
            st.caption("This obligation is not among those that the present filters leave.")
        st.html(detail_html(found.row, found.judged, measure))
        st.html(tag("h3", "What happened", "ol-heading") + timeline_html(found.row["timeline"], found.judged))
