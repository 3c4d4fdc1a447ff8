"""What handling an order costs, and how much more an order with an exception does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

from .orders import Flow, minutes_of
from .parts import ONE, ZERO, Part, rounded
from .reading import Row, grouped

SPREAD = ("systems", "overhead")
SIX = Decimal("0.000001")
SPECIFIC = ("site_id", "activity", "channel")


class Rates:
    """What is paid for a kind of work, by whom it is done: the channel and the only site of an order."""

    def __init__(self, flow: Flow) -> None:
        self.orders = flow.orders
        self.by_kind = grouped(flow.company.rows("cost_rates"), "cost_kind", "cost_basis")
        sites: dict[str, set[str]] = {}
        for (order_id, _), line in flow.company.lines.items():
            if line["site_id"] is not None:
                sites.setdefault(order_id, set()).add(line["site_id"])
        self.sites = {order_id: found.pop() for order_id, found in sites.items() if len(found) == 1}

    def valid(self, kind: str, basis: str, day: date) -> list[Row]:
        """The rates of a kind that hold on a day."""
        return [row for row in self.by_kind.get((kind, basis), ()) if holds(row, day)]

    def holds_for(self, order_id: str, row: Row) -> bool:
        """The rate is of no channel and no site but those of the order."""
        is_of_site = row.get("site_id") in (self.sites.get(order_id), None)
        return is_of_site and row["channel"] in (self.orders[order_id]["channel"], None)

    def find(self, kind: str, basis: str, day: date, order_id: str, activity: str | None = None) -> Decimal | None:
        """The most specific rate: the site's before any, then the activity's, then the channel's."""
        fitting = [
            row
            for row in self.valid(kind, basis, day)
            if row["activity"] in (activity, None) and self.holds_for(order_id, row)
        ]
        ranked = sorted(fitting, key=lambda row: tuple(row.get(name) is None for name in SPECIFIC))
        return ranked[0]["cost"] if ranked else None


def holds(row: Row, day: date) -> bool:
    """The row is valid on a day."""
    start, end = row["valid_from"], row["valid_to"]
    return (not start or date.fromisoformat(start) <= day) and (not end or day <= date.fromisoformat(end))


def handled(flow: Flow) -> Iterator[tuple[str, datetime, Decimal]]:
    """Order, instant and amount of labour, of mending errors and of what others do per order."""
    rates = Rates(flow)
    yield from _labour(flow, rates)
    yield from _mending(flow, rates)
    for order_id, order in flow.orders.items():
        received = order["received_at"]
        cost = rates.find("outsourced", "order", flow.company.day(received), order_id)
        if cost is not None:
            yield order_id, received, cost


def _labour(flow: Flow, rates: Rates) -> Iterator[tuple[str, datetime, Decimal]]:
    for one in flow.passages:
        if one.exit["actor_kind"] == "human":
            left = one.exit["occurred_at"]
            cost = rates.find("labour", "passage", flow.company.day(left), one.order_id, one.step)
            if cost is not None:
                yield one.order_id, left, cost


def _mending(flow: Flow, rates: Rates) -> Iterator[tuple[str, datetime, Decimal]]:
    for firings in flow.firings.values():
        order_id = firings[-1]["order_id"]
        if order_id not in flow.orders:
            continue
        for at, minutes in minutes_of(flow, firings):
            cost = rates.find("error correction", "minute", flow.company.day(at), order_id, "rework")
            if cost is not None:
                yield order_id, at, rounded(Fraction(minutes) * Fraction(cost))


def cost_parts(flow: Flow) -> Iterator[Part]:
    """Cost over orders, booked to the day an order was received."""
    for order_id, order in flow.orders.items():
        booked = flow.company.day(order["received_at"])
        yield Part("cost_per_order", order["received_at"], booked, ZERO, ONE, flow.dims(order_id))
    for order_id, at, amount in handled(flow):
        booked = flow.company.day(flow.orders[order_id]["received_at"])
        yield Part("cost_per_order", at, booked, amount, ZERO, flow.dims(order_id))
    yield from _spread_parts(flow)


def _spread_parts(flow: Flow) -> Iterator[Part]:
    rates = Rates(flow)
    months: dict[date, list[str]] = {}
    for order_id, order in flow.orders.items():
        months.setdefault(flow.company.day(order["received_at"]).replace(day=1), []).append(order_id)
    month = min(months)
    while month <= max(months):
        for kind in SPREAD:
            for rate in rates.valid(kind, "month", month):
                sharing = sorted(one for one in months.get(month, ()) if rates.holds_for(one, rate))
                yield from _spread(flow, month, rate, sharing)
        month = (month + timedelta(days=31)).replace(day=1)


def _shares(flow: Flow) -> Iterator[tuple[str, datetime, Decimal]]:
    """Order, instant and share of what is paid by the month."""
    for part in _spread_parts(flow):
        if part.order_id is not None:
            yield part.order_id, part.counts_from, part.numerator


def _spread(flow: Flow, month: date, rate: Row, orders: list[str]) -> Iterator[Part]:
    if not orders:
        start = datetime(month.year, month.month, 1)
        yield Part("cost_per_order", start, month, rate["cost"], ZERO, {"channel": rate["channel"]})
        return
    share = (rate["cost"] / len(orders)).quantize(SIX, ROUND_DOWN)
    left_over = rate["cost"] - share * len(orders)
    for position, order_id in enumerate(orders):
        at = flow.orders[order_id]["received_at"]
        amount = share + left_over if position == 0 else share
        yield Part("cost_per_order", at, flow.company.day(at), amount, ZERO, flow.dims(order_id), order_id)


def multiple_orders(flow: Flow, until: datetime) -> list[Row]:
    """Orders received by an instant: channel, stratum, cost so far, and whether they had an exception by then."""
    costs: dict[str, Decimal] = {}
    for order_id, at, amount in chain(handled(flow), _shares(flow)):
        if at <= until:
            costs[order_id] = costs.get(order_id, ZERO) + amount
    lines: dict[str, int] = {}
    for order_id, _ in flow.company.lines:
        lines[order_id] = lines.get(order_id, 0) + 1
    return [
        {
            "channel": order["channel"],
            "stratum": (order["channel"], order["order_type"], _band(lines.get(order_id, 0))),
            "cost": costs.get(order_id, ZERO),
            "has_exception": any(at <= until for at in flow.fired.get(order_id, ())),
        }
        for order_id, order in flow.orders.items()
        if order["received_at"] <= until
    ]


def _band(lines: int) -> int:
    return sum(lines >= least for least in (2, 4, 8))


def multiple(orders: Any) -> Row:
    """Mean cost of orders with an exception over that of clean ones, like compared with like."""
    above, below = ZERO, Fraction(0)
    for of_stratum in grouped(orders, "stratum").values():
        parted = grouped(of_stratum, "has_exception")
        if len(parted) < len((True, False)):
            continue
        cost = {had: sum((row["cost"] for row in rows), ZERO) for had, rows in parted.items()}
        above += cost[True]
        below += Fraction(rounded(len(parted[True]) * Fraction(cost[False]) / len(parted[False])))
    if not below:
        return {"value": None}
    return {"numerator": above, "denominator": rounded(below), "value": float(Fraction(above) / below)}
