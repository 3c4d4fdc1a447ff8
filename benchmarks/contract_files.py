"""Rewrite the five measured files as entities of the data contract, without changing what they say.

The measured files key a line by a number of its own and keep three dates on it; the contract keys it by order and line,
and has the dates as a schedule and as a history of commitments. The files do not tell when an order came to be known or
when a date was confirmed, so neither `received_at` nor `changed_at` is claimed: the obligations always existed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

SOURCE, BATCH = "benchmark", "measured"
EXTRACTED_AT = "2026-01-31T00:00:00Z"

_INSTANT = "strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ')"
_ENTITIES = {
    "orders": f"""
        select order_id, order_type, customer_id, channel, ship_to_address_id, currency,
            {_INSTANT.format(column="entered_at")} as entered_at,
            {_INSTANT.format(column="cancelled_at")} as cancelled_at, cancelled_by
        from orders""",
    "order_lines": "select order_id, line_no, product_id, uom, quantity, unit_price, site_id from order_lines",
    "order_schedule_lines": """
        select order_id, line_no, 1 as schedule_no, quantity, requested_date from order_lines""",
    "commitment_changes": """
        select 'sales' as side, order_id, line_no, 1 as schedule_no, cast(null as date) as old_date,
            first_committed_date as new_date, 'us' as initiator
        from order_lines
        union all
        select 'sales', order_id, line_no, 1, first_committed_date, last_committed_date, 'us' from order_lines
        where last_committed_date <> first_committed_date""",
    "shipments": f"""
        select shipment_id, carrier_id as carrier, mode, {_INSTANT.format(column="shipped_at")} as shipped_at,
            {_INSTANT.format(column="estimated_at")} as estimated_at, freight_cost
        from shipments""",
    "shipment_lines": """
        select shipment_lines.shipment_line_id, shipment_lines.shipment_id, order_lines.order_id, order_lines.line_no,
            1 as schedule_no, shipment_lines.quantity
        from shipment_lines inner join order_lines using (order_line_id)""",
    "deliveries": f"""
        select delivery_id, shipment_line_id, order_lines.order_id, order_lines.line_no, 1 as schedule_no,
            {_INSTANT.format(column="delivered_at")} as delivered_at, accepted, rejected, damaged, documents_ok
        from deliveries
        inner join shipment_lines using (shipment_line_id)
        inner join order_lines using (order_line_id)""",
}


def write_contract_files(data: Path, target: Path) -> None:
    """Write the entities of the contract as CSV into `target`, a folder that `canonical:FOLDER` lands.

    `data`: orders, order_lines, shipments, shipment_lines, deliveries as CSV, instants in UTC without a zone.
    """
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name in ("orders", "order_lines", "shipments", "shipment_lines", "deliveries"):
            connection.execute(f"create view {name} as select * from read_csv('{data / name}.csv', header = true)")
        for entity, query in _ENTITIES.items():
            connection.execute(f"copy ({query}) to '{target / entity}.csv' (header)")
    declared = {"source_system": SOURCE, "batch_id": BATCH, "extracted_at": EXTRACTED_AT, "as_of": "2025-12-14"}
    (target / "_batch.json").write_text(json.dumps(declared), encoding="utf-8")


if __name__ == "__main__":
    write_contract_files(Path(sys.argv[1]), Path(sys.argv[2]))
