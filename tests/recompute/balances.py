"""What stood open at the end of months, over what flowed in the months up to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from .conditions import shipped
from .parts import ZERO, rounded
from .reading import Company, Row, grouped, midnight, side_of

LEAST_MONTHS = 3
MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Balance:
    """One unit at one month's end."""

    kpi: str
    month: date
    balance: Decimal
    flow: Decimal
    days: int
    dims: Row

    def get(self, dimension: str) -> object:
        """The value of a dimension."""
        return f"{self.month:%Y-%m}" if dimension == "month" else self.dims.get(dimension)


@dataclass(frozen=True)
class Amount:
    """An amount of a unit at an instant."""

    unit: str
    at: datetime
    amount: Decimal


def add_months(month: date, months: int) -> date:
    """The first day of the month so many months away."""
    whole = month.year * 12 + month.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def month_ends(company: Company, flows: Iterable[datetime], as_of: date) -> Iterator[tuple[date, date]]:
    """Months with enough history that have ended, each with the first month of its window."""
    days = [company.day(at) for at in flows]
    if not days:
        return
    first = min(days).replace(day=1)
    month = add_months(first, LEAST_MONTHS - 1)
    while add_months(month, 1) - DAY <= as_of:
        yield month, max(first, add_months(month, 1 - MONTHS))
        month = add_months(month, 1)


def owed(company: Company, kpi: str, as_of: date) -> Iterator[Balance]:
    """What customers owe us, or what we owe suppliers."""
    side, unit = ("sales", "customer") if kpi == "dso" else ("purchase", "supplier")

    def of(entity: str) -> list[Row]:
        return [row for row in company.rows(entity) if side_of(row) == side]

    def amounts(entity: str, at: str, *columns: str) -> list[Amount]:
        return [
            Amount(row[f"{unit}_id"], row[at], sum((row[name] or ZERO for name in columns), ZERO))
            for row in of(entity)
            if row[at] is not None
        ]

    invoiced = amounts("invoices", "invoiced_at", "net_amount", "tax_amount")
    credited = amounts("credit_notes", "issued_at", "net_amount", "tax_amount")
    paid = amounts("payments", "paid_at", "amount")
    flows = invoiced + [Amount(one.unit, one.at, -one.amount) for one in credited]
    moves = flows + [Amount(one.unit, one.at, -one.amount) for one in paid]
    for month, first in month_ends(company, [one.at for one in flows], as_of):
        start, end = (midnight(day, company.zone) for day in (first, add_months(month, 1)))
        open_then = _sums(moves, datetime.min, end)
        flown = _sums(flows, start, end)
        for name, balance in open_then.items():
            days = (add_months(month, 1) - first).days
            yield Balance(kpi, month, balance, flown.get(name, ZERO), days, {unit: name})


def _sums(amounts: Iterable[Amount], start: datetime, end: datetime) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in amounts:
        if start <= one.at < end:
            found[one.unit] = found.get(one.unit, ZERO) + one.amount
    return found


def stocked(company: Company, as_of: date) -> Iterator[Balance]:
    """Stock on hand over what was shipped, at the price a product was last bought for."""
    loads = shipped(company)
    snapshots = grouped(company.rows("inventory_snapshots"), "product_id", "site_id")
    orders = {row["po_id"]: row for row in company.rows("purchase_orders")}
    bought = company.by("purchase_order_lines", "product_id")
    moves: dict[tuple[str, str], list[Row]] = {}
    for load in loads:
        line = company.lines[load["order_id"], load["line_no"]]
        pieces = company.pieces(load["quantity"], line["product_id"], line["uom"])
        moves.setdefault((line["product_id"], line["site_id"]), []).append({**load, "pieces": pieces})
    for month, first in month_ends(company, [load["shipped_at"] for load in loads], as_of):
        start, end = (midnight(day, company.zone) for day in (first, add_months(month, 1)))
        for (product, site), rows in snapshots.items():
            in_month = [row for row in rows if month <= row["snapshot_date"] < add_months(month, 1)]
            price = _price(bought.get(product, ()), orders, end)
            if not in_month or price is None:
                continue
            held = max(in_month, key=lambda row: row["snapshot_date"])["on_hand"] or ZERO
            went = [load for load in moves.get((product, site), ()) if start <= load["shipped_at"] < end]
            units = sum((load["pieces"] for load in went), ZERO)
            balance, flow = rounded(Fraction(held) * price), rounded(Fraction(units) * price)
            days = (add_months(month, 1) - first).days
            yield Balance("days_of_inventory", month, balance, flow, days, {"product": product, "site": site})


def _price(lines: Sequence[Row], orders: dict[str, Row], end: datetime) -> Fraction | None:
    told = "released_at" if any(order["released_at"] for order in orders.values()) else "approved_at"
    priced = [(orders[row["po_id"]][told], row) for row in lines if row["unit_price"] is not None]
    known = [(at, row["po_id"], row) for at, row in priced if at is not None and at < end]
    if not known:
        return None
    _, _, row = max(known, key=lambda one: one[:2])
    return Fraction(row["unit_price"]) / Fraction(row["per_quantity"] or 1)


def covered(balances: Sequence[Balance]) -> Row:
    """Balance over flow, in days."""
    if not balances:
        return {"numerator": None, "denominator": None, "days": None, "value": None}
    balance = sum((one.balance for one in balances), ZERO)
    flow = sum((one.flow for one in balances), ZERO)
    days = balances[0].days
    value = float(Fraction(balance) / Fraction(flow) * days) if flow > 0 else None
    return {"numerator": balance, "denominator": flow, "days": days, "value": value}


def newest(balances: Iterable[Balance]) -> list[Balance]:
    """The balances of the last month's end."""
    found = list(balances)
    last = max((one.month for one in found), default=None)
    return [one for one in found if one.month == last]
