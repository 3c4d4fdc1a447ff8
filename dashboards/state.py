"""What the reader is looking at: filters that live in the address, and the notes on what of it could not be kept.

Streamlit binds a widget to the query parameter of its key, but drops unknown values without a word. `settle` runs
before each widget is drawn: it keeps what the build knows, accepts ids as well as labels, and notes the rest.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from dashboards import format as fmt
from dashboards.queries.catalogue import Definition
from dashboards.queries.obligations import ObligationsRequest
from dashboards.queries.request import EVERYTHING, KpiRequest, Scope, Where
from dashboards.queries.sources import Source

FILTER_DIMENSIONS = {
    "sales": ("customer", "region", "product", "site", "mode"),
    "purchase": ("supplier", "product", "site"),
}
# Choices of one page, which a link to another one leaves behind.
OF_A_PAGE = ("kpi", "by", "grain", "pick", "failed", "section", "tab", "measure", "state", "obligation", "show")
EVERY_DIMENSION = tuple(dict.fromkeys(name for names in FILTER_DIMENSIONS.values() for name in names))
_NAMED = re.compile(r"\(([^()]+)\)$")
_NOTES, _BUILD, _VIEW = "url_notes", "seen_build", "current_view"


def narrowed(where: Where, more: Where) -> Where:
    """Filters with `more` in place of what they say of its dimensions: values of one dimension are alternatives."""
    told = {dimension for dimension, _ in more}
    return tuple(pair for pair in where if pair[0] not in told) + more


@dataclass(frozen=True)
class Filters:
    """The filters of a page; `due_from` and `due_to` are months YYYY-MM, `as_of` a day or None for the source's own."""

    source: str
    definition: str = "default"
    level: str = "schedule_line"
    as_of: str | None = None
    due_from: str | None = None
    due_to: str | None = None
    where: Where = ()
    side: str = "sales"

    def values(self, dimension: str) -> list[str]:
        """What is chosen in one dimension; empty where it is not filtered."""
        return [value for name, value in self.where if name == dimension]

    @property
    def date_from(self) -> date | None:
        """The first day of the period."""
        return None if self.due_from is None else date.fromisoformat(f"{self.due_from}-01")

    @property
    def date_to(self) -> date | None:
        """The last day of the period."""
        if self.due_to is None:
            return None
        year, month = (int(part) for part in self.due_to.split("-"))
        return date(year, month, monthrange(year, month)[1])

    def kpi_request(self, kpi: str, level: str | None = None, more: Where = ()) -> KpiRequest:
        """The question these filters ask of a KPI, narrowed by `more`."""
        return KpiRequest(
            kpi=kpi,
            source=self.source,
            definition=self.definition,
            level=level or self.level,
            where=narrowed(self.where, more),
            date_from=self.date_from,
            date_to=self.date_to,
            as_of=self.as_of,
        )

    def obligations_request(self, kpi: str, more: Where = ()) -> ObligationsRequest:
        """The obligations behind the same question, narrowed by `more`."""
        return ObligationsRequest(
            source=self.source,
            side=self.side,
            definition=self.definition,
            kpi=kpi,
            where=narrowed(self.where, more),
            date_from=self.date_from,
            date_to=self.date_to,
            as_of=self.as_of,
        )


@dataclass(frozen=True)
class View:
    """One script run's view: the build resolved once, the company, the definition, the filters, the reader's scope."""

    home: str
    build_id: str
    company: Source
    definition: Definition
    filters: Filters
    scope: Scope = EVERYTHING

    @property
    def place(self) -> tuple[str, str]:
        """The leading arguments of every cached query."""
        return self.home, self.build_id


def keep_view(view: View) -> None:
    """Hand the view of this run to the page."""
    st.session_state[_VIEW] = view


def current_view() -> View:
    """The view that the entry file resolved for this run."""
    return st.session_state[_VIEW]


def note_new_build(build_id: str) -> None:
    """Say so when the pointer moved since this session's last run."""
    seen = st.session_state.get(_BUILD)
    if seen not in (None, build_id):
        note("build", f"Another build is served now: {build_id}, until a moment ago {seen}.")
    st.session_state[_BUILD] = build_id


def note(key: str, text: str) -> None:
    """Keep a note for the reader until it is dismissed."""
    st.session_state.setdefault(_NOTES, {})[key] = text


def notes() -> list[str]:
    """The notes not yet dismissed."""
    return list(st.session_state.get(_NOTES, {}).values())


def dismiss_notes() -> None:
    """Forget all notes."""
    st.session_state[_NOTES] = {}


def settle(
    key: str,
    labels: Mapping[str, str],
    what: str,
    *,
    is_many: bool = False,
    first: str | None = None,
    is_pinned: bool = False,
    is_quiet: bool = False,
) -> None:
    """Give the widget of `key` a value that is among its options (ids with labels) before it is drawn.

    `first` is the widget's default, taken where nothing valid is chosen; `is_pinned` writes it to the address too.
    `what` names the filter in notes; `is_quiet` says nothing of a choice left over from what was shown before.
    """
    if key not in st.session_state:
        _settle_address(key, labels, what, first, is_pinned)
        return
    wanted = _listed(st.session_state[key])
    known = [identifier for identifier in wanted if identifier in labels]
    lost = [identifier for identifier in wanted if identifier not in labels]
    if not lost and (known or first is None):
        return
    chosen = known or ([first] if first is not None else [])
    if lost and not is_quiet:
        note(key, _lost_note(what, lost, [labels[one] for one in chosen]))
    st.session_state[key] = chosen if is_many else next(iter(chosen), None)


def _settle_address(key: str, labels: Mapping[str, str], what: str, first: str | None, is_pinned: bool) -> None:
    """Correct what the address says before the widget reads it; the run starts anew where it had to be."""
    wanted = st.query_params.get_all(key)
    by_label = {label: identifier for identifier, label in labels.items()}
    found = {text: by_label.get(text) or _identifier(text, labels) for text in wanted}
    known = list(dict.fromkeys(identifier for identifier in found.values() if identifier is not None))
    lost = [text for text, identifier in found.items() if identifier is None and text]
    written = [labels[identifier] for identifier in known]
    if is_pinned and first is not None and not written:
        written = [labels[first]]
    if lost:
        shown = [labels[first]] if first is not None and not known else written
        note(key, _lost_note(what, lost, shown))
    if written == wanted:
        return
    if written:
        st.query_params[key] = written
    else:
        del st.query_params[key]
    st.rerun()


def _identifier(text: str, labels: Mapping[str, str]) -> str | None:
    """The id a text is, or ends in: a label of an older link still says its id where the name has changed."""
    if text in labels:
        return text
    ends = _NAMED.search(text)
    return ends[1] if ends and ends[1] in labels else None


def settle_absent(key: str, what: str, why: str) -> None:
    """Drop, with a note, what is chosen in a filter that is not offered for what is shown now."""
    wanted = _listed(st.session_state[key]) if key in st.session_state else st.query_params.get_all(key)
    if wanted:
        note(key, f"{what} {_quoted(wanted)} {why}: the filter is not applied.")
    if key in st.session_state:
        del st.session_state[key]
    # A parameter still bound to the widget of an earlier run cannot be deleted: it goes at the end of this one.
    with suppress(StreamlitAPIException):
        if key in st.query_params:
            del st.query_params[key]


def settle_day(key: str, what: str) -> None:
    """Note a day in the address that is none; the widget itself starts empty then."""
    text = st.query_params.get(key)
    if key in st.session_state or not text:
        return
    try:
        date.fromisoformat(text)
    except ValueError:
        note(key, _lost_note(what, [text], []))


def clear_filters() -> None:
    """Empty every filter but the company, the definition and the level."""
    for key in EVERY_DIMENSION:
        if key in st.session_state:
            st.session_state[key] = []
    for key in ("as_of", "due_from", "due_to"):
        st.session_state[key] = None


def choose(**values: Any) -> None:
    """Set bound widgets from a callback; the address follows."""
    for key, value in values.items():
        st.session_state[key] = value


def address() -> dict[str, list[str]]:
    """The parameters of the present address, for links to other pages: a link without them would drop the filters."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _lost_note(what: str, lost: Iterable[str], shown: list[str]) -> str:
    instead = f"showing {', '.join(shown)}" if shown else "the filter is not applied"
    return f"{what} {_quoted(lost)} is not in what is served: {instead}."


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}" for text in texts)


def file_stem(view: View, parts: Iterable[str]) -> str:
    """A file name that says what was filtered: company, definition, level parts, filters, build."""
    filters = view.filters
    named = [filters.source, filters.side, *parts, filters.definition]
    named += [f"{dimension}-{value or 'none'}" for dimension, value in filters.where]
    named += [f"from-{filters.due_from}"] if filters.due_from else []
    named += [f"to-{filters.due_to}"] if filters.due_to else []
    named += [f"as-of-{filters.as_of}"] if filters.as_of else []
    stem = "_".join([*named, view.build_id])
    return "".join(one if one.isalnum() or one in "-_." else "-" for one in stem)[:180]


def filter_words(view: View, labels: Mapping[str, Mapping[str, str]], period: str = "Due") -> list[str]:
    """The filters in force, in words: one entry per dimension and one for the period, named by what falls into it."""
    words = []
    for dimension in FILTER_DIMENSIONS[view.filters.side]:
        values = view.filters.values(dimension)
        if values:
            named = ", ".join(labels.get(dimension, {}).get(value, value) for value in values)
            words.append(f"{fmt.DIMENSIONS[dimension]}: {named}")
    start, end = view.filters.due_from, view.filters.due_to
    if start or end:
        since = fmt.month(start) if start else "the first month"
        until = fmt.month(end) if end else "the last month"
        words.append(f"{period}: {since} to {until}")
    return words
