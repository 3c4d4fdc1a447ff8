"""What customers send back: which goods, when they are asked about, come in and are looked at, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .days import WorkDays, local_day, seconds, to_utc
from .demand import Demand
from .fulfilment import Parts, of_parts
from .groups import nth
from .life import Life
from .streams import Streams
from .world import World

REASONS = (
    *("damaged in transit", "arrived too late", "defective on start-up"),
    *("wrong item ordered", "does not fit", "no longer needed"),
)
DAMAGED, TOO_LATE, DEFECTIVE = range(3)
DISPOSITIONS = ("restock", "rework", "scrap")
RESOLUTIONS = ("credit", "replace", "adjust")
CREDIT = 0
# How much more often goods come back that arrived late, and how many of the damaged ones do.
_ON_TIME, _LATE, _OF_DAMAGED = 0.8, 1.6, 0.5
_FIRST_DAY, _LAST_DAY, _MOST_DAYS = 4, 55, 60
_WHOLE = 0.6
# By reason, up to which chance goods are restocked, and reworked (the rest is scrapped).
_DISPOSED = np.array([[0.0, 0.4], [0.95, 1.0], [0.0, 0.7], [0.92, 0.98], [0.88, 0.97], [0.93, 0.98]])
# By reason, up to which chance they are credited, and replaced (for the rest the account is adjusted).
_RESOLVED = np.array([[0.55, 1.0], [0.85, 0.85], [0.40, 0.95], [0.75, 0.95], [0.70, 0.95], [0.88, 0.88]])


@dataclass(frozen=True)
class Returns:
    """Of a return: `code` (number in its ids), `shipment` (place), `order`, `site`, `requested_at`, `entered_at`,
    `due_back` (local day), `received_at`, `inspected_at`. Of a line: `of` (place of its return), `nth` (in it), `part`
    (consignment), `quantity`, `reason`, `disposition` and `resolution` (places in their names).
    """

    code: np.ndarray
    shipment: np.ndarray
    order: np.ndarray
    site: np.ndarray
    requested_at: np.ndarray
    entered_at: np.ndarray
    due_back: np.ndarray
    received_at: np.ndarray
    inspected_at: np.ndarray
    of: np.ndarray
    nth: np.ndarray
    part: np.ndarray
    quantity: np.ndarray
    reason: np.ndarray
    disposition: np.ndarray
    resolution: np.ndarray


def make_returns(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> Returns:
    """Goods of one shipment that come back together are one return."""
    parts, days = life.parts, demand.days
    chosen = _chosen(company, demand, life, streams)
    chosen = chosen[np.argsort(parts.shipment[chosen], kind="stable")]
    shipment, of = np.unique(parts.shipment[chosen], return_inverse=True)
    order, site = parts.shipment_order[shipment], parts.shipment_site[shipment]
    zone, site_zone = world.region_zone[demand.region[order]], world.site_zone[site]
    delivered_on = local_day(parts.shipment_delivered_at[shipment], zone, world.zones)
    known_at = parts.shipment_delivered_at[shipment].copy()
    np.maximum.at(known_at, of, seen_at(parts)[chosen])
    asked, received = _days(days, delivered_on, local_day(known_at, zone, world.zones), order, demand, streams)
    in_time = days.day(received) - delivered_on <= _MOST_DAYS
    draw = streams.of("return minutes")
    minutes = [draw.integers(low, high, len(demand.customer))[order] for low, high in ((480, 1020), (600, 900))]
    requested_at = to_utc(days.day(asked), minutes[0], zone, world.zones)
    entry = streams.of("return entries").integers(300, 5400, len(demand.customer))[order]
    looked = received + streams.of("return inspections").integers(1, 5, len(demand.customer))[order]
    kept = np.flatnonzero(in_time)
    place = np.cumsum(in_time) - 1
    lines = np.flatnonzero(in_time[of])
    of, chosen = place[of[lines]], chosen[lines]
    nth_return = nth(order[kept])
    return Returns(
        code=order[kept] * 100 + nth_return,
        shipment=shipment[kept],
        order=order[kept],
        site=site[kept],
        requested_at=requested_at[kept],
        entered_at=(requested_at + seconds(entry))[kept],
        due_back=days.day(received)[kept],
        received_at=to_utc(days.day(received), minutes[1], site_zone, world.zones)[kept],
        inspected_at=to_utc(days.day(looked), minutes[1] + 30, site_zone, world.zones)[kept],
        of=of,
        nth=nth(of),
        part=chosen,
        **_outcomes(demand, life, chosen, streams),
    )


def seen_at(parts: Parts) -> np.ndarray:
    """When all is known of how the goods arrived."""
    seen: np.ndarray = np.where(np.isnat(parts.corrected_at), parts.told_at, parts.corrected_at)
    return seen


def is_late(life: Life) -> np.ndarray:
    """Whether each consignment arrived after the day that was worked towards."""
    late: np.ndarray = life.parts.arrives > life.promises.planned_due[life.parts.line]
    return late


def of_part(values: np.ndarray, parts: Parts, places: np.ndarray) -> np.ndarray:
    """A draw for each consignment: two stand ready for a line, whether it has a rest or not."""
    return of_parts(values, parts.line[places], parts.is_rest[places])


def _chosen(company: Company, demand: Demand, life: Life, streams: Streams) -> np.ndarray:
    """Consignments of which something comes back."""
    parts, often = life.parts, company.chance("delivery_is_returned")
    chance = often * np.where(is_late(life), _LATE, _ON_TIME)
    chance = np.where(parts.damaged > 0, min(_OF_DAMAGED, 25 * often), chance)
    drawn = streams.of("returned").random((len(demand.order), 2))
    return np.flatnonzero(of_part(drawn, parts, np.arange(len(parts.line))) < chance)


def _days(
    days: WorkDays,
    delivered_on: np.ndarray,
    known_on: np.ndarray,
    order: np.ndarray,
    demand: Demand,
    streams: Streams,
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the working days on which each return is asked for, and comes in: soon more often than late."""
    share = streams.of("return days").random(len(demand.customer))[order]
    after = _FIRST_DAY + np.floor((_LAST_DAY - _FIRST_DAY) * share**1.6).astype(np.int64)
    earliest = days.number(known_on + 1)
    received = np.maximum(days.number(delivered_on + after), earliest + 2)
    wait = streams.of("return requests").random(len(demand.customer))[order]
    return earliest + np.floor(wait * (received - earliest)).astype(np.int64), received


def _outcomes(demand: Demand, life: Life, chosen: np.ndarray, streams: Streams) -> dict[str, np.ndarray]:
    """How much comes back and why, what is done with it, and what the customer gets."""
    parts, shape = life.parts, (len(demand.order), 2)

    def drawn(name: str) -> np.ndarray:
        return of_part(streams.of(name).random(shape), parts, chosen)

    damaged, accepted = parts.damaged[chosen], parts.accepted[chosen]
    share, why = drawn("returned quantities"), drawn("return reasons")
    some = np.ceil(share / _WHOLE * accepted).astype(np.int64).clip(1)
    quantity = np.where(share > _WHOLE, accepted, np.minimum(some, accepted))
    reason = DEFECTIVE + np.floor(why * (len(REASONS) - DEFECTIVE)).astype(np.int64)
    reason = np.where(is_late(life)[chosen] & (drawn("returned for being late") < 0.5), TOO_LATE, reason)
    reason = np.where(damaged > 0, DAMAGED, reason)
    return {
        "quantity": np.where(damaged > 0, damaged, quantity),
        "reason": reason,
        "disposition": _placed(drawn("return dispositions"), _DISPOSED[reason]),
        "resolution": _placed(drawn("return resolutions"), _RESOLVED[reason]),
    }


def _placed(chance: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """How many of its edges each chance has reached."""
    placed: np.ndarray = (chance[:, None] >= edges).sum(axis=1)
    return placed
