"""What is promised of each line, and what moves or ends the promise before the goods leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .causes import Causes
from .config import Company
from .days import MINUTE, local_day, seconds, to_utc
from .demand import CROSS_DOCK, DROP_SHIP, FROM_STOCK, Demand
from .reach import orders_at
from .streams import Streams
from .supply import GOODS_IN, OPENING, Supply
from .world import World

HOUR = 60 * MINUTE
CUT_OFF_HOUR = 14
BY_CUSTOMER, BY_US = 1, 2
_DROP_SHIP_TRANSIT = 3


@dataclass(frozen=True)
class Cancelled:
    """Of an order: `by` (0 nobody, 1 the customer, 2 us) and `at` (the instant)."""

    by: np.ndarray
    at: np.ndarray


@dataclass(frozen=True)
class Promises:
    """Of a line, days as numbers of working days: `transit` (working days), `earliest` (the first day on which its
    goods can leave, as it is known when they are promised), `first_due`, `committed_at`, `moved_by` (0, 1, 2),
    `moved_at`, `moved_to`, `planned_due` (what we work towards), `is_backorder` (stock has to be bought first),
    `can_move` (there was time to ask for another day), `re_dated_by` (place of the cause, or -1).
    """

    cancelled: Cancelled
    transit: np.ndarray
    earliest: np.ndarray
    first_due: np.ndarray
    committed_at: np.ndarray
    moved_by: np.ndarray
    moved_at: np.ndarray
    moved_to: np.ndarray
    planned_due: np.ndarray
    is_backorder: np.ndarray
    can_move: np.ndarray
    re_dated_by: np.ndarray


def make_cancellations(company: Company, demand: Demand, streams: Streams) -> Cancelled:
    """Which orders end before they ship; one with a quantity that was typed ten times too large always does."""
    orders = len(demand.customer)
    chance = streams.of("cancellations").random(orders)
    by_customer, by_us = company.chance("order_cancelled_by_customer"), company.chance("order_cancelled_by_us")
    by = np.where(chance < by_customer, BY_CUSTOMER, np.where(chance < by_customer + by_us, BY_US, 0))
    by[demand.order[demand.ten_times]] = BY_CUSTOMER
    wait = seconds(streams.of("cancellation moments").integers(3600, 20 * 3600, orders))
    return Cancelled(by, demand.entered_at + wait)


def make_promises(
    company: Company,
    world: World,
    demand: Demand,
    supply: Supply,
    cancelled: Cancelled,
    causes: Causes,
    streams: Streams,
) -> Promises:
    """What is promised: the requested day where it can be kept, else the first that can; then what moves it."""
    orders, lines = len(demand.customer), len(demand.order)
    days = demand.days
    is_drop = demand.mode == DROP_SHIP
    transit = world.transit[demand.site, demand.region[demand.order]]
    transit = np.where(is_drop, np.minimum(transit, _DROP_SHIP_TRANSIT), transit)
    entered_day, entered_hour = _entered(world, demand)
    is_late = (entered_hour >= CUT_OFF_HOUR) & days.is_worked(entered_day)
    from_stock = days.number(entered_day) + np.where(is_late, 2, 1)
    waits = supply.planned != OPENING
    buffer = np.where(is_drop | (demand.mode == CROSS_DOCK), 1, GOODS_IN)
    earliest = np.where(waits, np.maximum(from_stock, supply.planned + buffer), from_stock)
    feasible = earliest + transit
    first_due = np.maximum(days.number(demand.requested_on), feasible)
    draw = streams.of("promises")
    confirmed = seconds(draw.lognormal(np.log(40), 0.8, orders) * 60)
    committed_at = (demand.entered_at + confirmed)[demand.order]

    # Both sides ask while there is time: before the goods would have to leave.
    last_call = days.day(first_due - transit - 1).astype("datetime64[us]")
    room = (last_call - committed_at).astype("timedelta64[us]").astype(np.int64)
    is_open = (room > HOUR) & (cancelled.by[demand.order] == 0)
    chance = streams.of("changes").random(lines)
    by_customer, by_us = company.chance("line_moved_by_customer"), company.chance("line_moved_by_us")
    moved_by = np.where(chance < by_customer, BY_CUSTOMER, np.where(chance < by_customer + by_us, BY_US, 0))
    by = streams.of("change days").integers(1, 9, lines)
    moved_to = first_due + np.where(moved_by == BY_US, 1 + by // 2, by)
    re_dated_by = np.full(lines, -1)
    for place, cause in enumerate(causes.found):
        if cause.kind == "promises_re_dated":
            hit = cause.strikes(orders_at(company, world, demand, cause.where), demand.ordered_on, streams)
            hit = hit[demand.order] & (moved_by == 0)
            moved_by = np.where(hit, BY_US, moved_by)
            moved_to = np.where(hit, first_due + cause.days, moved_to)
            re_dated_by = np.where(hit, place, re_dated_by)
    moved_by = np.where(is_open, moved_by, 0)
    share = streams.of("change moments").random(lines)
    return Promises(
        cancelled=cancelled,
        transit=transit,
        earliest=earliest,
        first_due=first_due,
        committed_at=committed_at,
        moved_by=moved_by,
        moved_at=committed_at + seconds(np.maximum(room, 0) * share / 1_000_000),
        moved_to=moved_to,
        planned_due=np.where(moved_by > 0, moved_to, first_due),
        is_backorder=(demand.mode == FROM_STOCK) & waits & (supply.planned + buffer > from_stock),
        can_move=room > HOUR,
        re_dated_by=np.where(moved_by > 0, re_dated_by, -1),
    )


def _entered(world: World, demand: Demand) -> tuple[np.ndarray, np.ndarray]:
    """Of each line, the day and the hour its warehouse's clock showed when the order was entered."""
    zones = world.site_zone[demand.site]
    entered = demand.entered_at[demand.order]
    day = local_day(entered, zones, world.zones)
    midnight = to_utc(day, np.zeros(len(day)), zones, world.zones)
    return day, (entered - midnight).astype(np.int64) // HOUR
