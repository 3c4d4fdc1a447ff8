import json
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from dagster_project.contract.model import load_contract
from dagster_project.landing.casting import Reading
from dagster_project.landing.conform import FILE, Conformed, conform
from dagster_project.landing.readers import LINE

KEYS = {"order_id": "SO-1", "line_no": "10", "product_id": "P", "quantity": "1"}
SCHEDULE = {"order_id": "SO-1", "line_no": "10", "schedule_no": "1"}
ORDER = {"order_id": "SO-1", "order_type": "standard"}


def judged(entity: str, *records: dict[str, str | None], reading: Reading | None = None) -> Conformed:
    frame = pl.DataFrame(records, schema={name: pl.String for record in records for name in record})
    frame = frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias(LINE), pl.lit("f.csv").alias(FILE))
    return conform(load_contract().entity(entity), frame, reading or Reading(), [])


def rule(result: Conformed) -> tuple[str, str] | None:
    told = result.quarantined.select("column_name", "rule").rows()
    return told[0] if told else None


def quantity(text: str | None, reading: Reading | None = None) -> Decimal | tuple[str, str] | None:
    result = judged("order_lines", {**KEYS, "quantity": text}, reading=reading)
    return rule(result) or result.accepted["quantity"][0]


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", "5"), ("2.50", "2.5"), (".5", "0.5"), ("+7", "7"), ("0.000001", "0.000001"), (" 3 ", "3")],
)
def test_plain_numbers_are_exact(text: str, value: str):
    assert quantity(text) == Decimal(value)


def test_a_number_keeps_all_its_eighteen_digits():
    assert quantity("123456789012.123456") == Decimal("123456789012.123456")


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (None, "required"),
        ("NaN", "not_finite"),
        ("-inf", "not_finite"),
        ("1e3", "not_a_number"),
        ("12,5", "not_a_number"),
        ("abc", "not_a_number"),
        ("0.0000001", "too_many_decimals"),
        ("1234567890123", "out_of_range"),
        ("0", "minimum"),
        ("-1", "minimum"),
    ],
)
def test_a_quantity_that_is_none_is_quarantined_with_its_rule(text: str | None, broken: str):
    assert quantity(text) == ("quantity", broken)


def test_marks_are_what_the_source_declares():
    german = Reading(decimal_mark=",", thousands_mark=".")
    assert quantity("1.234,50", german) == Decimal("1234.5")


def test_the_lines_of_a_return_may_be_negative():
    frame = pl.DataFrame([{**KEYS, "quantity": "-2", LINE: 2, FILE: "f.csv"}])
    result = conform(load_contract().entity("order_lines"), frame, Reading(), [], frozenset(["SO-1"]))
    assert result.accepted["quantity"].to_list() == [Decimal(-2)]


def day(text: str, *others: str, reading: Reading | None = None) -> date | tuple[str, str] | None:
    records = [{**SCHEDULE, "line_no": str(no), "requested_date": item} for no, item in enumerate((text, *others))]
    result = judged("order_schedule_lines", *records, reading=reading)
    kept = result.accepted.filter(pl.col("line_no") == "0")
    return kept["requested_date"][0] if kept.height else rule(result)


def test_a_leap_day_exists_only_in_leap_years():
    assert day("2024-02-29") == date(2024, 2, 29)
    assert day("2026-02-29") == ("requested_date", "no_such_day")


def test_the_whole_column_settles_the_order_of_day_and_month():
    assert day("03/04/2026", "13/04/2026") == date(2026, 4, 3)
    assert day("03/04/2026", "04/13/2026") == date(2026, 3, 4)


def test_a_column_that_fits_both_orders_or_neither_asks_for_a_declaration():
    assert day("03/04/2026", "05/06/2026") == ("requested_date", "ambiguous_date_order")
    assert day("13/04/2026", "04/13/2026") == ("requested_date", "ambiguous_date_order")


def test_declared_formats_are_read_and_nothing_else():
    scms = Reading(day_formats=("%d-%b-%y", "%m/%d/%y"))
    assert day("2-Jun-06", reading=scms) == date(2006, 6, 2)
    assert day("11/18/09", reading=scms) == date(2009, 11, 18)
    assert day("31-Apr-09", reading=scms) == ("requested_date", "no_such_day")


def received(text: str, zone: str | None = None) -> tuple[datetime | None, date | None] | tuple[str, str]:
    result = judged("orders", {**ORDER, "received_at": text}, reading=Reading(zone=zone))
    return rule(result) or result.accepted.select("received_at", "received_date").row(0)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T08:00:00Z", datetime(2026, 1, 31, 8)),
        ("2026-01-31 08:00Z", datetime(2026, 1, 31, 8)),
        ("2026-01-31T08:00:00.5+02:00", datetime(2026, 1, 31, 6, 0, 0, 500000)),
        ("2026-01-31T23:30:00-0530", datetime(2026, 2, 1, 5)),
    ],
)
def test_instants_with_an_offset_become_utc(text: str, instant: datetime):
    assert received(text) == (instant, None)


def test_a_day_without_a_time_goes_to_the_companion():
    assert received("2026-01-31") == (None, date(2026, 1, 31))


def test_a_local_time_needs_a_declared_zone():
    assert received("2026-01-31T08:00:00") == ("received_at", "no_time_zone")
    assert received("2026-01-31T08:00:00", "Europe/Berlin") == (datetime(2026, 1, 31, 7), None)


@pytest.mark.parametrize("text", ["2026-03-29T02:30:00", "2026-10-25T02:30:00"])
def test_a_local_time_that_does_not_exist_or_exists_twice_is_quarantined(text: str):
    assert received(text, "Europe/Berlin") == ("received_at", "local_time_gap")


def test_text_in_an_instant_is_quarantined():
    assert received("soon") == ("received_at", "not_an_instant")


def test_a_zone_is_an_iana_name():
    assert rule(judged("addresses", {"address_id": "A", "zone": "Europe/Berlin"})) is None
    assert rule(judged("addresses", {"address_id": "A", "zone": "CEST"})) == ("zone", "unknown_zone")


def test_an_allowed_value_is_neither_missing_nor_another():
    assert rule(judged("orders", {**ORDER, "order_type": None})) == ("order_type", "required")
    assert rule(judged("orders", {**ORDER, "order_type": "rush"})) == ("order_type", "allowed_values")


def test_an_exact_repeat_keeps_the_first_row():
    result = judged("orders", ORDER, ORDER)
    assert result.accepted["source_line"].to_list() == [2]
    assert result.quarantined.select("rule", "source_line").rows() == [("repeat", 3)]


def test_a_key_with_different_contents_keeps_no_row():
    result = judged("orders", {**ORDER, "channel": "edi"}, {**ORDER, "channel": "mail"})
    assert result.accepted.height == 0
    assert result.quarantined["rule"].to_list() == ["conflict", "conflict"]


def test_attempts_without_numbers_are_told_apart_by_their_instant():
    line = {"order_id": "SO-1", "line_no": "10", "attempt_no": None, "supply_type": "stock", "supply_id": "BIN-1"}
    first = {**line, "quantity": "4", "valid_from": "2026-05-02T08:00:00Z"}
    result = judged("allocations", first, {**first, "quantity": "6", "valid_from": "2026-05-09T08:00:00Z"})
    assert result.accepted["quantity"].to_list() == [4, 6]
    assert judged("allocations", first, {**first, "quantity": "6"}).accepted.height == 0


def test_a_drop_may_lack_the_order_or_the_shipment_line():
    result = judged(
        "deliveries",
        {"delivery_id": "D1", "shipment_line_id": "SL1", "order_id": None},
        {"delivery_id": "D1", "shipment_line_id": None, "order_id": "SO-1"},
    )
    assert result.accepted["row_key"].to_list() == ["D1/SL1", "D1/SO-1//"]


def test_a_personal_field_stays_out_of_quarantine_too():
    message = {"message_id": None, "sender": "ann@example.org", "body": "My door code is 1234"}
    (record,) = judged("communications", message).quarantined["raw_record"]
    assert set(json.loads(record)) & {"message_id", "sender", "recipient", "subject", "body"} == {"message_id"}


def test_an_unknown_column_travels_under_x():
    result = judged("orders", {**ORDER, "promo": "SUMMER"})
    assert result.accepted["x_promo"].to_list() == ["SUMMER"]


def test_the_hash_does_not_depend_on_the_order_of_columns():
    one = judged("orders", {"order_id": "SO-1", "order_type": "standard"})
    other = judged("orders", {"order_type": "standard", "order_id": "SO-1"})
    assert one.accepted["row_hash"].to_list() == other.accepted["row_hash"].to_list()
