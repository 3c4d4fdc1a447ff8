"""The commands that read a published build: their output, their errors, their exit codes."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dagster_project import cli_output
from dagster_project.cli import main
from dashboards.queries.build import open_build
from tests.builders import BuildRows, Obligation, SourceRow, day, write_build

OBLIGATIONS = [
    Obligation("O1", "1", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),)),
    Obligation("O1", "2", due=day("2026-01-12"), arrivals=((day("2026-01-13"), 10),), product="=P2"),
    Obligation("O2", "1", due=day("2026-02-10"), quantity="2.5"),
    Obligation("PO1", "1", due=day("2026-01-10"), side="purchase", supplier="V1"),
]
BROKEN = {
    "source_system": "acme",
    "batch_id": "b1",
    "entity": "orders",
    "row_key": "O9",
    "rule": "required",
    "column_name": "customer_id",
    "message": "customer_id is empty",
    "source_file": "orders.csv",
    "source_line": 7,
    "raw_record": '{"order_id": "O9"}',
}
REFUSED = {"source_system": "acme", "batch_id": "b1", "source_file": "x.csv", "message": "bad", "remedy": "Fix it."}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_build(tmp_path, BuildRows(OBLIGATIONS, quarantined=[BROKEN], refused=[REFUSED]))
    return tmp_path


def call(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--home", str(home)])


def as_json(home: Path, *words: str) -> Any:
    found = call(home, *words, "--format", "json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_a_figure_as_json_holds_every_part(home: Path) -> None:
    assert as_json(home, "kpi", "otif") == {
        "kpi": "otif",
        "definition": "default",
        "level": "schedule_line",
        "source": "acme",
        "as_of": "2026-01-31",
        "known_at": None,
        "build_id": "20260201T000000000000Z",
        "promise_in_use": "customer_agreed",
        "unit": "ratio",
        "missing": [],
        "notes": [],
        "rows": [
            {
                "numerator": 1,
                "denominator": 2,
                "value": 0.5,
                "states": {
                    "due_met": 1,
                    "due_failed": 1,
                    "not_yet_due": 1,
                    "unknown": 0,
                    "cancelled_by_customer": 0,
                },
            }
        ],
    }


def test_dimensions_come_with_commas_or_repeated_and_filters_split_at_the_first_sign(home: Path) -> None:
    rows = as_json(home, "kpi", "otif", "--by", "month,customer", "--by", "product", "--where", "product==P2")["rows"]
    assert [(row["month"], row["customer"], row["product"]) for row in rows] == [("2026-01", "C1", "=P2")]


def test_a_month_bounds_the_due_date_at_both_of_its_ends(home: Path) -> None:
    rows = as_json(home, "kpi", "otif", "--grain", "month", "--from", "2026-02", "--to", "2026-02")["rows"]
    assert [row["month"] for row in rows] == ["2026-02"]


def test_an_as_of_and_a_level_of_the_call_are_used(home: Path) -> None:
    found = as_json(home, "kpi", "otif", "--level", "unit", "--as-of", "2026-02-10", "--known-at", "2026-03-01")
    assert (found["as_of"], found["known_at"]) == ("2026-02-10", "2026-03-01")
    assert (found["rows"][0]["numerator"], found["rows"][0]["denominator"]) == (10, 22.5)


def test_a_figure_as_table_says_what_it_is_and_writes_the_share_in_percent(home: Path) -> None:
    told = call(home, "kpi", "otif", "--by", "customer").output
    assert "source acme, as of 2026-01-31, build 20260201T000000000000Z" in told
    assert "50.00 %" in told


def test_a_figure_as_csv_neutralises_text_and_keeps_numbers(home: Path) -> None:
    told = call(home, "kpi", "otif", "--by", "product", "--format", "csv").output
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [(row["product"], row["numerator"], row["due_failed"]) for row in rows] == [
        ("'=P2", "0", "1"),
        ("P1", "1", "0"),
    ]


def test_a_missing_input_is_an_answer_that_names_it(tmp_path: Path) -> None:
    write_build(tmp_path, BuildRows(OBLIGATIONS, sources=[SourceRow(lacks=("deliveries.accepted",))]))
    found = as_json(tmp_path, "kpi", "otif")
    assert found["missing"] == ["deliveries.accepted"]
    assert found["rows"] == [{"numerator": None, "denominator": None, "value": None}]
    assert "no figure, deliveries.accepted is missing" in call(tmp_path, "kpi", "otif").output


def test_the_catalogue_is_printed(home: Path) -> None:
    assert "supplier_otif" in call(home, "kpi", "list").output
    assert as_json(home, "kpi", "list")["rows"][0]["needs"]["always"] == ["order_lines"]


def test_obligations_are_listed_with_state_reasons_and_source_line(home: Path) -> None:
    found = as_json(home, "obligations", "--state", "due_failed")
    assert found["total"] == 1
    row = found["rows"][0]
    assert (row["order_id"], row["line_no"], row["state"], row["reasons"]) == ("O1", "2", "due_failed", ["late"])
    assert (row["due_date"], row["source_file"], row["source_line"]) == ("2026-01-12", "order_schedule_lines.csv", 3)


def test_obligations_of_the_buy_side_carry_the_po_id(home: Path) -> None:
    assert [row["po_id"] for row in as_json(home, "obligations", "--side", "purchase")["rows"]] == ["PO1"]
    assert "po_id" in call(home, "obligations", "--side", "purchase").output


def test_a_table_that_leaves_rows_out_says_so_and_csv_does_not_leave_any_out(home: Path) -> None:
    assert "1 of 3 shown" in call(home, "obligations", "--limit", "1").output
    assert len(call(home, "obligations", "--format", "csv").output.splitlines()) == 4


def test_the_quarantine_is_listed_and_shown(home: Path) -> None:
    listed = as_json(home, "quarantine", "list")
    assert [row["quarantined"] for row in listed["rows"]] == [1]
    assert listed["refused_files"] == [REFUSED]
    assert "Fix it." in call(home, "quarantine", "list").output
    assert as_json(home, "quarantine", "show", "--rule", "required")["rows"][0]["source_line"] == 7
    assert call(home, "quarantine", "show", "--entity", "order_lines").output.strip() == "(none)"
    assert call(home, "quarantine", "show", "--source", "acne").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("kpi", "otiff"),
        ("kpi", "otif", "--level", "order", "--by", "product"),
        ("kpi", "otif", "--where", "customer"),
        ("kpi", "otif", "--from", "January"),
        ("kpi", "otif", "--as-of", "yesterday"),
        ("kpi", "otif", "--format", "xml"),
        ("kpi",),
        ("obligations", "--state", "late"),
        ("nonsense",),
    ],
)
def test_a_call_that_cannot_be_used_is_exit_code_2_without_a_traceback(home: Path, words: tuple[str, ...]) -> None:
    found = call(home, *words)
    assert found.exit_code == 2
    assert "Error: " in found.stderr
    assert "Traceback" not in found.stderr


def test_a_home_without_a_build_is_one_sentence_with_its_remedy(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["--home", str(tmp_path), "kpi", "otif"])
    assert found.exit_code == 2
    assert found.stderr.count("\n") == 1
    assert "orderlens run" in found.stderr


@pytest.mark.parametrize("words", [["--debug", "kpi", "otiff"], ["kpi", "otiff", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(home: Path, words: list[str]) -> None:
    found = CliRunner().invoke(main, ["--home", str(home), *words])
    assert found.exit_code == 2
    assert "Traceback" in found.stderr


def test_an_unexpected_failure_is_exit_code_1_and_points_to_debug(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("gone")

    monkeypatch.setattr("dashboards.queries.kpi.answer", broken)
    found = call(home, "kpi", "otif")
    assert found.exit_code == 1
    assert "--debug" in found.stderr


def test_the_headline_tells_every_side_by_schedule_line_and_order(home: Path) -> None:
    with open_build(home) as build:
        lines = cli_output.headline(build)
    text = "\n".join(lines)
    assert "acme (Acme), sales, as of 2026-01-31" in text
    assert "50.00 %  1 of 2 schedule lines" in text
    assert "0 of 1 orders" in text
    assert "acme (Acme), purchase" in text
    assert "orderlens serve" in lines[-1]


def test_the_headline_names_what_is_missing(tmp_path: Path) -> None:
    write_build(tmp_path, BuildRows(OBLIGATIONS, sources=[SourceRow(lacks=("deliveries.accepted",))]))
    with open_build(tmp_path) as build:
        text = "\n".join(cli_output.headline(build))
    assert "no figure: deliveries.accepted is missing" in text
    assert "On time" in text


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("10.000"), 10),
        (Decimal("22.5"), 22.5),
        (Decimal("-12.50"), -12.5),
        (Decimal("12345678901234567890.123456"), "12345678901234567890.123456"),
    ],
)
def test_a_number_is_written_exactly_or_as_its_digits(number: Decimal, written: Any) -> None:
    assert cli_output.exact_number(number) == written


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in cli_output.table([{"name": "\x1b[31mred"}], ["name"])


def test_a_day_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(click.UsageError):
        cli_output.parse_reading({"where": (), "date_from": "2026-13", "date_to": None})
