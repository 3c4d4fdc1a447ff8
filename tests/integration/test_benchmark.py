"""The benchmark at a size at which only its totals and its table mean anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import job
from benchmarks.__main__ import main
from benchmarks.generate import ENTITIES, tables
from benchmarks.job import Bench, disagreements
from benchmarks.report import table, write

LINES = 900


@pytest.mark.pipeline
@pytest.mark.timeout(1500)
def test_by_hand_and_by_orderlens_the_totals_are_the_same_and_the_table_has_every_step(tmp_path: Path) -> None:
    report = tmp_path / "performance.md"
    report.write_text("# Before\n\n<!-- measured: begin -->\nold\n<!-- measured: end -->\n\nAfter\n", encoding="utf-8")
    told = ["--only", "job", "--lines", str(LINES), "--repeats", "1"]
    told += ["--work", str(tmp_path / "work"), "--report", str(report)]
    found = CliRunner().invoke(main, told)
    assert found.exit_code == 0, found.output
    text = report.read_text(encoding="utf-8")
    assert text.startswith("# Before")
    assert text.endswith("After\n")
    assert "old" not in text
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {6}
    steps = {row[0].strip() for row in rows}
    assert {"by hand: land, duckdb", "by hand: fact, polars", "OrderLens: a run with nothing new"} <= steps
    assert all(float(row[1]) > 0 and float(row[2]) > 0 for row in rows[2:])
    assert "**OrderLens, all of it**" in steps
    home = tmp_path / "work" / "home"
    assert len(list((home / "builds").glob("*.duckdb"))) == 1, "the run with nothing new has made a build"
    totals, verdicts = job.orderlens_totals(home)
    assert sum(totals[:4]) == LINES
    assert min(totals) > 0
    assert verdicts > LINES


@pytest.mark.pipeline
def test_the_simulator_is_measured_at_three_sizes_and_once_with_what_each_cause_did(tmp_path: Path) -> None:
    report = tmp_path / "performance.md"
    report.write_text("# Before\n\n<!-- simulated: begin -->\nold\n<!-- simulated: end -->\n", encoding="utf-8")
    told = ["--only", "simulation", "--lines", "3000", "--work", str(tmp_path / "work"), "--report", str(report)]
    found = CliRunner().invoke(main, told)
    assert found.exit_code == 0, found.output
    rows = [line.split("|")[1:-1] for line in report.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert [row[0].strip() for row in rows[2:]] == ["1,000", "1,000", "3,000", "1,000, with what each cause did"]
    for row in rows[2:]:
        lines, written, wall, per_million = (float(row[place].replace(",", "")) for place in (1, 2, 3, 7))
        assert written > 3 * lines
        assert per_million == pytest.approx(wall / lines * 1e6, rel=0.05)
    assert not list((tmp_path / "work").glob("company"))


def test_the_same_number_and_seed_give_the_same_orders() -> None:
    first, again, other = tables(300, 1), tables(300, 1), tables(300, 2)
    assert set(first) == set(ENTITIES)
    assert all(first[name].equals(again[name]) for name in ENTITIES)
    assert not first["deliveries"].equals(other["deliveries"])
    assert first["order_lines"].height == 300


def test_whoever_has_other_totals_is_named(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tmp_path)
    bench.totals = {"by hand, duckdb": [1, 2], "by hand, polars": [1, 2], "OrderLens": [1, 3]}
    assert disagreements(bench, 10) == ["OrderLens: [1, 3], not [1, 2]"]


def test_a_yardstick_is_held_to_the_totals_that_are_known_of_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tmp_path, yardstick=tmp_path)
    bench.totals = {"by hand, duckdb": [1, 2]}
    assert disagreements(bench, 1_000_000) != []


def test_a_document_without_a_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    report = tmp_path / "other.md"
    report.write_text("# Other\n", encoding="utf-8")
    with pytest.raises(ValueError, match="measured: begin"):
        write(report, "table")
    assert report.read_text(encoding="utf-8") == "# Other\n"


def test_ratios_are_to_the_fastest_step_written_by_hand(tmp_path: Path) -> None:
    from benchmarks.measure import Cost

    bench = Bench(tmp_path, tmp_path, verdicts=7)
    told = {"land duckdb": 2, "fact duckdb": 1, "land polars": 1, "fact polars": 2}
    told |= {"prepare": 1, "land": 3, "build": 10, "publish": 6, "nothing new": 1}
    bench.costs = {step: [Cost(float(wall), wall * 2.0, 100.0)] for step, wall in told.items()}
    bench.totals = {"OrderLens": [1, 2, 3, 4, 5]}
    rows = table(bench, 1000).splitlines()
    (whole,) = [row for row in rows if "all of it" in row]
    assert whole.endswith("| 20.00 | 40.00 | 100 | 10.0 | 10.0 |")
