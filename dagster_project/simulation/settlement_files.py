"""What both sides tell of a ledger: invoices again whenever what is open changes, and payments set against them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from .ledger import Ledger, euros
from .telling import Told, ids


def tell_bills(
    invoiced_at: np.ndarray,
    gross: np.ndarray,
    ledger: Ledger,
    rows: Callable[[np.ndarray, np.ndarray], pl.DataFrame],
) -> list[Told]:
    """Invoices when they are issued and after each change; `rows(places, outstanding)` says them."""

    def changed(chosen: np.ndarray) -> pl.DataFrame:
        return rows(ledger.event_invoice[chosen], ledger.outstanding[chosen])

    return [
        Told("invoices", invoiced_at, lambda places: rows(places, gross[places])),
        Told("invoices", ledger.event_at, changed),
    ]


def tell_applications(side: str, payments: str, ledger: Ledger, invoice_ids: Callable[[np.ndarray], pl.Series]) -> Told:
    """What of each payment is for which invoice; `payments` is what ids of payments begin with."""

    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "payment_id": ids(payments, ledger.payment[places], 7),
                "side": side,
                "invoice_id": invoice_ids(ledger.invoice[places]),
                "applied_at": ledger.paid_at[ledger.payment[places]],
                "currency": "EUR",
                "amount": euros(ledger.applied[places]),
            }
        )

    return Told("payment_applications", ledger.paid_at[ledger.payment], rows)
