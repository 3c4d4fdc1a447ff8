"""Figures beyond the promise: of additive parts, of spans of time, of balances; checked, then read by one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dashboards.queries import figure_balances, figure_parts, figure_spans
from dashboards.queries.asof import (
    SourceAsOf,
    common_as_of,
    end_of_day,
    known_instant,
    known_text,
    source_as_ofs,
    write_moment,
)
from dashboards.queries.build import build_id, build_known_at
from dashboards.queries.catalogue import Kpi, level_of
from dashboards.queries.dimensions import (
    FIGURE_PERIODS,
    check_name,
    check_range,
    grouped_filters,
    is_of_an_order,
    scope_filters,
    where_filters,
)
from dashboards.queries.errors import QueryError, unknown_name
from dashboards.queries.figure_cost import cost_notes
from dashboards.queries.figure_reading import Reading
from dashboards.queries.request import EVERYTHING, KpiAnswer, KpiRequest, Scope
from dashboards.queries.sources import (
    choose_sources,
    figure_missing,
    inventory,
    missing_notes,
    rows_without_figures,
    stand_in_notes,
)

_READERS = {
    "ratio": figure_parts.ratios,
    "sum": figure_parts.sums,
    "root": figure_parts.roots,
    "product": figure_parts.products,
    "matched": figure_parts.matched,
    "duration": figure_spans.medians,
    "balance": figure_balances.balances,
}


@dataclass(frozen=True)
class Plan:
    """A question about a figure whose every name has been checked, with what each source lacks for it.

    `stand_ins` says what stands for a column that a source does not tell.
    """

    kpi: Kpi
    level: str
    reading: Reading
    as_ofs: list[SourceAsOf]
    missing: dict[str, list[str]]
    stand_ins: list[str]


def answer(con: duckdb.DuckDBPyConnection, kpi: Kpi, request: KpiRequest, scope: Scope = EVERYTHING) -> KpiAnswer:
    """Answer one question; QueryError where a name is unknown or the figure cannot be told that way."""
    plan = plan_of(con, kpi, request, scope)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    if plan.reading.instants:
        found = _READERS[kpi.kind](con, kpi, plan.reading)
        rows, notes = found.rows, [*cost_notes(con, kpi, plan.reading), *found.notes]
    rows += rows_without_figures(plan.reading.by, plan.missing)
    as_of, as_of_notes = common_as_of(plan.as_ofs)
    return KpiAnswer(
        kpi=kpi.kpi,
        definition="default",
        level=plan.level,
        source=plan.as_ofs[0].source.source_system if len(plan.as_ofs) == 1 else None,
        as_of=as_of,
        known_at=told_known_at(con, request.known_at),
        build_id=build_id(con),
        promise_in_use="",
        unit=kpi.unit,
        missing=list(dict.fromkeys(name for names in plan.missing.values() for name in names)),
        notes=[*as_of_notes, *missing_notes(plan.missing), *plan.stand_ins, *_filter_notes(plan), *notes],
        rows=rows,
    )


def plan_of(con: duckdb.DuckDBPyConnection, kpi: Kpi, request: KpiRequest, scope: Scope = EVERYTHING) -> Plan:
    """Check and resolve every name of a question."""
    _check_options(con, kpi, request)
    level = level_of(kpi, request.level)
    if request.grain is not None and request.grain not in FIGURE_PERIODS:
        raise unknown_name("grain", request.grain, FIGURE_PERIODS)
    by = tuple(dict.fromkeys((*((request.grain,) if request.grain else ()), *request.by)))
    for dimension in by:
        check_name(kpi, dimension)
    finer = tuple(pair for pair in request.where if is_of_an_order(kpi, pair[0]))
    filters = where_filters(kpi, tuple(pair for pair in request.where if pair not in finer))
    named = [value for one in filters if one.dimension == "source" for value in one.values]
    chosen = choose_sources(con, request.source, named, "source" in by, scope)
    as_ofs = source_as_ofs(chosen, request.as_of)
    held = {source.source_system: inventory(con, source.source_system) for source in chosen}
    missing = {name: figure_missing(told, kpi) for name, told in held.items()}
    stand_ins = [note for name, told in held.items() if not missing[name] for note in stand_in_notes(name, told, kpi)]
    seen = [one for one in scope_filters(scope) if one.dimension != "source"]
    reading = Reading(
        instants=[
            (one.source.source_system, instant_of(one)) for one in as_ofs if not missing[one.source.source_system]
        ],
        by=by,
        filters=[
            *(one for one in filters if one.dimension != "source"),
            *(one for one in seen if one.dimension in kpi.dimensions),
        ],
        finer=[*grouped_filters(finer), *(one for one in seen if is_of_an_order(kpi, one.dimension))],
        untold=[one for one in seen if one.dimension not in kpi.dimensions and not is_of_an_order(kpi, one.dimension)],
        date_from=request.date_from,
        date_to=request.date_to,
    )
    return Plan(kpi, level, reading, as_ofs, missing, stand_ins)


def instant_of(as_of: SourceAsOf) -> datetime:
    """The instant up to which parts count: an as-of day ends at 24:00 UTC of it."""
    if isinstance(as_of.moment, datetime):
        return as_of.moment
    return end_of_day(as_of.moment)


def told_known_at(con: duckdb.DuckDBPyConnection, asked: str | None) -> str | None:
    """As known when a figure is told: as it was asked, else as far as the build knows; None where it knows it all."""
    known = build_known_at(con)
    return known_text(asked) if asked is not None or known is None else write_moment(known)


def not_restated(kpi: str, known_at: str, source: str | None = None) -> QueryError:
    """The error for a figure as known at an instant that no build has been made of."""
    whose, option = (f" of {source}", f" --source {source}") if source else ("", "")
    return QueryError(
        f"{kpi}{whose} as known at {known_at} has not been restated.",
        f"Run `orderlens restate --known-at {known_at}{option}`.",
    )


def _check_options(con: duckdb.DuckDBPyConnection, kpi: Kpi, request: KpiRequest) -> None:
    if request.known_at is not None and known_instant(request.known_at) != build_known_at(con):
        raise not_restated(kpi.kpi, request.known_at)
    if request.definition is not None and request.definition != "default":
        raise unknown_name(f"definition of {kpi.kpi}", request.definition, ("default",))
    check_range(request)


def _filter_notes(plan: Plan) -> list[str]:
    named = [f"{one.dimension} {' or '.join(value or 'none' for value in one.values)}" for one in plan.reading.finer]
    notes = [f"orders with at least one line of {' and '.join(named)}; the whole order counts"] if named else []
    hidden = [one.dimension for one in plan.reading.untold]
    return [*notes, f"{plan.kpi.kpi} is not told by {' or '.join(hidden)}: nothing of it is shown"] if hidden else notes
