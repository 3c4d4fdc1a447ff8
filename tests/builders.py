"""Writes a small published build from obligations told in Python, for tests of queries, commands and pages.

An `Obligation` says what was promised and what arrived. `fill` writes into an open connection, `write_build` into
a home folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.facts import facts_by_table
from tests.judge import END, START, Obligation, Row, day, judge, local_day_end
from tests.published_tables import CATALOGUE, CONTRACT, DEFINITIONS, TABLES

__all__ = [
    "END",
    "START",
    "BuildRows",
    "Obligation",
    "Row",
    "SourceRow",
    "day",
    "fill",
    "memory_build",
    "write_build",
]


@dataclass(frozen=True)
class SourceRow:
    """One source; `lacks` names entities and `entity.column`s that it does not have."""

    source: str = "acme"
    as_of: date | datetime | None = date(2026, 1, 31)
    lacks: tuple[str, ...] = ()
    has_commitments: bool = True
    has_confirmations: bool = True
    title: str = "Acme"
    is_synthetic: bool = False


@dataclass
class BuildRows:
    """Everything a build is written from; what is left empty is derived or stays empty."""

    obligations: Sequence[Obligation]
    sources: Sequence[SourceRow] = (SourceRow(),)
    definition_ids: Sequence[str] | None = None
    events: Sequence[Row] | None = None
    batches: Sequence[Row] = ()
    quarantined: Sequence[Row] = ()
    refused: Sequence[Row] = ()
    build_id: str = "20260201T000000000000Z"
    tables: dict[str, list[Row]] = field(default_factory=dict)


def published_obligation(one: Obligation, line: int) -> Row:
    """The row of `obligations` that an obligation is published as."""
    quantity = None if one.quantity is None else Decimal(one.quantity)
    price = None if one.unit_price is None else Decimal(one.unit_price)
    entity = "order_schedule_lines" if one.side == "sales" else "purchase_schedule_lines"
    return {
        "obligation_key": one.obligation_key,
        "source_system": one.source,
        "side": one.side,
        "order_id": one.order_id,
        "line_no": one.line_no,
        "schedule_no": one.schedule_no,
        "origin_order_id": one.origin_order_id or one.order_id,
        "order_key": one.order_key,
        "line_key": one.line_key,
        "order_type": "standard" if one.side == "sales" else None,
        "customer_id": one.customer,
        "customer_name": f"Customer {one.customer}" if one.customer else None,
        "customer_region": one.customer_region,
        "product_id": one.product,
        "product_name": f"Product {one.product}" if one.product else None,
        "supplier_id": one.supplier,
        "supplier_name": f"Supplier {one.supplier}" if one.supplier else None,
        "site_id": one.site,
        "site_name": f"Site {one.site}" if one.site else None,
        "region": one.region,
        "carrier": one.carrier,
        "mode": one.mode,
        "uom": one.uom,
        "currency": one.currency,
        "quantity": quantity,
        "unit_price": price,
        "net_value": quantity * price if quantity is not None and price is not None else None,
        "requested_date": one.due,
        "cancelled_by": one.cancelled[1] if one.cancelled else None,
        "destination_zone": one.zone,
        "dock_zone": one.zone,
        "is_deleted": one.known_to < END,
        "source_file": f"{entity}.csv",
        "source_line": line,
        "source_entity": entity,
    }


def events_of(one: Obligation, line: int) -> list[Row]:
    """The events of an obligation: its promise, its arrivals, its cancellation."""
    shared = {
        "obligation_key": one.obligation_key,
        "source_system": one.source,
        "source_file": "events.csv",
        "source_line": line,
        "batch_id": "b1",
        "known_from": one.known_from,
        "known_to": one.known_to,
    }
    arrived = "delivered" if one.side == "sales" else "goods_received"
    found = [{**shared, "event_kind": "first_committed", "new_date": one.due, "occurred_date": date(2026, 1, 1)}]
    found += [
        {
            **shared,
            "event_kind": arrived,
            "occurred_at": local_day_end(at, one.zone) - timedelta(hours=9),
            "occurred_date": at,
            "quantity": got,
        }
        for at, got in one.arrivals
    ]
    if one.cancelled is not None:
        at, by = one.cancelled
        found.append({**shared, "event_kind": "cancelled", "occurred_date": at, "initiator": by})
    return found


def _source_row(one: SourceRow, rows: BuildRows) -> Row:
    is_instant = isinstance(one.as_of, datetime)
    batches = [batch for batch in rows.batches if batch["source_system"] == one.source]
    return {
        "source_system": one.source,
        "title": one.title,
        "description": f"{one.title}, told for a test",
        "as_of_kind": "instant" if is_instant else "date",
        "as_of_date": None if is_instant else one.as_of,
        "as_of_at": one.as_of if is_instant else None,
        "last_extracted_at": datetime(2026, 1, 31, 12),
        "is_synthetic": one.is_synthetic,
        "has_commitments": one.has_commitments,
        "has_confirmations": one.has_confirmations,
        "landed_rows": sum(batch["landed"] for batch in batches),
        "accepted_rows": sum(batch["accepted"] for batch in batches),
        "quarantined_rows": sum(batch["quarantined"] for batch in batches),
        "refused_files": len([row for row in rows.refused if row["source_system"] == one.source]),
    }


def _inventory_rows(one: SourceRow) -> Iterable[Row]:
    for entity, columns in CONTRACT.items():
        for column in ("", *columns):
            name = f"{entity}.{column}" if column else entity
            is_missing = entity in one.lacks or name in one.lacks
            yield {
                "source_system": one.source,
                "entity": entity,
                "column_name": column,
                "non_null_rows": 0 if is_missing else 100,
            }


def rows_by_table(rows: BuildRows) -> dict[str, list[Row]]:
    """Every table of the build with its rows."""
    wanted = [row for row in DEFINITIONS if rows.definition_ids is None or row["definition_id"] in rows.definition_ids]
    numbered = list(enumerate(rows.obligations, start=2))
    known = [row for row in numbered if row[1].known_to == END]
    latest = {one.obligation_key: published_obligation(one, line) for line, one in [*numbered, *known]}
    events = rows.events
    if events is None:
        events = [event for line, one in numbered for event in events_of(one, line)]
    return {
        "otif_conformance": [
            span
            for one in rows.obligations
            for definition in wanted
            if definition["side"] == one.side
            for span in judge(one, definition)
        ],
        "obligations": list(latest.values()),
        "obligation_events": list(events),
        **facts_by_table(numbered),
        "kpi_catalogue": CATALOGUE,
        "kpi_definitions": DEFINITIONS,
        "data_sources": [_source_row(one, rows) for one in rows.sources],
        "source_inventory": [row for one in rows.sources for row in _inventory_rows(one)],
        "batches": list(rows.batches),
        "quarantined_rows": list(rows.quarantined),
        "refused_files": list(rows.refused),
        "build_info": [
            {
                "build_id": rows.build_id,
                "built_at": datetime(2026, 2, 1),
                "code_version": "test",
                "warehouse_rows": len(rows.obligations),
                "is_verified": True,
            }
        ],
        **rows.tables,
    }


def fill(con: duckdb.DuckDBPyConnection, rows: BuildRows) -> None:
    """Create the published tables in an open database and fill them."""
    con.execute("set TimeZone = 'UTC'")
    con.execute(";\n".join(TABLES.values()))
    for table, contents in rows_by_table(rows).items():
        _insert(con, table, contents)


def _insert(con: duckdb.DuckDBPyConnection, table: str, contents: Sequence[Row]) -> None:
    """One statement per table: row-wise inserts took seconds for a few thousand rows."""
    if not contents:
        return
    columns = list(dict.fromkeys(column for row in contents for column in row))
    texts = [{column: _text(row.get(column)) for column in columns} for row in contents]
    shape = json.dumps([dict.fromkeys(columns, "VARCHAR")])
    names = ", ".join(f'"{column}"' for column in columns)
    con.execute(
        f"insert into {table} ({names}) select {names} from"
        " (select unnest(from_json(cast($texts as json), $shape), recursive := true))",
        {"texts": json.dumps(texts), "shape": shape},
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value)
    return str(value)


def memory_build(rows: BuildRows) -> duckdb.DuckDBPyConnection:
    """A build in memory, for tests that need no home folder."""
    con = duckdb.connect()
    fill(con, rows)
    return con


def write_build(home: Path, rows: BuildRows, is_current: bool = True) -> Path:
    """Write `home/builds/<build_id>.duckdb` and, unless told otherwise, point CURRENT at it."""
    builds = home / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    path = builds / f"{rows.build_id}.duckdb"
    with duckdb.connect(str(path)) as con:
        fill(con, rows)
    if is_current:
        (builds / "CURRENT").write_text(rows.build_id, encoding="utf-8")
    return path
