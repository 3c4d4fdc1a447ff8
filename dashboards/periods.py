"""Periods as the queries name them: their first days, the periods between two of them, and gaps filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

Rows = list[dict[str, Any]]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def first_day(text: str, grain: str) -> date:
    """The first day of a period: 2026-06, 2026-W23, 2026-Q2, 2026 or a day."""
    if grain == "week":
        return date.fromisocalendar(int(text[:4]), int(text[-2:]), 1)
    if grain == "quarter":
        return date(int(text[:4]), 3 * int(text[-1]) - 2, 1)
    return date.fromisoformat({"month": f"{text}-01", "year": f"{text}-01-01"}.get(grain, text))


def name_of(day: date, grain: str) -> str:
    """The period that a day lies in."""
    if grain == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:{ {'day': '%Y-%m-%d', 'week': '%G-W%V', 'month': '%Y-%m', 'year': '%Y'}[grain] }}"


def between(first: str, last: str, grain: str) -> Iterator[str]:
    """Every period from `first` to `last`, both included."""
    day, end = first_day(first, grain), first_day(last, grain)
    while day <= end:
        yield name_of(day, grain)
        day = _next(day, grain)


def _next(day: date, grain: str) -> date:
    if grain in _MONTHS:
        months = day.year * 12 + day.month - 1 + _MONTHS[grain]
        return date(months // 12, months % 12 + 1, 1)
    return day + timedelta(days=7 if grain == "week" else 1)


def with_gaps(rows: Iterable[dict[str, Any]], grain: str) -> Rows:
    """The rows with the periods between them that have none: no parts, no value."""
    named = {row[grain]: row for row in rows if row[grain] is not None and row["value"] is not None}
    if not named:
        return []
    empty = {"numerator": None, "denominator": None, "value": None}
    return [named.get(name, {grain: name, **empty}) for name in between(min(named), max(named), grain)]
