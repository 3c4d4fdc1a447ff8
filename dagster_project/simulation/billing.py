"""What customers are billed for, what they are credited, and how they pay; amounts are whole cents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .days import local_day, to_utc
from .demand import Demand
from .fulfilment import Parts
from .ledger import Ledger, Notes, Plan, cents, grouped, half_up, settle, sums
from .life import Life
from .returns import CREDIT, Returns, of_part, seen_at
from .streams import Streams
from .world import World

CREDITED = ("goods returned", "goods damaged in transit", "delivered short", "price differs from agreement")
_RETURNED, _DAMAGED, _SHORT, _PRICE = range(4)
# Goods that stay in the country are taxed, in hundredths of a per cent; exports and intra-community supplies are not.
_HOME, _RATE = "DE", 1900
_INVOICE_RUN = 19 * 60
_PAID_IN_PARTS, _FIRST_PART = 0.02, 60
_PAYS_WEEKLY, _PAYS_LATE, _PAYS_VERY_LATE = 0.30, 0.06, 0.003
_CLAIMS_DAMAGE, _CLAIMS_SHORT, _CLAIMS_PRICE = 0.75, 0.25, 0.90
# What is taken off goods that came later than the rest of their delivery, in hundredths.
_GOODWILL = 5


@dataclass(frozen=True)
class Billing:
    """Of a consignment: `net` and `tax` of its invoice line. Of an invoice (a shipment has one): `invoiced_at`,
    `invoice_net`, `invoice_tax`. Credit notes, whose `about` is the return they are for, and how all is settled.
    """

    net: np.ndarray
    tax: np.ndarray
    invoiced_at: np.ndarray
    invoice_net: np.ndarray
    invoice_tax: np.ndarray
    notes: Notes
    ledger: Ledger


def tax_rate(countries: np.ndarray) -> np.ndarray:
    """Tax by the country goods go to or come from, in hundredths of a per cent."""
    rate: np.ndarray = np.where(countries == _HOME, _RATE, 0)
    return rate


def make_billing(
    company: Company, world: World, demand: Demand, life: Life, returns: Returns, streams: Streams
) -> Billing:
    """An invoice for each shipment, the credit notes that follow, and payments by the customer's habit."""
    parts = life.parts
    rate = tax_rate(company.group("regions").array("country")[demand.region[parts.shipment_order]])
    rate = rate[parts.shipment]
    net = net_of_parts(demand, parts, cents(demand.price))
    tax = half_up(net * rate, 10_000)
    count = len(parts.shipment_order)
    invoice_net, invoice_tax = sums(parts.shipment, net, count), sums(parts.shipment, tax, count)
    invoiced_at = _invoiced_at(world, demand, parts, streams)
    notes = _notes(demand, life, returns, streams, net, tax, rate, invoiced_at)
    plan = _plan(company, world, demand, parts, streams, invoiced_at)
    return Billing(
        net=net,
        tax=tax,
        invoiced_at=invoiced_at,
        invoice_net=invoice_net,
        invoice_tax=invoice_tax,
        notes=notes,
        ledger=settle(invoice_net + invoice_tax, notes, plan),
    )


def net_of_parts(demand: Demand, parts: Parts, price: np.ndarray) -> np.ndarray:
    """What each consignment is worth, discount off: those of one line add up to what the line is worth."""
    kept = np.rint((1 - demand.discount) * 10_000).astype(np.int64)
    worth = half_up(demand.quantity * price * kept, 10_000)
    net = half_up(parts.quantity * price[parts.line] * kept[parts.line], 10_000)
    first = np.zeros(len(price), np.int64)
    first[parts.line[~parts.is_rest]] = net[~parts.is_rest]
    return np.where(parts.is_rest, (worth - first)[parts.line], net)


def _invoiced_at(world: World, demand: Demand, parts: Parts, streams: Streams) -> np.ndarray:
    """The evening run of the day the goods left, or of one of the two working days after."""
    orders, order = len(demand.customer), parts.shipment_order
    waits = streams.of("invoice days").choice(3, orders, p=[0.62, 0.28, 0.10])[order]
    minute = streams.of("invoice minutes").integers(_INVOICE_RUN, _INVOICE_RUN + 90, orders)[order]
    zone = world.site_zone[parts.shipment_site]
    left = demand.days.number(local_day(parts.shipment_shipped_at, zone, world.zones))
    return to_utc(demand.days.day(left + waits), minute, zone, world.zones)


def _notes(
    demand: Demand,
    life: Life,
    returns: Returns,
    streams: Streams,
    net: np.ndarray,
    tax: np.ndarray,
    rate: np.ndarray,
    invoiced_at: np.ndarray,
) -> Notes:
    """Credit notes, by the instant of their issue. Beside its price a consignment is credited for one thing only."""
    parts, lines = life.parts, len(demand.order)
    dear = cents(demand.price) - cents(demand.agreed_price)
    wrong = np.zeros(lines, bool)
    wrong[demand.odd_price] = True
    wrong &= (dear > 0) & (streams.of("price claims").random(lines) < _CLAIMS_PRICE)
    right = net_of_parts(demand, parts, cents(demand.agreed_price))
    off = np.where(wrong[parts.line], np.maximum(0, net - right), 0)
    off_tax = np.minimum(half_up(off * rate, 10_000), tax)
    left, left_tax = net - off, tax - off_tax

    comes_back = np.zeros(len(net), bool)
    comes_back[returns.part] = True
    drawn = of_part(streams.of("delivery claims").random((lines, 2)), parts, np.arange(len(net)))
    damaged = np.flatnonzero((parts.damaged > 0) & ~comes_back & (drawn < _CLAIMS_DAMAGE))
    short = np.flatnonzero(parts.short & (parts.damaged == 0) & ~comes_back & (drawn < _CLAIMS_SHORT))
    priced = np.flatnonzero(off > 0)
    credited = np.flatnonzero(returns.resolution == CREDIT)
    back = returns.part[credited]

    billed_at = invoiced_at[parts.shipment]
    waits = streams.of("credit days").integers(3, 15, lines)[parts.line]
    claimed_at = _office_hours(demand, np.maximum(seen_at(parts), billed_at), waits)
    days = streams.of("return credit days").integers(1, 5, len(demand.customer))[returns.order]
    returned_at = _office_hours(demand, np.maximum(returns.inspected_at, invoiced_at[returns.shipment]), days)
    part = np.concatenate([back, damaged, short, priced])
    worth = np.concatenate(
        [
            half_up(left[back] * returns.quantity[credited], parts.quantity[back]),
            half_up(left[damaged] * parts.damaged[damaged], parts.quantity[damaged]),
            half_up(left[short] * _GOODWILL, 100),
            off[priced],
        ]
    )
    reason = np.repeat([_RETURNED, _DAMAGED, _SHORT, _PRICE], [len(back), len(damaged), len(short), len(priced)])
    most = np.where(reason == _PRICE, off_tax[part], left_tax[part])
    of = returns.of[credited]
    return grouped(
        invoice=parts.shipment[part],
        issued_at=np.concatenate(
            [returned_at[of], claimed_at[damaged], claimed_at[short], _office_hours(demand, billed_at, waits)[priced]]
        ),
        net=worth,
        tax=np.minimum(half_up(worth * rate[part], 10_000), most),
        reason=reason,
        about=np.concatenate([of, np.full(len(part) - len(of), -1)]),
    )


def _office_hours(demand: Demand, instants: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The middle of the working day that comes so many days after; a day at least."""
    later: np.ndarray = demand.days.day(demand.days.number(instants.astype("datetime64[D]") + days))
    return later.astype("datetime64[us]") + np.timedelta64(13, "h")


def _plan(
    company: Company, world: World, demand: Demand, parts: Parts, streams: Streams, invoiced_at: np.ndarray
) -> Plan:
    """Customers pay about when their segment does, each in its own way: one by one, or once a week all that is due."""
    orders, order = len(demand.customer), parts.shipment_order
    customer = demand.customer[order]
    habit = streams.of("how customers pay")
    is_joint = (habit.random(len(world.weight)) < _PAYS_WEEKLY)[customer]
    weekday = habit.integers(0, 5, len(world.weight))[customer]
    minute = habit.integers(8 * 60, 11 * 60, len(world.weight))[customer]
    chance = streams.of("late payers").random(orders)[order]
    late = streams.of("late payments").integers(10, 46, orders)[order]
    usual = company.group("segments").array("pays_after")[world.segment[customer]]
    after = usual * streams.of("payment days").lognormal(0, 0.14, orders)[order]
    after = after + np.where(chance < _PAYS_LATE, late, 0) + np.where(chance < _PAYS_VERY_LATE, 120, 0)
    day = invoiced_at.astype("datetime64[D]") + np.maximum(2, np.rint(after)).astype(np.int64)
    in_parts = streams.of("payments in parts").random(orders)[order] < _PAID_IN_PARTS
    rest_day = day + streams.of("rest payments").integers(10, 31, orders)[order]

    def booked_at(wanted: np.ndarray) -> np.ndarray:
        weekly = wanted + (weekday - (wanted.astype(np.int64) + 3)) % 7
        worked = demand.days.day(demand.days.number(np.where(is_joint, weekly, wanted)))
        return to_utc(worked, minute, np.full(len(order), world.site_zone[0]), world.zones)

    return Plan(
        payer=customer,
        part_at=booked_at(day),
        part=np.where(in_parts, _FIRST_PART, 0),
        at=booked_at(np.where(in_parts, rest_day, day)),
        is_joint=is_joint,
    )
