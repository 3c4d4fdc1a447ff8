"""`orderlens prove`: the file it writes, what it says, and what it refuses."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dagster_project.cli import main
from dashboards.evidence import judging
from tests.builders import BuildRows, Obligation, SourceRow, day, write_build
from tests.facts import BATCH_FILE
from tests.recomputing import SCRIPT, content_hash, recomputed

OBLIGATIONS = [
    Obligation("O1", "1", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 4), (day("2026-01-10"), 6))),
    Obligation("O1", "2", due=day("2026-01-12"), arrivals=((day("2026-01-13"), 10),)),
    Obligation("O2", "1", due=day("2026-02-10"), quantity="2.5"),
    Obligation("O3", "1", due=day("2026-01-20"), cancelled=(day("2026-01-19"), "customer")),
    Obligation("O4", "1", due=day("2026-01-20"), cancelled=(day("2026-01-19"), "us"), zone="Asia/Tokyo"),
    Obligation("O5", "1", due=None),
    Obligation("PO1", "1", due=day("2026-01-10"), side="purchase", supplier="V1"),
]
BATCH = {
    "source_system": "acme",
    "batch_id": "b1",
    "batch_file_id": BATCH_FILE,
    "content_hash": "c0ffee",
    "extracted_at": datetime(2026, 1, 31),
    "landed": 9,
    "accepted": 8,
    "quarantined": 1,
}
BATCHES = [
    {**BATCH, "entity": name, "source_file": f"{name}.csv", "file_sha256": f"sha of {name}"}
    for name in ("order_schedule_lines", "deliveries")
]
BROKEN = {
    "source_system": "acme",
    "batch_id": "b1",
    "extracted_at": datetime(2026, 1, 31),
    "entity": "deliveries",
    "row_key": "D9",
    "rule": "type",
    "column_name": "accepted",
    "value": "many",
    "message": "'many' is no quantity",
    "source_file": "deliveries.csv",
    "source_line": 7,
    "raw_record": '{"delivery_id": "D9"}',
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    broken = [BROKEN, {**BROKEN, "entity": "customers", "source_file": "customers.csv"}]
    write_build(tmp_path / "home", BuildRows(OBLIGATIONS, batches=BATCHES, quarantined=broken))
    return tmp_path / "home"


def call(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["prove", *words, "--home", str(home)])


def proven(home: Path, *words: str) -> dict[str, Any]:
    path = home / "evidence.json"
    found = call(home, *words, "--out", str(path), "--force")
    assert found.exit_code == 0, found.output
    evidence: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return evidence


def test_the_summary_names_figure_file_hash_and_how_to_recompute(home: Path) -> None:
    path = home / "mine.json"
    said = call(home, "otif", "--out", str(path)).output
    evidence = json.loads(path.read_text(encoding="utf-8"))
    assert "1 of 3 = 33.33 %" in said
    assert f"recompute.py {path}" in said
    assert evidence["sha256"] in said
    assert recomputed(path) == (1, 3)


def test_the_figure_stands_beside_its_states_and_its_parts_add_up_to_it(home: Path) -> None:
    figure = proven(home, "otif")["figure"]
    assert figure["value"] == "0.333333333333"
    assert figure["states"] == {
        "due_met": 1,
        "due_failed": 2,
        "not_yet_due": 1,
        "unknown": 1,
        "cancelled_by_customer": 1,
    }
    for name in ("numerator", "denominator"):
        assert sum(part[name] for part in figure["parts"]) == figure[name]


def test_every_option_of_the_question_is_resolved(home: Path) -> None:
    question = proven(home, "otif", "--as-of", "2026-01-31", "--where", "product=P1", "--to", "2026-01")["question"]
    assert question["where"] == [{"dimension": "product", "values": ["P1"]}]
    assert (question["due_from"], question["due_to"]) == (None, "2026-01-31")
    assert question["as_of"]["places"] == [
        {"zone": "Asia/Tokyo", "instant": "2026-01-31T14:59:59.999999Z"},
        {"zone": "UTC", "instant": "2026-01-31T23:59:59.999999Z"},
    ]


def test_an_arrival_says_whether_it_counts_why_and_where_it_stands(home: Path) -> None:
    told = {(one["order_id"], one["line_no"]): one for one in proven(home, "otif")["obligations"]}
    first, second = told["O1", "1"]["arrivals"]
    assert [(one["quantity"], one["is_inside_window"], one["why"]) for one in (first, second)] == [
        ("4", True, "inside the window"),
        ("6", True, "inside the window"),
    ]
    assert told["O1", "2"]["arrivals"][0]["why"] == "after the window had closed"
    assert first["rows"][0]["entity"] == "deliveries"
    assert first["rows"][0]["line"] == 2


def test_rows_lead_to_a_file_with_its_hash_and_batch(home: Path) -> None:
    evidence = proven(home, "otif")
    files = {one["file"]: one for one in evidence["files"]}
    arrival = evidence["obligations"][0]["arrivals"][0]
    file = files[arrival["rows"][0]["file"]]
    assert (file["name"], file["sha256"], file["batch_id"]) == ("deliveries.csv", "sha of deliveries", "b1")


def test_a_cancellation_in_time_is_told_from_one_that_does_not_excuse(home: Path) -> None:
    told = {one["order_id"]: one for one in proven(home, "otif")["obligations"]}
    assert told["O3"]["cancellation"]["is_in_time"] is True
    assert told["O3"]["state"] == "cancelled_by_customer"
    assert told["O4"]["cancellation"] | {"counts_from": None} == {
        "instant": None,
        "day": "2026-01-19",
        "counts_from": None,
        "by": "us",
        "is_in_time": False,
    }
    assert told["O4"]["state"] == "due_failed"


def test_an_order_is_proved_with_all_its_lines_whatever_is_filtered(home: Path) -> None:
    evidence = proven(home, "otif", "--level", "order", "--where", "month=2026-01", "--where", "product=P1")
    assert {(one["order_id"], one["line_no"]) for one in evidence["obligations"]} >= {("O1", "1"), ("O1", "2")}
    assert (evidence["figure"]["numerator"], evidence["figure"]["denominator"]) == (0, 2)


def test_quarantined_rows_of_entities_that_feed_the_figure_are_named_without_what_they_say(home: Path) -> None:
    (row,) = proven(home, "otif")["quarantined_rows"]
    assert (row["entity"], row["row_key"], row["rule"], row["line"]) == ("deliveries", "D9", "type", 7)
    assert row["is_accepted_since"] is False
    assert "many" not in json.dumps(row)


def test_a_figure_without_inputs_is_told_as_that_and_nothing_is_invented(tmp_path: Path) -> None:
    write_build(tmp_path, BuildRows(OBLIGATIONS, sources=[SourceRow(lacks=("deliveries",))]))
    found = call(tmp_path, "otif", "--out", str(tmp_path / "evidence.json"))
    evidence = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    assert found.exit_code == 0
    assert "no figure: deliveries is missing" in found.output
    assert "Recompute" not in found.output
    assert (evidence["missing"], evidence["figure"], evidence["obligations"]) == (["deliveries"], None, [])


def test_the_same_question_gives_the_same_bytes_and_a_packed_file_the_same_hash(home: Path) -> None:
    names = ("a.json", "b.json", "a.json.gz", "b.json.gz")
    for name in names:
        assert call(home, "otif", "--out", str(home / name)).exit_code == 0
    plain, again, packed, packed_again = ((home / name).read_bytes() for name in names)
    assert (plain, packed) == (again, packed_again)
    assert gzip.decompress(packed) == plain
    assert recomputed(home / "a.json.gz") == (1, 3)


def test_a_file_that_is_there_is_replaced_only_when_told(home: Path) -> None:
    path = home / "mine.json"
    path.write_text("mine", encoding="utf-8")
    refused = call(home, "otif", "--out", str(path))
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert path.read_text(encoding="utf-8") == "mine"
    assert call(home, "otif", "--out", str(path), "--force").exit_code == 0
    assert content_hash(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("otif", "--out", "nowhere/at/all.json"), "There is no folder"),
        (("otiff",), "Did you mean otif"),
        (("on_time", "--level", "unit"), "has no figure at unit level"),
        (("otif", "--where", "colour=red"), "no dimension"),
    ],
)
def test_a_call_that_cannot_be_answered_writes_nothing(home: Path, words: tuple[str, ...], said: str) -> None:
    before = set(home.rglob("*"))
    found = call(home, *words)
    assert found.exit_code == 2
    assert said in found.output
    assert set(home.rglob("*")) == before


def test_facts_that_do_not_give_the_figure_leave_no_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "is_inside", lambda told, arrival: False)
    found = call(home, "otif", "--out", str(home / "evidence.json"))
    assert found.exit_code == 1
    assert "Nothing was written" in found.output
    assert not list(home.glob("*evidence*"))


def test_the_script_is_ten_statements_beside_its_imports_and_knows_nothing_of_the_project() -> None:
    import ast

    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node not in imports]
    named = {name for node in imports for name in (getattr(node, "module", None) or node.names[0].name).split(".")}
    assert len(statements) - 1 <= 10
    assert named == {"decimal", "fileinput", "json"}
    code = "".join(ast.unparse(node) for node in tree.body[1:])
    assert not [judged for judged in ("state", "is_inside_window", "reasons", "cancellation") if f"'{judged}" in code]
