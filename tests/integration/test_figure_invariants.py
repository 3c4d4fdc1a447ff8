"""What must hold of every figure of every company, whatever its data: roll-ups add up, so do the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from dashboards.queries.build import open_build
from dashboards.queries.catalogue import Kpi, catalogue
from dashboards.queries.figure_units import units
from dashboards.queries.kpi import KpiRequest, answer
from dashboards.queries.sources import sources
from tests.invariants import check_bridges, check_landed, check_states, check_totals

from .conftest import Orderlens

pytestmark = pytest.mark.pipeline
ADDED = ("ratio", "sum", "root")
Connection = duckdb.DuckDBPyConnection


def told(con: Connection) -> Iterator[tuple[str, Kpi, list[dict[str, Any]]]]:
    """Each company with each figure that it can tell, and its row."""
    for source in sources(con):
        for kpi in catalogue(con):
            if kpi.is_conformance:
                continue
            found = answer(con, KpiRequest(kpi.kpi, source=source.source_system))
            if not found.missing and found.rows[0]["value"] is not None:
                yield source.source_system, kpi, found.rows


def added(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows if row[name] is not None), Decimal(0))


def check_roll_ups(con: Connection) -> int:
    """Every figure by every dimension adds up to the whole; how many were looked at."""
    looked_at = 0
    for source, kpi, (whole,) in told(con):
        for dimension in kpi.dimensions:
            rows = answer(con, KpiRequest(kpi.kpi, source=source, by=(dimension,))).rows
            if kpi.kind in ADDED:
                for name in ("numerator", "denominator"):
                    assert added(rows, name) == Decimal(whole[name] or 0), (source, kpi.kpi, dimension, name)
            elif kpi.kind == "duration":
                for name in ("numerator", "denominator", "open", "cancelled"):
                    assert sum(row[name] for row in rows) == whole[name], (source, kpi.kpi, dimension, name)
            looked_at += 1
    return looked_at


def check_units(con: Connection) -> int:
    """The rows behind every figure add up to it, and each says which line it came from."""
    looked_at = 0
    for source, kpi, (whole,) in told(con):
        found = units(con, KpiRequest(kpi.kpi, source=source))
        assert found.total == len(found.rows)
        if kpi.kind in ADDED:
            for name in ("numerator", "denominator"):
                assert added(found.rows, name) == Decimal(whole[name] or 0), (source, kpi.kpi, name)
        elif kpi.kind == "duration":
            stands = [row["status"] for row in found.rows if row["duration"] is not None]
            assert (len(stands), stands.count("ended")) == (whole["denominator"], whole["numerator"])
        elif kpi.kind == "balance":
            assert added(found.rows, "balance") == whole["numerator"], (source, kpi.kpi)
        looked_at += 1
    return looked_at


def check_shares(con: Connection) -> int:
    """A share lies between 0 and 1 at every as-of, month by month; nothing is counted before its day."""
    looked_at = 0
    for source, kpi, _ in told(con):
        if kpi.kind != "ratio" or kpi.unit != "ratio" or kpi.kpi.startswith("forecast"):
            continue
        rows = answer(con, KpiRequest(kpi.kpi, source=source, grain="month")).rows
        halfway = sorted(row["month"] for row in rows)[len(rows) // 2] + "-15"
        earlier = answer(con, KpiRequest(kpi.kpi, source=source, grain="month", as_of=halfway)).rows
        for row in [*rows, *earlier]:
            assert 0 <= row["numerator"] <= row["denominator"], (source, kpi.kpi, row)
        now = {row["month"]: row["denominator"] for row in rows}
        assert all(row["denominator"] <= now[row["month"]] for row in earlier), (source, kpi.kpi)
        looked_at += 1
    return looked_at


def check(home: Orderlens, looked: Any) -> int:
    with open_build(home.home) as build:
        count: int = looked(build.cursor())
    return count


@pytest.mark.xdist_group("cases")
@pytest.mark.parametrize(("looked", "least"), [(check_roll_ups, 100), (check_units, 20), (check_shares, 8)])
def test_figures_of_the_cases_add_up(cases_home: Orderlens, looked: Any, least: int) -> None:
    assert check(cases_home, looked) >= least


@pytest.mark.xdist_group("bundled")
@pytest.mark.parametrize(("looked", "least"), [(check_roll_ups, 200), (check_units, 30), (check_shares, 10)])
def test_figures_of_the_bundled_companies_add_up(bundled_home: Orderlens, looked: Any, least: int) -> None:
    assert check(bundled_home, looked) >= least


@pytest.mark.xdist_group("cases")
@pytest.mark.parametrize(("hold", "least"), [(check_totals, 20), (check_landed, 100), (check_bridges, 100)])
def test_invariants_hold_of_the_cases(cases_home: Orderlens, hold: Any, least: int) -> None:
    assert hold(cases_home.home) >= least


@pytest.mark.xdist_group("bundled")
@pytest.mark.parametrize(
    ("hold", "least"), [(check_states, 90), (check_totals, 25), (check_landed, 500), (check_bridges, 100_000)]
)
def test_invariants_hold_of_the_bundled_companies(bundled_home: Orderlens, hold: Any, least: int) -> None:
    assert hold(bundled_home.home) >= least
