"""Small companies told in two batches, the second of which changes what orders hold that it does not name."""

from __future__ import annotations

from dataclasses import replace

from .histories import Batch, Row, told

JUNE, JULY = "2026-06-01T12:00:00Z", "2026-07-01T12:00:00Z"
Told = dict[str, list[Row]]


def _sold(order_id: str, continues: str = "") -> Told:
    line = {"order_id": order_id, "line_no": "1", "product_id": "X", "quantity": "4", "continues_order_id": continues}
    schedule = {"order_id": order_id, "line_no": "1", "schedule_no": "1", "quantity": "4"}
    return {
        "orders": [{"order_id": order_id, "order_type": "standard", "received_at": "2026-05-01T08:00:00Z"}],
        "order_lines": [line],
        "order_schedule_lines": [schedule | {"requested_date": "2026-05-20"}],
    }


def _bought(po_id: str) -> Told:
    line = {"po_id": po_id, "line_no": "1", "quantity": "4"}
    return {
        "purchase_orders": [{"po_id": po_id, "supplier_id": "V", "released_at": "2026-05-01T08:00:00Z"}],
        "purchase_order_lines": [line],
        "purchase_schedule_lines": [line | {"schedule_no": "1", "due_date": "2026-05-20"}],
    }


def _shipped(order_id: str) -> Told:
    line = {"shipment_line_id": "L", "shipment_id": "S", "order_id": order_id, "line_no": "1", "quantity": "4"}
    return {"shipment_lines": [line]}


def _received(po_id: str) -> Told:
    return {
        "receipts": [{"receipt_id": "R", "po_id": po_id, "line_no": "1", "received_at": "2026-05-19", "quantity": "4"}]
    }


_PROOF: Told = {
    "shipments": [{"shipment_id": "S", "shipped_at": "2026-05-18T08:00:00Z"}],
    "deliveries": [
        {"delivery_id": "D", "shipment_line_id": "L", "delivered_at": "2026-05-19T08:00:00Z", "accepted": "4"}
    ],
    "quality_inspections": [{"inspection_id": "Q", "receipt_id": "R", "accepted": "4", "rejected": "0"}],
}

# Company -> what its first and its second batch tell, and when the second one was read.
TRAPS: dict[str, tuple[list[Told], list[Told], str]] = {
    "an-order-between-two": ([_sold("A"), _sold("C", "B")], [_sold("B", "A")], JULY),
    "rows-of-another-order": (
        [_sold("A"), _sold("B"), _bought("P"), _bought("Q"), _shipped("A"), _received("P"), _PROOF],
        [_shipped("B"), _received("Q")],
        JULY,
    ),
    "two-batches-of-one-instant": ([_sold("A"), _sold("B"), _PROOF, _shipped("A")], [_shipped("B")], JUNE),
    "a-zone-told-late": ([_sold("A"), _PROOF, _shipped("A")], [_sold("B")], JULY),
}
# What the second batch says of a company.
ABOUT = {"a-zone-told-late": {"zone": "America/Los_Angeles"}}


def trap(company: str) -> list[Batch]:
    """The two batches of a company."""
    first, second, at = TRAPS[company]
    return [told("T0", JUNE, first), replace(told("T1", at, second), about=ABOUT.get(company, {}))]
