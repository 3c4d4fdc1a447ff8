"""The shapes of the published tables, with a catalogue, definitions and a contract for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_COLUMNS = {
    "otif_conformance": """
        source_system varchar, side varchar, definition_id varchar,
        obligation_key varchar, line_key varchar, order_key varchar, known_from timestamp,
        known_to timestamp, valid_from timestamp, valid_to timestamp, place_zone varchar, due_date date,
        promise_in_use varchar, is_promise_fallback boolean, due_status varchar, is_on_time boolean,
        is_in_full boolean, is_met boolean, promised_quantity decimal(18, 6),
        window_quantity decimal(18, 6), arrived_quantity decimal(18, 6), net_unit_price decimal(30, 15),
        completed_date date, last_arrival_date date, reasons varchar, flags varchar,
        window_opens_date date, required_quantity decimal(18, 6), is_rebased boolean""",
    "obligations": """
        obligation_key varchar, source_system varchar, side varchar, order_id varchar, line_no varchar,
        schedule_no varchar, origin_order_id varchar, order_key varchar, line_key varchar,
        order_type varchar, channel varchar, customer_id varchar, customer_name varchar,
        customer_region varchar, product_id varchar, product_name varchar, product_family varchar,
        supplier_id varchar, supplier_name varchar, site_id varchar, site_name varchar,
        ship_to_address_id varchar, region varchar, country varchar, carrier varchar, mode varchar,
        fulfilment_mode varchar, uom varchar, currency varchar, quantity decimal(18, 6),
        unit_price decimal(18, 6), net_value decimal(38, 6), requested_date date, received_at timestamp,
        received_date date, entered_at timestamp, cancelled_at timestamp, cancelled_by varchar,
        destination_zone varchar, dock_zone varchar, is_deleted boolean, source_file varchar,
        source_line bigint, source_entity varchar""",
    "obligation_events": """
        obligation_key varchar, source_system varchar, event_kind varchar, occurred_at timestamp,
        occurred_date date, initiator varchar, quantity decimal(18, 6), old_date date, new_date date,
        detail varchar, reference varchar, source_entity varchar, source_file varchar,
        source_line bigint, batch_id varchar, known_from timestamp, known_to timestamp""",
    "obligation_versions": """
        version_key varchar, source_system varchar, obligation_key varchar,
        ordered_quantity decimal(18, 6), requested_date date, window_start date, window_end date,
        destination_zone varchar, dock_zone varchar, exists_from timestamp, cancelled_at timestamp,
        cancelled_date date, cancelled_from timestamp, cancelled_by varchar,
        is_cancelled_by_receiver boolean, source_entity varchar, row_key varchar, line_row_key varchar,
        order_row_key varchar, known_from timestamp, known_to timestamp""",
    "obligation_arrivals": """
        arrival_key varchar, source_system varchar, obligation_key varchar, place varchar,
        promise varchar, arrived_at timestamp, arrived_date date, counts_from timestamp,
        allotted_quantity decimal(18, 6), accepted_quantity decimal(18, 6), told_quantity decimal(18, 6),
        rejected_quantity decimal(18, 6), damaged_quantity decimal(18, 6), short_quantity decimal(18, 6),
        reference varchar, source_entity varchar, row_key varchar, other_row_key varchar,
        known_from timestamp, known_to timestamp""",
    "obligation_changes": """
        change_key varchar, source_system varchar, obligation_key varchar, position integer,
        changed_at timestamp, changed_date date, counts_from timestamp, initiator varchar,
        reason varchar, old_date date, new_date date, old_quantity decimal(18, 6),
        new_quantity decimal(18, 6), is_before_first boolean, is_first boolean,
        is_asked_by_receiver boolean, implies_first boolean, moves_agreed boolean,
        source_entity varchar, row_key varchar, known_from timestamp, known_to timestamp""",
    "obligation_conditions": """
        source_system varchar, obligation_key varchar, promise varchar, known_from timestamp, known_to timestamp,
        delivered_at timestamp, documents_wrong_at timestamp, damaged_at timestamp,
        first_delivered_at timestamp, first_delivered_quantity decimal(18, 6),
        first_shipped_at timestamp, first_shipped_quantity decimal(18, 6)""",
    "excluded_lines": """
        excluded_key varchar, source_system varchar, side varchar, order_id varchar, line_no varchar,
        why varchar, obligation_order_id varchar, obligation_line_no varchar, source_entity varchar,
        row_key varchar, known_from timestamp, known_to timestamp""",
    "source_rows": """
        source_system varchar, entity varchar, row_key varchar, part_of varchar, row_hash varchar,
        batch_id varchar, batch_file_id varchar, source_file varchar, source_line bigint,
        known_from timestamp, known_to timestamp""",
    "kpi_catalogue": """
        kpi varchar, label varchar, description varchar, standard varchar, side varchar,
        measure varchar, unit varchar, direction varchar, booked_to varchar, levels varchar,
        dimensions varchar, needs varchar, traps varchar, kind varchar default 'conformance',
        figure_table varchar default '', reads varchar default '', part varchar default 'numerator',
        part_unit varchar default 'count',
        numerator varchar default '', denominator varchar default '', clock varchar default 'elapsed',
        cohort varchar default 'started', default_definition varchar default 'default'""",
    "kpi_parts": """
        source_system varchar, kpi varchar, unit_key varchar, unit_id varchar, order_key varchar,
        counts_from timestamp, matures_at timestamp, booked_date date, numerator decimal(28, 6),
        denominator decimal(28, 6), stratum varchar, step varchar, reason varchar, currency varchar,
        uom varchar, customer_id varchar, customer_region varchar, region varchar, channel varchar,
        document_format varchar, order_type varchar, product_id varchar, product_family varchar, supplier_id varchar,
        site_id varchar, source_file varchar, source_line bigint""",
    "kpi_durations": """
        source_system varchar, kpi varchar, unit_key varchar, unit_id varchar, order_key varchar,
        counts_from timestamp, counts_until timestamp,
        started_at timestamp, ended_at timestamp, cancelled_at timestamp, is_end_unknown boolean,
        waited_hours double, booked_date date, ended_date date, step varchar, calendar_id varchar, customer_id varchar,
        customer_region varchar, region varchar, channel varchar, document_format varchar, order_type varchar,
        product_id varchar, product_family varchar, supplier_id varchar, site_id varchar, source_file varchar,
        source_line bigint""",
    "kpi_balances": """
        source_system varchar, kpi varchar, unit_key varchar, unit_id varchar, booked_date date,
        counts_from timestamp, balance decimal(28, 6), flow decimal(28, 6), flow_days integer,
        flow_months integer, currency varchar, customer_id varchar, customer_region varchar, product_id varchar,
        product_family varchar, supplier_id varchar, site_id varchar""",
    "kpi_targets": """
        source_system varchar, target_id varchar, kpi varchar, dimension varchar, member varchar,
        target_value decimal(28, 6), valid_from date, valid_to date, source_file varchar, source_line bigint""",
    "kpi_benchmarks": """
        source_system varchar, benchmark_id varchar, kpi varchar, statistic varchar, low_value decimal(28, 6),
        high_value decimal(28, 6), currency varchar, published_year integer, published_in varchar""",
    "business_days": """
        source_system varchar, calendar_id varchar, day date, zone varchar, starts_at timestamp,
        ends_at timestamp, is_worked boolean, hours_before double""",
    "kpi_definitions": """
        definition_id varchar, side varchar, label varchar, description varchar, promise varchar,
        place varchar, days_early integer, days_late integer, under_tolerance decimal(9, 6),
        in_full_mode varchar, is_default boolean, valid_from date, valid_to date""",
    "data_sources": """
        source_system varchar, title varchar, description varchar, as_of_kind varchar, as_of_date date,
        as_of_at timestamp, last_extracted_at timestamp, is_synthetic boolean, licence varchar,
        attribution varchar, has_commitments boolean, has_confirmations boolean, landed_rows bigint,
        accepted_rows bigint, quarantined_rows bigint, refused_files bigint""",
    "source_inventory": "source_system varchar, entity varchar, column_name varchar, non_null_rows bigint",
    "batches": """
        source_system varchar, batch_id varchar, content_hash varchar, extracted_at timestamp,
        entity varchar, source_file varchar, landed bigint, accepted bigint, quarantined bigint,
        batch_file_id varchar, file_sha256 varchar""",
    "quarantined_rows": """
        source_system varchar, batch_id varchar, extracted_at timestamp, entity varchar,
        row_key varchar, rule varchar, column_name varchar, value varchar, message varchar,
        source_file varchar, source_line bigint, raw_record varchar""",
    "refused_files": """
        source_system varchar, batch_id varchar, source_file varchar, message varchar, remedy varchar""",
    "build_info": """
        build_id varchar, built_at timestamp, code_version varchar, warehouse_rows bigint,
        is_verified boolean""",
}
TABLES = {table: f"create table {table} ({columns})" for table, columns in _COLUMNS.items()}

CONTRACT = {
    "orders": ("order_id", "customer_id", "received_at"),
    "order_lines": ("order_id", "line_no", "product_id", "quantity", "unit_price", "site_id"),
    "order_schedule_lines": ("order_id", "line_no", "schedule_no", "quantity", "requested_date"),
    "commitment_changes": ("order_id", "line_no", "new_date", "changed_at"),
    "shipments": ("shipment_id", "shipped_at"),
    "shipment_lines": ("shipment_line_id", "shipment_id", "quantity"),
    "deliveries": ("delivery_id", "delivered_at", "accepted", "damaged", "documents_ok"),
    "purchase_orders": ("po_id", "supplier_id", "approved_at", "released_at"),
    "purchase_order_lines": ("po_id", "line_no", "unit_price"),
    "purchase_schedule_lines": ("po_id", "line_no", "schedule_no", "quantity", "due_date"),
    "supplier_confirmations": ("po_id", "line_no", "version", "date"),
    "receipts": ("receipt_id", "received_at", "quantity"),
    "forecast_versions": ("version_id", "site_id", "quantity"),
}

_SALES_DIMENSIONS = [
    "month",
    "year",
    "customer",
    "customer_region",
    "product",
    "supplier",
    "site",
    "carrier",
    "mode",
    "region",
    "source",
]
_PLAIN = {
    **{
        "kind": "conformance",
        "figure_table": "",
        "reads": "",
        "part_unit": "count",
        "numerator": "",
        "denominator": "",
    },
    **{"clock": "elapsed", "cohort": "started", "part": "numerator", "default_definition": "default"},
}
_PURCHASE_DIMENSIONS = ["month", "year", "supplier", "product", "site", "source"]
_COMMITTED = ("customer_agreed", "first_committed", "last_committed")


def _sales_needs(has_quantity: bool) -> dict[str, Any]:
    shipped = ["shipments", "shipment_lines", "shipments.shipped_at"]
    return {
        "always": ["order_lines"],
        "place": {
            "delivered": ["deliveries"] + (["deliveries.accepted"] if has_quantity else []),
            "shipped": shipped + (["shipment_lines.quantity"] if has_quantity else []),
        },
        "promise": {
            "requested": ["order_schedule_lines.requested_date"],
            **{key: ["commitment_changes.new_date"] for key in _COMMITTED},
        },
        "level": {"value": ["order_lines.unit_price"]},
    }


def _purchase_needs(has_quantity: bool) -> dict[str, Any]:
    return {
        "always": ["purchase_schedule_lines"],
        "place": {"received": ["receipts"] + (["receipts.quantity"] if has_quantity else [])},
        "promise": {
            "requested": ["purchase_schedule_lines.due_date"],
            **{key: ["supplier_confirmations.date"] for key in _COMMITTED},
        },
        "level": {"value": ["purchase_order_lines.unit_price"]},
    }


def _kpi(name: str, label: str, side: str, measure: str) -> dict[str, Any]:
    is_sales, has_quantity = side == "sales", measure != "on_time"
    counted = ["schedule_line", "line", "order"]
    return {
        "kpi": name,
        "label": label,
        "description": f"{label}: due and met over due",
        "standard": "SCOR RL.1.1" if is_sales else "SCOR RL.1.2",
        "side": side,
        "measure": measure,
        "unit": "ratio",
        "direction": "higher_is_better",
        "booked_to": "due date",
        "levels": [*counted, "unit", "value"] if measure == "otif" else counted,
        "dimensions": _SALES_DIMENSIONS if is_sales else _PURCHASE_DIMENSIONS,
        "needs": _sales_needs(has_quantity) if is_sales else _purchase_needs(has_quantity),
        "traps": ["Open and past due is failed today"],
        **_PLAIN,
    }


def figure(name: str, kind: str, level: str, dimensions: Sequence[str], **said: Any) -> dict[str, Any]:
    """A row of the catalogue for a figure of parts, spans or balances."""
    tables = {"duration": "durations", "balance": "balances"}
    return {
        "kpi": name,
        "label": name.replace("_", " ").capitalize(),
        "description": f"{name}, {kind}",
        "standard": "APQC",
        "side": "sales",
        "measure": name,
        "unit": "ratio",
        "direction": "higher_is_better",
        "booked_to": "a day",
        "levels": [level],
        "dimensions": ["day", "week", "month", "quarter", "year", "source", *dimensions],
        "needs": {},
        "traps": [],
        **_PLAIN,
        "kind": kind,
        "figure_table": tables.get(kind, "parts"),
        **said,
    }


def _beside(name: str, label: str, *needed: str) -> dict[str, Any]:
    """A KPI that asks for more than time and quantity, told of orders unless asked otherwise."""
    needs = _sales_needs(True)
    return {
        **_kpi(name, label, "sales", name),
        "levels": ["order", "line", "schedule_line"],
        "needs": {**needs, "always": [*needs["always"], *needed]},
    }


def _fill(name: str, label: str) -> dict[str, Any]:
    levels = ["line", "schedule_line", "order", "unit", "value"]
    return {**_kpi(name, label, "sales", name), "levels": levels, "default_definition": "shipped"}


CATALOGUE = [
    _kpi("otif", "OTIF", "sales", "otif"),
    _kpi("on_time", "On time", "sales", "on_time"),
    _kpi("in_full", "In full", "sales", "in_full"),
    _beside("perfect_order", "Perfect order", "deliveries.documents_ok", "deliveries.damaged"),
    _beside("documents_right", "Documents right", "deliveries.documents_ok"),
    _beside("undamaged", "Undamaged", "deliveries.damaged"),
    _fill("fill_rate", "Fill rate"),
    _fill("first_fill_rate", "First fill rate"),
    _kpi("supplier_otif", "Supplier OTIF", "purchase", "otif"),
    _kpi("supplier_on_time", "Supplier on time", "purchase", "on_time"),
    _kpi("supplier_in_full", "Supplier in full", "purchase", "in_full"),
]


def _definition(definition_id: str, side: str, promise: str, place: str) -> dict[str, Any]:
    return {
        "definition_id": definition_id,
        "side": side,
        "label": definition_id.replace("_", " "),
        "description": f"{promise}, {place}",
        "promise": promise,
        "place": place,
        "days_late": 0,
        "under_tolerance": 0,
        "in_full_mode": "cumulative",
        "is_default": definition_id == "default",
    }


DEFINITIONS = [
    _definition("default", "sales", "customer_agreed", "delivered"),
    _definition("requested", "sales", "requested", "delivered"),
    _definition("first_committed", "sales", "first_committed", "delivered"),
    _definition("last_committed", "sales", "last_committed", "delivered"),
    _definition("shipped", "sales", "customer_agreed", "shipped"),
    _definition("default", "purchase", "customer_agreed", "received"),
    _definition("requested", "purchase", "requested", "received"),
    _definition("first_committed", "purchase", "first_committed", "received"),
    _definition("last_committed", "purchase", "last_committed", "received"),
]
