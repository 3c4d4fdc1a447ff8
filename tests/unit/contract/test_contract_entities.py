"""The entities of the data contract: all of them are there, and each keeps its key."""

import polars as pl
import pytest
import yaml

from dagster_project.contract.model import CONTRACT_DIR, TEXT_TYPES, Entity, Field, load_contract
from dagster_project.landing.casting import Reading
from dagster_project.landing.conform import FILE, Conformed, conform
from dagster_project.landing.readers import LINE

CONTRACT = load_contract()
SELL_SIDE = (
    *("orders", "order_lines", "order_schedule_lines", "commitment_changes", "order_events", "order_event_objects"),
    *("capture_documents", "capture_fields", "validation_results", "exceptions", "exception_actions"),
    *("allocations", "supply_pegs", "routing_candidates", "shipments", "shipment_legs", "shipment_lines"),
    *("deliveries", "returns", "return_lines", "invoices", "invoice_lines", "payments", "payment_applications"),
    *("credit_notes", "communications", "feedback"),
)
BUY_SIDE_AND_STOCK = (
    *("requisitions", "purchase_orders", "purchase_order_lines", "purchase_schedule_lines"),
    *("supplier_confirmations", "receipts", "quality_inspections", "inventory_snapshots", "stock_movements"),
)
MASTERS = (
    *("customers", "addresses", "products", "uom_conversions", "suppliers", "sites", "carriers", "calendars"),
    *("price_agreements", "credit_limits", "compliance_policies", "fx_rates", "promotions", "external_signals"),
    *("cost_rates", "targets", "benchmarks"),
)
FORECASTS = ("forecast_versions",)
CHANGING = (
    *("customers", "products", "suppliers", "sites"),
    *("price_agreements", "credit_limits", "compliance_policies", "targets"),
)
NAMES = sorted(CONTRACT.entities)
_GIVEN = {"decimal": "1", "integer": "1", "boolean": "true", "date": "2026-01-31", "moment": "2026-01-31T08:00:00Z"}


def given(field: Field) -> str:
    """A value that keeps every rule of the field."""
    if field.allowed:
        return field.allowed[0]
    return "Europe/Berlin" if field.dtype == "zone" else _GIVEN.get(field.dtype, field.name)


def full(entity: Entity) -> dict[str, str | None]:
    return {item.name: given(item) for item in entity.fields}


def judged(entity: Entity, *records: dict[str, str | None]) -> Conformed:
    frame = pl.DataFrame(records, schema={item.name: pl.String for item in entity.fields})
    frame = frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias(LINE), pl.lit("f.csv").alias(FILE))
    return conform(entity, frame, Reading(), [])


def test_every_entity_of_the_data_contract_is_there_and_no_other():
    assert sorted((*SELL_SIDE, *BUY_SIDE_AND_STOCK, *MASTERS, *FORECASTS)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_row_with_every_field_is_accepted(name: str):
    entity = CONTRACT.entity(name)
    assert judged(entity, full(entity)).quarantined.rows() == []


@pytest.mark.parametrize("name", NAMES)
def test_a_row_with_what_is_required_and_nothing_else_is_accepted(name: str):
    entity = CONTRACT.entity(name)
    row = {item.name: given(item) if item.required else None for item in entity.fields}
    assert judged(entity, row).quarantined.rows() == []


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name in NAMES for field in CONTRACT.entity(name).required]
)
def test_a_row_without_a_required_value_is_quarantined(name: str, field: str):
    entity = CONTRACT.entity(name)
    refused = judged(entity, {**full(entity), field: None}).quarantined
    assert refused.select("column_name", "rule").rows() == [(field, "required")]


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_stands_twice_is_a_repeat_or_a_conflict(name: str):
    entity = CONTRACT.entity(name)
    row = full(entity)
    assert judged(entity, row, row).quarantined["rule"].to_list() == ["repeat"]
    free = [item.name for item in entity.fields if item.name not in entity.key and not item.required]
    if free:
        conflicting = judged(entity, row, {**row, free[0]: None})
        assert conflicting.quarantined["rule"].to_list() == ["conflict", "conflict"]


@pytest.mark.parametrize("name", NAMES)
def test_another_value_in_any_part_of_the_key_is_another_row(name: str):
    entity = CONTRACT.entity(name)
    other = {"decimal": "2", "integer": "2", "date": "2026-02-28", "moment": "2026-02-28T08:00:00Z"}
    for part in entity.key:
        field = entity.by_name[part]
        value = field.allowed[1] if field.allowed else other.get(field.dtype, "another")
        assert judged(entity, full(entity), {**full(entity), part: value}).accepted.height == 2, part


@pytest.mark.parametrize("name", CHANGING)
def test_a_master_that_changes_says_when(name: str):
    assert "changed_at" in CONTRACT.entity(name).by_name


@pytest.mark.parametrize("name", NAMES)
def test_personal_fields_are_neither_required_nor_part_of_a_key(name: str):
    entity = CONTRACT.entity(name)
    personal = {item.name for item in entity.fields if item.personal}
    assert personal & {*entity.required, *entity.key} == set()


def test_what_people_wrote_and_who_they_are_is_personal():
    personal = {item.name for entity in CONTRACT.entities.values() for item in entity.fields if item.personal}
    assert personal == {"actor", "body", "comment", "recipient", "requester", "sender", "subject"}


def test_every_field_has_a_sentence_without_a_full_stop():
    fields = [(entity.name, item) for entity in CONTRACT.entities.values() for item in entity.fields]
    unfit = [(name, item.name) for name, item in fields if not item.description or item.description.endswith(".")]
    assert unfit == []


def test_only_texts_have_allowed_values_and_only_numbers_a_minimum():
    for entity in CONTRACT.entities.values():
        for item in entity.fields:
            assert not item.allowed or item.dtype in TEXT_TYPES, (entity.name, item.name)
            assert item.minimum is None or item.dtype == "decimal", (entity.name, item.name)


def test_every_defined_field_is_used():
    files = sorted((CONTRACT_DIR / "fields").glob("*.yml"))
    defined = {item["name"] for path in files for item in yaml.safe_load(path.read_text(encoding="utf-8"))}
    assert defined == {item.name for entity in CONTRACT.entities.values() for item in entity.fields}


@pytest.mark.parametrize(
    ("line", "parent"),
    [
        *(("order_lines", "orders"), ("order_schedule_lines", "orders")),
        *(("purchase_order_lines", "purchase_orders"), ("purchase_schedule_lines", "purchase_orders")),
        ("return_lines", "returns"),
    ],
)
def test_lines_wait_for_their_head_and_can_name_it(line: str, parent: str):
    assert CONTRACT.entity(line).waits_for == parent
    assert set(CONTRACT.entity(parent).key) <= set(CONTRACT.entity(line).by_name)
