"""What suppliers who are late say of it before: which lines, when, and the day they then hope for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .days import seconds
from .demand import DROP_SHIP, Demand
from .life import Life
from .streams import Streams

# How often a supplier who is late says so before: by chance, and where it slips.
_ANNOUNCES, _ANNOUNCES_SLIP = 0.55, 0.85
# What they announce is not always what they then keep.
_OFF = np.array([-2, -1, 0, 0, 0, 1])


@dataclass(frozen=True)
class Announcements:
    """Of announced delays: `line` (of a purchase), `told_at`; of each purchase line: the day `expected` (by number)."""

    line: np.ndarray
    told_at: np.ndarray
    expected: np.ndarray


def make_announcements(demand: Demand, life: Life, streams: Streams) -> Announcements:
    """Delays of goods that come to us; who sends them to a customer writes to nobody here."""
    purchases, receipts = life.supply.purchases, life.supply.receipts
    count = len(purchases.order)
    first = np.searchsorted(receipts.line, np.arange(count))
    by = (receipts.received - receipts.planned)[first]
    often = np.where(receipts.slipped_by[first] >= 0, _ANNOUNCES_SLIP, _ANNOUNCES)
    chance = streams.of("notices").random((3, count))
    lines = np.flatnonzero((by > 0) & (chance[0] < often) & ~is_direct(demand, purchases.for_line))
    ahead = np.floor(chance[1] * 7).astype(int)
    day = np.maximum(purchases.released + 1, receipts.planned[first] - ahead)[lines]
    minutes = 8 * 60 + np.floor(8 * 60 * chance[2][lines])
    off = np.floor(streams.of("announced days").random(count) * len(_OFF)).astype(int)
    expected = np.maximum(receipts.received[first] + _OFF[off], receipts.planned[first] + 1)
    return Announcements(lines, demand.days.day(day).astype("datetime64[us]") + seconds(minutes * 60), expected)


def is_direct(demand: Demand, for_line: np.ndarray) -> np.ndarray:
    """Which purchase lines go from the supplier to the customer."""
    found: np.ndarray = (for_line >= 0) & (demand.mode[np.maximum(for_line, 0)] == DROP_SHIP)
    return found
