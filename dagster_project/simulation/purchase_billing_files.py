"""What suppliers bill, what they credit and when they are paid, as the systems tell it; amounts are whole cents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .billing import tax_rate
from .config import Company
from .days import local_day, to_utc
from .demand import Demand
from .ledger import Ledger, Notes, Plan, cents, euros, grouped, half_up, settle
from .life import Life
from .purchase_files import po_ids
from .settlement_files import tell_applications, tell_bills
from .streams import Streams
from .supply import Supply
from .telling import Told, ids, members, nobody
from .world import World

CREDITED = ("goods rejected at receipt", "price above the order", "quantity above the receipt")
_REJECTED, _PRICE, _QUANTITY = range(3)
_TERMS = (30, 45)
_RECEIVED, _PAYMENT_RUN = 10 * 60, 11 * 60
_CREDITS_REJECTED, _CREDITS_DIFFERENCE, _CREDITS_LATE = 0.80, 0.50, 0.12


@dataclass(frozen=True)
class _Bills:
    """Of a receipt: `line` (of the purchase), `quantity`, `price`, `net`, `tax` and `invoiced_at` of its invoice; and
    credit notes and how all is settled.
    """

    line: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    net: np.ndarray
    tax: np.ndarray
    invoiced_at: np.ndarray
    notes: Notes
    ledger: Ledger


def tell_purchase_billing(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> list[Told]:
    """An invoice for each receipt, paid when it is due; some differ from the order, some are credited in part."""
    bills = _bills(company, world, demand, life.supply, streams)
    return [
        *_invoices(world, life.supply, bills),
        _invoice_lines(life.supply, bills),
        *_payments(world, bills.ledger),
        _credit_notes(world, life.supply, bills),
    ]


def _bills(company: Company, world: World, demand: Demand, supply: Supply, streams: Streams) -> _Bills:
    receipts, purchases, days = supply.receipts, supply.purchases, demand.days
    line, count = receipts.line, len(receipts.line)
    ordered = cents(purchases.cost)[line]
    chance = streams.of("supplier invoices that differ").random(count)
    often = company.chance("supplier_invoice_differs")
    more = streams.of("supplier differences").random(count)
    is_dear, is_much = chance < often * 0.6, (chance >= often * 0.6) & (chance < often)
    price = ordered + np.where(is_dear, np.ceil(ordered * (0.02 + 0.10 * more)).astype(np.int64), 0)
    quantity = receipts.quantity + np.where(is_much, np.ceil(receipts.quantity * 0.1 * more).astype(np.int64), 0)
    net = quantity * price
    rate = tax_rate(world.files["suppliers"]["country"].to_numpy())[purchases.supplier[line]]
    tax = half_up(net * rate, 10_000)

    zone = np.full(count, world.site_zone[0])
    draw = streams.of("supplier invoice days")
    came_at = to_utc(
        days.day(receipts.received), np.full(count, _RECEIVED), world.site_zone[purchases.site[line]], world.zones
    )
    billed_on = local_day(came_at, zone, world.zones) + draw.integers(1, 11, count)
    invoiced_at = to_utc(billed_on, draw.integers(_RECEIVED + 30, 16 * 60, count), zone, world.zones)
    terms = np.array(_TERMS)[streams.of("payment terms").integers(0, len(_TERMS), len(world.supplier_names))]
    due = days.day(days.number(billed_on + terms[purchases.supplier[line]]))
    plan = Plan(
        payer=purchases.supplier[line],
        part_at=invoiced_at,
        part=np.zeros(count, np.int64),
        at=to_utc(due, np.full(count, _PAYMENT_RUN), zone, world.zones),
        is_joint=np.ones(count, bool),
    )
    notes = _notes(demand, supply, streams, invoiced_at, net - receipts.quantity * ordered, is_dear, rate, tax)
    return _Bills(line, quantity, price, net, tax, invoiced_at, notes, settle(net + tax, notes, plan))


def _notes(
    demand: Demand,
    supply: Supply,
    streams: Streams,
    invoiced_at: np.ndarray,
    difference: np.ndarray,
    is_dear: np.ndarray,
    rate: np.ndarray,
    tax: np.ndarray,
) -> Notes:
    """What was rejected is credited at the price of the order, and some of what was billed beyond the order."""
    receipts, count = supply.receipts, len(invoiced_at)
    chance = streams.of("supplier credits").random((2, count))
    waits = streams.of("supplier credit days").integers(5, 21, count)
    # A few credits come when the invoice was paid long ago.
    waits = waits + np.where(streams.of("late supplier credits").random(count) < _CREDITS_LATE, 50, 0)
    days = demand.days
    issued_at = days.day(days.number(invoiced_at.astype("datetime64[D]") + waits)).astype("datetime64[us]")
    issued_at = issued_at + np.timedelta64(13, "h")
    beyond = np.flatnonzero((difference > 0) & (chance[0] < _CREDITS_DIFFERENCE))
    refused = np.flatnonzero((receipts.rejected > 0) & (chance[1] < _CREDITS_REJECTED))
    cost = cents(supply.purchases.cost)[receipts.line]
    off_tax = np.zeros(count, np.int64)
    off_tax[beyond] = half_up(difference[beyond] * rate[beyond], 10_000)
    rejected = cost[refused] * receipts.rejected[refused]
    return grouped(
        invoice=np.concatenate([beyond, refused]),
        issued_at=issued_at[np.concatenate([beyond, refused])],
        net=np.concatenate([difference[beyond], rejected]),
        tax=np.concatenate(
            [off_tax[beyond], np.minimum(half_up(rejected * rate[refused], 10_000), (tax - off_tax)[refused])]
        ),
        reason=np.concatenate([np.where(is_dear[beyond], _PRICE, _QUANTITY), np.full(len(refused), _REJECTED)]),
        about=np.full(len(beyond) + len(refused), -1),
    )


def _invoices(world: World, supply: Supply, bills: _Bills) -> list[Told]:
    names, purchases = world.supplier_names, supply.purchases

    def rows(places: np.ndarray, outstanding: np.ndarray) -> pl.DataFrame:
        line = bills.line[places]
        return pl.DataFrame(
            {
                "invoice_id": ids("SI", places, 8),
                "side": "purchase",
                "order_id": nobody(places),
                "po_id": po_ids(purchases.order[line]),
                "customer_id": nobody(places),
                "supplier_id": members(names, purchases.supplier[line]),
                "invoiced_at": bills.invoiced_at[places],
                "currency": "EUR",
                "net_amount": euros(bills.net[places]),
                "tax_amount": euros(bills.tax[places]),
                "outstanding_amount": euros(outstanding),
            }
        )

    return tell_bills(bills.invoiced_at, bills.net + bills.tax, bills.ledger, rows)


def _invoice_lines(supply: Supply, bills: _Bills) -> Told:
    purchases = supply.purchases

    def rows(places: np.ndarray) -> pl.DataFrame:
        line = bills.line[places]
        return pl.DataFrame(
            {
                "invoice_id": ids("SI", places, 8),
                "side": "purchase",
                "invoice_line_id": "10",
                "order_id": nobody(places),
                "po_id": po_ids(purchases.order[line]),
                "line_no": pl.Series(purchases.line_no[line]).cast(pl.String),
                "product_id": ids("P", purchases.product[line], 4),
                "uom": "EA",
                "quantity": bills.quantity[places],
                "unit_price": euros(bills.price[places]),
                "net_amount": euros(bills.net[places]),
                "tax_amount": euros(bills.tax[places]),
                "currency": "EUR",
                "invoiced_at": bills.invoiced_at[places],
            }
        )

    return Told("invoice_lines", bills.invoiced_at, rows)


def _payments(world: World, ledger: Ledger) -> list[Told]:
    def payments(places: np.ndarray) -> pl.DataFrame:
        is_refund = ledger.amount[places] < 0
        return pl.DataFrame(
            {
                "payment_id": ids("PP", places, 7),
                "side": "purchase",
                "customer_id": nobody(places),
                "supplier_id": members(world.supplier_names, ledger.payer[places]),
                "paid_at": ledger.paid_at[places],
                "payment_method": members(["bank transfer", "refund"], is_refund.astype(np.int64)),
                "currency": "EUR",
                "amount": euros(ledger.amount[places]),
            }
        )

    return [
        Told("payments", ledger.paid_at, payments),
        tell_applications("purchase", "PP", ledger, lambda places: ids("SI", places, 8)),
    ]


def _credit_notes(world: World, supply: Supply, bills: _Bills) -> Told:
    notes = bills.notes
    supplier = supply.purchases.supplier[bills.line[notes.invoice]]

    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "credit_note_id": ids("SC", places, 7),
                "side": "purchase",
                "invoice_id": ids("SI", notes.invoice[places], 8),
                "return_id": nobody(places),
                "customer_id": nobody(places),
                "supplier_id": members(world.supplier_names, supplier[places]),
                "issued_at": notes.issued_at[places],
                "currency": "EUR",
                "net_amount": euros(notes.net[places]),
                "tax_amount": euros(notes.tax[places]),
                "reason": members(CREDITED, notes.reason[places]),
            }
        )

    return Told("credit_notes", notes.issued_at, rows)
