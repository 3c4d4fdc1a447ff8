"""What a source's mapping can say, on sources made for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dagster_project.errors import UsageError
from dagster_project.landing import land
from dagster_project.landing.ledger import accepted_files, quarantine_files
from dagster_project.landing.mapping import map_entity
from dagster_project.landing.readers import LINE, TextTable
from dagster_project.landing.readers.delimited import read_delimited
from dagster_project.landing.sources import mapped, registry


class Home:
    """What has landed in a home folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def accepted(self, entity: str) -> pl.DataFrame:
        files = accepted_files(self.folder).get(entity, [])
        return pl.concat([pl.read_parquet(path) for path in files], how="diagonal") if files else pl.DataFrame()

    def quarantined(self) -> pl.DataFrame:
        return pl.concat([pl.read_parquet(path) for path in quarantine_files(self.folder)])


Land = Callable[[list[dict[str, Any]], dict[str, str]], Any]


def table(**columns: list[str | None]) -> TextTable:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return TextTable(frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(LINE)))


def values(given: TextTable, spec: Any, others: dict[str, TextTable] | None = None) -> list[str | None]:
    return map_entity(given, "f.csv", {"columns": {"made": spec}}, others)["made"].to_list()


def test_a_whole_number_that_an_export_wrote_as_a_float_is_read_as_whole() -> None:
    given = table(key=["45.0", "45", "45.5", "0451.00", None])
    assert values(given, {"column": "key", "whole": True}) == ["45", "45", "45.5", "0451.00", None]


def test_a_midnight_is_taken_as_the_day_it_stands_for_and_anything_else_is_left_to_the_contract() -> None:
    given = table(at=["2026-01-31T00:00:00.000000", "2026-01-31 00:00:00.000", "2026-01-31 10:00:00", "00:00.0", None])
    expected = ["2026-01-31", "2026-01-31", "2026-01-31 10:00:00", "00:00.0", None]
    assert values(given, {"column": "at", "take": "day"}) == expected


def test_a_negated_amount_changes_its_sign_and_nothing_else() -> None:
    assert values(table(amount=["-12.50", "3", None]), {"column": "amount", "negate": True}) == ["12.50", "-3", None]


def test_a_lookup_gives_what_the_other_file_says_of_the_row() -> None:
    orders = table(id=["1", "2", "3"], moved_to=["2.0", None, None], due=["a", "b", "c"])
    lines = table(order=["2", "1", "9"])
    due = {"column": "order", "lookup": {"file": "orders", "key": "id", "value": "due"}}
    origin = {"column": "order", "lookup": {"file": "orders", "key": "moved_to", "value": "id"}}
    assert values(lines, due, {"orders": orders}) == ["b", "a", None]
    assert values(lines, origin, {"orders": orders}) == ["1", None, None]


def test_a_lookup_never_multiplies_rows_and_says_nothing_where_the_other_file_contradicts_itself() -> None:
    parts = table(part=["p", "p", "q", "q"], family=["A", "A", "A", "B"])
    spec = {"column": "part", "lookup": {"file": "parts", "key": "part", "value": "family"}}
    assert values(table(part=["p", "q", "p"]), spec, {"parts": parts}) == ["A", None, "A"]


def test_the_position_in_the_file_counts_rows_from_one_whatever_is_kept_of_them() -> None:
    mapping = {
        "columns": {"line_no": {"position": True}, "part": "part"},
        "where": {"column": "part", "matching": "^s"},
    }
    made = map_entity(table(part=["a", "s1", "s2"]), "f.csv", mapping)
    assert made["line_no"].to_list() == ["2", "3"]
    assert made[LINE].to_list() == [2, 3]


@pytest.mark.parametrize("text", ["1\t x\n2\ty\n", '1\t" x"\n2\ty\n'])
def test_a_table_without_a_header_line_starts_on_line_one(text: str) -> None:
    read = read_delimited(text.encode(), header=("id", "name"))
    assert read.frame.rows() == [("1", " x", 1), ("2", "y", 2)]


def test_a_header_line_that_is_there_after_all_is_no_record() -> None:
    assert read_delimited(b"id,name\n1,x\n", header=("id", "name")).frame.rows() == [("1", "x", 2)]


def test_a_record_with_too_many_fields_for_the_declared_columns_is_broken() -> None:
    read = read_delimited(b"1,x\n2,y,z\n", header=("id", "name"))
    assert [(item.line, item.rule) for item in read.broken] == [(2, "field_count")]


ORDERS = {
    "path": "orders.csv",
    "as": "orders",
    "counted_as": "orders",
    "entities": {"orders": {"columns": {"order_id": "id", "order_type": {"constant": "standard"}}}},
}
LINES = {
    "path": "lines.csv",
    "counted_as": "order_lines",
    "entities": {
        "order_lines": {
            "columns": {"order_id": "order", "line_no": "line", "product_id": "part", "quantity": "quantity"}
        },
        "order_schedule_lines": {
            "columns": {
                "order_id": "order",
                "line_no": "line",
                "schedule_no": {"constant": "1"},
                "quantity": "quantity",
                "requested_date": {"column": "order", "lookup": {"file": "orders", "key": "id", "value": "due"}},
            }
        },
    },
}
TEXTS = {"orders.csv": "id,due\nA,2026-01-31\n", "lines.csv": "order,line,part,quantity\nA,1,p,5\n"}


@pytest.fixture
def land_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Land:
    """Land files as a mapped source made of `files`; the landing's result and what is in its home."""

    def go(files: list[dict[str, Any]], texts: dict[str, str]) -> tuple[Any, Home]:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        config = {"batch_id": "b", "extracted_at": "2026-02-01T00:00:00Z", "as_of": "2026-01-31", "files": files}
        batches = mapped.mapped_batches("made", config, folder)
        monkeypatch.setattr("dagster_project.landing.source_batches", lambda spec: batches)
        return land("made", tmp_path / "home"), Home(tmp_path / "home")

    return go


def test_a_source_that_is_whole_lands_whole(land_mapped: Land) -> None:
    result, home = land_mapped([ORDERS, LINES], TEXTS)
    assert result.refused == []
    assert str(home.accepted("order_schedule_lines")["requested_date"][0]) == "2026-01-31"


def test_an_absent_file_is_named_and_nothing_lands_of_the_entities_that_need_it(land_mapped: Land) -> None:
    result, home = land_mapped([ORDERS, LINES], {"lines.csv": TEXTS["lines.csv"]})
    (refused,) = result.refused
    assert refused.file == "orders.csv"
    assert "orders" in refused.message
    assert home.accepted("order_lines").height == 1
    assert home.accepted("order_schedule_lines").is_empty()


@pytest.mark.parametrize("text", ["", "id\nA\n", "id,due\x00\n"])
def test_a_file_that_cannot_be_read_breaks_every_entity_that_looks_it_up(land_mapped: Land, text: str) -> None:
    result, home = land_mapped([ORDERS, LINES], {**TEXTS, "orders.csv": text})
    assert [item.file for item in result.refused] == ["orders.csv"]
    assert home.accepted("orders").is_empty()
    assert home.accepted("order_schedule_lines").is_empty()
    assert home.accepted("order_lines").height == 1


def test_the_rest_lands_once_the_absent_file_is_there(land_mapped: Land) -> None:
    land_mapped([ORDERS, LINES], {"lines.csv": TEXTS["lines.csv"]})
    result, home = land_mapped([ORDERS, LINES], TEXTS)
    assert result.refused == []
    assert home.accepted("orders").height == home.accepted("order_schedule_lines").height == 1


def test_a_folder_with_none_of_the_files_is_no_source(land_mapped: Land) -> None:
    with pytest.raises(UsageError, match=r"has no file in .*orders\.csv, lines\.csv"):
        land_mapped([ORDERS, LINES], {"notes.txt": "x"})


def test_a_foreign_table_in_the_folder_is_named_and_left(land_mapped: Land) -> None:
    result, _ = land_mapped([ORDERS, LINES], {**TEXTS, "prices.csv": "a,b\n1,2\n"})
    assert result.ignored == ["prices.csv"]


def test_a_row_that_the_mapping_gives_to_no_entity_is_quarantined(land_mapped: Land) -> None:
    kinds = {
        "path": "money.csv",
        "counted_as": ["invoices", "payments"],
        "entities": {
            "invoices": {"where": {"column": "kind", "matching": "^1$"}, "columns": {"invoice_id": "id"}},
            "payments": {
                "where": {"column": "kind", "matching": "^3$"},
                "columns": {"payment_id": "id", "amount": "amount"},
            },
        },
    }
    result, home = land_mapped([kinds], {"money.csv": "id,kind,amount\n1,1,5\n2,3,5\n3,4,5\n"})
    assert (result.batches[0].landed, result.batches[0].accepted) == (3, 2)
    (row,) = home.quarantined().rows(named=True)
    assert (row["entity"], row["rule"], row["source_line"]) == ("invoices", "not_mapped", 4)
    assert '"amount' in row["raw_record"].replace("\\", "")


def test_a_local_time_of_a_parquet_file_is_read_in_the_zone_its_source_declares(tmp_path: Path) -> None:
    from datetime import datetime

    from dagster_project.landing.readers.files import read_table

    path = tmp_path / "t.parquet"
    pl.DataFrame({"at": [datetime(2016, 5, 31, 11)]}).write_parquet(path)
    assert read_table(path, path.read_bytes())
    assert read_table(path, path.read_bytes()).frame["at"][0].endswith("Z")
    assert not read_table(path, path.read_bytes(), has_zone=True).frame["at"][0].endswith("Z")


@pytest.mark.parametrize("name", registry.mapped_sources())
def test_every_bundled_file_is_declared_and_every_declared_file_is_bundled(name: str) -> None:
    (batch,) = registry.source_batches(name)
    assert batch.absent == ()
    assert batch.ignored == ()


@pytest.mark.parametrize("name", registry.bundled_sources())
def test_every_bundled_source_says_under_which_licence_and_by_whom_it_is(name: str) -> None:
    info = registry.source_info(name)
    readme = (registry.SEEDS / name / "README.md").read_text(encoding="utf-8")
    assert info.licence.split(",")[0] in readme
    assert info.attribution.split(",")[0] in readme
    assert ("synthetic" in readme) == info.is_synthetic
