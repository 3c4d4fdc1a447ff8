"""What a figure is held against: the target that held, the same months of the year before, benchmarks of the field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from dashboards.queries.asof import source_as_ofs
from dashboards.queries.build import fetch
from dashboards.queries.catalogue import find_kpi
from dashboards.queries.kpi import answer
from dashboards.queries.request import EVERYTHING, KpiRequest, Scope
from dashboards.queries.sources import choose_sources

YEAR = 12


@dataclass(frozen=True)
class Compared:
    """A figure over `months` up to the as-of, and what it is held against; None where there is nothing.

    `row` and `last_year` are rows of an answer; `target` has target_value, valid_from, valid_to, file and line;
    `benchmarks` have statistic, low_value, high_value, currency, published_year, published_in.
    """

    date_from: date
    date_to: date
    row: dict[str, Any]
    last_year: dict[str, Any]
    target: dict[str, Any] | None
    benchmarks: list[dict[str, Any]]
    missing: list[str]


def compare(con: duckdb.DuckDBPyConnection, request: KpiRequest, scope: Scope = EVERYTHING) -> Compared:
    """The figure of one source over its range, by default the twelve months up to the as-of, and its comparisons."""
    (source,) = choose_sources(con, request.source, (), False, scope)
    end = request.date_to or as_day(source_as_ofs([source], request.as_of)[0].moment)
    start = request.date_from or _months_back(end + timedelta(days=1), YEAR)
    asked = replace(request, by=(), grain=None, date_from=start, date_to=end)
    now = answer(con, asked, scope)
    # The day before the next one a year earlier: a range up to the end of February ends there in leap years too.
    year_before = _months_back(end + timedelta(days=1), YEAR) - timedelta(days=1)
    before = answer(con, replace(asked, date_from=_months_back(start, YEAR), date_to=year_before), scope)
    named = replace(request, source=source.source_system)
    return Compared(
        start, end, now.rows[0], before.rows[0], target(con, named, end), benchmarks(con, named), now.missing
    )


def target(con: duckdb.DuckDBPyConnection, request: KpiRequest, day: date) -> dict[str, Any] | None:
    """The target that held on a day: of the one member that is asked for, else of the whole."""
    rows = fetch(
        con,
        """select target_value, dimension, member, valid_from, valid_to, source_file, source_line
from kpi_targets
where source_system = $source and kpi = $kpi and coalesce(valid_from, $day) <= $day and coalesce(valid_to, $day) >= $day
order by valid_from desc nulls last, source_line""",
        {"source": request.source, "kpi": request.kpi, "day": day},
    )
    named = set(request.where)
    of_member = [row for row in rows if row["dimension"] and (row["dimension"], row["member"]) in named]
    of_whole = [row for row in rows if not row["dimension"]]
    if len(named) == 1 and of_member:
        return of_member[0]
    return of_whole[0] if of_whole and not named else None


def benchmarks(con: duckdb.DuckDBPyConnection, request: KpiRequest) -> list[dict[str, Any]]:
    """Benchmarks of the field for a KPI, and where each was published; a source's own only where the field has none."""
    find_kpi(con, request.kpi)
    rows = fetch(
        con,
        """select source_system, statistic, low_value, high_value, currency, published_year, published_in
from kpi_benchmarks
where kpi = $kpi and (source_system is null or source_system = $source)
order by low_value, statistic""",
        {"source": request.source, "kpi": request.kpi},
    )
    of_field = [row for row in rows if row["source_system"] is None]
    return of_field or rows


def _months_back(day: date, months: int) -> date:
    """The same day some months earlier, or the last of that month where it has no such day."""
    month = day.year * 12 + day.month - 1 - months
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def as_day(moment: date | datetime) -> date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment
