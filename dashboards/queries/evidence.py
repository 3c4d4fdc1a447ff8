"""The facts behind one figure: every obligation in its scope with what arrived, what changed and where it says so.

What is asked once is kept in temporary tables of the reading connection; rows are then read in pages, so that memory
does not grow with the number of obligations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from dashboards.queries.build import fetch
from dashboards.queries.catalogue import QUANTITY_LEVELS
from dashboards.queries.kpi import Plan, kept_steps
from dashboards.queries.sql import UNIT_KEYS, Steps

Rows = list[dict[str, Any]]

PAGE = 2000
_MASTERS = ("addresses", "sites")
# The entities whose rows decide an obligation, by side and by the place it is judged at.
_ORDER_ENTITIES = {
    "sales": ("orders", "order_lines", "order_schedule_lines", "commitment_changes"),
    "purchase": (
        "purchase_orders",
        "purchase_order_lines",
        "purchase_schedule_lines",
        "supplier_confirmations",
        "commitment_changes",
    ),
}
_PLACE_ENTITIES = {
    # A drop may be told by its shipment line only.
    "delivered": ("deliveries", "shipments", "shipment_lines"),
    "shipped": ("shipments", "shipment_lines"),
    "received": ("receipts", "quality_inspections"),
}

_SCOPE = """select
    row_number() over (
        order by
            obligations.origin_order_id, obligations.order_id, length(obligations.line_no), obligations.line_no,
            length(obligations.schedule_no), obligations.schedule_no, described.obligation_key
    ) as position,
    described.{key} as unit_key,
    kept.state as unit_state,
    instants.as_of_instant,
    described.*
from described
inner join kept on described.{key} = kept.{key}
inner join instants
    on described.source_system = instants.source_system and described.place_zone = instants.place_zone
left join obligations on described.obligation_key = obligations.obligation_key"""

_FILES = """select
    row_number() over (order by extracted_at, batch_id, batch_file_id, source_file) as file,
    source_file as name, min(file_sha256) as sha256, batch_id, batch_file_id, content_hash, extracted_at,
    cast(sum(landed) as bigint) as landed, cast(sum(accepted) as bigint) as accepted,
    cast(sum(quarantined) as bigint) as quarantined
from batches
where source_system = {source} and extracted_at <= {known_at}
group by source_file, batch_id, batch_file_id, content_hash, extracted_at"""

_LINEAGE = """select
    rows_known.entity, rows_known.row_key, rows_known.part_of, rows_known.row_hash,
    rows_known.source_line as line, proof_files.file
from source_rows as rows_known
left join proof_files
    on rows_known.batch_file_id = proof_files.batch_file_id and rows_known.source_file = proof_files.name
where
    rows_known.source_system = {source} and rows_known.known_from <= {known_at} and rows_known.known_to > {known_at}"""

_ROW = (
    "struct_pack(entity := {0}.entity, row_key := {0}.row_key, file := {0}.file, line := {0}.line,"
    " row_hash := {0}.row_hash)"
)

_OBLIGATIONS = f"""select
    scope.position, scope.unit_key, scope.unit_state, scope.as_of_instant, scope.obligation_key, scope.line_key,
    scope.order_key, scope.place_zone, scope.due_date, scope.window_opens_date, scope.promised_quantity,
    scope.required_quantity, scope.promise_in_use, scope.is_promise_fallback, scope.is_rebased, scope.due_status,
    scope.is_flagged, scope.window_quantity, scope.net_unit_price, scope.reasons, scope.flags,
    timezone('UTC', timezone(scope.place_zone, cast(scope.due_date + 1 as timestamp))) - interval 1 microsecond
        as falls_due_at,
    obligations.order_id, obligations.line_no, obligations.schedule_no, obligations.origin_order_id,
    obligations.customer_id, obligations.product_id, obligations.supplier_id, obligations.site_id,
    obligations.ship_to_address_id, obligations.carrier, obligations.mode, obligations.uom, obligations.currency,
    versions.ordered_quantity, versions.requested_date, versions.window_start, versions.window_end,
    versions.cancelled_at, versions.cancelled_date, versions.cancelled_from, versions.cancelled_by,
    versions.is_cancelled_by_receiver,
    list_filter([
        {_ROW.format("own")}, {_ROW.format("of_line")}, {_ROW.format("of_order")},
        {_ROW.format("of_address")}, {_ROW.format("of_site")}
    ], lambda one: one.entity is not null) as lineage
from proof_scope as scope
left join obligations on scope.obligation_key = obligations.obligation_key
left join obligation_versions as versions
    on
        scope.obligation_key = versions.obligation_key
        and versions.known_from <= {{known_at}} and versions.known_to > {{known_at}}
left join proof_lineage as own on versions.source_entity = own.entity and versions.row_key = own.row_key
left join proof_lineage as of_line
    on of_line.entity = {{line_entity}} and versions.line_row_key = of_line.row_key
    and of_line.entity <> versions.source_entity
left join proof_lineage as of_order on of_order.entity = {{order_entity}} and versions.order_row_key = of_order.row_key
left join proof_lineage as of_address
    on of_address.entity = 'addresses' and obligations.ship_to_address_id = of_address.row_key
left join proof_lineage as of_site on of_site.entity = 'sites' and obligations.site_id = of_site.row_key"""

_ARRIVALS = f"""select
    scope.position, arrivals.arrived_at, arrivals.arrived_date, arrivals.counts_from, arrivals.allotted_quantity,
    arrivals.accepted_quantity, arrivals.told_quantity, arrivals.rejected_quantity, arrivals.damaged_quantity,
    arrivals.short_quantity, arrivals.reference,
    list_concat(
        list_filter([{_ROW.format("own")}, {_ROW.format("other")}], lambda one: one.entity is not null),
        coalesce(inspections.lineage, [])
    ) as lineage
from proof_scope as scope
inner join obligation_arrivals as arrivals
    on
        scope.obligation_key = arrivals.obligation_key
        and arrivals.known_from <= {{known_at}} and arrivals.known_to > {{known_at}}
        and arrivals.place = {{place}} and arrivals.promise in ('any', {{promise}})
left join proof_lineage as own on arrivals.source_entity = own.entity and arrivals.row_key = own.row_key
left join proof_lineage as other
    on
        other.entity = case arrivals.place when 'shipped' then 'shipments' else 'shipment_lines' end
        and arrivals.other_row_key = other.row_key
left join (
    select inspection.part_of, list({_ROW.format("inspection")} order by inspection.row_key) as lineage
    from proof_lineage as inspection
    where inspection.part_of is not null
    group by inspection.part_of
) as inspections on arrivals.source_entity = 'receipts' and arrivals.reference = inspections.part_of"""

_CHANGES = f"""select
    scope.position, changes.position as place_in_history, changes.changed_at, changes.changed_date,
    changes.counts_from, changes.initiator, changes.reason, changes.old_date, changes.new_date,
    changes.old_quantity, changes.new_quantity, changes.is_before_first, changes.is_first,
    changes.is_asked_by_receiver, changes.implies_first, changes.moves_agreed,
    list_filter([{_ROW.format("own")}], lambda one: one.entity is not null) as lineage
from proof_scope as scope
inner join obligation_changes as changes
    on
        scope.obligation_key = changes.obligation_key
        and changes.known_from <= {{known_at}} and changes.known_to > {{known_at}}
left join proof_lineage as own on changes.source_entity = own.entity and changes.row_key = own.row_key"""

_PAGES = {
    "proof_obligations": "position",
    "proof_arrivals": "position, arrived_date nulls first, counts_from, reference, lineage",
    "proof_changes": "position, place_in_history",
}


def feeding_entities(plan: Plan) -> list[str]:
    """The entities whose rows can decide the figure: a row of one that is in quarantine may be missing in it."""
    return [*_ORDER_ENTITIES[plan.kpi.side], *_PLACE_ENTITIES[plan.definition.place], *_MASTERS]


def collect(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Keep the scope of a figure and its facts in temporary tables of `con`, which must be a cursor of its own.

    `plan` asks for one source that has what the figure needs.
    """
    steps = kept_steps(plan, plan.as_ofs)
    steps.create(con, "proof_scope", _SCOPE.format(key=UNIT_KEYS.get(plan.level, "obligation_key")))
    collect_files(con, plan)
    _keep(con, plan, "proof_lineage", _LINEAGE)
    for table, select in (
        ("proof_obligations", _OBLIGATIONS),
        ("proof_arrivals", _ARRIVALS),
        ("proof_changes", _CHANGES),
    ):
        _keep(con, plan, table, f"{select}\norder by {_PAGES[table]}")


def collect_files(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Keep the landed files of the source, numbered from 1, in a temporary table of `con`."""
    _keep(con, plan, "proof_files", _FILES)


def _keep(con: duckdb.DuckDBPyConnection, plan: Plan, table: str, select: str) -> None:
    of_order, of_line = _ORDER_ENTITIES[plan.kpi.side][:2]
    values = {
        "source": (plan.sources[0].source_system, "varchar"),
        "known_at": (plan.known_at, "timestamp"),
        "place": (plan.definition.place, "varchar"),
        "promise": (plan.definition.promise, "varchar"),
        "order_entity": (of_order, "varchar"),
        "line_entity": (of_line, "varchar"),
    }
    steps = Steps()
    used = {name: steps.bind(*value) for name, value in values.items() if f"{{{name}}}" in select}
    steps.add("told", select.format(**used))
    steps.create(con, table, "select * from told")


def files(con: duckdb.DuckDBPyConnection) -> Rows:
    """The landed files of the source, after `collect_files`: number, name, sha256, batch, extraction, counts."""
    return fetch(con, "select * from proof_files order by file")


def split(con: duckdb.DuckDBPyConnection, level: str) -> Rows:
    """The figure's additive parts by state, after `collect`: units, obligations, quantities, money at value level."""
    worth = {"unit": "{0}", "value": "cast({0} * net_unit_price as decimal(38, 6))"}
    parts = ""
    if level in QUANTITY_LEVELS:
        inside, promised = (worth[level].format(name) for name in ("coalesce(window_quantity, 0)", "promised_quantity"))
        parts = f", coalesce(sum({inside}), 0) as inside, coalesce(sum({promised}), 0) as promised"
    return fetch(
        con,
        f"""select
    unit_state as state, count(distinct unit_key) as units, count(*) as obligations,
    coalesce(sum(promised_quantity), 0) as promised_quantity,
    coalesce(sum(window_quantity), 0) as window_quantity{parts}
from proof_scope
group by unit_state
order by unit_state""",
    )


def places(con: duckdb.DuckDBPyConnection) -> Rows:
    """The as-of instant of each place's zone in the scope, after `collect`."""
    return fetch(
        con, "select distinct place_zone as zone, as_of_instant as instant from proof_scope order by place_zone"
    )


def scope_size(con: duckdb.DuckDBPyConnection) -> int:
    """How many obligations the scope holds, after `collect`."""
    return int(fetch(con, "select count(*) as obligations from proof_scope")[0]["obligations"])


def obligations_with_facts(con: duckdb.DuckDBPyConnection, page: int = PAGE) -> Iterator[dict[str, Any]]:
    """Every obligation of the scope with `arrivals` and `changes`, after `collect`; `page` of them in memory."""
    total = scope_size(con)
    for first in range(1, total + 1, page):
        found = {name: _page(con, name, first, first + page) for name in _PAGES}
        facts: dict[int, tuple[Rows, Rows]] = {row["position"]: ([], []) for row in found["proof_obligations"]}
        for place, name in enumerate(("proof_arrivals", "proof_changes")):
            for row in found[name]:
                facts[row["position"]][place].append(row)
        for row in found["proof_obligations"]:
            arrivals, changes = facts[row["position"]]
            yield {**row, "arrivals": arrivals, "changes": changes}


def _page(con: duckdb.DuckDBPyConnection, table: str, first: int, end: int) -> Rows:
    return fetch(
        con,
        f"select * from {table} where position >= $first and position < $end order by {_PAGES[table]}",
        {"first": first, "end": end},
    )


def excluded_lines(con: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[dict[str, Any]]:
    """Order lines of the source that are no obligation of their own, after `collect`, and why."""
    steps = Steps()
    source, known = steps.bind(plan.sources[0].source_system), steps.bind(plan.known_at, "timestamp")
    side = steps.bind(plan.kpi.side)
    steps.add(
        "told",
        f"""select
    excluded.order_id, excluded.line_no, excluded.why, excluded.obligation_order_id, excluded.obligation_line_no,
    list_filter([{_ROW.format("own")}], lambda one: one.entity is not null) as lineage
from excluded_lines as excluded
left join proof_lineage as own on excluded.source_entity = own.entity and excluded.row_key = own.row_key
where
    excluded.source_system = {source} and excluded.side = {side}
    and excluded.known_from <= {known} and excluded.known_to > {known}""",
    )
    yield from steps.fetch(con, "select * from told order by why, order_id, length(line_no), line_no")


def quarantined(con: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[dict[str, Any]]:
    """Rows in quarantine of the entities that feed the figure, after `collect_files`; not the records themselves.

    `is_accepted_since` tells rows whose key has an accepted version that was known when the figure was.
    """
    steps = Steps()
    source, known = steps.bind(plan.sources[0].source_system), steps.bind(plan.known_at, "timestamp")
    entities = ", ".join(steps.bind(name) for name in feeding_entities(plan))
    steps.add(
        "told",
        f"""select
    broken.entity, broken.row_key, broken.rule, broken.column_name, broken.source_line as line,
    broken.source_file as name, broken.batch_id, broken.extracted_at, landed.file,
    exists (
        select 1 from source_rows as accepted
        where
            accepted.source_system = broken.source_system and accepted.entity = broken.entity
            and accepted.row_key = broken.row_key and accepted.known_to > broken.extracted_at
            and accepted.known_from <= {known}
    ) as is_accepted_since
from quarantined_rows as broken
left join (
    select name, batch_id, extracted_at, min(file) as file from proof_files group by name, batch_id, extracted_at
) as landed
    on
        broken.source_file = landed.name and broken.batch_id = landed.batch_id
        and broken.extracted_at = landed.extracted_at
where broken.source_system = {source} and broken.entity in ({entities}) and broken.extracted_at <= {known}""",
    )
    yield from steps.fetch(con, "select * from told order by entity, extracted_at, name, line, column_name")
