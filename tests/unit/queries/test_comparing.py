"""What a figure is held against: target by validity and member, the year before, benchmarks and where they are from."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboards.queries.comparing import Compared, compare
from dashboards.queries.kpi import KpiRequest
from tests.builders import BuildRows, SourceRow, memory_build
from tests.published_tables import CATALOGUE, figure

KPI = figure("first_pass_yield", "ratio", "order", ("customer", "channel"))


def part(unit: str, day: str, numerator: int) -> dict[str, Any]:
    return {
        **{"source_system": "acme", "kpi": "first_pass_yield", "unit_key": unit, "unit_id": unit},
        **{"counts_from": f"{day} 12:00:00", "booked_date": day, "numerator": numerator, "denominator": 1},
    }


def a_target(value: float, year: int, dimension: str | None = None, member: str | None = None) -> dict[str, Any]:
    return {
        **{"source_system": "acme", "target_id": "T", "kpi": "first_pass_yield", "target_value": value},
        **{"dimension": dimension, "member": member, "source_file": "targets.csv", "source_line": 2},
        **{"valid_from": f"{year}-01-01", "valid_to": f"{year}-12-31"},
    }


def a_benchmark(source: str | None, low: float, high: float) -> dict[str, Any]:
    return {
        **{"source_system": source, "benchmark_id": "B", "kpi": "first_pass_yield", "statistic": "best in class"},
        **{"low_value": low, "high_value": high, "published_in": "a study"},
    }


def held_against(**asked: Any) -> Compared:
    tables = {
        "kpi_catalogue": [*CATALOGUE, KPI],
        "kpi_parts": [
            part("leap day", "2024-02-29", 1),
            part("A", "2025-08-02", 0),
            part("B", "2026-01-10", 1),
            part("C", "2026-01-11", 0),
        ],
        "kpi_targets": [a_target(0.9, 2025), a_target(0.95, 2026), a_target(0.99, 2026, "customer", "C1")],
        "kpi_benchmarks": [a_benchmark(None, 0.7, 0.8), a_benchmark("acme", 0.5, 0.5)],
    }
    con = memory_build(BuildRows(obligations=(), sources=(SourceRow(as_of=date(2026, 6, 30)),), tables=tables))
    return compare(con, KpiRequest("first_pass_yield", **{"source": "acme", **asked}))


def test_a_figure_stands_beside_the_target_of_its_day_and_the_benchmark_of_the_field() -> None:
    found = held_against()
    assert (found.date_from, found.date_to) == (date(2025, 7, 1), date(2026, 6, 30))
    assert (found.row["numerator"], found.row["denominator"]) == (1, 3)
    assert found.target is not None
    assert (float(found.target["target_value"]), found.target["source_line"]) == (0.95, 2)
    assert [(float(one["low_value"]), one["published_in"]) for one in found.benchmarks] == [(0.7, "a study")]


def test_last_year_is_the_same_range_a_year_earlier_and_no_data_where_there_is_none() -> None:
    assert held_against().last_year["value"] is None
    later = held_against(date_from=date(2026, 7, 1), date_to=date(2027, 1, 10))
    assert (later.row["value"], later.last_year["denominator"]) == (None, 2)


def test_the_year_before_a_range_that_ends_with_february_ends_with_february() -> None:
    found = held_against(date_to=date(2025, 2, 28))
    assert (found.date_from, found.last_year["denominator"]) == (date(2024, 3, 1), 1)


def test_the_only_company_of_a_build_has_its_targets_without_being_named() -> None:
    assert held_against(source=None).target == held_against().target is not None


def test_a_target_of_a_member_is_not_that_of_the_whole() -> None:
    of_member = held_against(where=(("customer", "C1"),)).target
    assert of_member is not None
    assert float(of_member["target_value"]) == 0.99
    assert held_against(where=(("customer", "C2"),)).target is None
