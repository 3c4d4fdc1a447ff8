"""What is set aside for order lines: from stock at once or when goods are there, and what they wait for until then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .buying import Buying, latest
from .days import seconds
from .demand import CROSS_DOCK, DROP_SHIP, FROM_STOCK, Demand
from .groups import changes, nth
from .life import Life
from .stock_ledger import Ledger
from .streams import Streams
from .supply import OPENING
from .world import World

_AT_MOST = np.timedelta64(4 * 3600, "s")
_BEFORE_IT_LEAVES = np.timedelta64(30, "m")


@dataclass(frozen=True)
class Given:
    """Stock for lines, one row a line and attempt: `line`, `attempt` (from 1), `quantity` (0: nothing was there),
    `begins`, `ends` (when it left, or the order ended), `is_ended` (for an order that ended: its stock was never used).
    """

    line: np.ndarray
    attempt: np.ndarray
    quantity: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    is_ended: np.ndarray


@dataclass(frozen=True)
class Awaited:
    """Purchase lines that lines wait for: `line`, `purchase`, `quantity`, `begins`, `ends`."""

    line: np.ndarray
    purchase: np.ndarray
    quantity: np.ndarray
    begins: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True)
class Stock:
    """Stock by series (product and site in one): what `comes`, what `leaves`, what is `given` to lines that are kept,
    and to lines of orders that then `ended`.
    """

    comes: Ledger
    leaves: Ledger
    given: Ledger
    ended: Ledger

    def on_hand(self, series: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Units that lie at a site."""
        found: np.ndarray = self.comes.at(series, at) - self.leaves.at(series, at)
        return found

    def allocated(self, series: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Units of them that are set aside."""
        kept = self.given.at(series, at) - self.leaves.at(series, at) + self.ended.at(series, at)
        found: np.ndarray = np.clip(kept, 0, self.on_hand(series, at))
        return found

    def free(self, series: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Units that could be promised."""
        found: np.ndarray = self.on_hand(series, at) - self.allocated(series, at)
        return found


@dataclass(frozen=True)
class _Pegs:
    """Pegs as life has them, with instants: `begins` (the stock is set aside), `is_at_once` (at the first attempt), and
    whether the line waits for the purchase until then.
    """

    line: np.ndarray
    receipt: np.ndarray
    quantity: np.ndarray
    begins: np.ndarray
    is_at_once: np.ndarray
    waits: np.ndarray


def series_of(world: World, product: np.ndarray, site: np.ndarray) -> np.ndarray:
    """Product and site in one number."""
    found: np.ndarray = product * len(world.site_zone) + site
    return found


def first_attempts(demand: Demand, life: Life) -> np.ndarray:
    """Of each line, when it is first asked what stock can give: between entry and promise."""
    wait = (life.promises.committed_at - demand.entered_at[demand.order]) // 2
    found: np.ndarray = demand.entered_at[demand.order] + np.minimum(wait, _AT_MOST.astype("timedelta64[us]"))
    return found


def make_allocations(
    world: World, demand: Demand, life: Life, buying: Buying, arrivals: Ledger, streams: Streams
) -> tuple[Given, Awaited, Stock]:
    """Who gets which stock when; `arrivals` is all that comes into stock."""
    lines, asked_at = len(demand.order), first_attempts(demand, life)
    left_at = latest(life.parts.line, life.parts.shipped_at, lines)
    pegs = _pegs(demand, life, buying, asked_at, streams)
    given = _given(demand, life, pegs, asked_at, left_at)
    stocked = series_of(world, demand.product, demand.site)
    leaving = np.flatnonzero(demand.mode[life.parts.line] != DROP_SHIP)
    leaves = Ledger.of(stocked[life.parts.line[leaving]], life.parts.shipped_at[leaving], life.parts.quantity[leaving])
    to_kept = Ledger.of(stocked[given.line], given.begins, given.quantity)
    none = Ledger.of(*(np.zeros(0, kind) for kind in ("int64", "datetime64[us]", "int64")))
    ended = _of_ended(demand, life, asked_at, stocked, Stock(arrivals, leaves, to_kept, none))
    held = Ledger.of(
        np.tile(stocked[ended.line], 2),
        np.concatenate([ended.begins, ended.ends]),
        np.concatenate([ended.quantity, -ended.quantity]),
    )
    both = Given(*(np.concatenate([getattr(given, name), getattr(ended, name)]) for name in vars(given)))
    return both, _awaited(life, buying, pegs, asked_at), Stock(arrivals, leaves, to_kept, held)


def _pegs(demand: Demand, life: Life, buying: Buying, asked_at: np.ndarray, streams: Streams) -> _Pegs:
    supply, promises, lines = life.supply, life.promises, len(demand.order)
    line, receipt = supply.peg_line, supply.peg_receipt
    is_bought = receipt != OPENING
    there_at = np.where(is_bought, buying.there_at[receipt], np.datetime64(0, "us"))
    # What a line is promised from goods that are still to come, it does not get at once, though they come that day.
    kept_back = promises.is_backorder[line] & (receipt == supply.receipt[line])
    is_stock = demand.mode[line] == FROM_STOCK
    is_there = there_at <= asked_at[line]
    next_run = asked_at + seconds(3600 * streams.of("next allocation runs").uniform(2, 20, lines))
    put_away = seconds(60 * streams.of("put away").uniform(5, 45, lines))[line]
    begins = np.where(is_there, next_run[line], there_at + put_away)
    first_left = np.full(lines, np.iinfo(np.int64).max)
    np.minimum.at(first_left, life.parts.line, life.parts.shipped_at.astype(np.int64))
    begins = np.minimum(begins, first_left.astype("datetime64[us]")[line] - _BEFORE_IT_LEAVES)
    is_at_once = is_stock & is_there & ~kept_back
    begins = np.where(is_at_once, asked_at[line], begins)
    is_direct = demand.mode[line] == DROP_SHIP
    return _Pegs(
        line=line,
        receipt=receipt,
        quantity=supply.peg_quantity,
        begins=np.where(is_direct, there_at, begins),
        is_at_once=is_at_once,
        waits=is_bought & ~is_at_once & ~(is_stock & is_there),
    )


def _given(demand: Demand, life: Life, pegs: _Pegs, asked_at: np.ndarray, left_at: np.ndarray) -> Given:
    """An attempt for every instant at which a line gets stock, and before them one that found nothing."""
    chosen = np.flatnonzero(demand.mode[pegs.line] != DROP_SHIP)
    chosen = chosen[np.lexsort((pegs.begins[chosen], pegs.line[chosen]))]
    line, begins = pegs.line[chosen], pegs.begins[chosen]
    starts = np.flatnonzero(changes(line) | changes(begins))
    quantity = np.add.reduceat(pegs.quantity[chosen], starts) if len(starts) else np.zeros(0, np.int64)
    line, begins = line[starts], begins[starts]
    has_some = np.zeros(len(demand.order), bool)
    has_some[pegs.line[pegs.is_at_once]] = True
    is_kept = life.promises.cancelled.by[demand.order] == 0
    empty = np.flatnonzero(is_kept & (demand.mode == FROM_STOCK) & ~has_some)
    rank = nth(line)
    waited = ~has_some[line] & (demand.mode[line] != CROSS_DOCK)
    return Given(
        line=np.concatenate([line, empty]),
        attempt=np.concatenate([1 + rank + waited, np.ones(len(empty), np.int64)]),
        quantity=np.concatenate([quantity, np.zeros(len(empty), np.int64)]),
        begins=np.concatenate([begins, asked_at[empty]]),
        ends=np.concatenate([left_at[line], asked_at[empty]]),
        is_ended=np.zeros(len(line) + len(empty), bool),
    )


def _of_ended(demand: Demand, life: Life, asked_at: np.ndarray, stocked: np.ndarray, stock: Stock) -> Given:
    """What lines of orders that then ended held until their end: what was free when they asked."""
    cancelled = life.promises.cancelled
    ended_at = cancelled.at[demand.order]
    lines = np.flatnonzero((cancelled.by[demand.order] > 0) & (demand.mode == FROM_STOCK) & (asked_at < ended_at))
    return Given(
        line=lines,
        attempt=np.ones(len(lines), np.int64),
        quantity=np.minimum(demand.quantity[lines], stock.free(stocked[lines], asked_at[lines])),
        begins=asked_at[lines],
        ends=ended_at[lines],
        is_ended=np.ones(len(lines), bool),
    )


def _awaited(life: Life, buying: Buying, pegs: _Pegs, asked_at: np.ndarray) -> Awaited:
    """Pegs to purchase lines, stretch by stretch: what has come is a peg to stock, the rest still waits."""
    chosen = np.flatnonzero(pegs.waits)
    purchase = life.supply.receipts.line[pegs.receipt[chosen]]
    order = np.lexsort((pegs.begins[chosen], purchase, pegs.line[chosen]))
    chosen, purchase = chosen[order], purchase[order]
    line, ends = pegs.line[chosen], pegs.begins[chosen]
    is_first = changes(line) | changes(purchase)
    # What waits in a stretch is all of the line's, less what came before it.
    upto = np.cumsum(pegs.quantity[chosen])
    firsts = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    total = np.concatenate([upto[firsts[1:] - 1], upto[-1:]])
    sent_at = buying.sent_at[buying.order[purchase]]
    begins = np.where(is_first, np.maximum(asked_at[line], sent_at), np.concatenate([ends[:1], ends[:-1]]))
    lasts = begins < ends
    return Awaited(
        line=line[lasts],
        purchase=purchase[lasts],
        quantity=(total[group] - upto + pegs.quantity[chosen])[lasts],
        begins=begins[lasts],
        ends=ends[lasts],
    )
