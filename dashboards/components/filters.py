"""The shared filters: widgets of the entry file, bound to the address, so that they survive every navigation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards.queries.asof import write_moment
from dashboards.queries.catalogue import Definition
from dashboards.queries.sources import Source
from dashboards.state import (
    EVERY_DIMENSION,
    FILTER_DIMENSIONS,
    Filters,
    choose,
    clear_filters,
    settle,
    settle_absent,
    settle_day,
)

Labels = Mapping[str, str]

_SHOWN = "shown_company"


def choose_company(companies: Sequence[Source]) -> Source:
    """The company shown: always one, always named in the address, so that a link keeps meaning the same one."""
    known = {company.source_system: company for company in companies}
    labels = {name: company_label(company) for name, company in known.items()}
    settle("source", labels, "Company", first=next(iter(known)), is_pinned=True)
    chosen = st.selectbox(
        "Company",
        list(known),
        index=None,
        required=True,
        format_func=labels.__getitem__,
        on_change=close_of_another,
        key="source",
        bind="query-params",
        help="Figures of different companies are never added up.",
    )
    st.session_state[_SHOWN] = chosen
    return known[chosen or next(iter(known))]


def close_of_another() -> None:
    """Callback: close what is opened of the company shown until now; a browser may also tell the same one anew."""
    if st.session_state["source"] not in (None, st.session_state.get(_SHOWN)):
        choose(obligation="")


def company_label(company: Source) -> str:
    """How a company is named in a choice: by its title and id, synthetic data as such."""
    name = fmt.member(company.source_system, company.title)
    return f"Synthetic: {name}" if company.is_synthetic else name


def choose_side(sides: Sequence[str]) -> str:
    """What the company promised its customers, or what its suppliers promised it; only the sides that it has."""
    labels = {side: fmt.SIDES[side] for side in sides}
    settle("side", labels, "Side", first=sides[0])
    chosen = st.segmented_control(
        "Promises of",
        list(labels),
        default=sides[0],
        required=True,
        format_func=labels.__getitem__,
        key="side",
        bind="query-params",
        help="Sales: what we promised our customers. Purchases: what our suppliers promised us.",
    )
    return chosen or sides[0]


def choose_definition(definitions: Sequence[Definition]) -> Definition:
    """The definition by which a promise counts as kept."""
    known = {one.definition_id: one for one in definitions}
    labels = {name: one.label for name, one in known.items()}
    settle("definition", labels, "Definition", first=next(iter(known)))
    chosen = st.selectbox(
        "Definition",
        list(known),
        format_func=labels.__getitem__,
        key="definition",
        bind="query-params",
        help="Which promise, judged where, with what tolerance.",
    )
    return known[chosen]


def choose_filters(
    company: Source, definition: Definition, months: Sequence[str], members: Mapping[str, Labels]
) -> Filters:
    """Level, as-of, period and the members of each dimension."""
    settle("level", fmt.LEVELS, "Level", first="schedule_line")
    level = st.segmented_control(
        "Count by",
        list(fmt.LEVELS),
        default="schedule_line",
        required=True,
        format_func=fmt.LEVELS.__getitem__,
        key="level",
        bind="query-params",
        help="An order is met when all of its lines are.",
    )
    as_of = _choose_as_of(company)
    start, end = st.columns(2)
    due_from = _choose_month(start, "due_from", "Due from", months, "First")
    due_to = _choose_month(end, "due_to", "Due to", months, "Last")
    side = definition.side
    for name in EVERY_DIMENSION:
        if name not in FILTER_DIMENSIONS[side]:
            settle_absent(name, fmt.DIMENSIONS[name], f"does not apply to {fmt.SIDES[side].lower()}")
    where = [(name, value) for name in FILTER_DIMENSIONS[side] for value in _choose_members(name, members[name])]
    st.button("Clear filters", on_click=clear_filters, key="clear", icon=":material/filter_alt_off:", width="stretch")
    return Filters(
        source=company.source_system,
        definition=definition.definition_id,
        level=level or "schedule_line",
        as_of=as_of.isoformat() if as_of else None,
        due_from=due_from,
        due_to=due_to,
        where=tuple(where),
        side=side,
    )


def _choose_as_of(company: Source) -> date | None:
    settle_day("as_of", "As-of day")
    declared = fmt.moment(write_moment(company.as_of)) if company.as_of else "it declares none"
    return st.date_input(
        "As of",
        value=None,
        min_value=date(1970, 1, 1),
        max_value=date(2200, 1, 1),
        format="YYYY-MM-DD",
        key="as_of",
        bind="query-params",
        help=f"The end of a day. Left empty: what the company's data declares, {declared}.",
    )


def _choose_month(column: Any, key: str, label: str, months: Sequence[str], placeholder: str) -> str | None:
    labels = {month: fmt.month(month) for month in months}
    settle(key, labels, label)
    return column.selectbox(
        label,
        list(months),
        index=None,
        format_func=lambda month: labels.get(month, month),
        key=key,
        bind="query-params",
        placeholder=placeholder,
        help="The month a promise falls due in; of other figures the month they are booked to.",
    )


def _choose_members(dimension: str, labels: Labels) -> list[str]:
    settle(dimension, labels, fmt.DIMENSIONS[dimension], is_many=True)
    plural = fmt.DIMENSION_PLURALS[dimension]
    return st.multiselect(
        fmt.DIMENSIONS[dimension],
        list(labels),
        format_func=lambda value: labels.get(value, value),
        key=dimension,
        bind="query-params",
        placeholder=f"All {plural}" if labels else f"No {plural} recorded",
    )
