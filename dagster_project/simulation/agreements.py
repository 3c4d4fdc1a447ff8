"""What is agreed with customers and suppliers: prices by year, and what a customer may owe."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from .causes import Cause
from .config import Company
from .days import at_hour
from .demand import Demand
from .life import Life
from .market import PRICE_RISE, list_price
from .streams import Streams
from .telling import Full, Told, ids, members, optional_ids
from .world import World

# How many times a customer orders a product before its price is agreed.
_OFTEN = 3
_YEAR = np.timedelta64(365, "D")
_RAISED = 1.06
_LEAST, _STEP = 500, 100
# What is left of a limit while a cause keeps it too low.
_TOO_LOW = 0.35
# Accounts that nothing was ordered on for so many days are looked at; half of them are closed.
_QUIET, _CLOSED_AFTER, _CLOSED = 120, 60, 0.5


@dataclass(frozen=True)
class _Prices:
    """Agreed prices: `customer` or `supplier` (places, or -1), `product`, `price`, `valid_from`, `valid_to`, and when
    each was agreed.
    """

    customer: np.ndarray
    supplier: np.ndarray
    product: np.ndarray
    price: np.ndarray
    valid_from: np.ndarray
    valid_to: np.ndarray
    agreed_at: np.ndarray

    def of(self, places: np.ndarray) -> _Prices:
        """Those at some places."""
        return _Prices(*(column[places] for column in vars(self).values()))

    def beside(self, other: _Prices) -> _Prices:
        """These, and then the others."""
        return _Prices(*map(np.concatenate, zip(vars(self).values(), vars(other).values(), strict=True)))


def tell_agreements(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> list[Told | Full]:
    """Price agreements with both sides, and credit limits."""
    return [
        _price_agreements(company, world, demand, life, streams),
        _credit_limits(company, world, demand, life, streams),
    ]


def _price_agreements(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> Told:
    prices = _with_customers(company, world, demand, streams)
    for cause in life.causes.of("stale_price_agreements"):
        helped = _helped(cause, len(world.segment), streams)
        affected = world.segment == company.group("segments").names.index(cause.where["segment"])
        prices = _renewed_late(prices, cause, affected[prices.customer], helped[prices.customer])
    prices = prices.beside(_with_suppliers(company, world))

    def rows(places: np.ndarray) -> pl.DataFrame:
        told = prices.of(places)
        is_sold = pl.Series(told.customer >= 0)
        sold, bought = optional_ids("PK", told.customer, 5), optional_ids("PV", told.supplier + 1, 3)
        return pl.DataFrame(
            {
                "agreement_id": pl.select(pl.when(is_sold).then(sold).otherwise(bought)).to_series(),
                "supplier_id": members(world.supplier_names, told.supplier),
                "customer_id": optional_ids("K", told.customer, 5),
                "product_id": ids("P", told.product, 4),
                "price": told.price,
                "currency": "EUR",
                "per_quantity": 1,
                "uom": "EA",
                "valid_from": told.valid_from,
                "valid_to": told.valid_to,
                "changed_at": told.agreed_at,
            }
        )

    known_at = np.maximum(prices.agreed_at, np.datetime64(company.begins, "us"))
    return Told("price_agreements", known_at, rows)


def _with_customers(company: Company, world: World, demand: Demand, streams: Streams) -> _Prices:
    """Of customers with a contract and what they order often: a price for each calendar year in which they do."""
    products, segments = len(world.price), company.group("segments")
    has_contract = segments.array("contract")[world.segment] == 1
    lines = np.flatnonzero(has_contract[demand.customer[demand.order]])
    named = demand.customer[demand.order[lines]] * products + demand.product[lines]
    # Lines stand in the order of their days: the first and the last of a pair are those of its time.
    in_turn = np.argsort(named, kind="stable")
    pairs, starts, counts = np.unique(named[in_turn], return_index=True, return_counts=True)
    year = demand.ordered_on[demand.order[lines[in_turn]]].astype("datetime64[Y]").astype(int)
    often = counts >= _OFTEN
    first, last = year[starts[often]], year[(starts + counts - 1)[often]]
    pair = np.repeat(np.flatnonzero(often), last - first + 1)
    years = np.repeat(last + 1 - np.cumsum(last - first + 1), last - first + 1) + np.arange(len(pair))
    customer, product = pairs[pair] // products, pairs[pair] % products
    begins = years.astype("datetime64[Y]").astype("datetime64[D]")
    listed = list_price(world, product, begins, np.datetime64(company.begins))
    discount = segments.array("discount")[world.segment[customer]]
    talks = streams.of("price talks").integers(12, 32, len(world.segment))
    return _Prices(
        customer=customer,
        supplier=np.full(len(pair), -1),
        product=product,
        price=np.round(listed * (1 - discount), 2).clip(0.01),
        valid_from=begins,
        valid_to=_last_day(begins),
        agreed_at=at_hour(begins - talks[customer], 9),
    )


def _with_suppliers(company: Company, world: World) -> _Prices:
    """Of each product's supplier: what it costs in each calendar year."""
    years = np.arange(company.begins.year, company.ends.year + 1)
    product = np.tile(np.arange(len(world.price)), len(years))
    risen = np.repeat(PRICE_RISE ** (years - company.begins.year), len(world.price))
    begins = np.repeat((years - 1970).astype("datetime64[Y]").astype("datetime64[D]"), len(world.price))
    return _Prices(
        customer=np.full(len(product), -1),
        supplier=world.supplier[product],
        product=product,
        price=np.round(world.cost[product] * risen, 2),
        valid_from=begins,
        valid_to=_last_day(begins),
        agreed_at=at_hour(begins - 20, 14),
    )


def _last_day(begins: np.ndarray) -> np.ndarray:
    found: np.ndarray = (begins.astype("datetime64[Y]") + 1).astype("datetime64[D]") - 1
    return found


def _helped(cause: Cause, count: int, streams: Streams) -> np.ndarray:
    """Customers to whom the cause's countermeasure comes, of so many."""
    works = 0.0 if cause.countermeasure is None else cause.countermeasure.works
    helped: np.ndarray = streams.of(f"cause {cause.name}: customers helped").random(count) < works
    return helped


def _over(cause: Cause, helped: np.ndarray) -> np.ndarray:
    """The day on which a cause is over for each: the day after its last, or that of the countermeasure."""
    after = np.datetime64(cause.ends) + 1
    if cause.countermeasure is None:
        return np.full(len(helped), after)
    return np.where(helped, np.datetime64(cause.countermeasure.begins), after)


def _renewed_late(prices: _Prices, cause: Cause, affected: np.ndarray, helped: np.ndarray) -> _Prices:
    """Agreements that end when the cause begins, and are renewed only when it is over, for the time it took too."""
    first, last = np.datetime64(cause.begins), np.datetime64(cause.ends)
    hit = affected & (prices.valid_from <= last) & (prices.valid_to >= first)
    is_cut = hit & (prices.valid_from < first)
    late = np.maximum(prices.agreed_at, at_hour(_over(cause, helped), 9))
    renewed = prices.of(np.flatnonzero(is_cut))
    renewed = replace(renewed, valid_from=np.full(is_cut.sum(), first), agreed_at=late[is_cut])
    changed = replace(
        prices,
        valid_to=np.where(is_cut, first - 1, prices.valid_to),
        agreed_at=np.where(hit & ~is_cut, late, prices.agreed_at),
    )
    return changed.beside(renewed)


@dataclass(frozen=True)
class _Limits:
    """Credit limits, by customer and time: each holds until the `following` one of the customer (-1: there is none) is
    told. `gone_at`: when the account was closed.
    """

    customer: np.ndarray
    valid_from: np.ndarray
    amount: np.ndarray
    told_at: np.ndarray
    following: np.ndarray
    gone_at: np.ndarray

    def rows(self, until: np.datetime64) -> pl.DataFrame:
        """The limits as they are told at an instant; those of closed accounts are not there any more."""
        here = np.flatnonzero((self.told_at <= until) & (self.gone_at > until))
        after = self.following[here]
        is_over = (after >= 0) & (self.told_at[after] <= until)
        ends = np.where(is_over, self.valid_from[after] - 1, np.datetime64("NaT"))
        return pl.DataFrame(
            {
                "customer_id": ids("K", self.customer[here], 5),
                "limit_amount": self.amount[here],
                "currency": "EUR",
                "valid_from": self.valid_from[here],
                "valid_to": pl.Series(ends.astype("datetime64[D]"), dtype=pl.Date),
                "changed_at": np.where(is_over, self.told_at[after], self.told_at[here]),
            }
        )


def _credit_limits(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> Full:
    """Some months of what a customer orders, looked at once a year; too low while a cause is on."""
    count, begins = len(world.segment), np.datetime64(company.begins)
    reviewed = begins - streams.of("credit reviews").integers(0, 365, count)
    causes = [
        (cause, world.segment == company.group("segments").names.index(cause.where["segment"]))
        for cause in life.causes.of("credit_holds")
    ]
    over = [_over(cause, _helped(cause, count, streams)) for cause, _ in causes]
    customer, day = _boundaries(company, reviewed, causes, over)
    usual = _usual_limits(company, world, demand)[customer]
    amount = np.ceil(usual * _RAISED ** ((day - reviewed[customer]) // _YEAR) / _STEP) * _STEP
    for (cause, affected), until in zip(causes, over, strict=True):
        is_low = affected[customer] & (day >= np.datetime64(cause.begins)) & (day < until[customer])
        amount = np.where(is_low, np.ceil(amount * _TOO_LOW / _STEP) * _STEP, amount)
    is_last = np.append(customer[1:] != customer[:-1], True)
    limits = _Limits(
        customer=customer,
        valid_from=day,
        amount=amount.astype(np.int64),
        told_at=at_hour(day - 1, 16),
        following=np.where(is_last, -1, np.arange(1, len(day) + 1)),
        gone_at=_closed(company, demand, count, streams)[customer],
    )
    return Full("credit_limits", limits.rows)


def _boundaries(
    company: Company, reviewed: np.ndarray, causes: list[tuple[Cause, np.ndarray]], over: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Customers and the days on which a limit of theirs begins, each once, in their order."""
    ends = np.datetime64(company.ends)
    turns = int((ends - np.datetime64(company.begins)) // _YEAR) + 2
    everyone = np.arange(len(reviewed))
    found = [(np.repeat(everyone, turns), (reviewed[:, None] + np.arange(turns) * _YEAR).ravel())]
    for (cause, affected), until in zip(causes, over, strict=True):
        mine = np.flatnonzero(affected)
        found += [(mine, np.full(len(mine), np.datetime64(cause.begins))), (mine, until[mine])]
    customer = np.concatenate([one for one, _ in found])
    day = np.concatenate([days for _, days in found])
    key = np.unique(customer * (1 << 32) + day.astype(np.int64))
    customer, day = key >> 32, (key & ((1 << 32) - 1)).astype("datetime64[D]")
    inside = day <= ends
    return customer[inside], day[inside]


def _usual_limits(company: Company, world: World, demand: Demand) -> np.ndarray:
    """The limit of each customer when all is as it should be: so many times what it orders in a month."""
    value = demand.quantity * demand.price * (1 - demand.discount)
    monthly = np.bincount(demand.customer[demand.order], value, len(world.segment)) / company.months
    usual: np.ndarray = np.maximum(monthly * company.group("segments").array("credit")[world.segment], _LEAST)
    return usual


def _closed(company: Company, demand: Demand, count: int, streams: Streams) -> np.ndarray:
    """When the account of each customer was closed; for nearly all that lies ahead of everything."""
    last = np.full(count, np.datetime64(company.begins) - 1)
    last[demand.customer] = demand.ordered_on
    quiet = (last <= np.datetime64(company.ends) - _QUIET) & ~np.isin(np.arange(count), demand.silent)
    closed = quiet & (streams.of("closed accounts").random(count) < _CLOSED)
    never = np.datetime64("2262-01-01", "us")
    closed_at = at_hour(np.maximum(last, np.datetime64(company.begins)) + _CLOSED_AFTER, 9)
    gone_at: np.ndarray = np.where(closed, closed_at, never)
    return gone_at
