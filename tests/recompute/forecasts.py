"""What was forecast, beside what was ordered in the week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from .parts import ZERO, Part, rounded
from .reading import Company, Row, midnight

WEEK = timedelta(days=7)
MICROSECOND = timedelta(microseconds=1)
Demand = dict[tuple[str, str | None, date], Decimal]


@dataclass(frozen=True)
class Weeks:
    """Demand by product, site and the Monday of a week, and the weeks of which it is known."""

    demand: Demand
    first: date
    last: date

    def is_covered(self, monday: date) -> bool:
        """Orders were told from before the week to after it."""
        return self.first <= monday and monday + WEEK - timedelta(days=1) <= self.last

    def ordered(self, product: str, site: str | None, monday: date) -> Decimal:
        """What was ordered in a week."""
        return self.demand.get((product, site, monday), ZERO)


def weeks_of(company: Company) -> Weeks:
    """What was ordered week by week: at each site, and at all of them."""
    demand: Demand = {}
    for (order_id, _), line in company.lines.items():
        day = company.day(company.orders[order_id]["received_at"])
        monday = day - timedelta(days=day.weekday())
        units = company.pieces(line["quantity"], line["product_id"], line["uom"])
        for site in {line["site_id"], None}:
            key = (line["product_id"], site, monday)
            demand[key] = demand.get(key, ZERO) + units
    days = [company.day(order["received_at"]) for order in company.orders.values()]
    return Weeks(demand, min(days), max(days))


def forecast_parts(company: Company, as_of: date) -> Iterator[Part]:
    """Errors of the forecasts that were frozen before their week began."""
    weeks = weeks_of(company)
    scales: dict[tuple[str, str | None, datetime], tuple[Decimal, Decimal] | None] = {}
    for row in company.rows("forecast_versions"):
        monday, site, product = row["target_week_start"], row["site_id"], row["product_id"]
        frozen = row["frozen_at"]
        if row["horizon_weeks"] is None or frozen is None or frozen > midnight(monday, company.zone):
            continue
        if not weeks.is_covered(monday) or monday + WEEK - timedelta(days=1) > as_of:
            continue
        if (product, site, frozen) not in scales:
            scales[product, site, frozen] = _scale(company, weeks, product, site, frozen)
        actual = weeks.ordered(product, site, monday)
        dims = {"site": site, "product": product, "step": row["horizon_weeks"]}
        at = midnight(monday + WEEK, company.zone) - MICROSECOND
        yield from _parts(row, actual, scales[product, site, frozen], at, dims)


def _parts(row: Row, actual: Decimal, scale: tuple[Decimal, Decimal] | None, at: datetime, dims: Row) -> Iterator[Part]:
    error, monday = row["quantity"] - actual, row["target_week_start"]
    yield Part("forecast_wape", at, monday, abs(error), actual, dims)
    yield Part("forecast_bias", at, monday, error, actual, dims)
    if scale is not None and scale[0]:
        yield Part("forecast_mase", at, monday, abs(error), scale[0], dims)
        yield Part("forecast_rmsse", at, monday, error * error, scale[1], dims)


def _scale(
    company: Company, weeks: Weeks, product: str, site: str | None, frozen: datetime
) -> tuple[Decimal, Decimal] | None:
    monday = weeks.first + timedelta(days=-weeks.first.weekday() % 7)
    seen: list[Decimal] = []
    while weeks.is_covered(monday) and midnight(monday + WEEK, company.zone) <= frozen:
        seen.append(weeks.ordered(product, site, monday))
        monday += WEEK
    return _naive(seen)


def _naive(seen: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    steps = [Fraction(after - before) for before, after in pairwise(seen)]
    if not steps:
        return None
    mean = sum((abs(step) for step in steps), Fraction(0)) / len(steps)
    return rounded(mean), rounded(sum((step * step for step in steps), Fraction(0)) / len(steps))
