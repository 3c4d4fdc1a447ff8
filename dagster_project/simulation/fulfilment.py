"""What then happens: what leaves the dock when, what arrives, and the proof of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .causes import Causes
from .config import Company
from .days import seconds, to_utc
from .demand import DROP_SHIP, Demand
from .dispatch import Turns, make_turns
from .groups import nth
from .holds import Holds
from .promises import Promises
from .reach import lines_at, orders_at
from .streams import Streams
from .supply import OPENING, Supply
from .troubles import TroubleBook
from .world import World

DISPATCH, EARLY = (13 * 60, 18 * 60), 14 * 60 + 30
_HAND_OVER = (7 * 60 + 30, 16 * 60)
_CLAIMED = 0.6
_MOST_SHIPMENTS = 64


@dataclass(frozen=True)
class Parts:
    """What leaves the dock, one row for a line and its rest: `line`, `is_rest`, `quantity`, `shipment` (place),
    `shipped_at`, `delivered_at`, `arrives` (number of the working day), `told_at` (when the proof is there),
    `accepted`, `damaged`, `corrected_at` (when the damage is told; no instant where it was told at once), and what made
    it late if it is: `late_rest`, `late_dispatch`, `late_transit`, `short`.

    Numbers that stay what they are whatever else is shipped: `part_no`, and of a shipment `shipment_no`.

    Of a shipment: `shipment_order`, `shipment_site`, `is_drop` (it leaves from the supplier), `carrier`,
    `shipment_shipped_at`, `shipment_delivered_at`, `estimated_at`, `slowed_by` (place of the cause, or -1).
    Of an order: `drives_with` (the carrier that truly drives). Of a line: `ahead` (it is to leave a day before it
    must), `could` (it could leave, if its goods are there), `ready`, `leaves` (days by number) and `turns`.
    """

    line: np.ndarray
    is_rest: np.ndarray
    quantity: np.ndarray
    shipment: np.ndarray
    part_no: np.ndarray
    shipped_at: np.ndarray
    delivered_at: np.ndarray
    arrives: np.ndarray
    told_at: np.ndarray
    accepted: np.ndarray
    damaged: np.ndarray
    corrected_at: np.ndarray
    late_rest: np.ndarray
    late_dispatch: np.ndarray
    late_transit: np.ndarray
    short: np.ndarray
    shipment_no: np.ndarray
    shipment_order: np.ndarray
    shipment_site: np.ndarray
    is_drop: np.ndarray
    carrier: np.ndarray
    shipment_shipped_at: np.ndarray
    shipment_delivered_at: np.ndarray
    estimated_at: np.ndarray
    slowed_by: np.ndarray
    drives_with: np.ndarray
    ahead: np.ndarray
    could: np.ndarray
    ready: np.ndarray
    leaves: np.ndarray
    turns: Turns


@dataclass(frozen=True)
class _Leaving:
    """Of a line: `ahead`, `could` (nothing but the order's own holds considered), `ready`, `must`, `leaves` and
    `blocked_by` (place of the cause that kept it, or -1)."""

    ahead: np.ndarray
    could: np.ndarray
    ready: np.ndarray
    must: np.ndarray
    leaves: np.ndarray
    late: np.ndarray
    blocked_by: np.ndarray
    turns: Turns


def make_parts(
    company: Company,
    world: World,
    demand: Demand,
    supply: Supply,
    promises: Promises,
    holds: Holds,
    causes: Causes,
    book: TroubleBook,
    streams: Streams,
) -> Parts:
    """What leaves the dock and arrives, of every line that was not cancelled."""
    lines = len(demand.order)
    leaving = _leaving(company, world, demand, supply, promises, holds, causes, streams)
    kept = promises.cancelled.by[demand.order] == 0
    is_split = (streams.of("splits").random(lines) < company.chance("line_split")) & (demand.quantity > 1)
    is_split |= holds.is_short
    rest_late = is_split & (streams.of("late rests").random(lines) < company.chance("rest_is_late"))
    rest_by = streams.of("rest days").integers(1, 7, lines)
    rest_leaves = np.maximum(leaving.must, leaving.leaves)
    rest_leaves = rest_leaves + np.where(rest_late, rest_by, 0)
    short_rest = leaving.leaves + promises.transit + holds.rest_days
    rest_leaves = np.where(holds.is_short, np.maximum(rest_leaves, short_rest), rest_leaves)
    line = np.concatenate([np.flatnonzero(kept), np.flatnonzero(kept & is_split)])
    is_rest = np.concatenate([np.zeros(kept.sum(), bool), np.ones((kept & is_split).sum(), bool)])
    first = np.where(is_split, np.maximum(1, demand.quantity * 6 // 10), demand.quantity)
    quantity = np.where(is_rest, demand.quantity[line] - first[line], first[line])
    leaves = np.where(is_rest, rest_leaves[line], leaving.leaves[line])

    shipped = _shipments(company, world, demand, promises, line, leaves, causes, streams)
    shipment, delivered_at = shipped["shipment"], shipped["shipment_delivered_at"][shipped["shipment"]]
    chance = of_parts(streams.of("damages").random((lines, 2)), line, is_rest)
    damaged = _damaged(company, streams, line, is_rest, quantity, lines, chance)
    is_corrected = (damaged > 0) & (chance < company.chance("proof_is_corrected"))
    told_at, corrected_at = _proofs(company, streams, line, is_rest, lines, delivered_at, is_corrected)
    parts = Parts(
        line=line,
        is_rest=is_rest,
        quantity=quantity,
        part_no=2 * line + is_rest,
        shipped_at=shipped["shipment_shipped_at"][shipment],
        delivered_at=delivered_at,
        told_at=told_at,
        accepted=quantity - damaged,
        damaged=damaged,
        corrected_at=corrected_at,
        late_rest=is_rest & rest_late[line],
        late_dispatch=leaving.late[demand.order[line]],
        short=is_rest & holds.is_short[line],
        ahead=leaving.ahead,
        could=leaving.could,
        ready=leaving.ready,
        leaves=leaving.leaves,
        turns=leaving.turns,
        **shipped,
    )
    _note(demand, supply, promises, holds, leaving, parts, book, streams)
    return parts


def _leaving(
    company: Company,
    world: World,
    demand: Demand,
    supply: Supply,
    promises: Promises,
    holds: Holds,
    causes: Causes,
    streams: Streams,
) -> _Leaving:
    orders = len(demand.customer)
    # Half of the orders leave a day before they must, where they can.
    ahead = (streams.of("readiness").random(orders) < 0.5)[demand.order]
    planned = np.maximum(promises.planned_due - promises.transit - ahead, promises.earliest)
    could = np.maximum(planned, promises.earliest + holds.days)
    is_there = supply.actual + np.where(demand.mode == DROP_SHIP, 0, 1)
    ready = np.where(supply.actual == OPENING, could, np.maximum(could, is_there))
    usual = np.maximum(promises.first_due - promises.transit - ahead, promises.earliest)
    turns = make_turns(company, demand, promises, usual, ready, causes)
    must = np.maximum(promises.planned_due - promises.transit, turns.leaves)
    late = streams.of("dispatch").random(orders) < late_chance(company, world, demand, "dispatch_is_late")
    late_by = streams.of("dispatch days").integers(1, 4, orders)
    leaves = np.where(late[demand.order], must + late_by[demand.order], turns.leaves)
    leaves, missed_by = _missed_trucks(company, world, demand, leaves, causes, streams)
    return _Leaving(
        ahead, could, ready, must, leaves, late, np.where(missed_by >= 0, missed_by, turns.blocked_by), turns
    )


def late_chance(company: Company, world: World, demand: Demand, name: str) -> np.ndarray:
    """Of each order, how probably it is late by itself: the more hastily a segment orders, the more."""
    haste = company.group("segments").array("haste")[world.segment[demand.customer]]
    chance: np.ndarray = np.minimum(1.0, company.chance(name) * haste)
    return chance


def _missed_trucks(
    company: Company, world: World, demand: Demand, leaves: np.ndarray, causes: Causes, streams: Streams
) -> tuple[np.ndarray, np.ndarray]:
    """Lines that are packed after the last truck has left go with the next day's; and by which cause."""
    missed_by = np.full(len(leaves), -1)
    is_late = streams.of("dispatch minutes").integers(*DISPATCH, len(demand.customer)) >= EARLY
    for place, cause in enumerate(causes.found):
        if cause.kind == "early_cut_off":
            here = lines_at(company, world, demand, cause.where) & is_late[demand.order]
            hit = cause.strikes(here & (demand.mode != DROP_SHIP), demand.days.day(leaves), streams)
            leaves = leaves + np.where(hit, cause.days, 0)
            missed_by = np.where(hit, place, missed_by)
    return leaves, missed_by


def _shipments(
    company: Company,
    world: World,
    demand: Demand,
    promises: Promises,
    line: np.ndarray,
    leaves: np.ndarray,
    causes: Causes,
    streams: Streams,
) -> dict[str, np.ndarray]:
    """What leaves together: of one order, from one place, on one day. Shipments, and of each part its own."""
    order, site = demand.order[line], demand.site[line]
    sites, orders, days = len(world.site_zone), len(demand.customer), demand.days
    is_drop = demand.mode[line] == DROP_SHIP
    named = (leaves * 2 * sites + 2 * site + is_drop) * orders + order
    names, groups, shipment = np.unique(named, return_index=True, return_inverse=True)
    of_order, of_site, of_day, from_supplier = order[groups], site[groups], leaves[groups], is_drop[groups]
    per_order = streams.of("dispatch minutes").integers(*DISPATCH, orders)
    shipped_at = to_utc(days.day(of_day), per_order[of_order], world.site_zone[of_site], world.zones)
    late_transit = streams.of("transit").random(orders) < late_chance(company, world, demand, "transit_is_late")
    transit_by = np.where(late_transit, streams.of("transit days").integers(1, 4, orders), 0)
    carriers = company.group("carriers")
    carrier = streams.of("carriers").choice(len(carriers.names), orders, p=carriers.shares)
    slowed_by = np.full(orders, -1)
    for place, cause in enumerate(causes.found):
        if cause.kind == "slow_lane":
            on_lane = orders_at(company, world, demand, cause.where)
            on_lane &= carrier == carriers.names.index(cause.where["carrier"])
            hit = cause.strikes(on_lane, demand.ordered_on, streams)
            by = cause.days + streams.of(f"cause {cause.name}: days").integers(0, 3, orders)
            transit_by = np.where(hit, np.maximum(transit_by, by), transit_by)
            slowed_by = np.where(hit, place, slowed_by)
    transit = promises.transit[line][groups]
    arrives = of_day + transit + transit_by[of_order]
    hand_over = streams.of("hand-over").integers(*_HAND_OVER, orders)
    zone = world.region_zone[demand.region[of_order]]
    delivered_at = to_utc(days.day(arrives), hand_over[of_order], zone, world.zones)
    estimated_at = to_utc(days.day(of_day + transit), np.full(len(names), 17 * 60), zone, world.zones)
    return {
        "shipment": shipment,
        "arrives": arrives[shipment],
        "late_transit": (transit_by > 0)[of_order][shipment],
        "shipment_no": of_order * _MOST_SHIPMENTS + nth(of_order),
        "shipment_order": of_order,
        "shipment_site": of_site,
        "is_drop": from_supplier,
        "carrier": _confounded(company, world, demand, carrier, causes, streams)[of_order],
        "shipment_shipped_at": shipped_at,
        "shipment_delivered_at": delivered_at,
        "estimated_at": estimated_at,
        "slowed_by": slowed_by[of_order],
        "drives_with": carrier,
    }


def confounder(company: Company, causes: Causes) -> tuple[str, dict[str, str]] | None:
    """A carrier that looks slow and is not, and for whom it drives while the first cause lasts: whom that is for."""
    free = [name for name in company.group("carriers").names if name not in _lanes(causes)]
    if not company.told["decoys"] or not causes.planned or not free:
        return None
    return free[-1], {name: member for name, member in causes.planned[0].where.items() if name != "carrier"}


def _lanes(causes: Causes) -> set[str]:
    """Carriers of slow lanes."""
    return {cause.where["carrier"] for cause in causes.planned if cause.kind == "slow_lane"}


def _confounded(
    company: Company, world: World, demand: Demand, carrier: np.ndarray, causes: Causes, streams: Streams
) -> np.ndarray:
    """Carriers as they are recorded: while the first cause lasts, most orders it could strike are with the carrier that
    only looks slow. It drives no slower for it, and takes no order of a carrier with a slow lane.
    """
    found = confounder(company, causes)
    if found is None:
        return carrier
    names = company.group("carriers").names
    lanes = [names.index(name) for name in _lanes(causes)]
    taken = causes.planned[0].spans(demand.ordered_on) & orders_at(company, world, demand, found[1])
    taken &= np.bincount(demand.order, lines_at(company, world, demand, found[1]), len(carrier)) > 0
    taken &= (streams.of("confounder").random(len(carrier)) < 0.6) & ~np.isin(carrier, lanes)
    return np.where(taken, names.index(found[0]), carrier)


def of_parts(values: np.ndarray, line: np.ndarray, is_rest: np.ndarray) -> np.ndarray:
    """A draw for each part: two stand ready for a line, whether it has a rest or not."""
    drawn: np.ndarray = values[line, is_rest.astype(int)]
    return drawn


def _damaged(
    company: Company,
    streams: Streams,
    line: np.ndarray,
    is_rest: np.ndarray,
    quantity: np.ndarray,
    lines: int,
    chance: np.ndarray,
) -> np.ndarray:
    share = of_parts(streams.of("damaged shares").random((lines, 2)), line, is_rest)
    often = company.chance("delivery_is_damaged") + company.chance("proof_is_corrected")
    return np.where(chance < often, np.ceil(share * 0.3 * quantity).astype(int).clip(1), 0)


def _proofs(
    company: Company,
    streams: Streams,
    line: np.ndarray,
    is_rest: np.ndarray,
    lines: int,
    delivered_at: np.ndarray,
    is_corrected: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """When each proof is there, and when a damage that it did not tell is told."""
    hours = of_parts(streams.of("proofs").uniform(1, 10, (lines, 2)), line, is_rest)
    late = of_parts(streams.of("late proofs").random((lines, 2)), line, is_rest) < company.chance("proof_is_late")
    days = of_parts(streams.of("late proof days").lognormal(2, 0.5, (lines, 2)), line, is_rest)
    told_at = delivered_at + seconds(np.where(late, days * 24, hours) * 3600)
    later = of_parts(streams.of("corrections").integers(2, 12, (lines, 2)), line, is_rest)
    corrected_at = np.where(is_corrected, told_at + later.astype("timedelta64[D]"), np.datetime64("NaT"))
    return told_at, corrected_at


def _note(
    demand: Demand,
    supply: Supply,
    promises: Promises,
    holds: Holds,
    leaving: _Leaving,
    parts: Parts,
    book: TroubleBook,
    streams: Streams,
) -> None:
    """The troubles people see once the order has left the order desk."""
    lines, days = len(demand.order), demand.days
    work = streams.of("work on lines").random((5, lines))
    kept = promises.cancelled.by[demand.order] == 0
    morning = np.timedelta64(7, "h")
    in_time = promises.planned_due - promises.transit
    waits = np.flatnonzero(kept & (leaving.ready > np.maximum(leaving.could, in_time)))
    days_short = (leaving.ready - leaving.could)[waits]
    slipped = np.concatenate([supply.receipts.slipped_by, [-1]])[supply.receipt[waits]]
    begins = days.day(leaving.could[waits]).astype("datetime64[us]") + morning
    begins = np.maximum(begins, promises.committed_at[waits])
    book.note("stock_short", demand.order[waits], waits, begins, 24.0 * days_short, work[0][waits], slipped)
    moved = np.flatnonzero(kept & (promises.re_dated_by >= 0))
    book.note(
        "promise_re_dated",
        demand.order[moved],
        moved,
        promises.moved_at[moved],
        np.full(len(moved), 6.0),
        work[1][moved],
        promises.re_dated_by[moved],
    )
    behind = np.flatnonzero(kept & (leaving.leaves > np.maximum(in_time, leaving.ready)))
    begins = days.day(np.maximum(in_time, leaving.ready)[behind]).astype("datetime64[us]") + np.timedelta64(18, "h")
    open_for = 24.0 * (leaving.leaves - np.maximum(in_time, leaving.ready))[behind]
    book.note(
        "dispatch_late", demand.order[behind], behind, begins, open_for, work[2][behind], leaving.blocked_by[behind]
    )
    part_work = of_parts(work[3:5].T, parts.line, parts.is_rest)
    is_late = parts.late_transit & (part_work < _CLAIMED)
    late, shipments = np.flatnonzero(is_late), parts.shipment
    estimated = parts.estimated_at[shipments[late]]
    hours = np.maximum(1.0, (parts.delivered_at[late] - estimated).astype(np.int64) / 3.6e9)
    book.note(
        "carrier_late",
        demand.order[parts.line[late]],
        parts.line[late],
        estimated + np.timedelta64(1, "h"),
        hours,
        part_work[late] / _CLAIMED,
        parts.slowed_by[shipments[late]],
    )
    short = np.flatnonzero(parts.short)
    first_arrival = np.zeros(lines, "datetime64[us]")
    first_arrival[parts.line[~parts.is_rest]] = parts.delivered_at[~parts.is_rest]
    begins = first_arrival[parts.line[short]] + np.timedelta64(2, "h")
    hours = np.maximum(1.0, (parts.delivered_at[short] - begins).astype(np.int64) / 3.6e9)
    book.note(
        "delivered_short",
        demand.order[parts.line[short]],
        parts.line[short],
        begins,
        hours,
        part_work[short],
        holds.short_by[parts.line[short]],
    )
    bad = np.flatnonzero(parts.damaged > 0)
    seen = np.where(np.isnat(parts.corrected_at[bad]), parts.told_at[bad], parts.corrected_at[bad])
    book.note("damaged", demand.order[parts.line[bad]], parts.line[bad], seen, 24 + 72 * part_work[bad], part_work[bad])
