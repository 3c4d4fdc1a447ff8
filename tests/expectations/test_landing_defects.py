"""What can be wrong with landed data: each defect is put into a sound company, and the landing gate must find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from expectations.outcome import FAIL, NOT_ASSESSED, NOTE, PASS, WARN, CheckResult

from . import company
from .company import Row, Tables, changed, moved
from .conftest import LandedHome

SOME, BULK = 2, 20


@dataclass(frozen=True)
class Defect:
    """A defect of the next extract: how the sound tables are spoilt, and what the gate must say of it."""

    expectation: str
    status: str
    spoil: Callable[[Tables], Tables]
    names: str
    is_full: bool = True


def emptied(entity: str) -> Callable[[Tables], Tables]:
    return lambda tables: {**tables, entity: []}


def cut(entity: str, rows: int) -> Callable[[Tables], Tables]:
    return lambda tables: {**tables, entity: tables[entity][:rows]}


def without(entity: str, column: str) -> Callable[[Tables], Tables]:
    return lambda tables: {**tables, entity: [{k: v for k, v in row.items() if k != column} for row in tables[entity]]}


def given(entity: str, column: str, value: str, rows: int | None = None) -> Callable[[Tables], Tables]:
    return lambda tables: changed(tables, entity, lambda row: row.update({column: value}), rows)


def later(entity: str, column: str, hours: int, rows: int | None = None) -> Callable[[Tables], Tables]:
    return lambda tables: changed(tables, entity, lambda row: row.update({column: moved(row[column], hours)}), rows)


def again(entity: str, key: str) -> Callable[[Tables], Tables]:
    """Every row of an entity once more under another number."""

    def spoil(tables: Tables) -> Tables:
        twins: list[Row] = [{**row, key: f"{row[key]}-again"} for row in tables[entity]]
        return {**tables, entity: [*tables[entity], *twins]}

    return spoil


def alone(spoil: Callable[[Tables], Tables], *entities: str) -> Callable[[Tables], Tables]:
    """Only some of the entities, as an increment sends them."""
    return lambda tables: {name: rows for name, rows in spoil(tables).items() if name in entities}


DEFECTS = {
    "a_full_extract_with_a_header_only": Defect("batches.not-emptied", FAIL, emptied("orders"), "orders.csv"),
    "a_full_extract_of_deliveries_with_a_header_only": Defect(
        "batches.not-emptied", FAIL, emptied("deliveries"), "deliveries.csv"
    ),
    "a_master_with_a_header_only": Defect("batches.not-emptied", FAIL, emptied("customers"), "customers.csv"),
    "orders_halved": Defect("batches.not-halved", FAIL, cut("orders", 15), "orders.csv"),
    "a_master_halved": Defect("batches.masters-not-halved", WARN, cut("products", 15), "products.csv"),
    "deliveries_doubled": Defect("batches.not-doubled", WARN, again("deliveries", "delivery_id"), "deliveries.csv"),
    "deliveries_told_twice": Defect(
        "deliveries.not-told-twice", FAIL, again("deliveries", "delivery_id"), "delivery_id D-0-again"
    ),
    "receipts_told_twice": Defect("receipts.not-told-twice", FAIL, again("receipts", "receipt_id"), "R-0-again"),
    "a_judging_column_empty_throughout": Defect(
        "columns.judging-ones-not-emptied", FAIL, given("deliveries", "accepted", ""), "column_name accepted"
    ),
    "a_judging_column_left_out": Defect(
        "columns.judging-ones-not-emptied", FAIL, without("order_schedule_lines", "requested_date"), "requested_date"
    ),
    "another_column_empty_throughout": Defect(
        "columns.not-emptied", WARN, given("shipments", "carrier", ""), "column_name carrier"
    ),
    "a_column_thinned": Defect(
        "columns.not-thinned", WARN, given("orders", "customer_id", "", 30), "column_name customer_id"
    ),
    "a_zone_misread": Defect("hours.not-moved", FAIL, later("orders", "received_at", -6), "best_moved_hours 6"),
    "orphan_lines_in_bulk": Defect(
        "order_lines.order-known",
        FAIL,
        lambda tables: changed(tables, "order_lines", lambda row: row.update(order_id=f"gone-{row['order_id']}"), BULK),
        "order_lines.csv line 2",
    ),
    "a_few_orphan_lines": Defect("order_lines.order-known", WARN, given("order_lines", "order_id", "gone", 1), "gone"),
    "orphan_deliveries_in_bulk": Defect(
        "deliveries.line-known",
        FAIL,
        lambda tables: given("deliveries", "shipment_line_id", "gone", BULK)(
            given("deliveries", "order_id", "gone", BULK)(tables)
        ),
        "deliveries.csv line 2",
    ),
    "deliveries_before_shipment_in_bulk": Defect(
        "deliveries.not-before-shipment", FAIL, later("deliveries", "delivered_at", -240, BULK), "deliveries.csv line 2"
    ),
    "a_few_deliveries_before_shipment": Defect(
        "deliveries.not-before-shipment", WARN, later("deliveries", "delivered_at", -240, SOME), "deliveries.csv line 2"
    ),
    "deliveries_from_the_future": Defect(
        "deliveries.delivered-before-extraction", FAIL, later("deliveries", "delivered_at", 5000, BULK), "D-0"
    ),
    "an_order_from_the_future": Defect(
        "orders.received-before-extraction", WARN, later("orders", "received_at", 50000, SOME), "orders.csv line 2"
    ),
    "prices_below_nothing_in_bulk": Defect(
        "order_lines.price-not-negative",
        FAIL,
        given("order_lines", "unit_price", "-2.5", BULK),
        "order_lines.csv line 2",
    ),
    "a_price_below_nothing": Defect(
        "order_lines.price-not-negative", WARN, given("order_lines", "unit_price", "-2.5", 1), "order_lines.csv line 2"
    ),
    "discounts_in_percent": Defect(
        "order_lines.discount-is-a-fraction", FAIL, given("order_lines", "discount", "10"), "order_lines.csv line 2"
    ),
    "currencies_left_out": Defect(
        "orders.currency-of-prices", FAIL, without("orders", "currency"), "orders.csv line 2"
    ),
    "a_currency_left_out": Defect("orders.currency-of-prices", WARN, given("orders", "currency", "", 1), "SO-0"),
    "quarantine_with_most_of_a_batch": Defect(
        "batches.quarantine-not-the-most", FAIL, given("orders", "order_type", "rush", 30), "quarantined 30"
    ),
    "quarantine_with_some_of_a_batch": Defect(
        "batches.quarantine-small", WARN, given("orders", "order_type", "rush", 5), "quarantined 5"
    ),
    "units_mixed_up": Defect(
        "deliveries.not-far-beyond-the-order", FAIL, given("deliveries", "accepted", "1000"), "accepted_quantity 1000"
    ),
    "windows_that_end_before_they_begin": Defect(
        "order_schedule_lines.window-in-order",
        FAIL,
        lambda tables: given("order_schedule_lines", "window_end", "2026-01-01")(
            given("order_schedule_lines", "window_start", "2026-02-01")(tables)
        ),
        "order_schedule_lines.csv line 2",
    ),
    "schedules_that_do_not_add_up": Defect(
        "order_schedule_lines.quantities-add-up", WARN, given("order_schedule_lines", "quantity", "7"), "SO-0"
    ),
    "receipts_before_release_in_bulk": Defect(
        "receipts.not-before-release", FAIL, later("receipts", "received_at", -1000, BULK), "receipts.csv line 2"
    ),
    "stock_below_nothing": Defect(
        "inventory_snapshots.on-hand-not-negative", WARN, given("inventory_snapshots", "on_hand", "-7", 1), "on_hand -7"
    ),
    "a_carrier_left_out": Defect("shipments.carrier-told", NOTE, given("shipments", "carrier", "", 15), "SH-0"),
}


def suite_of(expectation: str) -> str:
    prefix = expectation.partition(".")[0]
    return {"batches": "batch_sizes", "columns": "column_values", "hours": "hour_profiles"}.get(prefix, prefix)


def land_next(landed: LandedHome, folder: Path, tables: Tables, *, is_full: bool = True, batch: str = "B2") -> None:
    day = {"B2": 61, "B3": 62, "B4": 63, "B5": 64}[batch]
    landed.land(company.write(folder / batch, tables, batch=batch, day=day, is_full=is_full))


def only(results: list[CheckResult], expectation: str) -> CheckResult:
    (found,) = [item for item in results if item.expectation_id == expectation]
    return found


@pytest.mark.parametrize("name", DEFECTS)
def test_the_landing_gate_finds_the_defect_and_names_the_rows(landed: LandedHome, tmp_path: Path, name: str) -> None:
    defect = DEFECTS[name]
    land_next(landed, tmp_path, defect.spoil(company.tables()), is_full=defect.is_full)
    found = only(landed.ask(suite_of(defect.expectation)), defect.expectation)
    assert (found.status, found.failing_rows > 0) == (defect.status, True), found
    assert defect.names in str(found)
    assert 0 < len(found.examples) <= 5


def test_what_happens_within_an_hour_is_noted_and_blocks_nothing_when_clocks_change(
    landed: LandedHome, tmp_path: Path
) -> None:
    def at(moment: str) -> Tables:
        tables = company.tables()
        hour, minute = moment[:3], int(moment[3:])
        told = [
            {**row, "received_at": f"{row['received_at'][:11]}{hour}{(minute + place) % 60:02d}:00Z"}
            for place, row in enumerate(tables["orders"])
        ]
        return {**tables, "orders": told}

    for batch, moment in (("B2", "08:30"), ("B3", "08:31"), ("B4", "07:32")):
        land_next(landed, tmp_path, at(moment), batch=batch)
    results = landed.ask("hour_profiles")
    noted = only(results, "hours.not-moved-by-one")
    assert (noted.status, noted.failing_rows) == (NOTE, 1)
    assert "received_at" in str(noted)
    assert only(results, "hours.not-moved").status == PASS


def test_a_list_that_is_announced_at_one_instant_says_one_thing_about_the_hours(
    landed: LandedHome, tmp_path: Path
) -> None:
    def announced(hour: int) -> Tables:
        tables = company.tables()
        told = [{**row, "changed_at": f"2026-03-01T{hour:02d}:00:00Z"} for row in tables["customers"]]
        return {**tables, "customers": told}

    for batch, hour in (("B2", 14), ("B3", 9)):
        land_next(landed, tmp_path, announced(hour), batch=batch)
    assert only(landed.ask("hour_profiles"), "hours.not-moved").status == PASS


def test_a_sound_company_passes_and_its_first_batch_has_no_history(landed: LandedHome) -> None:
    results = landed.ask()
    assert [str(item) for item in results if item.status not in (PASS, NOT_ASSESSED)] == []
    assert only(results, "hours.not-moved").status == NOT_ASSESSED
    assert only(results, "hours.not-moved-by-one").status == NOT_ASSESSED
    assert only(results, "columns.not-emptied").status == NOT_ASSESSED
    assert only(results, "deliveries.not-before-shipment").status == PASS


def test_the_same_company_a_day_later_passes(landed: LandedHome, tmp_path: Path) -> None:
    land_next(landed, tmp_path, company.tables(44))
    assert [str(item) for item in landed.ask() if item.status not in (PASS, NOT_ASSESSED)] == []


def test_a_small_increment_does_not_block(landed: LandedHome, tmp_path: Path) -> None:
    new = {name: rows[40:] for name, rows in company.tables(42).items()}
    land_next(landed, tmp_path, new, is_full=False)
    assert [str(item) for item in landed.ask() if item.status not in (PASS, NOT_ASSESSED)] == []


def test_an_increment_without_rows_does_not_block(landed: LandedHome, tmp_path: Path) -> None:
    land_next(landed, tmp_path, {"orders": [], "deliveries": company.tables(1)["deliveries"]}, is_full=False)
    assert only(landed.ask("batch_sizes"), "batches.not-emptied").status == PASS


def test_an_entity_that_a_source_never_had_is_not_assessed(landed_once: Path, tmp_path: Path) -> None:
    landed = LandedHome(tmp_path / "home")
    tables = company.tables()
    for entity in ("shipments", "shipment_lines", "deliveries", "commitment_changes"):
        del tables[entity]
    landed.land(company.write(tmp_path / "B1", tables))
    results = landed.ask("deliveries", "shipments", "orders")
    assert {item.status for item in results if item.suite in ("deliveries", "shipments")} == {NOT_ASSESSED}
    assert {item.status for item in results if item.suite == "orders"} == {PASS}


def test_a_source_that_lacks_a_thing_is_not_judged_by_another_that_has_it(landed: LandedHome, tmp_path: Path) -> None:
    tables = without("deliveries", "accepted")(company.tables())
    landed.land(company.write(tmp_path / "other", tables, source="other"))
    found = {
        item.source_system: item.status
        for item in landed.ask("deliveries")
        if item.expectation_id == "deliveries.accepted-told"
    }
    assert found == {"acme": PASS, "other": NOT_ASSESSED}


def test_only_the_company_that_breaks_an_expectation_is_told_so(landed: LandedHome, tmp_path: Path) -> None:
    tables = given("order_lines", "unit_price", "-1", BULK)(company.tables())
    landed.land(company.write(tmp_path / "other", tables, source="other"))
    found = {
        item.source_system: item.status
        for item in landed.ask("order_lines")
        if item.expectation_id == "order_lines.price-not-negative"
    }
    assert found == {"acme": PASS, "other": FAIL}


def test_a_corrected_extract_ends_the_block(landed: LandedHome, tmp_path: Path) -> None:
    land_next(landed, tmp_path, emptied("orders")(company.tables()))
    assert only(landed.ask("batch_sizes"), "batches.not-emptied").status == FAIL
    land_next(landed, tmp_path, company.tables(41), batch="B3")
    assert only(landed.ask("batch_sizes"), "batches.not-emptied").status == PASS


def test_a_row_that_a_later_extract_corrected_is_judged_as_corrected(landed: LandedHome, tmp_path: Path) -> None:
    land_next(landed, tmp_path, given("order_lines", "unit_price", "-1", BULK)(company.tables()))
    assert only(landed.ask("order_lines"), "order_lines.price-not-negative").status == FAIL
    land_next(landed, tmp_path, company.tables(), batch="B3")
    assert only(landed.ask("order_lines"), "order_lines.price-not-negative").status == PASS


def test_a_batch_is_compared_with_what_is_usual_and_not_with_one_bad_one(landed: LandedHome, tmp_path: Path) -> None:
    land_next(landed, tmp_path, company.tables())
    land_next(landed, tmp_path, cut("orders", 15)(company.tables()), batch="B3")
    assert only(landed.ask("batch_sizes"), "batches.not-halved").status == FAIL
    land_next(landed, tmp_path, company.tables(41), batch="B4")
    results = landed.ask("batch_sizes")
    assert only(results, "batches.not-halved").status == PASS
    assert only(results, "batches.not-doubled").status == PASS
