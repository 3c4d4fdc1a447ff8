"""Bills, payments and credits as the systems tell them; an invoice is told again whenever what is open changes."""

from __future__ import annotations

import numpy as np
import polars as pl

from .billing import CREDITED, Billing, make_billing
from .config import Company
from .demand import Demand
from .groups import nth
from .ledger import Ledger, Notes, euros
from .life import Life
from .purchase_billing_files import tell_purchase_billing
from .returns import Returns, make_returns
from .returns_files import tell_returns
from .sales_files import order_ids
from .settlement_files import tell_applications, tell_bills
from .streams import Streams
from .telling import Told, ids, members, nobody, optional_ids
from .world import World

# How customers pay, and how often.
_METHODS = {"bank transfer": 0.72, "direct debit": 0.20, "card": 0.08}


def tell_money(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> list[Told]:
    """Returns, and invoices, payments and credits of both sides."""
    returns = make_returns(company, world, demand, life, streams)
    billing = make_billing(company, world, demand, life, returns, streams)
    return [
        *tell_returns(company, demand, life, returns, streams),
        *_invoices(demand, life, billing),
        _invoice_lines(demand, life, billing),
        *_payments(world, life, billing.ledger, streams),
        _credit_notes(demand, life, returns, billing.notes),
        *tell_purchase_billing(company, world, demand, life, streams),
    ]


def invoice_ids(life: Life, shipments: np.ndarray) -> pl.Series:
    """Ids of invoices by the place of their shipment."""
    return ids("IN", life.parts.shipment_no[shipments], 8)


def _invoices(demand: Demand, life: Life, billing: Billing) -> list[Told]:
    def rows(places: np.ndarray, outstanding: np.ndarray) -> pl.DataFrame:
        order = life.parts.shipment_order[places]
        return pl.DataFrame(
            {
                "invoice_id": invoice_ids(life, places),
                "side": "sales",
                "order_id": order_ids(order),
                "po_id": nobody(places),
                "customer_id": ids("K", demand.customer[order], 5),
                "supplier_id": nobody(places),
                "invoiced_at": billing.invoiced_at[places],
                "currency": "EUR",
                "net_amount": euros(billing.invoice_net[places]),
                "tax_amount": euros(billing.invoice_tax[places]),
                "outstanding_amount": euros(outstanding),
            }
        )

    return tell_bills(billing.invoiced_at, billing.invoice_net + billing.invoice_tax, billing.ledger, rows)


def _invoice_lines(demand: Demand, life: Life, billing: Billing) -> Told:
    parts = life.parts
    number = 10 * (1 + nth(parts.shipment))

    def rows(places: np.ndarray) -> pl.DataFrame:
        line = parts.line[places]
        return pl.DataFrame(
            {
                "invoice_id": invoice_ids(life, parts.shipment[places]),
                "side": "sales",
                "invoice_line_id": pl.Series(number[places]).cast(pl.String),
                "order_id": order_ids(demand.order[line]),
                "po_id": nobody(places),
                "line_no": pl.Series(demand.line_no[line]).cast(pl.String),
                "product_id": ids("P", demand.product[line], 4),
                "uom": "EA",
                "quantity": parts.quantity[places],
                "unit_price": demand.price[line],
                "net_amount": euros(billing.net[places]),
                "tax_amount": euros(billing.tax[places]),
                "currency": "EUR",
                "invoiced_at": billing.invoiced_at[parts.shipment[places]],
            }
        )

    return Told("invoice_lines", billing.invoiced_at[parts.shipment], rows)


def _payments(world: World, life: Life, ledger: Ledger, streams: Streams) -> list[Told]:
    chance = streams.of("payment methods").random(len(world.weight))
    method = np.searchsorted(np.cumsum(list(_METHODS.values())), chance, side="right").clip(max=len(_METHODS) - 1)

    def payments(places: np.ndarray) -> pl.DataFrame:
        refunded = ledger.amount[places] < 0
        how = np.where(refunded, len(_METHODS), method[ledger.payer[places]])
        return pl.DataFrame(
            {
                "payment_id": ids("PY", places, 7),
                "side": "sales",
                "customer_id": ids("K", ledger.payer[places], 5),
                "supplier_id": nobody(places),
                "paid_at": ledger.paid_at[places],
                "payment_method": members([*_METHODS, "refund"], how),
                "currency": "EUR",
                "amount": euros(ledger.amount[places]),
            }
        )

    return [
        Told("payments", ledger.paid_at, payments),
        tell_applications("sales", "PY", ledger, lambda places: invoice_ids(life, places)),
    ]


def _credit_notes(demand: Demand, life: Life, returns: Returns, notes: Notes) -> Told:
    codes = np.append(returns.code, -1)

    def rows(places: np.ndarray) -> pl.DataFrame:
        order = life.parts.shipment_order[notes.invoice[places]]
        return pl.DataFrame(
            {
                "credit_note_id": ids("CN", places, 7),
                "side": "sales",
                "invoice_id": invoice_ids(life, notes.invoice[places]),
                "return_id": optional_ids("RT", codes[notes.about[places]], 9),
                "customer_id": ids("K", demand.customer[order], 5),
                "supplier_id": nobody(places),
                "issued_at": notes.issued_at[places],
                "currency": "EUR",
                "net_amount": euros(notes.net[places]),
                "tax_amount": euros(notes.tax[places]),
                "reason": members(CREDITED, notes.reason[places]),
            }
        )

    return Told("credit_notes", notes.issued_at, rows)
