"""Every figure beyond OTIF, of several simulated companies in one home, is what a second recomputation finds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.landing import land
from dagster_project.landing.ledger import read_batches
from dagster_project.settings import Settings
from dagster_project.simulation import load_company, simulate
from tests.invariants import check_bridges, check_landed, check_states, check_totals
from tests.landing_orders import GROWING, build
from tests.recompute import KPIS, figures
from tests.recompute.altered import alter

from .conftest import Orderlens, write_batches

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("recomputed")]
# Months of the company of a seed; the longest sees rates of two years.
MONTHS = {21: 7, 22: 4, 23: 4, 24: 4, 25: 4}
SEEDS = tuple(MONTHS)
# The company of the first seed once more, telling less, and some of it otherwise.
ALTERED = 0
EVERYONE = (*SEEDS, ALTERED)
PAST_OF, PAST = 21, date(2026, 4, 12)
ORDERS = 240
POOR = "missing-receipts-and-prices"
LACKING = {
    "ordered_value": "order_lines.unit_price",
    "first_pass_yield": "deliveries",
    "step_yield": "order_events",
    "supplier_lead_time": "receipts",
    "return_rate": "return_lines",
    "backorder_rate": "allocations",
    "forecast_wape": "forecast_versions",
    "dso": "invoices",
    "cost_per_order": "cost_rates",
}
Row = dict[str, Any]


@dataclass
class Companies:
    """Companies of several seeds in one home, and what was worked out of each apart from it."""

    orderlens: Orderlens
    folders: dict[int, Path]
    worked_out: dict[Any, dict[str, list[Row]]] = field(default_factory=dict)
    asked: dict[tuple[str, str | None, str | None], list[Row]] = field(default_factory=dict)

    def expected(self, seed: int, kpi: str) -> list[Row]:
        """The rows of a figure of a company."""
        if seed not in self.worked_out:
            self.worked_out[seed] = figures(self.folders[seed], last_day(self.folders[seed]))
        return self.worked_out[seed][kpi]

    def told(self, seed: int, kpi: str, level: str | None, dimension: str | None) -> list[Row]:
        """What the command line tells of it, in total or by a dimension; all companies are asked at once."""
        if (kpi, level, dimension) not in self.asked:
            by = ["source"] if dimension in (None, "month") else ["source", dimension]
            grain = ("--grain", "month") if dimension == "month" else ()
            asked = ("kpi", kpi, *(("--level", level) if level else ()), "--by", ",".join(by), *grain)
            self.asked[kpi, level, dimension] = self.orderlens.json(*asked)["rows"]
        return [row for row in self.asked[kpi, level, dimension] if row["source"] == name(seed)]


def name(seed: int) -> str:
    return f"company-{seed}"


def last_day(folder: Path) -> date:
    """The as-of that the batches of a company declare."""
    told = sorted((folder / "batches").glob("*/_batch.json"))[-1]
    return date.fromisoformat(json.loads(told.read_text(encoding="utf-8"))["as_of"])


def rename(folder: Path, source_system: str) -> None:
    for path in (folder / "batches").glob("*/_batch.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**content, "source_system": source_system}), encoding="utf-8")


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory, new_home: Callable[[], Orderlens]) -> Companies:
    folder = tmp_path_factory.mktemp("companies")
    folders = {seed: folder / str(seed) for seed in SEEDS}
    for seed, months in MONTHS.items():
        simulate(load_company(ORDERS, months, seed), folders[seed], counterfactuals=False)
    folders[ALTERED] = folder / str(ALTERED)
    shutil.copytree(folders[SEEDS[0]], folders[ALTERED])
    alter(folders[ALTERED])
    for seed, target in folders.items():
        rename(target, name(seed))
    write_batches(POOR, folder / POOR, source_system=POOR)
    sources = [*(target / "batches" for target in folders.values()), folder / POOR]
    orderlens = new_home()
    orderlens.call("run", *(word for path in sources for word in ("--source", f"canonical:{path}")))
    return Companies(orderlens, folders)


@pytest.mark.parametrize("seed", EVERYONE)
@pytest.mark.parametrize("kpi", KPIS)
def test_a_figure_is_what_its_files_say(companies: Companies, kpi: str, seed: int) -> None:
    expected = companies.expected(seed, kpi)
    assert expected
    asked = dict.fromkeys((row.get("level"), dimension_of(row)) for row in expected)
    for level, dimension in asked:
        rows = [row for row in expected if (row.get("level"), dimension_of(row)) == (level, dimension)]
        told = by_member(companies.told(seed, kpi, level, dimension), dimension)
        wanted = by_member(rows, dimension)
        assert differences(told, wanted) == []


@pytest.mark.parametrize("kpi", KPIS)
def test_a_figure_of_a_past_day_holds_what_had_come_to_count(companies: Companies, kpi: str) -> None:
    past = (PAST_OF, PAST)
    if past not in companies.worked_out:
        companies.worked_out[past] = figures(companies.folders[PAST_OF], PAST)
    expected = {row.get("level"): row for row in companies.worked_out[past][kpi] if dimension_of(row) is None}
    for level, wanted in expected.items():
        asked = ("kpi", kpi, "--source", name(PAST_OF), "--as-of", str(PAST), *(("--level", level) if level else ()))
        (told,) = companies.orderlens.json(*asked)["rows"]
        assert differences({level: told}, {level: wanted}) == []


@pytest.mark.parametrize(("kpi", "missing"), LACKING.items())
def test_a_figure_that_lacks_its_input_names_it(companies: Companies, kpi: str, missing: str) -> None:
    found = companies.orderlens.json("kpi", kpi, "--source", POOR)
    assert [row["value"] for row in found["rows"]] == [None]
    assert any(missing in one for one in found["missing"])


@pytest.mark.parametrize(
    ("hold", "least"), [(check_states, 100), (check_totals, 40), (check_landed, 500), (check_bridges, 5000)]
)
def test_invariants_hold_of_every_company(companies: Companies, hold: Any, least: int) -> None:
    assert hold(companies.orderlens.home) >= least


def test_batches_that_have_landed_land_no_row_again(companies: Companies) -> None:
    home = companies.orderlens.home
    before = read_batches(home)
    for folder in companies.folders.values():
        again = land(f"canonical:{folder / 'batches'}", home).batches
        assert {batch.already_landed for batch in again} == {True}
        assert sum(batch.landed for batch in again) == 0
    assert read_batches(home) == before


def test_verdicts_known_at_a_past_instant_are_those_of_a_home_that_had_landed_nothing_later(
    companies: Companies, tmp_path: Path
) -> None:
    first = sorted((companies.folders[PAST_OF] / "batches").iterdir())[:3]
    then = build(tmp_path, [first], *GROWING)
    with duckdb.connect(str(Settings(home=companies.orderlens.home).warehouse), read_only=True) as con:
        con.execute(f"attach '{then}' as early (read_only)")
        ((known_at,),) = con.execute("select max(extracted_at) from early.raw.batch_files").fetchall()
        told = f"""
            select * exclude (known_from, known_to) from {{}}marts.fct_otif_conformance
            where source_system = '{name(PAST_OF)}' and known_from <= timestamp '{known_at}'
                and known_to > timestamp '{known_at}'
        """
        now, early = told.format(""), told.format("early.")
        assert con.execute(f"select count(*) > 1000 from ({early})").fetchall() == [(True,)]
        for one, other in ((now, early), (early, now)):
            assert con.execute(f"({one}) except all ({other})").fetchall() == []


def dimension_of(row: Row) -> str | None:
    known = {"level", "numerator", "denominator", "value", "p90", "censored", "days"}
    return next((column for column in row if column not in known), None)


def by_member(rows: list[Row], dimension: str | None) -> dict[Any, Row]:
    found = {row[dimension] if dimension else None: row for row in rows}
    assert len(found) == len(rows)
    return found


def differences(told: dict[Any, Row], wanted: dict[Any, Row]) -> list[tuple[Any, ...]]:
    """Every member and column in which the two are not the same; a member whose figure is nothing may be left out."""
    found: list[tuple[Any, ...]] = []
    for member in sorted(told.keys() | wanted.keys(), key=str):
        one, other = told.get(member), wanted.get(member)
        if one is None or other is None:
            if any((one or other or {}).get(column) for column in ("numerator", "denominator", "value")):
                found.append((member, "told" if one else "not told", one or other))
            continue
        found += [(member, column, one.get(column), other[column]) for column in compared(other, one)]
    return found


def compared(wanted: Row, told: Row) -> list[str]:
    columns = [column for column in ("numerator", "denominator", "censored", "days") if column in wanted]
    wrong = [column for column in columns if exact(told.get(column)) != exact(wanted[column])]
    floats = [column for column in ("value", "p90") if column in wanted]
    return wrong + [column for column in floats if not near(told.get(column), wanted[column])]


def exact(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=1e-6, abs=1e-6)
