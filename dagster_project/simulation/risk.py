"""How probably each obligation was to fail, before chance had its way with it.

Known are the promise, what the stock and the load of the warehouse would be, and which causes were on. Not known is
whatever is drawn for an order or a line: holds, late trucks and carriers, rests, damage. The probability is exact for
independent draws; two lines of an order share some of them, so failures come together more often than by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from statistics import NormalDist

import numpy as np

from .causes import Causes
from .config import Company
from .days import DAY
from .demand import DROP_SHIP, Demand
from .fulfilment import DISPATCH, EARLY, late_chance
from .life import Life
from .promises import BY_CUSTOMER
from .reach import lines_at, orders_at
from .supply import OPENING
from .world import World

_HOLD_KINDS = ("stale_price_agreements", "credit_holds")


@dataclass(frozen=True)
class _Hold:
    """A hold that may come over each line: how probably, and for how many days (each equally likely)."""

    chance: np.ndarray
    days: tuple[int, ...]


@dataclass(frozen=True)
class _Road:
    """Of each line: what may delay it once it is ready. `packed_late`: its order is packed when trucks may have left;
    `trucks` (chance that it misses one if so, and for how many days), and slow lanes by day.
    """

    late: np.ndarray
    lanes: list[tuple[np.ndarray, int]]
    packed_late: float
    trucks: list[tuple[np.ndarray, int]]

    def in_time(self, slack: np.ndarray) -> np.ndarray:
        """How probably what delays it lasts no longer than so many days."""
        missed = np.zeros(len(slack))
        for gone in product((False, True), repeat=len(self.trucks)):
            days = sum(days for is_gone, (_, days) in zip(gone, self.trucks, strict=True) if is_gone)
            weight = np.ones(len(slack))
            for is_gone, (chance, _) in zip(gone, self.trucks, strict=True):
                weight = weight * (chance if is_gone else 1 - chance)
            missed += weight * self._driven(slack - days)
        found: np.ndarray = (1 - self.packed_late) * self._driven(slack) + self.packed_late * missed
        return found

    def _driven(self, slack: np.ndarray) -> np.ndarray:
        days = np.clip(slack, 0, None)
        found = 1 - self.late + self.late * np.clip(days / 3, 0, 1)
        for chance, least in self.lanes:
            found = found * (1 - chance + chance * np.clip((days - least + 1) / 3, 0, 1))
        return np.where(slack < 0, 0.0, found)


def failure_probability(
    company: Company, world: World, demand: Demand, life: Life, read_at: np.datetime64
) -> np.ndarray:
    """Of each line, 0 to 1: the probability that it fails what was last agreed with the customer, if it is not
    cancelled by the customer.
    """
    promises, parts = life.promises, life.parts
    due = np.where(promises.moved_by == BY_CUSTOMER, promises.moved_to, promises.first_due)
    ahead_day = due - promises.transit
    holds = _holds(company, world, demand, life.causes)
    chances, road = _chances(company, world, demand, life), _road(company, world, demand, life)
    # Half of the orders leave a day earlier than they must; which, is known by then.
    ahead = np.where(parts.ahead, 1, 0)
    planned = np.maximum(ahead_day - ahead, promises.earliest)
    waits = parts.turns.leaves - parts.ready
    there = life.supply.actual + np.where(demand.mode == DROP_SHIP, 0, 1)
    there = np.where(life.supply.actual == OPENING, planned, there)
    in_time = np.zeros(len(due))
    for days, weight in _held_for(holds, len(due)):
        leaves = np.maximum(np.maximum(planned, there), promises.earliest + days) + waits
        slack = ahead_day - leaves
        whole, rest = road.in_time(slack), road.in_time(np.minimum(slack, 0))
        together = (1 - chances["split"]) * whole + chances["split"] * (1 - chances["rest"]) * rest
        claimed = sum(road.in_time(slack - promises.transit - 4 - more) for more in range(4)) / 4
        in_time += weight * ((1 - chances["short"]) * together + chances["short"] * claimed)
    for name in ("dispatch", "ours"):
        in_time *= 1 - chances[name]
    in_time *= (1 - chances["damage"]) ** (1 + chances["split"])
    in_time *= 1 - company.chance("proof_is_late") * _later_than(read_at, demand.days.day(due))
    return 1 - in_time


def _holds(company: Company, world: World, demand: Demand, causes: Causes) -> list[_Hold]:
    of_line = demand.order
    lines = len(of_line)
    names = ("order_price_differs", "order_credit_blocked", "order_address_incomplete", "order_is_duplicate")
    # One hold in five lasts until the next day.
    found = [_Hold(np.full(lines, company.chance(name)), (0, 0, 0, 0, 1)) for name in names]
    odd = np.isin(of_line, of_line[demand.odd_price])
    found[0] = _Hold(np.where(odd, 1.0, found[0].chance), found[0].days)
    for cause in causes.found:
        if cause.kind in _HOLD_KINDS:
            chance = cause.chance(orders_at(company, world, demand, cause.where), demand.ordered_on)[of_line]
            found.append(_Hold(chance, tuple(cause.days + more for more in range(-1, 3))))
        elif cause.kind == "capture_errors":
            chance = cause.chance(orders_at(company, world, demand, cause.where), demand.ordered_on)[of_line]
            found.append(_Hold(0.5 * chance, tuple(cause.days + more for more in range(3))))
    return found


def _held_for(holds: list[_Hold], lines: int) -> list[tuple[int, np.ndarray]]:
    """Days that the longest hold lasts, and how probably it is that many; only those that can be."""
    before = np.zeros(lines)
    found = []
    for days in range(max(max(hold.days) for hold in holds) + 1):
        upto = np.ones(lines)
        for hold in holds:
            share = sum(one <= days for one in hold.days) / len(hold.days)
            upto *= 1 - hold.chance + hold.chance * share
        if (upto > before).any():
            found.append((days, upto - before))
        before = upto
    return found


def _chances(company: Company, world: World, demand: Demand, life: Life) -> dict[str, np.ndarray]:
    """What else can go wrong with a line, and how probably."""
    promises, lines = life.promises, len(demand.order)
    several = (demand.quantity > 1).astype(float)
    short, re_dated = np.zeros(lines), np.zeros(lines)
    is_first = np.concatenate([[True], demand.order[1:] != demand.order[:-1]])
    for cause in life.causes.found:
        of_orders = cause.chance(orders_at(company, world, demand, cause.where), demand.ordered_on)[demand.order]
        if cause.kind == "wrong_master_data":
            lines_hit = lines_at(company, world, demand, cause.where)
            hit = cause.chance(lines_hit, demand.ordered_on[demand.order])
            short = 1 - (1 - short) * (1 - hit * several)
        elif cause.kind == "capture_errors":
            short = 1 - (1 - short) * (1 - 0.5 * of_orders * is_first * several)
        elif cause.kind == "promises_re_dated":
            re_dated = 1 - (1 - re_dated) * (1 - of_orders * (cause.days > life.parts.ahead))
    moved = promises.moved_by == BY_CUSTOMER
    # One in eight is moved by one day, which those that leave a day ahead make good.
    by_chance = company.chance("line_moved_by_us") * np.where(life.parts.ahead, 7 / 8, 1)
    ours = 1 - (1 - by_chance) * (1 - re_dated)
    ours = np.where(promises.can_move & ~moved, ours, 0.0)
    return {
        "split": company.chance("line_split") * several,
        "rest": np.full(lines, company.chance("rest_is_late")),
        "short": short,
        "dispatch": late_chance(company, world, demand, "dispatch_is_late")[demand.order],
        "ours": 1 - (1 - ours) * (1 - company.chance("order_cancelled_by_us")),
        "damage": np.full(lines, company.chance("delivery_is_damaged") + company.chance("proof_is_corrected")),
    }


def _road(company: Company, world: World, demand: Demand, life: Life) -> _Road:
    carriers = company.group("carriers").names
    lanes, trucks = [], []
    for cause in life.causes.found:
        if cause.kind == "slow_lane":
            on_lane = orders_at(company, world, demand, cause.where)
            on_lane &= life.parts.drives_with == carriers.index(cause.where["carrier"])
            lanes.append((cause.chance(on_lane, demand.ordered_on)[demand.order], cause.days))
        elif cause.kind == "early_cut_off":
            here = lines_at(company, world, demand, cause.where) & (demand.mode != DROP_SHIP)
            trucks.append((cause.chance(here, demand.days.day(life.parts.turns.leaves)), cause.days))
    packed_late = (DISPATCH[1] - EARLY) / (DISPATCH[1] - DISPATCH[0])
    late = late_chance(company, world, demand, "transit_is_late")[demand.order]
    return _Road(late, lanes, packed_late, trucks)


def _later_than(read_at: np.datetime64, due: np.ndarray) -> np.ndarray:
    """How probably a proof that is late is not there yet when the last batch is read."""
    days = (read_at - due.astype("datetime64[us]")).astype(np.int64) / DAY
    logs = (np.log(np.clip(days, 0.01, 400)) - 2) / 0.5
    grid = np.linspace(-6, 6, 241)
    below = np.array([NormalDist().cdf(float(one)) for one in grid])
    found: np.ndarray = 1 - np.interp(logs, grid, below)
    return found
