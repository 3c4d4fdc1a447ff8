"""The buying side and stock as they were told: quantities add up, moments stand in order, nothing is told too early."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dagster_project.contract.model import load_contract

PO_LINE = ["po_id", "line_no"]
LINE = ["order_id", "line_no"]
PLACE = ["product_id", "site_id"]
ENTITIES = (
    *("requisitions", "purchase_orders", "purchase_order_lines", "purchase_schedule_lines", "supplier_confirmations"),
    *("receipts", "quality_inspections", "allocations", "supply_pegs", "stock_movements", "inventory_snapshots"),
    *("routing_candidates", "shipment_legs"),
)
HAPPENED = {
    "requisitions": ("requested_at", "approved_at", "released_at", "cancelled_at"),
    "purchase_orders": ("approved_at", "released_at", "cancelled_at"),
    "supplier_confirmations": ("confirmed_at",),
    "commitment_changes": ("changed_at",),
    "receipts": ("received_at",),
    "quality_inspections": ("inspected_at",),
    "allocations": ("valid_from", "valid_to"),
    "supply_pegs": ("valid_from", "valid_to"),
    "stock_movements": ("moved_at",),
    "routing_candidates": ("decided_at",),
    "shipment_legs": ("shipped_at", "arrived_at"),
}
CAUSES = {
    "supplier": {"kind": "supplier_slips", "where": {"supplier": "V009"}, "share": 0.8, "days": 20},
    "warehouse": {"kind": "warehouse_overloaded", "where": {"site": "HAM"}, "share": 0.2},
    "trucks": {"kind": "early_cut_off", "where": {"site": "LYS"}, "share": 0.8},
    "dates": {"kind": "promises_re_dated", "where": {"segment": "oem"}, "share": 0.5},
}


def last(files, entity: str) -> pl.DataFrame:
    """The rows of an entity as they were told last."""
    told = files.told(entity)
    key = [name for name in load_contract().entities[entity].key if name in told.columns]
    return told.unique(key, keep="last", maintain_order=True).drop("batch")


def number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64)


@pytest.fixture(scope="module", params=[(3, "none"), (8, CAUSES), (9, CAUSES)], ids=["calm", "troubled", "another"])
def files(request: pytest.FixtureRequest, company: Callable, tmp_path_factory: pytest.TempPathFactory):
    """A company in which nothing goes wrong on purpose, and some of which suppliers slip and much else does."""
    seed, causes = request.param
    config = tmp_path_factory.mktemp("config") / "company.yml"
    config.write_text(json.dumps({"causes": causes}))
    return company(seed, 1500, 12, config)


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_key_stands_once_in_a_batch_and_is_whole(files, entity: str) -> None:
    told = files.told(entity)
    key = [name for name in load_contract().entities[entity].key if name in told.columns]
    assert told.height > 0
    assert not told.select("batch", *key).is_duplicated().any()
    whole = told.select(name for name in key if name != "supply_line_no")
    assert whole.null_count().sum_horizontal().sum() == 0


def test_nothing_on_the_buying_side_or_in_stock_is_told_before_it_happened(files) -> None:
    read = {
        path.parent.name: json.loads(path.read_text())["extracted_at"]
        for path in (files.folder / "batches").glob("*/_batch.json")
    }
    for entity, columns in HAPPENED.items():
        told = files.told(entity).with_columns(read_at=pl.col("batch").replace_strict(read))
        for column in columns:
            assert (told[column].drop_nulls() <= told.filter(pl.col(column).is_not_null())["read_at"]).all(), column


@pytest.mark.parametrize(
    ("entity", "columns", "parent", "key"),
    [
        ("purchase_order_lines", ["po_id"], "purchase_orders", ["po_id"]),
        ("purchase_schedule_lines", PO_LINE, "purchase_order_lines", PO_LINE),
        ("supplier_confirmations", PO_LINE, "purchase_schedule_lines", PO_LINE),
        ("receipts", PO_LINE, "purchase_order_lines", PO_LINE),
        ("quality_inspections", ["receipt_id"], "receipts", ["receipt_id"]),
        ("requisitions", ["po_id"], "purchase_orders", ["po_id"]),
        ("stock_movements", ["po_id"], "purchase_orders", ["po_id"]),
        ("stock_movements", ["order_id"], "orders", ["order_id"]),
        ("allocations", LINE, "order_lines", LINE),
        ("routing_candidates", LINE, "order_lines", LINE),
        ("supply_pegs", ["supply_id", "supply_line_no"], "purchase_order_lines", PO_LINE),
        ("commitment_changes", ["order_id", "line_no"], "purchase_order_lines", PO_LINE),
        ("shipment_legs", ["shipment_id"], "shipments", ["shipment_id"]),
    ],
)
def test_what_a_row_refers_to_was_told_with_it_or_before(
    files, entity: str, columns: list[str], parent: str, key: list[str]
) -> None:
    told = files.told(entity)
    if entity == "supply_pegs":
        told = told.filter(pl.col("supply_type") == "purchase-order-line")
    if entity == "commitment_changes":
        told = told.filter(pl.col("side") == "purchase")
    told = told.drop_nulls(columns)
    assert told.height > 0
    parents = files.told(parent).group_by(key).agg(known=pl.col("batch").min())
    both = told.join(parents, left_on=columns, right_on=key, how="left")
    assert both["known"].is_not_null().all()
    assert (both["known"] <= both["batch"]).all()


def test_a_purchase_goes_from_requisition_to_inspection_in_order(files) -> None:
    asked = last(files, "requisitions").drop_nulls("po_id")
    assert (asked["requested_at"] < asked["approved_at"]).all()
    assert (asked["approved_at"] < asked["released_at"]).all()
    orders = last(files, "purchase_orders")
    both = asked.join(orders, on="po_id", suffix="_order")
    assert (both["released_at"] < both["approved_at_order"]).all()
    assert (both["approved_at_order"] < both["released_at_order"]).all()
    confirmed = last(files, "supplier_confirmations").join(orders, on="po_id")
    assert (confirmed["confirmed_at"] > confirmed["released_at"]).all()
    received = last(files, "receipts").join(orders, on="po_id")
    assert (received["received_at"] > received["released_at"]).all()
    inspected = last(files, "quality_inspections").join(received, on="receipt_id")
    assert (inspected["inspected_at"] > inspected["received_at"]).all()


def test_suppliers_deliver_what_was_ordered_and_replace_what_was_rejected(files) -> None:
    came = last(files, "receipts").join(last(files, "quality_inspections"), on="receipt_id", how="left")
    inspected = came.drop_nulls("inspection_id")
    assert (
        inspected.select(number("accepted") + number("rejected"))["accepted"]
        == inspected.select(number("quantity"))["quantity"]
    ).all()
    kept = came.with_columns(pl.coalesce("accepted", "quantity").cast(pl.Int64).alias("kept"))
    sums = kept.group_by(PO_LINE).agg(pl.col("kept").sum(), first=pl.col("received_at").min())
    ordered = last(files, "purchase_order_lines").join(sums, on=PO_LINE)
    assert (ordered["kept"] <= ordered.select(number("quantity"))["quantity"]).all()
    old = ordered.filter(pl.col("first") < "2026-05")
    assert (old["kept"] == old.select(number("quantity"))["quantity"]).all()
    rejected = inspected.filter(number("rejected") > 0)
    assert rejected.height > 0
    assert rejected["disposition"].is_not_null().all()
    assert rejected["defect_code"].is_not_null().all()


def test_what_was_cancelled_never_comes(files) -> None:
    cancelled = last(files, "purchase_orders").drop_nulls("cancelled_at")
    assert cancelled.height > 0
    assert (cancelled["cancelled_at"] > cancelled["released_at"]).all()
    for entity in ("receipts", "supplier_confirmations"):
        assert not set(cancelled["po_id"]) & set(files.told(entity)["po_id"])
    assert set(cancelled["cancelled_by"]) <= {"buyer", "supplier"}


def test_a_supplier_who_slips_tells_a_later_day_until_the_day_it_was_due(files) -> None:
    told = last(files, "supplier_confirmations")
    first, second = (told.filter(pl.col("version") == version) for version in ("1", "2"))
    both = first.join(second, on=PO_LINE, suffix="_second")
    assert both.height > 5
    assert (both["date_second"] > both["date"]).all()
    assert (both["confirmed_at_second"] > both["confirmed_at"]).all()
    assert (both["confirmed_at_second"].str.slice(0, 10) <= both["date"]).mean() > 0.9


def test_the_later_day_that_a_supplier_confirms_was_announced_by_mail_before(files) -> None:
    told = last(files, "supplier_confirmations").filter(pl.col("version") == "2")
    goods = last(files, "quality_inspections").join(last(files, "receipts"), on="receipt_id").select(PO_LINE).unique()
    mails = last(files, "communications").filter((pl.col("direction") == "inbound") & pl.col("po_id").is_not_null())
    first = mails.group_by("po_id").agg(pl.col("sent_at").min(), pl.col("body").str.join())
    both = told.join(goods, on=PO_LINE).join(first, on="po_id", how="left")
    assert both.height > 3
    assert (both["sent_at"] < both["confirmed_at"]).all()


def test_the_purchase_side_of_the_promises_says_what_the_confirmations_say(files) -> None:
    changes = last(files, "commitment_changes").filter(pl.col("side") == "purchase")
    first = changes.filter(pl.col("old_date").is_null())
    assert set(first["initiator"]) == {"supplier"}
    told = last(files, "supplier_confirmations").filter(pl.col("version") == "1")
    both = told.join(first, left_on=PO_LINE, right_on=["order_id", "line_no"])
    assert both.height == told.height == first.height
    assert (both["date"] == both["new_date"]).all()
    assert (both["confirmed_at"] == both["changed_at"]).all()
    later = changes.drop_nulls("old_date").join(first, on=LINE, suffix="_first")
    assert (later["changed_at"] > later["changed_at_first"]).all()
    assert (later["old_date"] != later["new_date"]).all()
    assert {"us", "supplier"} <= set(later["initiator"])


def test_goods_come_in_working_hours_of_the_site(files) -> None:
    zones = dict(last(files, "sites").select("site_id", "zone").rows())
    inspected = last(files, "quality_inspections").select("receipt_id")
    came = last(files, "receipts").join(inspected, on="receipt_id").join(last(files, "purchase_orders"), on="po_id")
    for site, zone in zones.items():
        clock = came.filter(pl.col("site_id") == site)["received_at"].str.to_datetime(time_zone="UTC")
        local = clock.dt.convert_time_zone(zone)
        assert local.dt.hour().is_between(7, 13).all()
        assert (local.dt.weekday() <= 5).all()


def test_stock_never_falls_below_nothing(files) -> None:
    moved = last(files, "stock_movements").with_columns(number("quantity")).sort("moved_at")
    after = moved.with_columns(pl.col("quantity").cum_sum().over(PLACE).alias("on_hand"))
    assert after["on_hand"].min() >= 0
    assert set(moved["movement_type"]) == {"receipt", "issue", "adjustment"}
    assert (moved.filter(pl.col("movement_type") == "issue")["quantity"] < 0).all()


def test_a_snapshot_is_what_the_movements_come_to(files) -> None:
    zones = dict(last(files, "sites").select("site_id", "zone").rows())
    moved = last(files, "stock_movements").with_columns(number("quantity"))
    days = [
        moved.filter(pl.col("site_id") == site).with_columns(
            day=pl.col("moved_at").str.to_datetime(time_zone="UTC").dt.convert_time_zone(zone).dt.date()
        )
        for site, zone in zones.items()
    ]
    sums = pl.concat(days).sort("day").with_columns(total=pl.col("quantity").cum_sum().over(PLACE))
    sums = sums.group_by(*PLACE, "day").agg(pl.col("total").last()).sort("day")
    shots = last(files, "inventory_snapshots").with_columns(day=pl.col("snapshot_date").str.to_date()).sort("day")
    both = shots.join_asof(sums, on="day", by=PLACE, check_sortedness=False)
    on_hand, allocated = (both[name].cast(pl.Int64) for name in ("on_hand", "allocated"))
    assert (on_hand == both["total"].fill_null(0)).all()
    assert (allocated <= on_hand).all()
    assert allocated.sum() > 0
    assert (both["on_order"].cast(pl.Int64) >= 0).all()
    weekday, month_end = shots["day"].dt.weekday(), shots["day"].dt.month_end() == shots["day"]
    assert ((weekday == 5) | month_end).all()


def test_receipts_into_stock_are_what_inspections_accepted(files) -> None:
    accepted = last(files, "quality_inspections").select(number("accepted"))["accepted"].sum()
    direct = last(files, "receipts").join(last(files, "quality_inspections"), on="receipt_id", how="anti")
    booked = last(files, "stock_movements").filter(pl.col("movement_type") == "receipt")
    total = booked.select(number("quantity"))["quantity"].sum()
    assert accepted <= total <= accepted + direct.select(number("quantity"))["quantity"].sum()


def test_a_backorder_finds_too_little_at_first_and_all_of_it_before_it_leaves(files) -> None:
    given = last(files, "allocations").with_columns(number("quantity"), number("attempt_no"))
    lines = last(files, "order_lines").select(*LINE, number("quantity").alias("ordered"), "fulfilment_mode")
    first = given.filter(pl.col("attempt_no") == 1).group_by(LINE).agg(pl.col("quantity").sum())
    both = lines.join(first, on=LINE)
    backorders = both.filter(pl.col("fulfilment_mode") == "backorder")
    assert backorders.height > 0
    assert (backorders["quantity"] < backorders["ordered"]).all()
    stock = both.filter(pl.col("fulfilment_mode") == "stock")
    assert (stock["quantity"] == stock["ordered"]).mean() > 0.9
    assert (both["quantity"] <= both["ordered"]).all()
    shipped = last(files, "shipment_lines").select(LINE).unique()
    total = given.group_by(LINE).agg(pl.col("quantity").sum()).join(lines, on=LINE).join(shipped, on=LINE)
    assert (total["quantity"] == total["ordered"]).all()


def test_no_more_is_pegged_than_a_line_asks_for_at_any_time(files) -> None:
    pegs = last(files, "supply_pegs").with_columns(number("quantity"))
    never = pl.lit("9999")
    changes = pl.concat(
        [
            pegs.select(*LINE, pl.col("valid_from").alias("at"), "quantity"),
            pegs.select(*LINE, pl.col("valid_to").fill_null(never).alias("at"), -pl.col("quantity")),
        ]
    )
    held = changes.sort("at", "quantity").with_columns(held=pl.col("quantity").cum_sum().over(LINE))
    most = held.group_by(LINE).agg(pl.col("held").max())
    both = most.join(last(files, "order_lines"), on=LINE)
    assert both.height == most.height
    assert (both["held"] <= both.select(number("quantity"))["quantity"]).all()
    assert (
        (pegs.filter(pl.col("valid_to").is_not_null()).select(pl.col("valid_from") < pl.col("valid_to")))
        .to_series()
        .all()
    )
    cancelled = files.last("orders").drop_nulls("cancelled_by")
    assert not set(cancelled["order_id"]) & set(pegs["order_id"])


def test_a_decision_weighs_every_site_and_takes_the_best(files) -> None:
    weighed = files.told("routing_candidates").with_columns(pl.col("score").cast(pl.Float64))
    sites = files.told("sites")["site_id"].n_unique()
    decisions = weighed.group_by("decision_id").agg(
        pl.len().alias("sites"),
        (pl.col("chosen") == "true").sum().alias("chosen"),
        pl.col("score").max().alias("best"),
        pl.col("score").filter(pl.col("chosen") == "true").first().alias("mine"),
        (pl.col("score") == pl.col("score").max()).sum().alias("tied"),
    )
    assert decisions.height > 500
    assert set(decisions["sites"]) == {sites}
    assert set(decisions["chosen"]) == set(decisions["tied"]) == {1}
    assert (decisions["best"] == decisions["mine"]).all()
    taken = weighed.filter(pl.col("chosen") == "true").join(files.told("order_lines"), on=LINE, suffix="_line")
    assert (taken["site_id"] == taken["site_id_line"]).all()
    assert weighed["service_level"].cast(pl.Float64).is_between(0, 1).all()


def test_legs_join_up_from_the_dock_to_the_delivery_and_cost_what_the_shipment_costs(files) -> None:
    legs = (
        last(files, "shipment_legs").with_columns(pl.col("freight_cost").cast(pl.Float64)).sort("shipment_id", "leg_no")
    )
    ships = files.told("shipments")
    cost = legs.group_by("shipment_id").agg(pl.col("freight_cost").sum().round(2).alias("cost"))
    both = ships.join(cost, on="shipment_id")
    assert both.height == ships.height == cost.height
    assert (both["cost"] == both["freight_cost"].cast(pl.Float64)).all()
    first, second = (legs.filter(pl.col("leg_no") == number) for number in ("1", "2"))
    joined = first.join(second, on="shipment_id", suffix="_second")
    assert joined.height > 50
    assert (joined["to_location"] == joined["from_location_second"]).all()
    assert (
        (joined.drop_nulls("shipped_at_second").select(pl.col("arrived_at") < pl.col("shipped_at_second")))
        .to_series()
        .all()
    )
    start = first.join(ships, on="shipment_id", suffix="_ship")
    assert (start["shipped_at"] == start["shipped_at_ship"]).all()
    end = legs.group_by("shipment_id", maintain_order=True).last().join(ships, on="shipment_id", suffix="_ship")
    assert (end["to_location"] == end["ship_to_address_id"]).all()
    assert (end["estimated_at"] == end["estimated_at_ship"]).all()
    delivered = last(files, "deliveries").join(files.told("shipment_lines"), on="shipment_line_id")
    arrived = delivered.group_by("shipment_id").agg(pl.col("delivered_at").max()).join(end, on="shipment_id")
    assert (arrived["arrived_at"] == arrived["delivered_at"]).all()


def test_a_cause_that_is_off_moves_nothing_that_was_bought(company: Callable, tmp_path: Path) -> None:
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": {"supplier": CAUSES["supplier"]}}))
    on, off = company(8, 800, 12, config), company(8, 800, 12, config, without=["supplier"])
    for entity in ("requisitions", "purchase_orders", "purchase_order_lines"):
        assert on.told(entity).equals(off.told(entity)), entity
    hit = last(on, "receipts").join(last(off, "receipts"), on="receipt_id", suffix="_off")
    suppliers = last(on, "purchase_orders").select("po_id", "supplier_id")
    moved = hit.filter(pl.col("received_at") != pl.col("received_at_off")).join(suppliers, on="po_id")
    assert moved.height > 0
    stocked = moved.join(last(on, "quality_inspections"), on="receipt_id")
    assert set(stocked["supplier_id"]) == {"V009"}
