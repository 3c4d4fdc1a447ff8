"""The generic KPI query: one question in, one figure with its parts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb

from dashboards.queries import figures
from dashboards.queries.asof import (
    SourceAsOf,
    common_as_of,
    known_instant,
    source_as_ofs,
)
from dashboards.queries.build import build_id
from dashboards.queries.catalogue import (
    QUANTITY_LEVELS,
    Definition,
    Kpi,
    find_definition,
    find_kpi,
    level_of,
)
from dashboards.queries.dimensions import (
    Filter,
    at_least_one_notes,
    check_range,
    roll_up_dimensions,
    scope_filters,
    where_filters,
)
from dashboards.queries.measures import PERFECT_PARTS
from dashboards.queries.request import EVERYTHING, KpiAnswer, KpiRequest, Scope
from dashboards.queries.sources import (
    Source,
    choose_sources,
    fallback_note,
    inventory,
    missing_inputs,
    missing_notes,
    promise_in_use,
    rows_without_figures,
)
from dashboards.queries.sql import (
    Reading,
    Steps,
    add_kept,
    add_units,
    judged_obligations,
    states_of,
)

__all__ = [
    "KpiAnswer",
    "KpiRequest",
    "Plan",
    "Scope",
    "answer",
    "breakdown",
    "build_id",
    "kept_steps",
    "plan_of",
    "trend",
]


@dataclass(frozen=True)
class Plan:
    """A request whose every name has been checked and resolved."""

    request: KpiRequest
    kpi: Kpi
    level: str
    definition: Definition
    by: tuple[str, ...]
    filters: list[Filter]
    as_ofs: list[SourceAsOf]
    known_at: datetime
    missing: dict[str, list[str]]

    @property
    def sources(self) -> list[Source]:
        """The sources it reads."""
        return [as_of.source for as_of in self.as_ofs]


def answer(con: duckdb.DuckDBPyConnection, request: KpiRequest, scope: Scope = EVERYTHING) -> KpiAnswer:
    """Answer one question; QueryError where a name is unknown or a roll-up cannot add up."""
    asked = find_kpi(con, request.kpi)
    if not asked.is_conformance:
        return figures.answer(con, asked, request, scope)
    plan = plan_of(con, request, scope)
    rows, notes = _figures(con, plan)
    notes += _independence_notes(con, plan, rows)
    as_of, as_of_notes = common_as_of(plan.as_ofs)
    promises = dict.fromkeys(promise_in_use(source, plan.definition) for source in plan.sources)
    return KpiAnswer(
        kpi=plan.kpi.kpi,
        definition=plan.definition.definition_id,
        level=plan.level,
        source=plan.sources[0].source_system if len(plan.sources) == 1 else None,
        as_of=as_of,
        known_at=figures.told_known_at(con, request.known_at),
        build_id=build_id(con),
        promise_in_use=", ".join(promises),
        unit=plan.kpi.unit,
        missing=list(dict.fromkeys(name for names in plan.missing.values() for name in names)),
        notes=[*_promise_notes(plan), *as_of_notes, *missing_notes(plan.missing), *notes],
        rows=rows,
    )


def trend(
    con: duckdb.DuckDBPyConnection, request: KpiRequest, scope: Scope = EVERYTHING, grain: str = "month"
) -> list[dict[str, Any]]:
    """The figure by the period it fell due in, oldest first; units without a due date are left out."""
    rows = answer(con, replace(request, by=(), grain=grain), scope).rows
    return sorted((row for row in rows if row.get(grain)), key=lambda row: str(row[grain]))


def breakdown(
    con: duckdb.DuckDBPyConnection, request: KpiRequest, dimension: str, scope: Scope = EVERYTHING
) -> list[dict[str, Any]]:
    """The figure by one dimension, most failures first; empty where the figure's inputs are missing."""
    found = answer(con, replace(request, by=(dimension,), grain=None), scope)
    rows = [row for row in found.rows if row["denominator"] is not None]
    return sorted(rows, key=lambda row: (-row["states"]["due_failed"], str(row[dimension] or "")))


def plan_of(con: duckdb.DuckDBPyConnection, request: KpiRequest, scope: Scope = EVERYTHING) -> Plan:
    """Check and resolve every name of a request; QueryError where one is unknown or a roll-up cannot add up."""
    kpi = find_kpi(con, request.kpi)
    definition = find_definition(con, kpi.side, request.definition or kpi.default_definition)
    level = level_of(kpi, request.level)
    by = roll_up_dimensions(kpi, level, request.by, request.grain)
    filters = where_filters(kpi, request.where)
    check_range(request)
    named = [value for one in filters if one.dimension == "source" for value in one.values]
    chosen = choose_sources(con, request.source, named, "source" in by, scope)
    return Plan(
        request=request,
        kpi=kpi,
        level=level,
        definition=definition,
        by=by,
        filters=[one for one in [*filters, *scope_filters(scope)] if one.dimension != "source"],
        as_ofs=source_as_ofs(chosen, request.as_of),
        known_at=known_instant(request.known_at),
        missing={
            source.source_system: missing_inputs(
                inventory(con, source.source_system),
                kpi,
                definition,
                promise_in_use(source, definition),
                level,
            )
            for source in chosen
        },
    )


def _figures(con: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of the sources that have the inputs, and rows without figures for those that lack them."""
    readable = [as_of for as_of in plan.as_ofs if not plan.missing[as_of.source.source_system]]
    rows: list[dict[str, Any]] = []
    notes = at_least_one_notes(plan.filters, plan.level, plan.kpi.side)
    if readable:
        steps = kept_steps(plan, readable)
        found = steps.fetch(con, _roll_up(plan))
        rows += [_row(one, plan) for one in found]
        if plan.level in QUANTITY_LEVELS:
            notes += _quantity_notes(con, kept_steps(plan, readable), plan.level)
    rows += rows_without_figures(plan.by, plan.missing)
    return rows, notes


def kept_steps(plan: Plan, as_ofs: Sequence[SourceAsOf]) -> Steps:
    """Steps up to `kept`: the units that the filters leave, each with its state at the as-of of its source."""
    request, side = plan.request, plan.kpi.side
    steps = judged_obligations(Reading(as_ofs, plan.known_at, plan.definition, plan.kpi.measure))
    add_units(steps, plan.level, side, plan.by, plan.filters)
    add_kept(steps, plan.level, side, plan.filters, request.date_from, request.date_to)
    return steps


def _roll_up(plan: Plan) -> str:
    """The last select: dimensions, the two additive parts, and the five states."""
    parts = {
        "unit": ("filled_quantity", "promised_quantity"),
        # Rounded obligation by obligation, so that roll-ups of money add up to the last digit.
        "value": tuple(
            f"cast({quantity} * net_unit_price as decimal(38, 6))"
            for quantity in ("filled_quantity", "promised_quantity")
        ),
    }
    if plan.level in parts:
        inside, promised = parts[plan.level]
        numerator = f"coalesce(sum({inside}) filter (where due_status = 'due'), 0)"
        denominator = f"coalesce(sum({promised}) filter (where due_status = 'due'), 0)"
    else:
        numerator = "count(*) filter (where state = 'due_met')"
        denominator = "count(*) filter (where due_status = 'due')"
    dimensions = [f'"{name}"' for name in plan.by]
    columns = [
        *dimensions,
        f"{numerator} as numerator",
        f"{denominator} as denominator",
        *(f"count(*) filter (where state = '{state}') as {state}" for state in states_of(plan.kpi.side)),
    ]
    tail = ""
    if dimensions:
        tail = f"\ngroup by {', '.join(dimensions)}\norder by " + ", ".join(f"{name} nulls last" for name in dimensions)
    return "select\n    " + ",\n    ".join(columns) + "\nfrom kept" + tail


def _row(found: dict[str, Any], plan: Plan) -> dict[str, Any]:
    states = {state: found.pop(state) for state in states_of(plan.kpi.side)}
    return {**found, "value": _ratio(found["numerator"], found["denominator"]), "states": states}


def _ratio(numerator: int | Decimal, denominator: int | Decimal) -> float | None:
    return float(Decimal(numerator) / Decimal(denominator)) if denominator else None


def _promise_notes(plan: Plan) -> list[str]:
    return [note for source in plan.sources if (note := fallback_note(source, plan.definition))]


def _independence_notes(con: duckdb.DuckDBPyConnection, plan: Plan, rows: list[dict[str, Any]]) -> list[str]:
    """The product of the parts of a perfect order, beside the one joint figure and never in its place."""
    if plan.kpi.measure != "perfect_order" or plan.by or not rows[0]["denominator"]:
        return []
    product = Decimal(1)
    for measure in PERFECT_PARTS:
        part = _figures(con, replace(plan, kpi=replace(plan.kpi, measure=measure)))[0][0]
        product *= Decimal(part["numerator"]) / Decimal(part["denominator"])
    return [
        f"if the three were independent, their product would be {100 * product:.2f} %: a comparison, not the figure"
    ]


def _quantity_notes(con: duckdb.DuckDBPyConnection, steps: Steps, level: str) -> list[str]:
    """What a sum of quantities or money must admit: mixed units or currencies, lines without a price."""
    column = "uom" if level == "unit" else "currency"
    found = steps.fetch(
        con,
        f"""select
    list_sort(list_distinct(list(obligations.{column}))) as measures,
    count(*) filter (where kept.net_unit_price is null) as unpriced
from kept
inner join obligations on kept.obligation_key = obligations.obligation_key
where kept.due_status = 'due'""",
    )[0]
    notes = []
    if len(found["measures"] or ()) > 1:
        kind = "units of measure" if level == "unit" else "currencies"
        notes.append(f"several {kind} ({', '.join(found['measures'])}) are added up as they stand")
    if level == "value" and found["unpriced"]:
        notes.append(f"{found['unpriced']} due obligations have no price and are left out")
    return notes
