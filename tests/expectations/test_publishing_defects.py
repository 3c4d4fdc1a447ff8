"""What can be wrong with a star: each defect is put into a sound one, and the publishing gate must find it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from expectations.outcome import FAIL, NOT_ASSESSED, PASS, WARN, CheckResult

from .conftest import Star

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("gates")]


@dataclass(frozen=True)
class Defect:
    """Statements that spoil the star, and what the gate must say of it."""

    suite: str
    expectation: str
    statements: tuple[str, ...]
    status: str = FAIL
    names: str = ""


def nullable(table: str, column: str) -> str:
    return f"alter table {table} alter {column} drop not null"


DEFECTS = {
    "an_obligation_twice": Defect(
        "obligations",
        "obligations.stand-once",
        ("insert into published.obligations from published.obligations where order_id = 'SO-3'",),
        names="order_id SO-3",
    ),
    "an_obligation_without_its_line": Defect(
        "obligations",
        "obligations.source-line-told",
        (
            nullable("published.obligations", "source_line"),
            "update published.obligations set source_line = null where order_id = 'SO-3'",
        ),
        names="order_id SO-3",
    ),
    "a_column_gone": Defect(
        "obligations",
        "obligations.zone-told",
        ("alter table published.obligations drop column destination_zone",),
        names="destination_zone",
    ),
    "a_table_gone": Defect(
        "otif_current", "current.stands-once", ("drop table published.otif_current",), names="otif_current"
    ),
    "negative_quantities": Defect(
        "obligations",
        "obligations.quantity-not-negative",
        ("update published.obligations set quantity = -1 where order_id = 'SO-3'",),
        names="quantity -1",
    ),
    "negative_values_in_bulk": Defect(
        "obligations",
        "obligations.value-not-negative",
        ("update published.obligations set net_value = -1 where side = 'sales'",),
        names="net_value -1",
    ),
    "a_negative_value": Defect(
        "obligations",
        "obligations.value-not-negative",
        ("update published.obligations set net_value = -1 where order_id = 'SO-3'",),
        status=WARN,
        names="order_id SO-3",
    ),
    "a_currency_missing": Defect(
        "obligations",
        "obligations.currency-of-values",
        ("update published.obligations set currency = null where order_id = 'SO-3'",),
        status=WARN,
        names="order_id SO-3",
    ),
    "states_that_do_not_add_up": Defect(
        "otif_current",
        "current.states-add-up",
        ("update published.otif_current set not_yet_due_count = 1 where definition_id = 'default'",),
        names="definition_id default",
    ),
    "more_met_than_due": Defect(
        "otif_current",
        "current.parts-within-due",
        ("update published.otif_current set due_count = 0 where definition_id = 'default'",),
        names="due_count 0",
    ),
    "an_obligation_in_two_states": Defect(
        "otif_current",
        "current.stands-once",
        ("insert into published.otif_current from published.otif_current where definition_id = 'default' limit 1",),
        names="states 2",
    ),
    "an_obligation_not_judged": Defect(
        "otif_current",
        "current.covers-obligations",
        ("delete from published.otif_current where definition_id = 'default' and product_id = 'P3'",),
        names="order_id SO-3",
    ),
    "a_dimension_key_missing": Defect(
        "otif_current",
        "current.customer-member",
        (
            nullable("published.otif_current", "customer_key"),
            "update published.otif_current set customer_key = null where product_id = 'P3'",
        ),
        names="definition_id",
    ),
    "every_dimension_key_missing": Defect(
        "otif_current",
        "current.product-member",
        (nullable("published.otif_current", "product_key"), "update published.otif_current set product_key = null"),
        names="definition_id",
    ),
    "a_state_nobody_knows": Defect(
        "otif_conformance",
        "conformance.status-known",
        ("update marts.fct_otif_conformance set due_status = 'late' where definition_id = 'default'",),
        names="due_status late",
    ),
    "met_without_both_parts": Defect(
        "otif_conformance",
        "conformance.met-is-both-parts",
        ("update marts.fct_otif_conformance set is_met = not is_met where due_status = 'due'",),
        names="is_met",
    ),
    "more_in_the_window_than_promised": Defect(
        "otif_conformance",
        "conformance.window-within-promise",
        ("update marts.fct_otif_conformance set window_quantity = 11 where definition_id = 'default'",),
        names="window_quantity 11",
    ),
    "due_without_a_day": Defect(
        "otif_conformance",
        "conformance.due-has-a-day",
        ("update marts.fct_otif_conformance set due_date = null where definition_id = 'default'",),
        names="definition_id default",
    ),
    "an_event_of_nothing": Defect(
        "obligation_events",
        "events.of-an-obligation",
        ("update marts.fct_obligation_events set obligation_key = 'gone' where event_kind = 'delivered'",),
        names="deliveries.csv line",
    ),
    "deliveries_before_shipments_in_bulk": Defect(
        "obligation_events",
        "events.delivered-after-shipped",
        (
            "update marts.fct_obligation_events set occurred_at = '2025-01-01' where event_kind = 'delivered'",
            "update marts.fct_obligation_events set occurred_at = '2026-01-01' where event_kind = 'shipped'",
        ),
        names="delivered_at 2025-01-01",
    ),
    "the_catalogue_emptied": Defect(
        "kpi_catalogue", "catalogue.not-empty", ("delete from published.kpi_catalogue",), names="rows 0"
    ),
    "a_kpi_twice": Defect(
        "kpi_catalogue",
        "catalogue.stands-once",
        ("insert into published.kpi_catalogue from published.kpi_catalogue where kpi = 'otif'",),
        names="otif",
    ),
    "a_definition_missing": Defect(
        "kpi_definitions",
        "definitions.known-ones-there",
        ("delete from published.kpi_definitions where definition_id = 'first_committed'",),
        names="definition_id first_committed",
    ),
    "every_definition_missing": Defect(
        "kpi_definitions", "definitions.known-ones-there", ("delete from published.kpi_definitions",), names="default"
    ),
    "a_source_twice": Defect(
        "data_sources",
        "data_sources.stand-once",
        ("insert into published.data_sources from published.data_sources",),
        names="acme",
    ),
    "landed_rows_lost": Defect(
        "data_sources",
        "data_sources.batches-add-up",
        ("update published.data_sources set accepted_rows = 1",),
        names="accepted_rows 1",
    ),
    "a_member_twice": Defect(
        "dim_customers",
        "dim_customers.stand-once",
        ("insert into marts.dim_customers from marts.dim_customers where customer_id = 'C3'",),
        names="customer_id C3",
    ),
    "no_unknown_member": Defect(
        "dim_suppliers",
        "dim_suppliers.special-members-there",
        ("delete from marts.dim_suppliers where supplier_key = 'unknown'",),
        names="missing_member unknown",
    ),
    "a_dimension_emptied": Defect(
        "dim_products", "dim_products.special-members-there", ("delete from marts.dim_products",), names="not_yet"
    ),
    "a_delivery_twice": Defect(
        "fct_deliveries",
        "fct_deliveries.stand-once",
        ("insert into marts.fct_deliveries from marts.fct_deliveries where delivery_id = 'D-3'",),
        names="deliveries.csv line",
    ),
    "shipments_lost": Defect(
        "fct_shipments",
        "fct_shipments.as-many-as-landed",
        ("delete from marts.fct_shipments where shipment_id = 'SH-3'",),
        names="star_rows 39",
    ),
    "obligations_lost": Defect(
        "beside_serving",
        "serving.obligations-not-lost",
        ("delete from published.obligations where side = 'sales' and line_no = '10' and source_line > 12",),
        names="served_obligations 40",
    ),
    "a_side_lost": Defect(
        "beside_serving",
        "serving.obligations-not-lost",
        ("delete from published.obligations where side = 'purchase'",),
        names="obligations 0",
    ),
    "some_obligations_lost": Defect(
        "beside_serving",
        "serving.obligations-kept",
        ("delete from published.obligations where side = 'sales' and source_line > 32",),
        status=WARN,
        names="obligations 31",
    ),
    "a_company_lost": Defect(
        "beside_serving",
        "serving.obligations-not-lost",
        ("delete from published.obligations", "delete from published.data_sources"),
        names="obligations 0",
    ),
    "states_told_otherwise_than_before": Defect(
        "restated",
        "serving.states-stand",
        ("update published.otif_current set met_count = 1 - met_count where definition_id = 'default'",),
        status=WARN,
        names="was_met",
    ),
}


def only(results: list[CheckResult], expectation: str) -> CheckResult:
    (found,) = [item for item in results if item.expectation_id == expectation]
    return found


@pytest.mark.parametrize("name", DEFECTS)
def test_the_publishing_gate_finds_the_defect_and_names_the_rows(star: Star, name: str) -> None:
    defect = DEFECTS[name]
    star.execute(*defect.statements)
    found = only(star.ask(defect.suite), defect.expectation)
    assert found.status == defect.status, found
    assert defect.names in str(found)


def test_a_sound_star_passes(star: Star) -> None:
    assert [str(item) for item in star.ask() if item.status not in (PASS, NOT_ASSESSED)] == []


ANOTHER_COMPANY = (
    "update published.batches set batch_file_id = 'another-' || batch_file_id",
    "delete from published.obligations where side = 'sales' and source_line > 12",
    "update published.otif_current set met_count = 1 - met_count where definition_id = 'default'",
)


def test_a_simulated_company_that_was_made_anew_is_not_held_against_the_one_before(star: Star) -> None:
    star.execute("update published.data_sources set is_synthetic = true", *ANOTHER_COMPANY)
    results = star.ask("beside_serving", "restated")
    assert [str(item) for item in results if item.status not in (PASS, NOT_ASSESSED)] == []


def test_a_real_company_is_held_against_the_build_that_serves_whatever_has_landed(star: Star) -> None:
    star.execute(*ANOTHER_COMPANY)
    assert only(star.ask("beside_serving"), "serving.obligations-not-lost").status == FAIL


def test_without_a_build_that_serves_nothing_is_compared(star: Star) -> None:
    from expectations.runner import ask_gate
    from expectations.suite import PUBLISHING, load_suites

    suites = [suite for suite in load_suites(PUBLISHING) if suite.name in ("beside_serving", "restated")]
    results = ask_gate(PUBLISHING, star.warehouse, suites).results
    assert {item.status for item in results} == {NOT_ASSESSED}
