"""Faults that once read or counted data wrongly without a word."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from dagster_project.errors import UsageError
from dagster_project.landing import LandingResult, land
from dagster_project.landing.casting import Reading
from dagster_project.landing.ledger import accepted_files, quarantine_files, read_batches

HEAD = "order_id,order_type,customer_id,channel\n"


def land_files(tmp_path: Path, files: dict[str, str | bytes], name: str = "in") -> LandingResult:
    folder = tmp_path / name
    for file, content in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return land(f"canonical:{folder}", tmp_path / "home")


def accepted(tmp_path: Path, entity: str) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in accepted_files(tmp_path / "home")[entity]], how="diagonal")


def rules(tmp_path: Path) -> list[str]:
    found = [pl.read_parquet(path) for path in quarantine_files(tmp_path / "home")]
    return sorted(pl.concat(found)["rule"].to_list()) if found else []


def test_a_record_with_one_field_too_many_is_not_shifted(tmp_path: Path) -> None:
    land_files(tmp_path, {"customers.csv": "customer_id,name,region\nC1,Smith, John,\nC2,Doe,South\n"})
    assert accepted(tmp_path, "customers")["customer_id"].to_list() == ["C2"]
    assert rules(tmp_path) == ["field_count"]


def test_a_header_that_ends_with_a_separator_lets_records_end_so_too(tmp_path: Path) -> None:
    land_files(tmp_path, {"customers.csv": "customer_id,name,\nC1,Smith,\n"})
    assert accepted(tmp_path, "customers")["name"].to_list() == ["Smith"]


def test_a_quote_that_never_closes_refuses_the_file_and_names_the_line(tmp_path: Path) -> None:
    result = land_files(tmp_path, {"orders.csv": HEAD + 'A,standard,C1,"x\nB,standard,C1,y\n'})
    assert "line 2" in result.refused[0].message


def test_a_record_of_empty_fields_is_counted(tmp_path: Path) -> None:
    result = land_files(tmp_path, {"orders.csv": HEAD + '"","","",""\nA,standard,"C1",portal\n'})
    assert (result.batches[0].landed, result.batches[0].quarantined) == (2, 1)


def test_ids_that_hold_the_separator_of_keys_stay_apart(tmp_path: Path) -> None:
    rows = "order_id,line_no,product_id,quantity\nA/1,2,P,1\nA,1/2,P,1\n"
    assert land_files(tmp_path, {"order_lines.csv": rows}).batches[0].accepted == 2


def test_damaged_utf8_is_refused_and_windows_1252_is_read(tmp_path: Path) -> None:
    damaged = "customer_id,name\nC1,Müller\nC2,Größe\n".encode() + b"C3,\xff\n"
    result = land_files(tmp_path, {"customers.csv": damaged})
    assert "damaged" in result.refused[0].message
    western = "customer_id,name\nC1,Café à Orléans\nC2,Müller\n".encode("cp1252")
    land_files(tmp_path, {"customers.csv": western}, "western")
    assert accepted(tmp_path, "customers")["name"].to_list() == ["Café à Orléans", "Müller"]


def test_files_of_one_name_in_a_folder_and_its_sub_folder_are_counted_apart(tmp_path: Path) -> None:
    land_files(tmp_path, {"orders.csv": HEAD + "A,standard,C1,x\n", "B1/orders.csv": HEAD + "B,standard,C1,x\n"})
    (batch,) = read_batches(tmp_path / "home")
    counts = {file["file"]: (file["landed"], file["accepted"]) for file in batch["files"]}
    assert counts == {"orders.csv": (1, 1), "B1/orders.csv": (1, 1)}


def test_an_empty_unknown_column_does_not_change_the_content(tmp_path: Path) -> None:
    land_files(tmp_path, {"customers.csv": "customer_id,name\nC1,Smith\n"}, "one")
    land_files(tmp_path, {"customers.csv": "customer_id,name,note\nC1,Smith,\n"}, "two")
    assert accepted(tmp_path, "customers")["row_hash"].n_unique() == 1


def test_one_file_does_not_settle_the_date_order_of_another(tmp_path: Path) -> None:
    head = "order_id,line_no,schedule_no,quantity,requested_date\n"
    land_files(
        tmp_path,
        {
            "order_schedule_lines_1.csv": head + "A,1,1,1,13/04/2026\nA,2,1,1,03/04/2026\n",
            "order_schedule_lines_2.csv": head + "B,1,1,1,03/04/2026\n",
        },
    )
    days = accepted(tmp_path, "order_schedule_lines")["requested_date"].to_list()
    assert [str(day) for day in days] == ["2026-04-13", "2026-04-03"]
    assert rules(tmp_path) == ["ambiguous_date_order"]


@pytest.mark.parametrize(
    ("reading", "text", "value"),
    [
        (Reading(decimal_mark=","), "1,5", "1.500000"),
        (Reading(decimal_mark=","), "1.5", None),
        (Reading(thousands_mark=","), "1,234.5", "1234.500000"),
        (Reading(thousands_mark=","), "1,2,3", None),
        (Reading(), "1e3", None),
        (Reading(), ".50", "0.500000"),
    ],
)
def test_numbers_are_read_by_the_declared_marks_only(reading: Reading, text: str, value: str | None) -> None:
    from dagster_project.contract.model import load_contract
    from dagster_project.landing.casting import TYPED, cast_field, usual_fields

    field = load_contract().entity("order_lines").by_name["quantity"]
    frame = pl.DataFrame({"quantity": [text], "__file": ["f"]})
    cast = cast_field(field, frame, reading, is_usual=bool(usual_fields([field], frame, reading)))
    frame = frame.with_columns(cast.columns["quantity"].alias(f"{TYPED}quantity"))
    found = frame[f"{TYPED}quantity"][0]
    broken = [rule.name for rule in cast.rules if frame.select(rule.broken.fill_null(False).alias("b"))["b"][0]]
    assert (str(found) if found is not None else None) == value
    assert bool(broken) == (value is None)


def test_a_batch_with_a_refused_file_does_not_land_twice(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"orders.csv": HEAD + "A,standard,C1,x\n", "customers.csv": "name\nSmith\n"}
    land_files(tmp_path, files)
    again = land_files(tmp_path, files)
    assert again.batches[0].already_landed
    assert len(read_batches(tmp_path / "home")) == 1


@pytest.mark.parametrize("name", ["refused", "../../evil", "", "a b"])
def test_a_source_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    declared = json.dumps({"source_system": name})
    with pytest.raises(UsageError):
        land_files(tmp_path, {"orders.csv": HEAD, "_batch.json": declared})


@pytest.mark.parametrize(
    "declared",
    [
        "[]",
        '{"extracted_at": 5}',
        '{"full": "orders"}',
        '{"about": {"is_synthetic": "no"}}',
        '{"about": {"x": ""}}',
        "{",
    ],
)
def test_a_batch_file_of_another_form_is_refused(tmp_path: Path, declared: str) -> None:
    with pytest.raises(UsageError):
        land_files(tmp_path, {"orders.csv": HEAD, "_batch.json": declared})


def test_a_declared_tab_separator_is_recognised(tmp_path: Path) -> None:
    land_files(tmp_path, {"customers.csv": "sep=\t\ncustomer_id\tname\nC1\tSmith, John\n"})
    assert accepted(tmp_path, "customers").select("name", "source_line").rows() == [("Smith, John", 3)]


def test_a_day_that_means_never_is_not_when_data_was_extracted(tmp_path: Path) -> None:
    rows = "order_id,line_no,schedule_no,quantity,requested_date\nA,1,1,1,2026-04-13\nA,2,1,1,9999-12-31\n"
    land_files(tmp_path, {"order_schedule_lines.csv": rows})
    (batch,) = read_batches(tmp_path / "home")
    assert (batch["as_of"], batch["extracted_at"][:10]) == ("2026-04-13", "2026-04-13")


def test_parquet_timestamps_without_a_zone_are_utc(tmp_path: Path) -> None:
    from datetime import datetime

    folder = tmp_path / "in"
    folder.mkdir()
    pl.DataFrame(
        {"order_id": ["A"], "order_type": ["standard"], "received_at": [datetime(2026, 4, 13, 8)]}
    ).write_parquet(folder / "orders.parquet")
    land(f"canonical:{folder}", tmp_path / "home")
    assert accepted(tmp_path, "orders")["received_at"].to_list() == [datetime(2026, 4, 13, 8)]
