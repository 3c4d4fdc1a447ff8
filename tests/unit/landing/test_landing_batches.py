import json
import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dagster_project.errors import UsageError
from dagster_project.landing import land, store
from dagster_project.landing.ledger import read_batches, read_refused
from tests.unit.landing.conftest import Landed

CASES = Path(__file__).parents[2] / "cases"
ORDERS = "order_id,order_type\nSO-1,standard\nSO-2,standard\n"
LINES = "order_id,line_no,product_id,quantity\nSO-1,10,P,1\nSO-2,10,P,2\n"
Folder = Callable[..., Path]


def test_null_and_nan_do_not_pass_the_gate(landed: Landed):
    expect = _expected("gate-null-and-nan")
    result = landed.land(CASES / "gate-null-and-nan")
    assert result.batches[0].landed == sum(expect["landed"].values())
    assert sorted(landed.broken()) == sorted(expect["broken_rule"])
    assert landed.accepted("order_lines")["quantity"].sum() == Decimal(expect["sum_accepted_quantity"])
    assert landed.broken()["SO-Q1/20"] == "quantity not_finite"
    assert landed.broken()["SO-Q5"] == "order_type allowed_values"


def test_codes_that_look_like_numbers_stay_codes(landed: Landed):
    expect = _expected("codes-that-look-like-numbers")
    landed.land(CASES / "codes-that-look-like-numbers")
    customers = landed.accepted("customers")
    assert dict(customers.select("customer_id", "country").iter_rows()) == expect["country_by_customer"]
    assert landed.accepted("order_lines")["product_id"].to_list() == expect["products"]


def test_columns_may_move_and_grow(landed: Landed):
    expect = _expected("csv-columns-move-and-grow")
    result = landed.land(CASES / "csv-columns-move-and-grow")
    assert {item["file"]: item["landed"] for item in read_batches(landed.home)[0]["files"]} == expect["landed"]
    units = landed.accepted("order_lines").group_by("product_id").agg(pl.col("quantity").sum())
    assert {key: Decimal(value) for key, value in expect["units_by_product"].items()} == dict(units.iter_rows())
    assert any(name.endswith(expect["new_column_reported"]) for name in result.batches[0].unknown_columns)


def test_day_first_dates_are_settled_by_the_column(landed: Landed, folder: Folder):
    expect = _expected("dates-day-first-by-column")
    raw = pl.read_csv(CASES / "dates-day-first-by-column" / "orders.csv", infer_schema=False)
    lines = raw.select("order_id", pl.lit("1").alias("line_no"), pl.lit("1").alias("schedule_no"), "requested_date")
    landed.land(folder({"order_schedule_lines.csv": lines.write_csv()}))
    found = landed.accepted("order_schedule_lines").select("order_id", pl.col("requested_date").cast(pl.String))
    assert dict(found.iter_rows()) == expect["requested_date"]
    assert landed.broken() == {"SO-4/1/1": "requested_date no_such_day"}


@pytest.mark.parametrize("order", [["B1", "B2"], ["B1", "B1", "B2", "B2"], ["B2", "B1"]])
def test_every_landing_order_and_repeat_gives_the_same_rows(landed: Landed, tmp_path: Path, order: list[str]):
    instants = {"B1": "2026-05-12T02:00:00Z", "B2": "2026-05-14T02:00:00Z"}
    for name in order:
        target = tmp_path / name
        shutil.copytree(CASES / "late-proof-and-rerun" / name, target, dirs_exist_ok=True)
        batch = {"batch_id": name, "extracted_at": instants[name]}
        (target / "_batch.json").write_text(json.dumps(batch), encoding="utf-8")
        landed.land(target)
    assert landed.accepted("deliveries")["accepted"].sum() == 30
    assert [item["batch_id"] for item in read_batches(landed.home)] == ["B1", "B2"]


def test_the_same_content_again_lands_nothing_and_writes_nothing(landed: Landed, folder: Folder):
    source = folder({"orders.csv": ORDERS, "order_lines.csv": LINES})
    landed.land(source)
    before = landed.files()
    again = landed.land(source).batches[0]
    assert (again.already_landed, again.landed) == (True, 0)
    assert landed.files() == before


def test_a_renamed_file_is_the_same_content(landed: Landed, folder: Folder):
    landed.land(folder({"orders.csv": ORDERS}, name="a"))
    assert landed.land(folder({"orders_2026.csv": ORDERS}, name="b")).batches[0].already_landed


def test_a_refused_file_is_kept_as_it_came_and_the_others_land(landed: Landed, folder: Folder):
    damaged = b"\x00\x01\x02PK binary"
    result = landed.land(folder({"orders.csv": damaged, "order_lines.csv": LINES}))
    assert [item.file for item in result.refused] == ["orders.csv"]
    assert landed.accepted("order_lines").height == 2
    kept = read_refused(landed.home)[0]
    assert (landed.home / kept["kept_as"]).read_bytes() == damaged


def test_a_file_without_a_required_column_is_refused_and_told_what_is_missing(landed: Landed, folder: Folder):
    result = landed.land(folder({"orders.csv": "order_id,channel\nSO-1,edi\n"}))
    assert "order_type" in result.refused[0].message
    assert read_batches(landed.home) == []


def test_a_repaired_file_lands_and_its_refusal_is_over(landed: Landed, folder: Folder):
    landed.land(folder({"orders.csv": "order_id\nSO-1\n", "order_lines.csv": LINES}))
    landed.land(folder({"orders.csv": ORDERS}))
    assert landed.accepted("orders").height == 2
    assert read_refused(landed.home) == []


def test_a_crash_before_the_last_rename_leaves_no_batch(
    landed: Landed, folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    source = folder({"orders.csv": ORDERS, "order_lines.csv": LINES})

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store, "write_json", crash)
        with pytest.raises(KeyboardInterrupt):
            landed.land(source)
    assert read_batches(landed.home) == []
    assert landed.accepted("orders").is_empty()
    assert landed.land(source).batches[0].landed == 4
    assert landed.accepted("orders").height == 2


def test_a_crash_while_a_file_is_written_leaves_no_half_file(
    landed: Landed, folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    source = folder({"orders.csv": ORDERS})

    def crash(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", crash)
        with pytest.raises(OSError, match="no space"):
            landed.land(source)
    assert list((landed.home / "raw").rglob("*.parquet")) == []
    assert landed.land(source).batches[0].accepted == 2


def test_lines_wait_for_their_quarantined_order(landed: Landed, folder: Folder):
    orders = "order_id,order_type\nSO-1,rush\nSO-2,standard\n"
    landed.land(folder({"orders.csv": orders, "order_lines.csv": LINES}))
    assert landed.broken() == {"SO-1": "order_type allowed_values", "SO-1/10": "order_id waits_for_order"}


def test_rows_carry_their_file_and_physical_line(landed: Landed, folder: Folder):
    landed.land(folder({"orders_1.csv": 'order_id,order_type,channel\nA,standard,"x\ny"\nB,standard,\n'}))
    rows = landed.accepted("orders").select("order_id", "source_file", "source_line").rows()
    assert rows == [("A", "orders_1.csv", 2), ("B", "orders_1.csv", 4)]


def test_landed_is_accepted_and_quarantined_for_every_file(landed: Landed, folder: Folder):
    orders = "order_id,order_type\nA,standard\nA,standard\nB\nC,rush\n"
    landed.land(folder({"orders.csv": orders, "order_lines.csv": LINES}))
    for item in read_batches(landed.home)[0]["files"]:
        assert item["landed"] == item["accepted"] + item["quarantined"]


def test_without_a_declared_extraction_the_latest_day_or_instant_stands_for_it(landed: Landed, folder: Folder):
    landed.land(folder({"orders.csv": "order_id,order_type,received_at\nA,standard,2026-01-31T08:00:00Z\n"}))
    batch = read_batches(landed.home)[0]
    assert batch["extracted_at"] == batch["as_of"] == "2026-01-31T08:00:00.000000Z"


def test_days_that_lie_ahead_say_nothing_of_when_the_data_was_read(landed: Landed, folder: Folder):
    calendars = "calendar_id,date\nC,2030-12-25\n"
    agreements = "agreement_id,product_id,price,valid_from,valid_to\nA1,P1,5,2020-01-01,2031-12-31\n"
    orders = "order_id,order_type,received_at\nA,standard,2026-01-31T08:00:00Z\n"
    landed.land(folder({"orders.csv": orders, "calendars.csv": calendars, "price_agreements.csv": agreements}))
    assert landed.accepted("calendars").height == landed.accepted("price_agreements").height == 1
    assert read_batches(landed.home)[0]["as_of"] == "2026-01-31T08:00:00.000000Z"


def test_files_that_are_no_entity_are_named(landed: Landed, folder: Folder):
    result = landed.land(folder({"orders.csv": ORDERS, "notes.txt": "x", "orders_final.csv": ORDERS}))
    assert sorted(result.ignored) == ["notes.txt", "orders_final.csv"]


def test_batches_of_sub_folders_land_in_the_order_they_were_extracted(landed: Landed, folder: Folder):
    for name, day in (("x", "02"), ("y", "01")):
        folder(
            {"orders.csv": ORDERS}, {"batch_id": name, "extracted_at": f"2026-01-{day}T00:00:00Z"}, name=f"in/{name}"
        )
    result = landed.land(folder({}, name="in"))
    assert [item.batch_id for item in result.batches] == ["y", "x"]


def test_files_beside_sub_folders_belong_to_the_first_batch(landed: Landed, folder: Folder):
    source = folder({"order_lines.csv": LINES})
    for name, day in (("x", "02"), ("y", "01")):
        folder(
            {"orders.csv": ORDERS}, {"batch_id": name, "extracted_at": f"2026-01-{day}T00:00:00Z"}, name=f"in/{name}"
        )
    landed.land(source)
    assert sorted(read_batches(landed.home)[0]["entities"]) == ["order_lines", "orders"]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("smcs", "scms"),
        ("canonical", "folder"),
        ("canonical:/no/such/folder", "no folder"),
    ],
)
def test_a_source_that_is_not_there_is_a_usage_error_with_a_remedy(tmp_path: Path, spec: str, told: str):
    with pytest.raises(UsageError) as error:
        land(spec, tmp_path)
    assert told in str(error.value)
    assert error.value.remedy
    assert error.value.exit_code == 2


def test_a_folder_without_an_entity_is_a_usage_error(landed: Landed, folder: Folder):
    with pytest.raises(UsageError, match="no file of the data contract"):
        landed.land(folder({"notes.txt": "x"}))


@pytest.mark.parametrize(
    ("batch", "told"),
    [
        ({"extracted_at": "2026-01-31T08:00:00"}, "no zone"),
        ({"extracted_at": "yesterday"}, "no instant"),
        ({"full": ["oders"]}, "oders"),
    ],
)
def test_a_batch_file_that_cannot_be_meant_is_a_usage_error(
    landed: Landed, folder: Folder, batch: dict[str, object], told: str
):
    with pytest.raises(UsageError, match=told):
        landed.land(folder({"orders.csv": ORDERS}, batch))


def _expected(case: str) -> dict[str, dict[str, object]]:
    return json.loads((CASES / case / "expected.json").read_text(encoding="utf-8"))["expect"]
