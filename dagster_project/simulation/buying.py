"""The moments of the buying side: who asks when, when orders go out, what suppliers answer, when goods are there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .announcements import is_direct, make_announcements
from .config import Company
from .days import seconds, to_utc
from .demand import Demand
from .life import Life
from .promises import BY_CUSTOMER
from .streams import Streams
from .world import World

BY_BUYER, BY_SUPPLIER = 1, 2
NEVER = np.datetime64("NaT", "us")
FOR_CUSTOMER, FOR_PLAN, LATER, EARLIER = 1, 2, 3, 4
_ORDERED_TWICE, _ENDED_BY_SUPPLIER = 0.006, 0.3
_UNCONFIRMED, _PRICE_DEVIATES, _SILENT = 0.02, 0.015, 0.25
# Of the goods that come late without an announcement: the supplier said so at once, or we had asked for it.
_SAID_AT_ONCE, _WE_ASKED, _WE_ASKED_EARLIER = 0.45, 0.75, 0.04
_MINUTE = np.timedelta64(1, "m")
_HOUR = np.timedelta64(1, "h")


@dataclass(frozen=True)
class Buying:
    """Purchase orders, what their suppliers answer, and when goods are there.

    Lines are those of `Purchases`, and behind them some that were ordered twice and ended before anything came. Of a
    line: `order`, `line_no`, `product`, `site`, `supplier`, `quantity`, `cost`, `for_line` (sales line or -1), `due`
    (number of the working day the goods are to be there; at the customer, where they go there directly), instants
    `requested_at`, `approved_at`, `released_at`, `cancelled_at` (no instant: never), `cancelled_by`. Of an order:
    `first_line`, `checked_at` (its approval), `sent_at` (its release), `closed_at` (when that day ends at
    the site: from then on other systems know the order).

    Answers, of a line (no instant: none): `confirmed_at`, `confirmed_day` (by number), `confirmed_cost`; `asked_at`,
    `asked_day`, `asked_why` (a change we asked for); `slipped_at`, `slipped_day` (a later day the supplier told of).
    Receipts as in `Receipts`: `received_at`, `there_at` (from when the goods can be used), `told_at`.
    """

    order: np.ndarray
    line_no: np.ndarray
    product: np.ndarray
    site: np.ndarray
    supplier: np.ndarray
    quantity: np.ndarray
    cost: np.ndarray
    for_line: np.ndarray
    due: np.ndarray
    requested_at: np.ndarray
    approved_at: np.ndarray
    released_at: np.ndarray
    cancelled_at: np.ndarray
    cancelled_by: np.ndarray
    first_line: np.ndarray
    checked_at: np.ndarray
    sent_at: np.ndarray
    closed_at: np.ndarray
    confirmed_at: np.ndarray
    confirmed_day: np.ndarray
    confirmed_cost: np.ndarray
    asked_at: np.ndarray
    asked_day: np.ndarray
    asked_why: np.ndarray
    slipped_at: np.ndarray
    slipped_day: np.ndarray
    received_at: np.ndarray
    there_at: np.ndarray
    told_at: np.ndarray


def make_buying(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> Buying:
    """When everything on the buying side happens."""
    receipts = _receipts(company, world, demand, life, streams)
    placed = _placed(world, demand, life, streams)
    answers = _answers(world, demand, life, streams, placed, receipts)
    return Buying(**_with_repeats(life, streams, placed, answers), **receipts)


def _receipts(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> dict[str, np.ndarray]:
    """When goods come: a truck a purchase order and day; what goes to the customer directly is there when he has it."""
    purchases, receipts = life.supply.purchases, life.supply.receipts
    orders, lines = _count(purchases.order), len(purchases.order)
    zone = world.site_zone[purchases.site[receipts.line]]
    minutes = streams.of("trucks of suppliers").integers(7 * 60, 13 * 60, orders)[purchases.order[receipts.line]]
    received_at = to_utc(demand.days.day(receipts.received), minutes, zone, world.zones)
    stocked = purchases.for_line[receipts.line] < 0
    checked = streams.of("inspections").integers(30, 240, lines)[receipts.line]
    there_at = received_at + np.where(stocked, checked, 20).astype("timedelta64[m]")
    told_at = received_at.copy()
    direct = np.flatnonzero(is_direct(demand, purchases.for_line[receipts.line]))
    if len(direct):
        of = purchases.for_line[receipts.line[direct]]
        received_at[direct] = latest(life.parts.line, life.parts.delivered_at, len(demand.order))[of]
        told_at[direct] = latest(life.parts.line, life.parts.told_at, len(demand.order))[of]
        there_at[direct] = received_at[direct]
    return {"received_at": received_at, "there_at": there_at, "told_at": told_at}


def latest(line: np.ndarray, at: np.ndarray, lines: int) -> np.ndarray:
    """Of each line, the latest instant of its parts; the beginning of time where it has none."""
    found = np.zeros(lines, dtype=np.int64)
    np.maximum.at(found, line, at.astype("datetime64[us]").astype(np.int64))
    return found.astype("datetime64[us]")


def _count(order: np.ndarray) -> int:
    return int(order.max(initial=-1)) + 1


def _placed(world: World, demand: Demand, life: Life, streams: Streams) -> dict[str, np.ndarray]:
    """Requisition, approval and release: asked on one working day, ordered on the next."""
    purchases, days = life.supply.purchases, demand.days
    orders, lines = _count(purchases.order), len(purchases.order)
    zone = world.site_zone[purchases.site]
    asked = to_utc(days.day(purchases.needed), _minutes(streams, "requisitions", lines, 510, 990), zone, world.zones)
    approved = to_utc(days.day(purchases.released), _minutes(streams, "approvals", lines, 450, 535), zone, world.zones)
    first = np.searchsorted(purchases.order, np.arange(orders))
    day, zone = days.day(purchases.released)[first], zone[first]
    created = to_utc(day, _minutes(streams, "purchase orders", orders, 540, 660), zone, world.zones)
    # What is bought for one order cannot be asked for before that order is known.
    own = np.flatnonzero(purchases.for_line >= 0)
    entered = demand.entered_at[demand.order[purchases.for_line[own]]]
    asked[own] = entered + _minutes(streams, "requisitions for orders", lines, 5, 60)[own].astype("timedelta64[m]")
    approved[own] = np.maximum(approved[own], asked[own] + 5 * _MINUTE)
    created = np.maximum(created, approved[first] + 5 * _MINUTE)
    checked = created + _minutes(streams, "approvals of orders", orders, 10, 90).astype("timedelta64[m]")
    sent = checked + _minutes(streams, "releases of orders", orders, 5, 180).astype("timedelta64[m]")
    return {
        "requested_at": asked,
        "approved_at": approved,
        "released_at": created[purchases.order],
        "first_line": first,
        "checked_at": checked,
        "sent_at": sent,
        "closed_at": np.maximum(to_utc(day + 1, np.zeros(orders), zone, world.zones), sent),
    }


def _minutes(streams: Streams, name: str, count: int, earliest: int, latest_at: int) -> np.ndarray:
    """Whole minutes after midnight, or whatever else minutes are counted from."""
    return streams.of(f"{name}: minutes").integers(earliest, latest_at, count)


def _answers(
    world: World,
    demand: Demand,
    life: Life,
    streams: Streams,
    placed: dict[str, np.ndarray],
    receipts: dict[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """What suppliers confirm, what we ask them to change, and what they tell us of slipping."""
    purchases, days = life.supply.purchases, demand.days
    lines = len(purchases.order)
    direct = is_direct(demand, purchases.for_line)
    of = np.maximum(purchases.for_line, 0)
    first = np.searchsorted(life.supply.receipts.line, np.arange(lines))
    comes = np.where(direct, _last_arrivals(demand, life)[of], life.supply.receipts.received[first])
    received_at = receipts["received_at"][first]
    due = np.where(direct, life.promises.first_due[of], purchases.due)
    announced = make_announcements(demand, life, streams)
    by_letter = np.full(lines, NEVER)
    by_letter[announced.line] = announced.told_at
    by_chance = (life.supply.receipts.slipped_by[first] < 0) & np.isnat(by_letter)
    why, asked_day, said = _reasons(life, streams, direct, of, due, comes, by_chance)
    sent = placed["sent_at"][purchases.order]
    zone = world.site_zone[purchases.site]

    number = purchases.released + 1 + (streams.of("slow confirmations").random(lines) < 0.3)
    minutes = _minutes(streams, "confirmations", lines, 540, 900)
    confirmed_at = to_utc(days.day(number), minutes, zone, world.zones)
    confirmed_at = np.maximum(np.minimum(confirmed_at, received_at - 2 * _HOUR), sent + 10 * _MINUTE)
    unconfirmed = streams.of("unconfirmed").random(lines) < _UNCONFIRMED

    last = np.minimum(comes, due) - 1
    wait = np.floor(streams.of("requests to suppliers").random(lines) * np.maximum(1, last - number)).astype(int)
    minutes = _minutes(streams, "requests to suppliers", lines, 540, 960)
    asked_at = to_utc(days.day(np.minimum(number + wait, np.maximum(last, number))), minutes, zone, world.zones)
    passed_on = life.promises.moved_at[of] + (minutes - 500).astype("timedelta64[m]")
    asked_at = np.where((why == FOR_CUSTOMER) | (why == FOR_PLAN), passed_on, asked_at)
    asked_at = np.maximum(asked_at, confirmed_at + 30 * _MINUTE)

    slipped_at, slipped_day = _slips(
        world, demand, life, streams, np.where(why > 0, asked_day, np.where(said, comes, due)), comes, direct, by_letter
    )
    slipped_at = np.maximum(slipped_at, np.where(why > 0, asked_at, confirmed_at) + _HOUR)
    slips = ~np.isnat(slipped_at) & ~unconfirmed & (slipped_at < received_at)
    price = streams.of("confirmed prices").uniform(1.01, 1.06, lines)
    deviates = streams.of("price deviations").random(lines) < _PRICE_DEVIATES
    return {
        "due": due,
        "confirmed_at": np.where(unconfirmed, NEVER, confirmed_at),
        "confirmed_day": np.where(said, comes, due),
        "confirmed_cost": np.where(deviates, np.round(purchases.cost * price, 2), purchases.cost),
        "asked_at": np.where((why > 0) & ~unconfirmed, asked_at, NEVER),
        "asked_day": asked_day,
        "asked_why": why,
        "slipped_at": np.where(slips, slipped_at, NEVER),
        "slipped_day": np.where(direct, slipped_day, announced.expected),
    }


def _slips(
    world: World,
    demand: Demand,
    life: Life,
    streams: Streams,
    agreed: np.ndarray,
    comes: np.ndarray,
    direct: np.ndarray,
    by_letter: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """When suppliers confirm a later day (no instant: they stay silent): what they announced by mail, soon after it; of
    goods for a customer, some days before they are due."""
    purchases, lines = life.supply.purchases, len(agreed)
    tells = direct & (comes > agreed) & (streams.of("silent suppliers").random(lines) >= _SILENT)
    day = np.maximum(agreed - streams.of("warnings").integers(0, 7, lines), np.minimum(purchases.released + 1, agreed))
    minutes = _minutes(streams, "warnings", lines, 600, 990)
    told_at = to_utc(demand.days.day(day), minutes, world.site_zone[purchases.site], world.zones)
    booked_at = by_letter + _minutes(streams, "changed confirmations", lines, 10, 110).astype("timedelta64[m]")
    return np.where(direct, np.where(tells, told_at, NEVER), booked_at), np.maximum(comes, agreed + 1)


def _last_arrivals(demand: Demand, life: Life) -> np.ndarray:
    """Of each sales line, the working day its last part is at the customer."""
    found = np.zeros(len(demand.order), dtype=np.int64)
    np.maximum.at(found, life.parts.line, life.parts.arrives)
    return found


def _reasons(
    life: Life,
    streams: Streams,
    direct: np.ndarray,
    of: np.ndarray,
    due: np.ndarray,
    comes: np.ndarray,
    by_chance: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Why goods come on another day than was ordered: what we asked for, the day of it, and what was said at once."""
    chance = streams.of("why another day").random(len(due))
    moved_by = np.where(direct, life.promises.moved_by[of], 0)
    late, early = ~direct & by_chance & (comes > due), ~direct & (comes < due)
    said = late & (chance < _SAID_AT_ONCE)
    why = np.select(
        [
            moved_by == BY_CUSTOMER,
            moved_by > 0,
            late & ~said & (chance < _WE_ASKED),
            early & (chance < _WE_ASKED_EARLIER),
        ],
        [FOR_CUSTOMER, FOR_PLAN, LATER, EARLIER],
        0,
    )
    return why, np.where(moved_by > 0, life.promises.moved_to[of], comes), said


def _with_repeats(
    life: Life, streams: Streams, placed: dict[str, np.ndarray], answers: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The same with some lots that were ordered twice: the second order ends before anything of it comes."""
    purchases = life.supply.purchases
    lines, orders = len(purchases.order), _count(purchases.order)
    draw = streams.of("ordered twice").random((3, lines))
    twice = np.flatnonzero((draw[0] < _ORDERED_TWICE) & (purchases.for_line < 0))
    again = np.arange(len(twice))
    of = purchases.order[twice]
    later = _HOUR
    ended = placed["sent_at"][of] + later + seconds(3600 * (2 + 24 * draw[1][twice]))
    by = np.where(draw[2][twice] < _ENDED_BY_SUPPLIER, BY_SUPPLIER, BY_BUYER)

    def extended(values: np.ndarray, more: np.ndarray) -> np.ndarray:
        return np.concatenate([values, more])

    found = {
        name: extended(getattr(purchases, name), getattr(purchases, name)[twice])
        for name in ("product", "site", "supplier", "quantity", "cost", "for_line")
    }
    found |= {
        "order": extended(purchases.order, orders + again),
        "line_no": extended(purchases.line_no, np.full(len(twice), 10)),
        "cancelled_at": extended(np.full(lines, NEVER), ended),
        "cancelled_by": extended(np.zeros(lines, dtype=np.int64), by),
        "first_line": extended(placed["first_line"], lines + again),
    }
    for name in ("requested_at", "approved_at", "released_at"):
        found[name] = extended(placed[name], placed[name][twice] + later)
    for name in ("checked_at", "sent_at", "closed_at"):
        found[name] = extended(placed[name], placed[name][of] + later)
    for name, values in answers.items():
        is_moment = values.dtype.kind == "M"
        found[name] = extended(values, np.full(len(twice), NEVER) if is_moment else values[twice])
    return found
