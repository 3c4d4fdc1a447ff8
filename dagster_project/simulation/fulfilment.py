"""What is promised and what then happens: commitments and their changes, consignments, deliveries and their proofs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .days import MINUTE, local_day, move, move_back, seconds, to_utc
from .demand import Demand
from .streams import Streams
from .world import World

HOUR = 60 * MINUTE
_CUT_OFF_HOUR = 14
_DISPATCH = (13 * 60, 18 * 60)
_HAND_OVER = (7 * 60 + 30, 16 * 60)
BY_CUSTOMER, BY_US = 1, 2


@dataclass(frozen=True)
class Promises:
    """Of an order: `cancelled_by` (0 nobody, 1 the customer, 2 us), `cancelled_at`. Of a line: `transit` (working
    days), `earliest` (the first day on which its goods can leave), `first_due`, `committed_at`, `moved_by` (0, 1, 2),
    `moved_at`, `moved_to` and `planned_due` (what we work towards).
    """

    cancelled_by: np.ndarray
    cancelled_at: np.ndarray
    transit: np.ndarray
    earliest: np.ndarray
    first_due: np.ndarray
    committed_at: np.ndarray
    moved_by: np.ndarray
    moved_at: np.ndarray
    moved_to: np.ndarray
    planned_due: np.ndarray


@dataclass(frozen=True)
class Parts:
    """What leaves the dock, one row for a line and its rest: `line`, `quantity`, `shipment` (place),
    `shipped_at`, `delivered_at`, `told_at` (when the proof is there), `accepted`, `damaged`, `corrected_at` (when the
    damage is told; no instant where it was told at once), and why it came late: `late_rest`, `late_dispatch`,
    `late_transit`.

    Of a shipment: `shipment_order`, `shipment_site`, `carrier`, `shipment_shipped_at`, `estimated_at`.
    """

    line: np.ndarray
    quantity: np.ndarray
    shipment: np.ndarray
    shipped_at: np.ndarray
    delivered_at: np.ndarray
    told_at: np.ndarray
    accepted: np.ndarray
    damaged: np.ndarray
    corrected_at: np.ndarray
    late_rest: np.ndarray
    late_dispatch: np.ndarray
    late_transit: np.ndarray
    shipment_order: np.ndarray
    shipment_site: np.ndarray
    carrier: np.ndarray
    shipment_shipped_at: np.ndarray
    estimated_at: np.ndarray


def make_promises(company: Company, world: World, demand: Demand, streams: Streams) -> Promises:
    """What is promised: the requested day where it can be kept, else the first that can; then what moves it."""
    draw = streams.of("promises")
    orders, lines = len(demand.customer), len(demand.order)
    transit = world.transit[demand.site, demand.region[demand.order]]
    earliest = _earliest_dispatch(world, demand)
    feasible = move(earliest, transit, demand.worked)
    first_due = np.maximum(move(demand.requested_on, 0, demand.worked), feasible)
    confirmed = seconds(draw.lognormal(np.log(40), 0.8, orders) * 60)
    committed_at = (demand.entered_at + confirmed)[demand.order]

    chance = streams.of("changes").random(lines)
    by_customer, by_us = company.chance("line_moved_by_customer"), company.chance("line_moved_by_us")
    moved_by = np.where(chance < by_customer, BY_CUSTOMER, np.where(chance < by_customer + by_us, BY_US, 0))
    # Both sides ask while there is time: before the goods would have to leave.
    last_call = move_back(first_due, transit + 1, demand.worked).astype("datetime64[us]")
    room = (last_call - committed_at).astype("timedelta64[us]").astype(np.int64)
    moved_by = np.where(room > HOUR, moved_by, 0)
    share = streams.of("change moments").random(lines)
    moved_at = committed_at + seconds(np.maximum(room, 0) * share / 1_000_000)
    by = streams.of("change days").integers(1, 9, lines)
    moved_to = move(first_due, np.where(moved_by == BY_US, 1 + by // 2, by), demand.worked)

    chance = streams.of("cancellations").random(orders)
    by_customer, by_us = company.chance("order_cancelled_by_customer"), company.chance("order_cancelled_by_us")
    cancelled_by = np.where(chance < by_customer, BY_CUSTOMER, np.where(chance < by_customer + by_us, BY_US, 0))
    wait = seconds(streams.of("cancellation moments").integers(3600, 20 * 3600, orders))
    planned = np.where(moved_by > 0, moved_to, first_due)
    return Promises(
        cancelled_by=cancelled_by,
        cancelled_at=demand.entered_at + wait,
        transit=transit,
        earliest=earliest,
        first_due=first_due,
        committed_at=committed_at,
        moved_by=np.where(cancelled_by[demand.order] > 0, 0, moved_by),
        moved_at=moved_at,
        moved_to=moved_to,
        planned_due=planned,
    )


def _earliest_dispatch(world: World, demand: Demand) -> np.ndarray:
    """Of each line, the first day on which its goods can leave: the day it was entered, after the cut-off the next."""
    zones = world.site_zone[demand.site]
    entered = demand.entered_at[demand.order]
    day = local_day(entered, zones, world.zones)
    hours = (entered - day.astype("datetime64[us]")).astype(np.int64) // HOUR
    return move(day, np.where(hours >= _CUT_OFF_HOUR, 2, 1), demand.worked)


def make_parts(company: Company, world: World, demand: Demand, promises: Promises, streams: Streams) -> Parts:
    """What leaves the dock and arrives, of every line that was not cancelled."""
    lines = len(demand.order)
    worked = demand.worked
    transit, earliest = promises.transit, promises.earliest
    # Half of the orders leave a day before they must, where they can.
    ahead = (streams.of("readiness").random(len(demand.customer)) < 0.5).astype(int)[demand.order]
    planned = np.maximum(move_back(promises.planned_due, transit + ahead, worked), earliest)
    late = streams.of("dispatch").random(len(demand.customer)) < company.chance("dispatch_is_late")
    late_by = streams.of("dispatch days").integers(1, 4, len(demand.customer))
    must = np.maximum(move_back(promises.planned_due, transit, worked), earliest)
    leaves = np.where(late[demand.order], move(must, late_by[demand.order], worked), planned)

    is_split = (streams.of("splits").random(lines) < company.chance("line_split")) & (demand.quantity > 1)
    rest_late = is_split & (streams.of("late rests").random(lines) < company.chance("rest_is_late"))
    rest_by = streams.of("rest days").integers(1, 7, lines)
    rest_leaves = np.where(rest_late, move(np.maximum(must, leaves), rest_by, worked), np.maximum(must, leaves))
    kept = promises.cancelled_by[demand.order] == 0
    line = np.concatenate([np.flatnonzero(kept), np.flatnonzero(kept & is_split)])
    is_rest = np.concatenate([np.zeros(kept.sum(), bool), np.ones((kept & is_split).sum(), bool)])
    first = np.where(is_split, np.maximum(1, demand.quantity * 6 // 10), demand.quantity)
    quantity = np.where(is_rest, demand.quantity[line] - first[line], first[line])
    day = np.where(is_rest, rest_leaves[line], leaves[line])

    order, site = demand.order[line], demand.site[line]
    named = np.stack([order, site, day.astype(np.int64)], axis=1)
    groups, shipment = np.unique(named, axis=0, return_inverse=True)
    shipment = shipment.reshape(-1)
    of_order, of_site, of_day = groups[:, 0], groups[:, 1], groups[:, 2].astype("datetime64[D]")
    per_order = streams.of("dispatch minutes").integers(*_DISPATCH, len(demand.customer))
    shipped_at = to_utc(of_day, per_order[of_order], world.site_zone[of_site], world.zones)
    planned_days = world.transit[of_site, demand.region[of_order]]
    late_transit = streams.of("transit").random(len(demand.customer)) < company.chance("transit_is_late")
    transit_by = streams.of("transit days").integers(1, 4, len(demand.customer))
    arrives = move(of_day, planned_days + np.where(late_transit, transit_by, 0)[of_order], worked)
    hand_over = streams.of("hand-over").integers(*_HAND_OVER, len(demand.customer))
    region_zone = world.region_zone[demand.region[of_order]]
    delivered_at = to_utc(arrives, hand_over[of_order], region_zone, world.zones)
    estimated_at = to_utc(move(of_day, planned_days, worked), np.full(len(groups), 17 * 60), region_zone, world.zones)
    carriers = company.group("carriers")
    carrier = streams.of("carriers").choice(len(carriers.names), len(demand.customer), p=carriers.shares)[of_order]

    chance = _of_parts(streams.of("damages").random((lines, 2)), line, is_rest)
    damaged = _damaged(company, streams, line, is_rest, quantity, lines, chance)
    is_corrected = (damaged > 0) & (chance < company.chance("proof_is_corrected"))
    told_at, corrected_at = _proofs(company, streams, line, is_rest, lines, delivered_at[shipment], is_corrected)
    return Parts(
        line=line,
        quantity=quantity,
        shipment=shipment,
        shipped_at=shipped_at[shipment],
        delivered_at=delivered_at[shipment],
        told_at=told_at,
        accepted=quantity - damaged,
        damaged=damaged,
        corrected_at=corrected_at,
        late_rest=is_rest & rest_late[line],
        late_dispatch=late[order],
        late_transit=late_transit[order],
        shipment_order=of_order,
        shipment_site=of_site,
        carrier=carrier,
        shipment_shipped_at=shipped_at,
        estimated_at=estimated_at,
    )


def _of_parts(values: np.ndarray, line: np.ndarray, is_rest: np.ndarray) -> np.ndarray:
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
    share = _of_parts(streams.of("damaged shares").random((lines, 2)), line, is_rest)
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
    hours = _of_parts(streams.of("proofs").uniform(1, 10, (lines, 2)), line, is_rest)
    late = _of_parts(streams.of("late proofs").random((lines, 2)), line, is_rest) < company.chance("proof_is_late")
    days = _of_parts(streams.of("late proof days").lognormal(2, 0.5, (lines, 2)), line, is_rest)
    told_at = delivered_at + seconds(np.where(late, days * 24, hours) * 3600)
    later = _of_parts(streams.of("corrections").integers(2, 12, (lines, 2)), line, is_rest)
    corrected_at = np.where(is_corrected, told_at + later.astype("timedelta64[D]"), np.datetime64("NaT"))
    return told_at, corrected_at
