"""CSV exports: text that would run as a formula is neutralised, numbers stay numbers."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from dashboards.export import FORMULA_STARTS, instant_text, to_csv

CASE = Path(__file__).parents[2] / "cases" / "export-formula-cells"


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_case_of_formula_cells_is_answered() -> None:
    expect = json.loads((CASE / "expected.json").read_text())["expect"]
    with (CASE / "customers.csv").open(newline="") as source:
        customers = [{**row, "credit_balance": Decimal(row["credit_balance"])} for row in csv.DictReader(source)]
    back = {row["customer_id"]: row for row in read(to_csv(customers, ["customer_id", "name", "credit_balance"]))}
    assert len(back) == expect["rows"]
    assert not [row["name"] for row in back.values() if row["name"].startswith(FORMULA_STARTS)]
    assert [key for key, row in back.items() if row["name"].startswith("'")] == expect["text_cells_to_neutralise"]
    for key, balance in expect["numeric_cells_unchanged"].items():
        assert back[key]["credit_balance"] == balance
    for key, name in expect["names_untouched"].items():
        assert back[key]["name"] == name
    total = sum(Decimal(row["credit_balance"]) for row in back.values())
    assert str(total) == expect["sum_credit_balance_read_back"]


def test_a_cell_that_begins_with_a_return_is_neutralised_and_read_back_whole() -> None:
    assert read(to_csv([{"name": "\rReturn first"}], ["name"])) == [{"name": "'\rReturn first"}]


def test_values_of_every_kind_are_written_one_way() -> None:
    row = {
        "none": None,
        "flag": True,
        "count": -3,
        "share": 0.1,
        "tiny": Decimal("1E-7"),
        "day": date(2026, 1, 31),
        "at": datetime(2026, 1, 31, 12),
        "codes": ["late", "not_in_full"],
        "formula": ["=late"],
    }
    assert read(to_csv([row], [*row, "absent"])) == [
        {
            "none": "",
            "flag": "true",
            "count": "-3",
            "share": "0.1",
            "tiny": "0.0000001",
            "day": "2026-01-31",
            "at": "2026-01-31T12:00:00Z",
            "codes": "late|not_in_full",
            "formula": "'=late",
            "absent": "",
        }
    ]


def test_an_instant_with_an_offset_is_written_in_utc() -> None:
    assert instant_text(datetime(2026, 1, 31, 12, tzinfo=UTC)) == "2026-01-31T12:00:00Z"
    assert instant_text(datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2)))) == "2026-01-31T10:00:00Z"
