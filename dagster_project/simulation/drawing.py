"""Which causes a seed draws: two to four, for a segment and a time that are large enough to be worth finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np

from .causes import KINDS, Cause, Causes, Countermeasure, Kind, is_possible
from .config import Company
from .demand import Demand
from .reach import lines_at, orders_at
from .streams import Streams
from .world import World

# What all causes of a company are to cost together, in points of OTIF at order level: least and most.
_TOGETHER = (11.8, 13.2)
_LEAST, _FEWEST_TOGETHER, _MOST_CAUSES = 0.9, 11.2, 4
# How many of the orders that are hit miss their promise, by kind; where it is not told, nearly all.
_BREAKS = {"early_cut_off": 0.35, "capture_errors": 0.80, "promises_re_dated": 0.75, "supplier_slips": 0.55}
_BREAKS_ELSE = 0.95
_MOST_HIT = 0.90
# How many orders may have a trouble, all causes together.
_MOST_TROUBLED = 0.182
_COUNTERED, _COUNTER_WORKS = 0.5, 0.7
# Of the lead time a segment asks for, how long a hold lasts so that it cannot be made good.
_HOLD_OF_LEAD = 0.75
# How large the company is on which the causes are sized: the same for every number of orders.
_SIZED_ON, _ROUNDS = 20_000, 3


@dataclass(frozen=True)
class _Place:
    """Where a cause could strike, and the points it could cost at most."""

    where: dict[str, str]
    reach: float


@dataclass(frozen=True)
class Twin:
    """A small company of the same seed, and what it comes to with some causes: the share of orders that are met, and
    that of orders with a trouble.
    """

    company: Company
    world: World
    demand: Demand
    members: dict[str, list[str]]
    met: Callable[[Causes], float]
    troubled: Callable[[Causes], float]


def draw_causes(company: Company, streams: Streams, twin_of: Callable[[Company], Twin]) -> Causes:
    """Two to four kinds, each for one place and time; how often they strike follows from what they are to cost."""
    twin = twin_of(replace(company, orders=_SIZED_ON))
    draw = streams.of("causes drawn")
    count = int(draw.integers(2, _MOST_CAUSES + 1))
    together = float(draw.uniform(*_TOGETHER))
    found: list[tuple[Cause, float]] = []
    for place in draw.permutation(len(KINDS)):
        if len(found) >= _MOST_CAUSES or (len(found) >= count and sum(most for _, most in found) >= together):
            break
        cause, most = _cause(twin, list(KINDS)[place], found[0][0] if found else None, draw)
        if most >= _LEAST:
            found.append((cause, most))
    return _sized(twin, found, together)


def _sized(twin: Twin, found: list[tuple[Cause, float]], together: float) -> Causes:
    """The causes, striking as often as it takes for each to cost its part of what they are to cost together."""
    most = np.array([points for _, points in found])
    wanted = np.clip(most * min(1.0, together / max(most.sum(), 1e-9)), _LEAST, None)
    causes = Causes.all_on(tuple(cause for cause, _ in found))
    calm = twin.met(Causes(()))
    for _ in range(_ROUNDS):
        costs = [100 * (calm - twin.met(Causes((cause,)))) for cause in causes.found]
        causes = Causes.all_on(
            tuple(
                _scaled(cause, want / max(cost, 0.05))
                for cause, want, cost in zip(causes.found, wanted, costs, strict=True)
            )
        )
        short = _FEWEST_TOGETHER / max(0.1, 100 * (calm - twin.met(causes)))
        wanted = wanted * max(1.0, short)
    for _ in range(_ROUNDS):
        if (troubled := twin.troubled(causes)) > _MOST_TROUBLED:
            by = _MOST_TROUBLED / troubled
            causes = Causes.all_on(tuple(_scaled(cause, by) for cause in causes.found))
    return causes


def _scaled(cause: Cause, by: float) -> Cause:
    """The same cause, striking more or less often; where that cannot be, for more or fewer days."""
    by = float(np.clip(by, 0.2, 4.0))
    if cause.kind == "ignored_holidays":
        return replace(cause, days=int(np.clip(round(cause.days * by), 2, 12)))
    most = 0.35 if cause.kind == "warehouse_overloaded" else _MOST_HIT
    share = cause.share * by
    longer = cause.kind == "supplier_slips" and share > most
    days = min(60, round(cause.days * min(1.5, share / most))) if longer else cause.days
    return replace(cause, share=round(float(np.clip(share, 0.02, most)), 4), days=days)


def _cause(twin: Twin, name: str, first: Cause | None, draw: np.random.Generator) -> tuple[Cause, float]:
    """A cause of a kind, and the points it could cost at most."""
    kind = KINDS[name]
    begins, ends = _span(twin.company, kind, first, draw)
    places = list(_places(twin, name, kind, begins, ends))
    best = max(place.reach for place in places)
    good = [place for place in places if place.reach >= 0.6 * best]
    place = good[int(draw.integers(0, len(good)))]
    most = min(kind.points, place.reach)
    share = float(np.clip(_MOST_HIT * most / max(place.reach, 1e-9), 0.02, _MOST_HIT))
    days = kind.days
    if name == "warehouse_overloaded":
        share = kind.days / max(10, int(np.busday_count(begins, ends)) + 1)
    elif kind.dimensions == ("segment",) and name != "promises_re_dated":
        days = max(3, round(_HOLD_OF_LEAD * twin.company.told["segments"][place.where["segment"]]["lead_days"]))
    countermeasure = None
    if draw.random() < _COUNTERED:
        later = np.datetime64(begins) + (np.datetime64(ends) - np.datetime64(begins)) * 6 // 10
        countermeasure = Countermeasure(later.astype("datetime64[D]").item(), _COUNTER_WORKS)
    return Cause(name, name, place.where, begins, ends, round(share, 4), days, countermeasure), most


def _span(company: Company, kind: Kind, first: Cause | None, draw: np.random.Generator) -> tuple[date, date]:
    """From the first of a month, for some months; not in the first two, in which nobody learns what is usual.
    The first cause and the others overlap, so that they can interact.
    """
    least, most = kind.months
    months = min(int(draw.integers(least, most + 1)), max(1, company.months - 2))
    start = np.datetime64(company.begins).astype("datetime64[M]")
    earliest, latest = min(2, company.months - months), max(0, company.months - months)
    if first is not None:
        shared = (np.datetime64(first.begins).astype("datetime64[M]") - start).astype(int)
        until = (np.datetime64(first.ends).astype("datetime64[M]") - start).astype(int)
        earliest, latest = max(earliest, int(shared) - months + 1), min(latest, int(until))
    begins = start + int(draw.integers(earliest, max(earliest, latest) + 1))
    ends = (begins + months).astype("datetime64[D]") - 1
    return begins.astype("datetime64[D]").item(), min(ends.item(), company.ends)


def _places(twin: Twin, name: str, kind: Kind, begins: date, ends: date) -> Iterator[_Place]:
    """Every place of a kind."""
    demand, members = twin.demand, twin.members
    inside = (demand.ordered_on >= np.datetime64(begins)) & (demand.ordered_on <= np.datetime64(ends))
    breaks = _BREAKS.get(name, _BREAKS_ELSE)
    for chosen in product(*(members[dimension] for dimension in kind.dimensions)):
        where = dict(zip(kind.dimensions, chosen, strict=True))
        if not is_possible(twin.company, name, where):
            yield _Place(where, 0.0)
            continue
        applies = _applies(twin, where)
        reach = 100 * float((applies & inside).mean()) * breaks * _MOST_HIT
        if kind.dimensions == ("site",):
            reach = kind.points
        yield _Place(where, reach)


def _applies(twin: Twin, where: dict[str, str]) -> np.ndarray:
    """Whether each order has something to do with all of these."""
    company, demand = twin.company, twin.demand
    orders = len(demand.customer)
    found = orders_at(company, twin.world, demand, where)
    found &= np.bincount(demand.order, lines_at(company, twin.world, demand, where), orders) > 0
    if "carrier" in where:
        carriers = company.group("carriers")
        found &= np.arange(orders) % 100 < 100 * carriers.shares[carriers.names.index(where["carrier"])]
    return found
