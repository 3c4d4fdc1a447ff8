"""Stock as its systems tell it: what is set aside and waited for, movements, and each day's close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .allocation import Awaited, Given, Stock, make_allocations, series_of
from .announcements import is_direct
from .buying import Buying
from .config import Company
from .days import to_utc
from .demand import DROP_SHIP, Demand
from .life import Life
from .purchase_files import po_ids
from .sales_files import line_keys, order_ids
from .stock_ledger import Ledger, Lowest
from .streams import Streams
from .telling import Told, ids, members, nobody
from .world import World

_FRIDAY = 4
_COUNT_HALF_YEARS = 21
_DIFFERS, _LESS = 0.12, 0.6
_CLOSE = 24 * 60
_COUNTED_AT = 17 * 60 + 30


@dataclass(frozen=True)
class Stocked:
    """Stock and who gets it: `given`, `awaited`, the `stock` as it is on hand (corrections included), and the
    `movements`: `series`, `at`, `quantity` (below zero: left), `kind`, `of` (place of the receipt, the part ...).
    """

    given: Given
    awaited: Awaited
    stock: Stock
    movements: dict[str, Movements]


@dataclass(frozen=True)
class Movements:
    """Movements of a kind."""

    series: np.ndarray
    at: np.ndarray
    quantity: np.ndarray
    of: np.ndarray


def make_stock(company: Company, world: World, demand: Demand, life: Life, buying: Buying, streams: Streams) -> Stocked:
    """Everything that comes into stock, lies there, is set aside and leaves."""
    opening, received, issued = _moves(company, world, demand, life, buying)
    arrivals = _ledger(opening, received)
    given, awaited, stock = make_allocations(world, demand, life, buying, arrivals, streams)
    counted = _counts(company, world, demand, life, Lowest.of(arrivals, stock.given), streams)
    stock = Stock(_ledger(opening, received, counted), stock.leaves, stock.given, stock.ended)
    movements = {"opening": opening, "receipt": received, "issue": issued, "count": counted}
    return Stocked(given, awaited, stock, movements)


def _ledger(*movements: Movements) -> Ledger:
    return Ledger.of(
        *(np.concatenate([getattr(one, name) for one in movements]) for name in ("series", "at", "quantity"))
    )


def _moves(
    company: Company, world: World, demand: Demand, life: Life, buying: Buying
) -> tuple[Movements, Movements, Movements]:
    """Opening stock, accepted receipts, and issues; what suppliers send to customers never lies with us."""
    supply, parts = life.supply, life.parts
    stocked = series_of(world, supply.stock_product, supply.stock_site)
    before = np.datetime64(company.begins, "us") - np.timedelta64(6, "h")
    opening = Movements(stocked, np.full(len(stocked), before), supply.opening, np.arange(len(stocked)))
    purchase = supply.receipts.line
    bought = series_of(world, buying.product, buying.site)[purchase]
    ours = np.flatnonzero(~is_direct(demand, buying.for_line[purchase]) & (supply.receipts.accepted > 0))
    received = Movements(bought[ours], buying.there_at[ours], supply.receipts.accepted[ours], ours)
    mine = np.flatnonzero(demand.mode[parts.line] != DROP_SHIP)
    sold = series_of(world, demand.product, demand.site)[parts.line[mine]]
    return opening, received, Movements(sold, parts.shipped_at[mine], -parts.quantity[mine], mine)


def _counts(company: Company, world: World, demand: Demand, life: Life, lowest: Lowest, streams: Streams) -> Movements:
    """Differences that counting finds, where what is free then and later allows for them."""
    supply = life.supply
    stocked = series_of(world, supply.stock_product, supply.stock_site)
    halves = max(1, min(_COUNT_HALF_YEARS, company.months // 6))
    draw = streams.of("stock counts").random((_COUNT_HALF_YEARS, 4, len(world.price) * len(world.site_zone)))
    first, last = demand.days.number(np.array([company.begins, company.ends], "datetime64[D]"))
    each = (last - first) / halves
    gone = np.zeros(len(stocked), dtype=np.int64)
    found: list[tuple[np.ndarray, ...]] = []
    for half in range(halves):
        differs, less, much, when = draw[half][:, stocked]
        day = first + np.floor((half + when) * each).astype(np.int64)
        zone = world.site_zone[supply.stock_site]
        at = to_utc(demand.days.day(day), np.full(len(day), _COUNTED_AT), zone, world.zones)
        room = lowest.after(stocked, at) - gone
        size = np.minimum(1 + np.floor(much * 0.03 * supply.lot).astype(np.int64), room)
        hit = np.flatnonzero((differs < _DIFFERS) & (room > 0))
        change = np.where(less < _LESS, -size, size)[hit]
        gone[hit] += np.maximum(-change, 0)
        found.append((stocked[hit], at[hit], change, half * draw.shape[2] + stocked[hit]))
    return Movements(*(np.concatenate(column) for column in zip(*found, strict=True)))


def tell_stock(company: Company, world: World, demand: Demand, life: Life, buying: Buying, made: Stocked) -> list[Told]:
    """Allocations, pegs, movements and snapshots."""
    return [
        *_allocations(company, demand, made.given),
        *_pegs(company, demand, buying, made),
        *_movements(company, demand, life, buying, made.movements),
        _snapshots(company, world, demand, life, buying, made.stock),
    ]


def _bins(company: Company, product: np.ndarray, site: np.ndarray) -> pl.Series:
    """Where a product lies in a warehouse."""
    sites = members(company.group("sites").names, site)
    return pl.select(pl.concat_str([pl.lit(sites), pl.lit(ids("P", product, 4))], separator="-")).to_series()


def _until(ends: np.ndarray, *, is_over: bool) -> pl.Series:
    return pl.Series(ends if is_over else np.full(len(ends), np.datetime64("NaT", "us")))


def _allocations(company: Company, demand: Demand, given: Given) -> list[Told]:
    def rows(places: np.ndarray, *, is_over: bool) -> pl.DataFrame:
        lines = given.line[places]
        return pl.DataFrame(
            {
                **line_keys(demand, lines),
                "attempt_no": given.attempt[places],
                "supply_type": "stock",
                "supply_id": _bins(company, demand.product[lines], demand.site[lines]),
                "site_id": members(company.group("sites").names, demand.site[lines]),
                "uom": "EA",
                "quantity": given.quantity[places],
                "valid_from": given.begins[places],
                "valid_to": _until(given.ends[places], is_over=is_over),
            }
        )

    return [
        Told("allocations", given.begins, lambda places: rows(places, is_over=False), given.ends),
        Told("allocations", given.ends, lambda places: rows(places, is_over=True)),
    ]


def _pegs(company: Company, demand: Demand, buying: Buying, made: Stocked) -> list[Told]:
    """Lines that are kept: what they wait for, and the stock they then have until it leaves."""
    given, awaited = made.given, made.awaited
    has = np.flatnonzero((given.quantity > 0) & ~given.is_ended)

    def from_stock(chosen: np.ndarray, *, is_over: bool) -> pl.DataFrame:
        places = has[chosen]
        lines = given.line[places]
        return pl.DataFrame(
            {
                **line_keys(demand, lines),
                "supply_type": "stock",
                "supply_id": _bins(company, demand.product[lines], demand.site[lines]),
                "supply_line_no": nobody(lines),
                "uom": "EA",
                "quantity": given.quantity[places],
                "valid_from": given.begins[places],
                "valid_to": _until(given.ends[places], is_over=is_over),
            }
        )

    def bought(places: np.ndarray, *, is_over: bool) -> pl.DataFrame:
        purchase = awaited.purchase[places]
        return pl.DataFrame(
            {
                **line_keys(demand, awaited.line[places]),
                "supply_type": "purchase-order-line",
                "supply_id": po_ids(buying.order[purchase]),
                "supply_line_no": pl.Series(buying.line_no[purchase]).cast(pl.String),
                "uom": "EA",
                "quantity": awaited.quantity[places],
                "valid_from": awaited.begins[places],
                "valid_to": _until(awaited.ends[places], is_over=is_over),
            }
        )

    known_at = np.maximum(awaited.begins, buying.closed_at[buying.order[awaited.purchase]])
    ended_at = np.maximum(awaited.ends, known_at)
    return [
        Told("supply_pegs", given.begins[has], lambda chosen: from_stock(chosen, is_over=False), given.ends[has]),
        Told("supply_pegs", known_at, lambda places: bought(places, is_over=False), ended_at),
        Told("supply_pegs", given.ends[has], lambda chosen: from_stock(chosen, is_over=True)),
        Told("supply_pegs", ended_at, lambda places: bought(places, is_over=True)),
    ]


def _movements(
    company: Company, demand: Demand, life: Life, buying: Buying, movements: dict[str, Movements]
) -> list[Told]:
    names = company.group("sites").names

    def rows(prefix: str, kind: str, one: Movements, places: np.ndarray) -> dict[str, pl.Series | str]:
        return {
            "movement_id": ids(prefix, one.of[places], 8),
            "product_id": ids("P", one.series[places] // len(names), 4),
            "site_id": members(names, one.series[places] % len(names)),
            "movement_type": kind,
            "quantity": pl.Series(one.quantity[places]),
            "uom": "EA",
            "moved_at": pl.Series(one.at[places]),
        }

    def told(name: str, prefix: str, kind: str) -> Told:
        one = movements[name]

        def frame(places: np.ndarray) -> pl.DataFrame:
            nothing = nobody(places)
            order = order_ids(demand.order[life.parts.line[one.of[places]]]) if name == "issue" else nothing
            po = po_ids(buying.order[life.supply.receipts.line[one.of[places]]]) if name == "receipt" else nothing
            return pl.DataFrame({**rows(prefix, kind, one, places), "order_id": order, "po_id": po})

        return Told("stock_movements", one.at, frame)

    return [
        told("opening", "MO", "adjustment"),
        told("receipt", "MR", "receipt"),
        told("issue", "MI", "issue"),
        told("count", "MC", "adjustment"),
    ]


def _snapshots(company: Company, world: World, demand: Demand, life: Life, buying: Buying, stock: Stock) -> Told:
    """Each product at each site that ever held it, at the close of each Friday and of each month's last day."""
    supply, sites = life.supply, len(world.site_zone)
    days = np.arange(np.datetime64(company.begins), np.datetime64(company.ends) + 1)
    weekday = (days.astype(np.int64) + 3) % 7
    days = days[(weekday == _FRIDAY) | ((days + 1).astype("datetime64[M]") != days.astype("datetime64[M]"))]
    held = np.unique(np.concatenate([stock.comes.keys >> 33, stock.leaves.keys >> 33]))
    series, day = np.tile(held, len(days)), np.repeat(days, len(held))
    closes = to_utc(day, np.full(len(day), _CLOSE), world.site_zone[series % sites], world.zones)
    safety = np.zeros(len(world.price) * sites, dtype=np.int64)
    safety[series_of(world, supply.stock_product, supply.stock_site)] = supply.safety_stock
    ordered = _on_order(world, demand, life, buying)

    def rows(places: np.ndarray) -> pl.DataFrame:
        mine, at = series[places], closes[places] - np.timedelta64(1, "s")
        return pl.DataFrame(
            {
                "product_id": ids("P", mine // sites, 4),
                "site_id": members(company.group("sites").names, mine % sites),
                "snapshot_date": day[places],
                "uom": "EA",
                "on_hand": stock.on_hand(mine, at),
                "allocated": stock.allocated(mine, at),
                "on_order": ordered.at(mine, at),
                "safety_stock": safety[mine],
            }
        )

    return Told("inventory_snapshots", closes, rows)


def _on_order(world: World, demand: Demand, life: Life, buying: Buying) -> Ledger:
    """What suppliers owe us: ordered, less what was accepted, less what was cancelled."""
    receipts = life.supply.receipts
    series = series_of(world, buying.product, buying.site)
    ours = np.flatnonzero(~is_direct(demand, buying.for_line))
    came = np.flatnonzero(~is_direct(demand, buying.for_line[receipts.line]))
    ended = np.flatnonzero(~np.isnat(buying.cancelled_at))
    return Ledger.of(
        np.concatenate([series[ours], series[receipts.line[came]], series[ended]]),
        np.concatenate([buying.sent_at[buying.order[ours]], buying.there_at[came], buying.cancelled_at[ended]]),
        np.concatenate([buying.quantity[ours], -receipts.accepted[came], -buying.quantity[ended]]),
    )
