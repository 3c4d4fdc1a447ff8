"""What keeps an order from the warehouse after it was promised: failed checks, and documents that were read wrongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .causes import Causes
from .config import Company
from .days import seconds
from .demand import Demand
from .promises import Promises
from .reach import lines_at, orders_at
from .streams import Streams
from .troubles import TroubleBook
from .world import World

_CHECKS = {
    "price_mismatch": "order_price_differs",
    "credit_blocked": "order_credit_blocked",
    "address_incomplete": "order_address_incomplete",
    "duplicate_order": "order_is_duplicate",
}
_CAUSES = {"stale_price_agreements": "price_mismatch", "credit_holds": "credit_blocked"}


@dataclass(frozen=True)
class Holds:
    """Of a line: `days` (working days that it is held). Lines of which too little is
    picked: `is_short`, `rest_days` (until the rest leaves), `short_by` (place of the cause, or -1).
    Checks that failed: `failed` (check -> places of orders); `misread` (orders whose document was read wrongly) and
    `misread_quantity` (those of them whose first line was captured too small).
    """

    days: np.ndarray
    is_short: np.ndarray
    rest_days: np.ndarray
    short_by: np.ndarray
    failed: dict[str, np.ndarray]
    misread: np.ndarray
    misread_quantity: np.ndarray


def make_holds(
    company: Company,
    world: World,
    demand: Demand,
    promises: Promises,
    causes: Causes,
    book: TroubleBook,
    streams: Streams,
) -> Holds:
    """What is held and for how long; every hold is a trouble."""
    held = np.zeros(len(demand.customer), dtype=np.int64)
    is_live = promises.cancelled.by == 0
    failed: dict[str, list[np.ndarray]] = {}
    for check, chance in _CHECKS.items():
        hit = streams.of(f"check {check}").random(len(held)) < company.chance(chance)
        if check == "price_mismatch":
            hit[demand.order[demand.odd_price]] = True
        days = (streams.of(f"hold {check}").random(len(held)) < 0.2).astype(int)
        failed[check] = [_hold(demand, hit & is_live, days, held, check, -1, book, streams, check)]
    for place, cause in enumerate(causes.found):
        if cause.kind in _CAUSES:
            check = _CAUSES[cause.kind]
            of = orders_at(company, world, demand, cause.where)
            hit = cause.strikes(of, demand.ordered_on, streams) & is_live
            days = cause.days + streams.of(f"cause {cause.name}: days").integers(-1, 3, len(held))
            failed[check].append(_hold(demand, hit, days, held, check, place, book, streams, f"cause {cause.name}"))
    ten = np.unique(demand.order[demand.ten_times])
    failed["quantity_implausible"] = [ten]
    _note(demand, ten, "quantity_implausible", np.full(len(ten), 2.0), -1, book, streams, "ten times")
    misread, too_small = _misread(company, world, demand, is_live, causes, held, book, streams)
    broken = _broken_packs(company, demand, is_live, book, streams)
    failed["pack_broken"] = [demand.order[broken]]
    is_short, rest_days, short_by = _short_lines(company, world, demand, too_small, causes, streams)
    return Holds(
        days=held[demand.order],
        is_short=is_short,
        rest_days=rest_days,
        short_by=short_by,
        failed={check: np.unique(np.concatenate(places)) for check, places in failed.items()},
        misread=misread,
        misread_quantity=np.flatnonzero(too_small >= 0),
    )


def _hold(
    demand: Demand,
    hit: np.ndarray,
    days: np.ndarray,
    held: np.ndarray,
    check: str,
    cause: int,
    book: TroubleBook,
    streams: Streams,
    name: str,
) -> np.ndarray:
    """Hold the orders that are hit; their places."""
    places = np.flatnonzero(hit)
    held[places] = np.maximum(held[places], days[places])
    hours = 1 + 3 * streams.of(f"{name}: hours").random(len(hit))[places] + 24 * days[places]
    _note(demand, places, check, hours, cause, book, streams, name)
    return places


def _note(
    demand: Demand,
    places: np.ndarray,
    check: str,
    hours: np.ndarray,
    cause: int,
    book: TroubleBook,
    streams: Streams,
    name: str,
) -> None:
    work = streams.of(f"{name}: work").random(len(demand.customer))[places]
    opened_at = demand.entered_at[places] + seconds(60 + 120 * work)
    book.note(check, places, -1, opened_at, hours, work, cause)


def _misread(
    company: Company,
    world: World,
    demand: Demand,
    is_live: np.ndarray,
    causes: Causes,
    held: np.ndarray,
    book: TroubleBook,
    streams: Streams,
) -> tuple[np.ndarray, np.ndarray]:
    """Orders whose document was read wrongly; and of each order, the cause by which too little was captured, or -1."""
    too_small = np.full(len(held), -1)
    misread = np.zeros(len(held), dtype=bool)
    for place, cause in enumerate(causes.found):
        if cause.kind == "capture_errors":
            of = orders_at(company, world, demand, cause.where)
            hit = cause.strikes(of, demand.ordered_on, streams) & is_live
            is_seen = streams.of(f"cause {cause.name}: seen").random(len(held)) < 0.5
            days = cause.days + streams.of(f"cause {cause.name}: days").integers(0, 3, len(held))
            _hold(demand, hit & is_seen, days, held, "capture_error", place, book, streams, f"cause {cause.name}")
            too_small = np.where(hit & ~is_seen, place, too_small)
            misread |= hit
    return np.flatnonzero(misread), too_small


def _broken_packs(
    company: Company, demand: Demand, is_live: np.ndarray, book: TroubleBook, streams: Streams
) -> np.ndarray:
    """Lines noticed because they do not fill packs; they are repaired within the hour."""
    chance = streams.of("broken packs").random((2, len(demand.order)))
    found = np.flatnonzero((chance[0] < company.chance("line_breaks_pack")) & is_live[demand.order])
    order = demand.order[found]
    book.note(
        "pack_broken",
        order,
        found,
        demand.entered_at[order] + seconds(chance[1][found] * 300),
        chance[1][found],
        chance[1][found],
    )
    return found


def _short_lines(
    company: Company, world: World, demand: Demand, too_small: np.ndarray, causes: Causes, streams: Streams
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lines of which too little is picked, how long their rest takes, and the cause."""
    lines = len(demand.order)
    is_first = np.concatenate([[True], demand.order[1:] != demand.order[:-1]])
    short_by = np.where(is_first, too_small[demand.order], -1)
    days = np.where(short_by >= 0, 4, 0)
    for place, cause in enumerate(causes.found):
        if cause.kind == "wrong_master_data":
            of = lines_at(company, world, demand, cause.where)
            hit = cause.strikes(of, demand.ordered_on[demand.order], streams)
            short_by, days = np.where(hit, place, short_by), np.where(hit, cause.days, days)
    is_short = (short_by >= 0) & (demand.quantity > 1)
    return is_short, days + streams.of("short rests").integers(0, 4, lines), np.where(is_short, short_by, -1)
