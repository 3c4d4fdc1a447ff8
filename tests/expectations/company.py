"""A small company on both sides, written as a canonical folder, so that a test can spoil one thing of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]

ORDERS = 40
SOURCE = "acme"
_FIRST = datetime(2026, 1, 5, tzinfo=UTC)


def _at(day: int, hour: int) -> str:
    return (_FIRST + timedelta(days=day, hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(day: int) -> str:
    return (_FIRST + timedelta(days=day)).strftime("%Y-%m-%d")


def tables(orders: int = ORDERS) -> Tables:
    """Every entity of a company with that many orders and purchase orders, all of it sound."""
    found: Tables = {}
    for number in range(orders):
        for part in (_masters(number), _sales(number), _purchases(number)):
            for entity, row in part.items():
                found.setdefault(entity, []).append(row)
    return found


def _masters(number: int) -> dict[str, Row]:
    return {
        "customers": {"customer_id": f"C{number}", "name": f"Customer {number}", "region": "north"},
        "products": {"product_id": f"P{number}", "name": f"Product {number}", "family": "parts"},
        "suppliers": {"supplier_id": f"V{number}", "name": f"Supplier {number}"},
        "addresses": {"address_id": f"A{number}", "zone": "Europe/Berlin", "region": "north"},
        "sites": {"site_id": f"W{number}", "name": f"Site {number}", "zone": "Europe/Berlin"},
        "carriers": {"carrier_id": f"K{number}", "name": f"Carrier {number}"},
    }


def _sales(number: int) -> dict[str, Row]:
    day, hour = number % 25, 8 + number % 4
    order = {"order_id": f"SO-{number}"}
    line = {**order, "line_no": "10"}
    schedule = {**line, "schedule_no": "1"}
    return {
        "orders": {
            **order,
            "order_type": "standard",
            "customer_id": f"C{number}",
            "ship_to_address_id": f"A{number}",
            "currency": "EUR",
            "received_at": _at(day, hour),
            "entered_at": _at(day, hour + 1),
        },
        "order_lines": {
            **line,
            "product_id": f"P{number}",
            "uom": "EA",
            "quantity": "10",
            "unit_price": "2.5",
            "discount": "0.1",
            "site_id": f"W{number}",
        },
        "order_schedule_lines": {**schedule, "quantity": "10", "requested_date": _day(day + 20)},
        "commitment_changes": {
            "side": "sales",
            **schedule,
            "new_date": _day(day + 21),
            "new_quantity": "10",
            "initiator": "us",
            "changed_at": _at(day, hour + 2),
        },
        "shipments": {
            "shipment_id": f"SH-{number}",
            "carrier": f"K{number}",
            "mode": "road",
            "origin_site_id": f"W{number}",
            "shipped_at": _at(day + 15, hour),
            "freight_cost": "5",
        },
        "shipment_lines": {
            "shipment_line_id": f"SL-{number}",
            "shipment_id": f"SH-{number}",
            **schedule,
            "quantity": "10",
        },
        "deliveries": {
            "delivery_id": f"D-{number}",
            "shipment_line_id": f"SL-{number}",
            **schedule,
            "delivered_at": _at(day + 18, hour),
            "accepted": "10",
        },
    }


def _purchases(number: int) -> dict[str, Row]:
    day, hour = number % 25, 9 + number % 4
    line = {"po_id": f"PO-{number}", "line_no": "1"}
    schedule = {**line, "schedule_no": "1"}
    return {
        "purchase_orders": {
            "po_id": f"PO-{number}",
            "supplier_id": f"V{number}",
            "site_id": f"W{number}",
            "currency": "EUR",
            "released_at": _at(day, hour),
        },
        "purchase_order_lines": {
            **line,
            "product_id": f"P{number}",
            "quantity": "10",
            "unit_price": "1.5",
            "uom": "EA",
        },
        "purchase_schedule_lines": {
            **schedule,
            "product_id": f"P{number}",
            "quantity": "10",
            "due_date": _day(day + 20),
        },
        "supplier_confirmations": {
            **schedule,
            "version": "1",
            "quantity": "10",
            "price": "1.5",
            "date": _day(day + 20),
            "confirmed_at": _at(day + 1, hour),
        },
        "receipts": {"receipt_id": f"R-{number}", **schedule, "received_at": _at(day + 18, hour), "quantity": "10"},
        "inventory_snapshots": {
            "product_id": f"P{number}",
            "site_id": f"W{number}",
            "snapshot_date": _day(day),
            "on_hand": "7",
        },
        "quality_inspections": {"inspection_id": f"Q-{number}", "receipt_id": f"R-{number}", "accepted": "10"},
    }


def write(
    folder: Path,
    content: Tables,
    *,
    batch: str = "B1",
    day: int = 60,
    is_full: bool = True,
    source: str = SOURCE,
) -> Path:
    """The tables as a batch that was read `day` days after the first order; an entity without rows keeps its header."""
    folder.mkdir(parents=True)
    headers = tables(1)
    for entity, rows in content.items():
        columns = list(dict.fromkeys(name for row in rows for name in row)) or list(headers[entity][0])
        with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns)
            writer.writeheader()
            writer.writerows(rows)
    declared = {
        "batch_id": batch,
        "source_system": source,
        "extracted_at": _at(day, 0),
        "as_of": _day(55),
        "full": sorted(content) if is_full else [],
    }
    (folder / "_batch.json").write_text(json.dumps(declared), encoding="utf-8")
    return folder


def changed(content: Tables, entity: str, change: Callable[[Row], None], rows: int | None = None) -> Tables:
    """The tables with a change made to the first rows of an entity, or to all of them."""
    for row in content[entity][:rows]:
        change(row)
    return content


def moved(text: str, hours: int) -> str:
    """An instant moved by some hours."""
    return (datetime.fromisoformat(text) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
