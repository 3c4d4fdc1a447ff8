"""The bundled sources land with the row counts and sums that were computed from the same bytes by other means."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dagster_project.landing import land
from dagster_project.landing.ledger import accepted_files, quarantine_files, read_batches

ROOT = Path(__file__).parents[3]
DAMAGED = ROOT / "seeds" / "samples" / "adventureworks-damaged-dates"


def accepted(home: Path, entity: str) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in accepted_files(home)[entity]])


def quarantined(home: Path) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in quarantine_files(home)])


@pytest.fixture(scope="module")
def causact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("causact")
    assert land("causact", home).refused == []
    return home


@pytest.fixture(scope="module")
def adventureworks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("adventureworks")
    assert land("adventureworks", home).refused == []
    return home


@pytest.fixture(scope="module")
def wwi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("wwi")
    assert land("wwi", home).refused == []
    return home


def test_every_row_of_a_shipment_is_a_line_by_its_place_in_the_file_repeats_too(causact: Path) -> None:
    lines = accepted(causact, "order_lines")
    assert lines.height == 117_790
    assert lines["quantity"].sum() == Decimal(330_771)
    assert (lines["line_no"].cast(pl.Int64) == lines["source_line"] - 1).all()
    assert accepted(causact, "orders").height == accepted(causact, "shipments").height == 23_339


def test_services_are_products_of_their_own_type(causact: Path) -> None:
    products = accepted(causact, "products")
    services = products.filter(pl.col("product_type") == "service")
    assert services.height == 80
    assert accepted(causact, "order_lines").join(services, on="product_id", how="semi").height == 20_985
    assert products.height == products["product_id"].n_unique()


def test_repeated_parts_are_quarantined_as_repeats_and_contradicting_ones_as_conflicts(causact: Path) -> None:
    """29 rows stand for a part listed already: 12 repeat it, 17 belong to four parts that contradict themselves."""
    rows = quarantined(causact)
    assert rows["entity"].unique().to_list() == ["products"]
    assert rows.filter(pl.col("rule") == "repeat").height == 12
    conflicts = rows.filter(pl.col("rule") == "conflict")
    assert (conflicts.height, conflicts["row_key"].n_unique()) == (21, 4)


def test_the_purchase_tables_add_up_to_the_reference(adventureworks: Path) -> None:
    lines, receipts = accepted(adventureworks, "purchase_order_lines"), accepted(adventureworks, "receipts")
    inspections = accepted(adventureworks, "quality_inspections")
    assert (accepted(adventureworks, "purchase_orders").height, lines.height) == (4_012, 8_845)
    assert lines["quantity"].sum() == Decimal(2_348_637)
    assert receipts["quantity"].sum() == Decimal(2_327_299)
    assert (inspections["rejected"].sum(), inspections["accepted"].sum()) == (Decimal(72_700), Decimal(2_254_599))
    assert receipts["received_at"].null_count() == receipts["received_date"].null_count() == 8_845


def test_values_and_statuses_of_the_purchase_orders_travel_along(adventureworks: Path) -> None:
    orders = accepted(adventureworks, "purchase_orders")
    assert orders["x_subtotal"].cast(pl.Decimal(18, 4)).sum().quantize(Decimal("0.01")) == Decimal("63791994.84")
    assert orders["x_freight"].cast(pl.Decimal(18, 4)).sum().quantize(Decimal("0.01")) == Decimal("1583978.23")
    assert dict(orders["x_status"].value_counts().iter_rows()) == {
        "pending": 225,
        "approved": 12,
        "rejected": 86,
        "complete": 3_689,
    }


def test_damaged_dates_are_quarantined_and_never_read_as_midnight(tmp_path: Path) -> None:
    result = land(f"adventureworks:{DAMAGED}", tmp_path)
    assert {item.file for item in result.refused} == {
        "PurchaseOrderDetail.csv*",
        "Vendor.csv*",
        "Product.csv*",
        "ProductInventory.csv*",
    }
    assert accepted_files(tmp_path) == {}
    rows = quarantined(tmp_path)
    assert rows.group_by("column_name", "rule", "value").len().rows() == [
        ("released_at", "not_an_instant", "00:00.0", 4_012)
    ]


def test_the_order_system_has_the_rows_and_sums_it_is_known_for(wwi: Path) -> None:
    lines = accepted(wwi, "order_lines")
    assert (accepted(wwi, "orders").height, lines.height) == (73_595, 231_412)
    assert lines["quantity"].sum() == Decimal(9_310_904)
    ordered = lines.select((pl.col("quantity").cast(pl.Int64) * pl.col("unit_price").cast(pl.Decimal(18, 2))).sum())
    assert ordered.item() == Decimal("177634276.40")
    picked = accepted(wwi, "shipment_lines")
    assert (picked.height, picked["quantity"].sum()) == (228_265, Decimal(8_950_628))
    assert quarantine_files(wwi) == []


def test_a_moved_line_names_the_order_it_was_ordered_in(wwi: Path) -> None:
    moved = accepted(wwi, "order_lines").filter(pl.col("continues_order_id").is_not_null())
    assert moved["order_id"].n_unique() == moved["continues_order_id"].n_unique() == 7_538
    assert (moved["continues_order_id"].cast(pl.Int64) < moved["order_id"].cast(pl.Int64)).all()


def test_local_times_of_the_warehouse_become_utc_and_midnights_become_days(wwi: Path) -> None:
    shipments, orders = accepted(wwi, "shipments"), accepted(wwi, "orders")
    assert set(shipments["shipped_at"].dt.hour()) <= {18, 19, 20}
    assert shipments["shipped_date"].null_count() == shipments.height
    assert orders["received_at"].null_count() == orders.height
    assert str(orders["received_date"].max()) == "2016-05-31"


def test_invoices_payments_purchases_and_stock_add_up_to_the_reference(wwi: Path) -> None:
    invoices = accepted(wwi, "invoices")
    receivable = invoices.filter(pl.col("side") == "sales")
    assert (receivable.height, receivable["outstanding_amount"].sum()) == (70_510, Decimal("267011.44"))
    assert accepted(wwi, "payments").filter(pl.col("side") == "sales").height == 97_147 - 70_510
    assert (accepted(wwi, "payments")["amount"] > 0).all()
    billed = accepted(wwi, "invoice_lines")
    with_tax = billed["x_amount_with_tax"].cast(pl.Decimal(18, 2)).sum()
    assert (billed.height, with_tax) == (228_265, Decimal("198043439.45"))
    purchased = accepted(wwi, "purchase_order_lines")
    assert (accepted(wwi, "purchase_orders").height, purchased.height) == (2_074, 8_367)
    assert purchased["quantity"].sum() == Decimal(10_310_535)
    received = accepted(wwi, "receipts")
    assert (received.height, received["quantity"].sum()) == (8_358, Decimal(10_284_586))
    moves = accepted(wwi, "stock_movements")
    assert dict(moves.group_by("movement_type").agg(pl.col("quantity").sum().cast(pl.Int64)).iter_rows()) == {
        "issue": -8_950_628,
        "receipt": 139_418_326,
        "adjustment": -18,
    }
    assert accepted(wwi, "inventory_snapshots")["on_hand"].sum() == Decimal(30_343_296)


def test_bank_accounts_and_telephone_numbers_are_not_landed(wwi: Path) -> None:
    for entity in ("suppliers", "customers"):
        columns = " ".join(accepted(wwi, entity).columns).lower()
        assert not any(word in columns for word in ("bank", "phone", "fax", "address", "website"))


def test_every_row_of_every_file_is_accepted_or_quarantined(wwi: Path, causact: Path, adventureworks: Path) -> None:
    for home in (wwi, causact, adventureworks):
        (batch,) = read_batches(home)
        for file in batch["files"]:
            assert file["landed"] == file["accepted"] + file["quarantined"], file["file"]
            assert file["unknown_columns"] == []
