"""What moves demand from outside: a season, promotions, and a signal that really drives some families."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .streams import Streams
from .world import World

# How much is ordered in each month of the year, and on each day of the week from Monday on.
_OF_YEAR = np.array([0.94, 0.97, 1.06, 1.02, 1.03, 1.01, 0.92, 0.83, 1.05, 1.10, 1.09, 0.98])
_OF_WEEK = np.array([1.10, 1.08, 1.02, 0.98, 0.82, 0.06, 0.03])
_HOLIDAY = 0.05
PRICE_RISE = 1.03
# The signal: how long it takes until it is felt, and how strongly, by family.
SIGNAL_LAG = 2
_DRIVEN = {"pumps": 2.0, "valves": 1.5}
_PROMOTED_FOR = 20
_UPLIFT = 1.9


@dataclass(frozen=True)
class Market:
    """`signal` by month (`signal_months`, from before the first month on); promotions: `promoted` (family), `from_day`,
    `to_day`, `off` (discount) and `uplift` (how much more is ordered).
    """

    signal_months: np.ndarray
    signal: np.ndarray
    promoted: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray
    off: np.ndarray
    uplift: float


def make_market(company: Company, streams: Streams) -> Market:
    """The signal, month by month, and about three promotions a year."""
    first = np.datetime64(company.begins).astype("datetime64[M]") - SIGNAL_LAG
    months = np.arange(first, np.datetime64(company.ends).astype("datetime64[M]") + 1)
    shocks = streams.of("signal").normal(0, 4, len(months))
    level = np.empty(len(months))
    level[0] = shocks[0]
    for place in range(1, len(months)):
        level[place] = 0.8 * level[place - 1] + shocks[place]
    draw = streams.of("promotions")
    count = max(1, round(company.months / 4))
    span = int((np.datetime64(company.ends) - np.datetime64(company.begins)).astype(int))
    begins = np.datetime64(company.begins) + np.sort(draw.integers(0, max(1, span - _PROMOTED_FOR), count))
    return Market(
        signal_months=months,
        signal=np.round(100 + level, 1),
        promoted=draw.integers(0, len(company.group("families").names), count),
        from_day=begins,
        to_day=begins + _PROMOTED_FOR,
        off=np.round(draw.choice([0.05, 0.08, 0.10], count), 2),
        uplift=_UPLIFT,
    )


def arrival_days(company: Company, worked: np.busdaycalendar, streams: Streams) -> np.ndarray:
    """The local day each order arrives on: growth, season, weekday and holidays, and chance."""
    days = np.arange(np.datetime64(company.begins), np.datetime64(company.ends) + 1)
    years = np.arange(len(days)) / 365.25
    month = days.astype("datetime64[M]").astype(int) % 12
    weekday = (days.astype(int) + 3) % 7
    weight = (1 + company.told["growth_per_year"]) ** years * _OF_YEAR[month] * _OF_WEEK[weekday]
    weight = np.where(np.isin(days, worked.holidays), weight * _HOLIDAY, weight)
    draw = streams.of("arrivals")
    weight = weight * draw.lognormal(0, 0.12, len(days))
    return np.repeat(days, draw.multinomial(company.orders, weight / weight.sum()))


def choose_products(
    company: Company, world: World, market: Market, ordered_on: np.ndarray, streams: Streams
) -> np.ndarray:
    """The product of each line: by popularity, as promotions and the signal have it in the week it was ordered in."""
    chance = streams.of("products ordered").random(len(ordered_on))
    week = ordered_on.astype("datetime64[W]")
    chosen = np.empty(len(ordered_on), dtype=np.int64)
    # Orders come in the order of their days, so a week is a slice.
    weeks, starts = np.unique(week, return_index=True)
    for monday, start, end in zip(weeks, starts, [*starts[1:], len(week)], strict=True):
        weight = world.popularity * _of_week(company, market, monday)[world.family]
        edges = np.cumsum(weight / weight.sum())
        chosen[start:end] = np.searchsorted(edges, chance[start:end], side="right").clip(0, len(edges) - 1)
    return chosen


def _of_week(company: Company, market: Market, week: np.datetime64) -> np.ndarray:
    """How much more than usual is ordered of each family in a week."""
    names = company.group("families").names
    month = week.astype("datetime64[D]").astype("datetime64[M]") - SIGNAL_LAG
    felt = market.signal[np.searchsorted(market.signal_months, month).clip(0, len(market.signal) - 1)]
    more = np.array([np.exp(_DRIVEN.get(name, 0.0) * (felt - 100) / 100) for name in names])
    day = week.astype("datetime64[D]")
    for family in market.promoted[(market.from_day <= day + 6) & (market.to_day >= day)]:
        more[family] *= market.uplift
    return more


def list_price(world: World, product: np.ndarray, ordered_on: np.ndarray, begins: np.datetime64) -> np.ndarray:
    """The list price on a day: it rises with every new year."""
    years = ordered_on.astype("datetime64[Y]").astype(int) - begins.astype("datetime64[Y]").astype(int)
    price: np.ndarray = np.round(world.price[product] * PRICE_RISE**years, 2).clip(0.05)
    return price
