"""Whatever a row names was told before it or with it, whatever the entity; and every entity is there."""

from __future__ import annotations

import polars as pl

from dagster_project.contract.model import load_contract

ENTITIES = load_contract().entities
NAMED = {
    **{"customer_id": "customers", "product_id": "products", "site_id": "sites", "supplier_id": "suppliers"},
    **{"order_id": "orders", "po_id": "purchase_orders", "shipment_id": "shipments", "return_id": "returns"},
    **{"shipment_line_id": "shipment_lines", "receipt_id": "receipts", "document_id": "capture_documents"},
    **{"exception_id": "exceptions", "event_id": "order_events", "invoice_id": "invoices", "payment_id": "payments"},
}
OTHERWISE = {"origin_site_id": "site_id", "ship_to_address_id": "address_id", "carrier": "carrier_id"}
LINES = {"order_id": "order_lines", "po_id": "purchase_order_lines"}


def parents() -> list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    """Entity, columns that name something, the entity that has it, and its columns."""
    found = []
    for name, entity in ENTITIES.items():
        fields = {item.name for item in entity.fields}
        for column, parent in NAMED.items():
            if column in fields and parent != name:
                found.append((name, (column,), parent, (column,)))
        for column, key in OTHERWISE.items():
            if column in fields:
                parent = {"site_id": "sites", "address_id": "addresses", "carrier_id": "carriers"}[key]
                found.append((name, (column,), parent, (key,)))
        for column, parent in LINES.items():
            if {column, "line_no"} <= fields and parent != name:
                found.append((name, (column, "line_no"), parent, (column, "line_no")))
    return found


def of_side(frame: pl.DataFrame, side: str, column: str) -> pl.DataFrame:
    """Rows of a side; on the purchase side the order's id is the purchase order's."""
    if "side" not in frame.columns:
        return frame if side == "sales" else frame.clear()
    chosen = frame.filter(pl.col("side").fill_null("sales") == side)
    return chosen.rename({column: "po_id"}) if side == "purchase" and column == "order_id" else chosen


def test_every_entity_of_the_contract_is_told(simulated) -> None:
    told = {path.stem for path in (simulated.folder / "batches").glob("*/*.csv")}
    assert told == set(ENTITIES)


def test_what_a_row_names_was_told_before_it_or_with_it(simulated) -> None:
    for entity, columns, parent, keys in parents():
        told = simulated.told(entity)
        if not set(columns) <= set(told.columns):
            continue
        if "order_id" in columns and "side" in told.columns and "po_id" not in told.columns:
            renamed = tuple("po_id" if name == "order_id" else name for name in columns)
            other = "purchase_orders" if parent == "orders" else "purchase_order_lines"
            assert_named(entity, of_side(told, "purchase", "order_id"), renamed, simulated.told(other), renamed)
            told = of_side(told, "sales", "order_id")
        assert_named(entity, told, columns, simulated.told(parent), keys)


def assert_named(
    entity: str, told: pl.DataFrame, columns: tuple[str, ...], owners: pl.DataFrame, keys: tuple[str, ...]
) -> None:
    first = owners.group_by(keys).agg(pl.col("batch").min().alias("first"))
    named = told.drop_nulls(list(columns)).select(*columns, "batch").unique()
    both = named.join(first, left_on=list(columns), right_on=list(keys), how="left")
    wrong = both.filter(pl.col("first").is_null() | (pl.col("first") > pl.col("batch")))
    assert wrong.is_empty(), (entity, columns, wrong.head(5))


def test_no_key_is_told_twice_in_a_batch_and_what_is_required_is_there(simulated) -> None:
    for entity, shape in ENTITIES.items():
        told = simulated.told(entity)
        key = [name for name in shape.key if name in told.columns]
        assert told.height == told.select("batch", *key).unique().height, entity
        for name in shape.required:
            assert told[name].null_count() == 0, (entity, name)
