"""Evidence of published figures, through the command line: anybody recomputes them, and a changed file is noticed."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.recomputing import content_hash, recomputed, run_inside

from .conftest import CASES, RANDOM_COMPANY, Orderlens, load

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]

SALES_DEFINITIONS = (
    *("default", "requested", "first_committed", "last_committed"),
    *("shipped", "on_the_day", "first_delivery"),
)
PURCHASE_DEFINITIONS = ("default", "requested", "first_committed", "last_committed")
COUNTED = ("schedule_line", "line", "order")


def proven(orderlens: Orderlens, path: Path, *asked: str) -> dict[str, Any]:
    orderlens.call("prove", *asked, "--out", str(path), "--force")
    evidence = json.loads(path.read_text(encoding="utf-8"))
    assert content_hash(evidence) == evidence["sha256"]
    return evidence


def figure(orderlens: Orderlens, *asked: str) -> tuple[Decimal, Decimal]:
    row = orderlens.json("kpi", *asked)["rows"][0]
    return Decimal(str(row["numerator"])), Decimal(str(row["denominator"]))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("on_time", "--source", "scms"), (9138, 10324)),
        (("on_time", "--source", "scms", "--level", "order"), (5549, 6233)),
        (("on_time", "--source", "scms", "--where", "year=2015", "--where", "mode=Ocean"), None),
        (("otif", "--source", "otif-partial-and-over"), (2, 5)),
        (("otif", "--source", "otif-partial-and-over", "--level", "value"), (430, 530)),
        (("otif", "--source", "promise-moved-by-us"), None),
        (("otif", "--source", "states-cancel-and-open"), None),
        (("otif", "--source", "moves-corrections-and-cancellations", "--level", "order"), None),
        (("supplier_otif", "--source", "supplier-first-confirmation"), (2, 5)),
    ],
)
def test_a_figure_is_recomputed_from_its_evidence_alone(
    cases_home: Orderlens, tmp_path: Path, asked: tuple[str, ...], expected: tuple[int, int] | None
) -> None:
    path = tmp_path / "evidence.json"
    proven(cases_home, path, *asked)
    assert recomputed(path) == figure(cases_home, *asked)
    assert expected is None or recomputed(path) == expected


@pytest.mark.parametrize("kpi", ["otif", "on_time", "in_full"])
@pytest.mark.parametrize("definition", SALES_DEFINITIONS)
def test_every_sales_figure_of_a_random_company_is_recomputed(
    cases_home: Orderlens, tmp_path: Path, kpi: str, definition: str
) -> None:
    _all_levels_agree(cases_home, tmp_path, kpi, definition)


@pytest.mark.parametrize("kpi", ["supplier_otif", "supplier_on_time", "supplier_in_full"])
@pytest.mark.parametrize("definition", PURCHASE_DEFINITIONS)
def test_every_purchase_figure_of_a_random_company_is_recomputed(
    cases_home: Orderlens, tmp_path: Path, kpi: str, definition: str
) -> None:
    _all_levels_agree(cases_home, tmp_path, kpi, definition)


def _all_levels_agree(orderlens: Orderlens, folder: Path, kpi: str, definition: str) -> None:
    for level in (*COUNTED, "unit", "value") if kpi.endswith("otif") else COUNTED:
        asked = (kpi, "--source", RANDOM_COMPANY, "--definition", definition, "--level", level)
        evidence = proven(orderlens, folder / "evidence.json", *asked)
        assert run_inside(evidence) == figure(orderlens, *asked), (kpi, definition, level)
        assert evidence["figure"]["denominator"] not in (0, "0")
        if level == "schedule_line":
            assert min(evidence["figure"]["states"][state] for state in ("due_met", "due_failed")) > 0


def test_a_changed_arrival_gives_another_figure_and_breaks_the_hash(cases_home: Orderlens, tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    evidence = proven(cases_home, path, "otif", "--source", "otif-partial-and-over")
    (met, due) = recomputed(path)
    one = next(told for told in evidence["obligations"] if told["state"] == "due_met")
    one["arrivals"][0]["day"] = "2026-12-24"
    path.write_text(json.dumps(evidence), encoding="utf-8")
    assert recomputed(path) == (met - 1, due)
    assert content_hash(evidence) != evidence["sha256"]


def test_a_figure_without_its_inputs_is_told_as_that(cases_home: Orderlens, tmp_path: Path) -> None:
    evidence = proven(cases_home, tmp_path / "evidence.json", "otif", "--source", "scms")
    assert (evidence["missing"], evidence["figure"], evidence["obligations"]) == (["deliveries.accepted"], None, [])


def test_every_row_of_the_evidence_stands_where_it_says(cases_home: Orderlens, tmp_path: Path) -> None:
    case = "moves-corrections-and-cancellations"
    evidence = proven(cases_home, tmp_path / "evidence.json", "otif", "--source", case)
    files = {one["file"]: one for one in evidence["files"]}
    folders = {batch["batch_id"]: CASES / case / batch["batch_id"] for batch in load(case, "given.json")["batches"]}
    looked_up = 0
    for told in evidence["obligations"]:
        facts = [*told["rows"], *(row for kind in ("arrivals", "changes") for one in told[kind] for row in one["rows"])]
        assert {row["entity"] for row in facts} >= {"order_schedule_lines", "orders", "commitment_changes"}
        for row in facts:
            file = files[row["file"]]
            source = next(
                path
                for path in (folders[file["batch_id"]] / file["name"], CASES / case / file["name"])
                if path.exists()
            )
            data = source.read_bytes()
            assert sha256(data).hexdigest() == file["sha256"]
            line = data.decode("utf-8").splitlines()[row["line"] - 1]
            assert line.split(",")[0] in row["row_key"].split("/")
            looked_up += 1
    assert looked_up > len(evidence["obligations"])


def test_a_change_says_whether_it_moved_the_promise(cases_home: Orderlens, tmp_path: Path) -> None:
    evidence = proven(cases_home, tmp_path / "evidence.json", "otif", "--source", "promise-moved-by-us")
    changes = [change for told in evidence["obligations"] for change in told["changes"]]
    ours = [change for change in changes if change["by"] == "us" and change["old_date"]]
    customers = [change for change in changes if change["by"] == "customer"]
    assert ours
    assert not any(change["is_promise_moved"] for change in ours)
    assert any(change["is_promise_moved"] for change in customers)
    assert all(change["why"] for change in changes)


def test_evidence_holds_to_its_schema(cases_home: Orderlens, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from tests.recomputing import SCHEMA

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for asked in (
        ("otif", "--source", RANDOM_COMPANY, "--level", "value"),
        ("supplier_otif", "--source", RANDOM_COMPANY),
        ("otif", "--source", "moves-corrections-and-cancellations", "--where", "customer=C"),
        ("otif", "--source", "scms"),
    ):
        evidence = proven(cases_home, tmp_path / "evidence.json", *asked)
        assert [error.message for error in validator.iter_errors(evidence)] == []
    evidence["obligations"] = [{"order_id": 5}]
    assert list(validator.iter_errors(evidence))


def test_known_at_proves_what_was_reported_then(late_proof: dict[str, Any], tmp_path: Path) -> None:
    home = late_proof["usual"]
    for options in ([], ["--known-at", "2026-05-12T23:59:59Z"]):
        evidence = proven(home, tmp_path / "evidence.json", "otif", *options)
        assert run_inside(evidence) == figure(home, "otif", *options)
        assert all(one["extracted_at"] <= evidence["question"]["known_until"] for one in evidence["files"])
