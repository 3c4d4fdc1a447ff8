"""Charts after the rest of a first page: the browser's charting code is 4.7 MB, and figures must not wait for it.

Streamlit shows nothing of a run until the browser has the code of everything in it. A session's first run therefore
leaves the place of a chart empty; the browser, once it has shown the page, asks for it.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.components.markup import tag

_SHOWN, _ASKED = "first_page_shown", "chart_asked_for"
SECONDS_BETWEEN_ASKING = 0.2


def draw_chart(figure: Any, key: str, alt: str, height: int) -> None:
    """A Plotly figure with its words; on a session's first run its place, `height` pixels high."""
    if st.session_state.get(_SHOWN):
        st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False})
        return
    st.html(tag("div", "The chart follows.", "ol-follows", role="status", style=f"height: {height}px"))
    _ask()


@st.fragment(run_every=SECONDS_BETWEEN_ASKING)
def _ask() -> None:
    """Run once with the page; run again by the browser, which can only do so when it has shown the page."""
    if st.session_state.get(_ASKED):
        st.session_state[_SHOWN] = True
        st.rerun()
    st.session_state[_ASKED] = True
