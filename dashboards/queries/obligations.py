"""The obligations behind a figure, one by one, and the timeline of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from dashboards.queries.asof import (
    common_as_of,
    known_instant,
    known_text,
    source_as_ofs,
)
from dashboards.queries.catalogue import (
    SIDES,
    Definition,
    Kpi,
    find_definition,
    find_kpi,
    kpi_of_measure,
)
from dashboards.queries.dimensions import (
    OBLIGATION_IDENTIFIERS,
    Filter,
    scope_filters,
    where_filters,
)
from dashboards.queries.errors import QueryError, unknown_name
from dashboards.queries.kpi import build_id
from dashboards.queries.measures import MEASURES
from dashboards.queries.request import EVERYTHING, Scope, Where
from dashboards.queries.sources import (
    Source,
    choose_sources,
    fallback_note,
    inventory,
    missing_inputs,
    promise_in_use,
)
from dashboards.queries.sql import (
    Reading,
    Steps,
    add_kept,
    add_units,
    condition,
    judged_obligations,
    states_of,
)

_LEVEL = "schedule_line"

_SELECT = """select
    obligations.order_id, obligations.line_no, obligations.schedule_no, obligations.origin_order_id,
    kept.due_date, {state} as state, kept.reasons, kept.flags,
    kept.promised_quantity, kept.window_quantity, kept.arrived_quantity,
    kept.is_on_time, kept.is_in_full, kept.completed_date, kept.last_arrival_date,
    coalesce(kept.completed_date, kept.last_arrival_date) as delivered_local_date,
    kept.promise_in_use, kept.place_zone,
    obligations.customer_id, obligations.customer_name, obligations.customer_region,
    obligations.product_id, obligations.product_name, obligations.supplier_id, obligations.supplier_name,
    obligations.site_id, obligations.site_name, obligations.region, obligations.country,
    obligations.carrier, obligations.mode, obligations.uom, obligations.currency, obligations.net_value,
    obligations.source_system, obligations.source_entity, obligations.source_file, obligations.source_line,
    kept.obligation_key
from kept
left join obligations on kept.obligation_key = obligations.obligation_key
where {wanted}
order by
    kept.due_date nulls last, obligations.order_id, length(obligations.line_no), obligations.line_no,
    length(obligations.schedule_no), obligations.schedule_no, kept.obligation_key"""


@dataclass(frozen=True)
class ObligationsRequest:
    """Which obligations: `where`, `as_of`, `known_at`, `date_from` and `date_to` as in KpiRequest.

    `state` is one of the five, by `kpi` (otif of the side unless told); `month` is the due month, YYYY-MM.
    """

    source: str | None = None
    side: str | None = None
    definition: str | None = None
    kpi: str | None = None
    state: str | None = None
    where: Where = ()
    month: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    as_of: str | None = None
    known_at: str | None = None
    limit: int | None = None
    offset: int = 0


@dataclass
class ObligationsAnswer:
    """The list: `total` counts all that match, `rows` holds those of the page asked for."""

    source: str
    side: str
    definition: str
    kpi: str
    as_of: str | None
    known_at: str | None
    build_id: str
    promise_in_use: str
    total: int
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


def obligations(con: duckdb.DuckDBPyConnection, scope: Scope = EVERYTHING, **filters: Any) -> list[dict[str, Any]]:
    """The rows of `list_obligations` for the fields of an ObligationsRequest."""
    return list_obligations(con, ObligationsRequest(**filters), scope).rows


def list_obligations(
    con: duckdb.DuckDBPyConnection, request: ObligationsRequest, scope: Scope = EVERYTHING
) -> ObligationsAnswer:
    """The obligations that match, by due date; their states count up to those of the same KPI question."""
    asked = _asked_kpi(con, request)
    definition = find_definition(con, asked.side, request.definition or asked.default_definition)
    if request.state is not None and request.state not in states_of(asked.side):
        raise unknown_name(f"state on the {asked.side} side", request.state, states_of(asked.side))
    where = request.where + ((("month", request.month),) if request.month else ())
    filters = where_filters(asked, where)
    named = [value for one in filters if one.dimension == "source" for value in one.values]
    (source,) = choose_sources(con, request.source, named, False, scope)
    kpi, missing, notes = _readable_kpi(con, asked, definition, source)
    as_ofs = source_as_ofs([source], request.as_of)
    known_at = known_instant(request.known_at)
    reading = Reading(as_ofs, known_at, definition, kpi.measure)
    kept = [one for one in [*filters, *scope_filters(scope)] if one.dimension != "source"]
    rows, total = _read(con, reading, request, kept, bool(missing))
    return ObligationsAnswer(
        source=source.source_system,
        side=asked.side,
        definition=definition.definition_id,
        kpi=kpi.kpi,
        as_of=common_as_of(as_ofs)[0],
        known_at=known_text(request.known_at),
        build_id=build_id(con),
        promise_in_use=promise_in_use(source, definition),
        total=total,
        missing=missing,
        notes=notes,
        rows=rows,
    )


def timeline(
    con: duckdb.DuckDBPyConnection,
    obligation_key: str,
    known_at: str | None = None,
    scope: Scope = EVERYTHING,
) -> list[dict[str, Any]]:
    """What happened to one obligation, as known at `known_at`: earliest first, undated events last."""
    if find_obligation(con, obligation_key, scope) is None:
        return []
    steps = Steps()
    known = steps.bind(known_instant(known_at), "timestamp")
    key = steps.bind(obligation_key)
    steps.add(
        "found",
        f"""select * from obligation_events
where obligation_key = {key} and known_from <= {known} and known_to > {known}""",
    )
    return steps.fetch(
        con,
        """select
    event_kind, occurred_at, occurred_date, initiator, quantity, old_date, new_date, detail, reference,
    source_system, source_entity, source_file, source_line, batch_id, known_from, known_to
from found
order by
    coalesce(occurred_at, cast(occurred_date + 1 as timestamp) - interval 1 microsecond) nulls last,
    event_kind, reference, source_line""",
    )


def find_obligation(
    con: duckdb.DuckDBPyConnection, obligation_key: str, scope: Scope = EVERYTHING
) -> dict[str, Any] | None:
    """The published row of one obligation; None where there is none, or it lies outside the scope."""
    steps = Steps()
    conditions = [f"obligation_key = {steps.bind(obligation_key)}"]
    conditions += [condition(steps, one, OBLIGATION_IDENTIFIERS) for one in scope_filters(scope)]
    steps.add("found", f"select * from obligations where {' and '.join(conditions)}")
    rows = steps.fetch(con, "select * from found")
    return rows[0] if rows else None


def _asked_kpi(con: duckdb.DuckDBPyConnection, request: ObligationsRequest) -> Kpi:
    """The KPI whose states are asked for: the named one, else OTIF of the side."""
    if request.side is not None and request.side not in SIDES:
        raise unknown_name("side", request.side, SIDES)
    if request.kpi is None:
        side = request.side or "sales"
        kpi = kpi_of_measure(con, side, "otif")
        if kpi is None:
            raise QueryError(f"The build has no OTIF on the {side} side.", "Name a KPI of `orderlens kpi list`.")
        return kpi
    kpi = find_kpi(con, request.kpi)
    if kpi.measure not in MEASURES:
        raise QueryError(
            f"{kpi.kpi} is not told obligation by obligation.",
            f"Ask for a KPI that measures {', '.join(sorted(MEASURES))}.",
        )
    if request.side is not None and kpi.side != request.side:
        raise QueryError(
            f"{kpi.kpi} belongs to the {kpi.side} side, not to {request.side}.",
            f"Ask with --side {kpi.side}.",
        )
    return kpi


def _readable_kpi(
    con: duckdb.DuckDBPyConnection, asked: Kpi, definition: Definition, source: Source
) -> tuple[Kpi, list[str], list[str]]:
    """The KPI that can be told, what it lacks, and notes: OTIF may give way to on time."""
    held = inventory(con, source.source_system)
    promise = promise_in_use(source, definition)
    notes = [note for note in [fallback_note(source, definition)] if note]
    missing = missing_inputs(held, asked, definition, promise, _LEVEL)
    if not missing:
        return asked, [], notes
    told = kpi_of_measure(con, asked.side, "on_time") if asked.measure == "otif" else None
    if told is not None and not missing_inputs(held, told, definition, promise, _LEVEL):
        notes.append(f"states are those of {told.kpi}: {asked.kpi} cannot be told, missing {', '.join(missing)}")
        return told, [], notes
    notes.append(f"what fell due has no state: {asked.kpi} cannot be told, missing {', '.join(missing)}")
    return asked, missing, notes


def _read(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    request: ObligationsRequest,
    filters: list[Filter],
    is_untold: bool,
) -> tuple[list[dict[str, Any]], int]:
    side = reading.definition.side
    steps = judged_obligations(reading)
    add_units(steps, _LEVEL, side, (), filters)
    add_kept(steps, _LEVEL, side, filters, request.date_from, request.date_to)
    state = "case when kept.due_status <> 'due' then kept.state end" if is_untold else "kept.state"
    wanted = "true" if request.state is None else f"{state} = {steps.bind(request.state)}"
    select = _SELECT.format(state=state, wanted=wanted)
    if request.limit is None and not request.offset:
        rows = steps.fetch(con, select)
        return [_row(row, side) for row in rows], len(rows)
    total = steps.fetch(con, f"select count(*) as total from kept where {wanted}")[0]["total"]
    page = (
        f"\noffset {int(request.offset)}"
        if request.limit is None
        else (f"\nlimit {int(request.limit)} offset {int(request.offset)}")
    )
    return [_row(row, side) for row in steps.fetch(con, select + page)], total


def _row(row: dict[str, Any], side: str) -> dict[str, Any]:
    """Codes as lists; on the purchase side the order's id under the name it has there, too."""
    for name in ("reasons", "flags"):
        row[name] = [code for code in (row[name] or "").split("|") if code]
    return {"po_id": row["order_id"], **row} if side == "purchase" else row
