"""What is bought: lots when stock falls to its reorder point, goods for one line, what arrives, and whom it serves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .causes import Causes
from .config import Company
from .demand import CROSS_DOCK, DROP_SHIP, FROM_STOCK, Demand
from .groups import nth
from .market import PRICE_RISE
from .streams import Streams
from .world import World

OPENING = -1
# Working days: from the need to the order's release, and from a receipt to what can be promised of it.
_APPROVAL, GOODS_IN = 1, 2
_DROP_SHIP_DAYS = 4


@dataclass(frozen=True)
class Purchases:
    """Lines of purchase orders, by the day of their release: `order` (place of the purchase order), `line_no`,
    `product`, `site`, `supplier`, `quantity`, `cost` (a unit), `for_line` (the sales line it was bought for, or -1),
    and working days by number: `needed` (requisition), `released`, `due`.
    """

    order: np.ndarray
    line_no: np.ndarray
    product: np.ndarray
    site: np.ndarray
    supplier: np.ndarray
    quantity: np.ndarray
    cost: np.ndarray
    for_line: np.ndarray
    needed: np.ndarray
    released: np.ndarray
    due: np.ndarray


@dataclass(frozen=True)
class Receipts:
    """What arrived: `line` (of a purchase), `quantity`, `accepted`, `rejected`, working days by number `planned` and
    `received`, and `slipped_by` (place of the cause, or -1).
    """

    line: np.ndarray
    quantity: np.ndarray
    accepted: np.ndarray
    rejected: np.ndarray
    planned: np.ndarray
    received: np.ndarray
    slipped_by: np.ndarray


@dataclass(frozen=True)
class Supply:
    """Purchases, receipts, and what each sales line is served from.

    Of a sales line: `planned` and `actual` (number of the working day its last unit is there; OPENING where it is from
    the opening stock), and `receipt` (place of the last receipt that serves it, or OPENING). Pegs: `peg_line`,
    `peg_receipt` (or OPENING), `peg_quantity`. Stock: `stock_product`, `stock_site`, `opening`, `reorder_point`,
    `safety_stock` (what of the reorder point is not for the lead time), `lot`.
    """

    purchases: Purchases
    receipts: Receipts
    planned: np.ndarray
    actual: np.ndarray
    receipt: np.ndarray
    peg_line: np.ndarray
    peg_receipt: np.ndarray
    peg_quantity: np.ndarray
    stock_product: np.ndarray
    stock_site: np.ndarray
    opening: np.ndarray
    reorder_point: np.ndarray
    safety_stock: np.ndarray
    lot: np.ndarray


@dataclass(frozen=True)
class _Stock:
    """Products at sites: lines that ask for them, in order of arrival, with what was asked for up to each."""

    lines: np.ndarray
    series: np.ndarray
    names: np.ndarray
    product: np.ndarray
    site: np.ndarray
    starts: np.ndarray
    upto: np.ndarray
    total: np.ndarray
    reorder_point: np.ndarray
    safety_stock: np.ndarray
    lot: np.ndarray
    opening: np.ndarray


def make_supply(
    company: Company, world: World, demand: Demand, is_cancelled: np.ndarray, causes: Causes, streams: Streams
) -> Supply:
    """Everything that is bought for lines that are not cancelled."""
    kept = ~is_cancelled[demand.order]
    stock = _stock(company, world, demand, np.flatnonzero(kept & (demand.mode == FROM_STOCK)), streams)
    direct = np.flatnonzero(kept & ((demand.mode == DROP_SHIP) | (demand.mode == CROSS_DOCK)))
    purchases, series = _purchases(company, world, demand, stock, direct, streams)
    receipts = _receipts(company, world, demand, purchases, causes, streams)
    return _served(demand, stock, purchases, series, receipts)


def _stock(company: Company, world: World, demand: Demand, lines: np.ndarray, streams: Streams) -> _Stock:
    sites = len(company.group("sites").names)
    named = demand.product[lines] * sites + demand.site[lines]
    lines = lines[np.argsort(named, kind="stable")]
    names, starts, series, counts = np.unique(
        np.sort(named), return_index=True, return_inverse=True, return_counts=True
    )
    quantity = demand.quantity[lines]
    upto = np.cumsum(quantity)
    before = np.concatenate([[0], upto])[starts]
    total = np.concatenate([[0], upto])[starts + counts] - before
    product = names // sites
    pack = world.pack[product].astype(np.int64)
    first, last = (demand.days.number(np.array([day], "datetime64[D]"))[0] for day in (company.begins, company.ends))
    daily = total / max(1, last - first)
    lead = world.lead_days[world.supplier[product]] + _APPROVAL + GOODS_IN
    needed = daily * lead
    safe = needed * (1 + company.told["safety"]) + 1.2 * np.sqrt(needed * total / counts)
    lot = np.ceil(np.maximum(daily * company.told["lot_days"], pack) / pack).astype(np.int64) * pack
    reorder_point = np.ceil(safe).astype(np.int64)
    products = len(world.price) * sites
    phase = streams.of("opening stock").random(products)[names]
    return _Stock(
        lines=lines,
        series=series,
        names=names,
        product=product,
        site=names % sites,
        starts=starts,
        upto=upto - before[series],
        total=total,
        reorder_point=reorder_point,
        safety_stock=reorder_point - np.floor(needed).astype(np.int64),
        lot=lot,
        opening=reorder_point + np.floor(phase * lot).astype(np.int64),
    )


def _purchases(
    company: Company, world: World, demand: Demand, stock: _Stock, direct: np.ndarray, streams: Streams
) -> tuple[Purchases, np.ndarray]:
    """Purchase lines, and of each the place of its stock (-1 where it is for one line)."""
    sites = len(company.group("sites").names)
    # A lot is ordered each time what was asked for has eaten one more of them.
    spare = stock.opening - stock.reorder_point
    lots = np.where(stock.total >= spare, (stock.total - spare) // stock.lot + 1, 0)
    of = np.repeat(np.arange(len(stock.names)), lots)
    base = np.cumsum(stock.total) - stock.total
    asked = stock.upto + base[stock.series]
    trigger = np.maximum(np.searchsorted(asked, base[of] + spare[of] + nth(of) * stock.lot[of]), stock.starts[of])
    number = demand.days.number(demand.ordered_on)
    needed = np.concatenate([number[demand.order[stock.lines[trigger]]], number[demand.order[direct]]])
    series = np.concatenate([of, np.full(len(direct), -1)])
    for_line = np.concatenate([np.full(len(of), -1), direct])
    product = np.concatenate([stock.product[of], demand.product[direct]])
    site = np.concatenate([stock.site[of], demand.site[direct]])
    quantity = np.concatenate([stock.lot[of], demand.quantity[direct]])
    supplier = world.supplier[product]
    is_drop = np.concatenate([np.zeros(len(of), bool), demand.mode[direct] == DROP_SHIP])
    lead = np.where(is_drop, _DROP_SHIP_DAYS, world.lead_days[supplier])
    lead = np.where((for_line >= 0) & ~is_drop, np.ceil(lead * 0.6).astype(int), lead)
    released = needed + _APPROVAL
    # What one supplier ships to one site is ordered together, but for goods that are bought for one line.
    together = (released * len(world.lead_days) + supplier) * sites + site
    key = np.where(for_line >= 0, together.max(initial=0) + 1 + for_line, together)
    order = np.lexsort((np.arange(len(key)), key, released))
    keys = np.stack([released[order], key[order]], axis=1)
    is_first = np.concatenate([[True], (keys[1:] != keys[:-1]).any(axis=1)]) if len(order) else np.zeros(0, bool)
    of_order = np.cumsum(is_first) - 1
    year = demand.days.day(released).astype("datetime64[Y]").astype(int)
    years = year - np.datetime64(company.begins).astype("datetime64[Y]").astype(int)
    found = Purchases(
        order=of_order,
        line_no=10 * (1 + nth(of_order)),
        product=product[order],
        site=site[order],
        supplier=supplier[order],
        quantity=quantity[order],
        cost=np.round(world.cost[product] * PRICE_RISE**years, 2)[order],
        for_line=for_line[order],
        needed=needed[order],
        released=released[order],
        due=(released + lead)[order],
    )
    return found, series[order]


def _receipts(
    company: Company, world: World, demand: Demand, purchases: Purchases, causes: Causes, streams: Streams
) -> Receipts:
    count = len(purchases.order)
    draw = streams.of("supplier days")
    early = draw.random(count) < 0.25
    is_late = streams.of("late suppliers").random(count) < company.chance("supply_is_late")
    noise = np.where(is_late, draw.integers(2, 7, count), np.where(early, -1, 0))
    slipped_by = np.full(count, -1)
    due_on = demand.days.day(purchases.due)
    for place, cause in enumerate(causes.found):
        if cause.kind == "supplier_slips":
            mine = purchases.supplier == world.supplier_names.index(cause.where["supplier"])
            hit = cause.strikes(mine, due_on, streams)
            by = cause.days + streams.of(f"cause {cause.name}: days").integers(-5, 6, count)
            noise = np.where(hit, np.maximum(noise, by.clip(1)), noise)
            slipped_by = np.where(hit, place, slipped_by)
    arrives = np.maximum(purchases.due + noise, purchases.released + 1)
    stocked = purchases.for_line < 0
    partial = stocked & (purchases.quantity >= 4)
    partial &= streams.of("partial receipts").random(count) < company.chance("receipt_is_partial")
    rest = np.where(partial, purchases.quantity * 2 // 5, 0)
    rejects = stocked & (streams.of("rejections").random(count) < company.chance("receipt_is_rejected"))
    share = streams.of("rejected shares").uniform(0.1, 0.6, count)
    rejected = np.where(rejects, np.ceil((purchases.quantity - rest) * share).astype(np.int64), 0)
    draw = streams.of("later receipts")
    rest_at, replaced_at = arrives + draw.integers(1, 3, count), arrives + draw.integers(6, 11, count)
    lines = np.arange(count)
    late = np.flatnonzero(partial)
    again = np.flatnonzero(rejects)
    line = np.concatenate([lines, late, again])
    quantity = np.concatenate([purchases.quantity - rest, rest[late], rejected[again]])
    refused = np.concatenate([rejected, np.zeros(len(late) + len(again), np.int64)])
    turn = np.repeat([0, 1, 2], [count, len(late), len(again)])
    order = np.lexsort((turn, line))
    return Receipts(
        line=line[order],
        quantity=quantity[order],
        accepted=(quantity - refused)[order],
        rejected=refused[order],
        planned=purchases.due[line][order],
        received=np.concatenate([arrives, rest_at[late], replaced_at[again]])[order],
        slipped_by=slipped_by[line][order],
    )


def _served(demand: Demand, stock: _Stock, purchases: Purchases, series: np.ndarray, receipts: Receipts) -> Supply:
    """Whom the goods serve: who asked first is served first, from what was bought first."""
    lines = len(demand.order)
    planned, actual, last = (np.full(lines, OPENING) for _ in range(3))
    bought_for = purchases.for_line[receipts.line]
    of = series[receipts.line]
    places = np.flatnonzero(of >= 0)
    places = places[np.argsort(of[places], kind="stable")]
    of = of[places]
    accepted = np.bincount(of, receipts.accepted[places], len(stock.names)).astype(np.int64)
    room = np.maximum(stock.total, stock.opening + accepted) + 1
    base = np.cumsum(room) - room
    upto = np.cumsum(receipts.accepted[places])
    started = np.cumsum(accepted) - accepted
    ends = base[of] + stock.opening[of] + upto - started[of]
    asked = base[stock.series] + stock.upto
    # Until a receipt is there, those after it are not asked: the days never fall along a stock.
    wide = np.int64(1) << 32
    known_planned = np.maximum.accumulate(of * wide + receipts.planned[places]) - of * wide
    known_actual = np.maximum.accumulate(of * wide + receipts.received[places]) - of * wide
    is_bought = asked > (base + stock.opening)[stock.series]
    found = np.searchsorted(ends, asked[is_bought])
    planned[stock.lines[is_bought]] = known_planned[found]
    actual[stock.lines[is_bought]] = known_actual[found]
    last[stock.lines[is_bought]] = places[found]
    direct = np.flatnonzero(bought_for >= 0)
    planned[bought_for[direct]] = receipts.planned[direct]
    actual[bought_for[direct]] = receipts.received[direct]
    last[bought_for[direct]] = direct
    # Pegs: the stretches of units that one line and one receipt have in common.
    opened = base + stock.opening
    supplied = np.concatenate([opened, ends])
    from_receipt = np.concatenate([np.full(len(opened), OPENING), places])
    by_end = np.argsort(supplied, kind="stable")
    supplied, from_receipt = supplied[by_end], from_receipt[by_end]
    points = np.union1d(np.concatenate([asked, supplied]), base)
    begins, ends_at = points[:-1], points[1:]
    line_at = np.searchsorted(asked, ends_at).clip(0, max(0, len(asked) - 1))
    mine = stock.series[line_at]
    is_asked = (begins >= base[mine]) & (ends_at <= asked[line_at])
    serves = from_receipt[np.searchsorted(supplied, ends_at[is_asked])]
    return Supply(
        purchases=purchases,
        receipts=receipts,
        planned=planned,
        actual=actual,
        receipt=last,
        peg_line=np.concatenate([stock.lines[line_at[is_asked]], bought_for[direct]]),
        peg_receipt=np.concatenate([serves, direct]),
        peg_quantity=np.concatenate([(ends_at - begins)[is_asked], receipts.accepted[direct]]),
        stock_product=stock.product,
        stock_site=stock.site,
        opening=stock.opening,
        reorder_point=stock.reorder_point,
        safety_stock=stock.safety_stock,
        lot=stock.lot,
    )
