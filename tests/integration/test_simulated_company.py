"""OrderLens, told only what the systems of a simulated company tell, comes to the truth about every obligation."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.landing.ledger import read_batches
from dagster_project.settings import Settings
from dagster_project.simulation import load_company, simulate

from .conftest import Orderlens

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("simulated")]
SPOILT = ("batch", "entity", "file", "line", "rule", "column")
ASKED = ("order_id", "line_no", "schedule_no", "due_date", "state")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "out"
    config = folder.with_name("company.yml")
    config.write_text("bad_rows: 3", encoding="utf-8")
    simulate(load_company(1200, 8, 11, config), folder, counterfactuals=False)
    return folder


@pytest.fixture(scope="module")
def landed(told: Path, new_home: Callable[[], Orderlens]) -> Orderlens:
    orderlens = new_home()
    orderlens.call("run", "--source", f"canonical:{told / 'batches'}")
    return orderlens


def test_the_rows_that_were_spoilt_are_quarantined_and_no_others(told: Path, landed: Orderlens) -> None:
    with (told / "truth" / "bad_rows.csv").open(encoding="utf-8") as lines:
        planted = {tuple(row[name] for name in SPOILT) for row in csv.DictReader(lines)}
    kept = pl.concat(pl.read_parquet(path) for path in landed.home.glob("quarantine/nordhaven/*.parquet"))
    line = pl.col("source_line").cast(pl.String)
    found = kept.select("batch_id", "entity", "source_file", line, "rule", "column_name")
    files = [file for batch in read_batches(landed.home) for file in batch["files"]]
    assert sum(file["landed"] for file in files) > 10_000
    assert sum(file["quarantined"] for file in files) == len(planted) == 24
    assert set(found.rows()) == planted


def test_what_a_full_extract_does_not_hold_any_more_is_deleted(told: Path, landed: Orderlens) -> None:
    batches = sorted((told / "batches").iterdir())
    listed = [set(pl.read_csv(path / "promotions.csv", infer_schema=False)["promotion_id"]) for path in batches]
    listed = [{one for one in promotions if not one.endswith("-2")} for promotions in listed]
    gone = set().union(*listed) - listed[-1]
    with duckdb.connect(str(Settings(home=landed.home).warehouse), read_only=True) as warehouse:
        known = "select promotion_id, max(known_to) from staging.stg_promotions group by 1"
        deleted = {promotion for promotion, until in warehouse.execute(known).fetchall() if until.year < 9000}
    assert gone
    assert deleted == gone


def test_every_obligation_is_in_the_state_in_which_it_truly_is(told: Path, landed: Orderlens) -> None:
    with (told / "truth" / "obligations.csv").open(encoding="utf-8") as lines:
        truth = {tuple(row[name] for name in ASKED) for row in csv.DictReader(lines)}
    found = {tuple(row[name] for name in ASKED) for row in landed.json("obligations", "--source", "nordhaven")["rows"]}
    assert {row[-1] for row in truth} == {"due_met", "due_failed", "not_yet_due", "cancelled_by_customer"}
    assert found == truth


def test_it_is_called_simulated_where_its_figures_are_shown(told: Path, landed: Orderlens) -> None:
    assert "(simulated)" in landed.call("run", "--source", f"canonical:{told / 'batches'}")
