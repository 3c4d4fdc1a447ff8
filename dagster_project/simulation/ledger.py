"""How invoices are settled: payments, credits and refunds, and what is outstanding after each; cents throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PART, _FINAL, _CREDIT = 1, 2, 0


@dataclass(frozen=True)
class Notes:
    """Credit notes: `invoice` (place), `issued_at`, `net`, `tax`, `reason` (place among reasons), `about` (place of
    what they are for, or -1).
    """

    invoice: np.ndarray
    issued_at: np.ndarray
    net: np.ndarray
    tax: np.ndarray
    reason: np.ndarray
    about: np.ndarray


@dataclass(frozen=True)
class Plan:
    """How each invoice is meant to be paid: `payer`, `part_at` and `part` (hundredths of what is open then; 0 where it
    is paid at once), `at` (the rest of it), and `is_joint` (with the payer's others of that instant).
    """

    payer: np.ndarray
    part_at: np.ndarray
    part: np.ndarray
    at: np.ndarray
    is_joint: np.ndarray


@dataclass(frozen=True)
class Ledger:
    """Payments: `payer`, `paid_at`, `amount` (below zero: a refund). Applications: `payment`, `invoice`, `applied`.
    What is outstanding from an instant on: `event_invoice`, `event_at`, `outstanding`, those of one invoice in order.
    """

    payer: np.ndarray
    paid_at: np.ndarray
    amount: np.ndarray
    payment: np.ndarray
    invoice: np.ndarray
    applied: np.ndarray
    event_invoice: np.ndarray
    event_at: np.ndarray
    outstanding: np.ndarray


def cents(amounts: np.ndarray) -> np.ndarray:
    """Whole cents of euros."""
    found: np.ndarray = np.rint(amounts * 100).astype(np.int64)
    return found


def euros(amounts: np.ndarray) -> np.ndarray:
    """Euros of whole cents."""
    found: np.ndarray = amounts / 100
    return found


def half_up(numerator: np.ndarray, divisor: np.ndarray | int) -> np.ndarray:
    """Whole cents of a quotient that is not below zero."""
    cents: np.ndarray = (2 * numerator + divisor) // (2 * np.asarray(divisor))
    return cents


def sums(groups: np.ndarray, cents: np.ndarray, count: int) -> np.ndarray:
    """Sums by group, in whole cents."""
    added: np.ndarray = np.rint(np.bincount(groups, cents, count)).astype(np.int64)
    return added


def grouped(
    *,
    invoice: np.ndarray,
    issued_at: np.ndarray,
    net: np.ndarray,
    tax: np.ndarray,
    reason: np.ndarray,
    about: np.ndarray,
) -> Notes:
    """Credit notes by the instant of their issue; credits about the same are one, those of nothing are none."""
    some = np.flatnonzero(net > 0)
    key = np.where(about >= 0, about, about.max(initial=0) + 1 + np.arange(len(about)))[some]
    _, places, of = np.unique(key, return_index=True, return_inverse=True)
    chosen, count = some[places], len(places)
    order = np.lexsort((chosen, issued_at[chosen]))
    chosen = chosen[order]
    return Notes(
        invoice=invoice[chosen],
        issued_at=issued_at[chosen],
        net=sums(of, net[some], count)[order],
        tax=sums(of, tax[some], count)[order],
        reason=reason[chosen],
        about=about[chosen],
    )


def settle(gross: np.ndarray, notes: Notes, plan: Plan) -> Ledger:
    """Who pays pays what is open at that moment; what is credited after it was paid is refunded at once."""
    split = np.flatnonzero(plan.part > 0)
    everyone = np.arange(len(gross))
    kind = np.repeat([_CREDIT, _PART, _FINAL], [len(notes.invoice), len(split), len(gross)])
    invoice = np.concatenate([notes.invoice, split, everyone])
    at = np.concatenate([notes.issued_at, plan.part_at[split], plan.at])
    credit = np.concatenate([notes.net + notes.tax, np.zeros(len(split) + len(gross), np.int64)])
    order = np.lexsort((kind, at, invoice))
    kind, invoice, at, credit = kind[order], invoice[order], at[order], credit[order]
    is_first = np.concatenate([[True], invoice[1:] != invoice[:-1]])[: len(invoice)]
    credited = _within(credit, is_first)
    paid = np.zeros(len(invoice), np.int64)
    parts = kind == _PART
    paid[parts] = (gross[invoice[parts]] - credited[parts]) * plan.part[invoice[parts]] // 100
    in_part = np.zeros(len(gross), np.int64)
    in_part[invoice[parts]] = paid[parts]
    last = kind == _FINAL
    paid[last] = np.maximum(0, gross[invoice[last]] - credited[last] - in_part[invoice[last]])
    balance = gross[invoice] - credited - _within(paid, is_first)
    owed_back = np.maximum(0, -balance)
    before = np.where(is_first, 0, np.concatenate([[0], owed_back[:-1]])[: len(owed_back)])
    refund = owed_back - before
    changes = (paid != 0) | (credit != 0)
    return Ledger(
        **_payments(plan, invoice, at, paid, refund),
        event_invoice=invoice[changes],
        event_at=at[changes],
        outstanding=np.maximum(0, balance)[changes],
    )


def _within(cents: np.ndarray, is_first: np.ndarray) -> np.ndarray:
    """Running sums that begin anew where a group does."""
    running = np.cumsum(cents)
    starts = np.maximum.accumulate(np.where(is_first, np.arange(len(cents)), 0))
    summed: np.ndarray = running - (running - cents)[starts]
    return summed


def _payments(
    plan: Plan, invoice: np.ndarray, at: np.ndarray, paid: np.ndarray, refund: np.ndarray
) -> dict[str, np.ndarray]:
    """Payments in the order of their instants, and what of each is for which invoice."""
    some, back = np.flatnonzero(paid > 0), np.flatnonzero(refund > 0)
    places = np.concatenate([some, back])
    applied = np.concatenate([paid[some], -refund[back]])
    invoice, at = invoice[places], at[places]
    payer, is_joint = plan.payer[invoice], plan.is_joint[invoice] & (applied > 0)
    order = np.lexsort((invoice, is_joint, payer, at))
    invoice, at, payer, applied, is_joint = (one[order] for one in (invoice, at, payer, applied, is_joint))
    same = (at[1:] == at[:-1]) & (payer[1:] == payer[:-1]) & is_joint[1:] & is_joint[:-1]
    is_first = np.concatenate([[True], ~same])[: len(at)]
    payment = np.cumsum(is_first) - 1
    return {
        "payer": payer[is_first],
        "paid_at": at[is_first],
        "amount": sums(payment, applied, int(is_first.sum())),
        "payment": payment,
        "invoice": invoice,
        "applied": applied,
    }
