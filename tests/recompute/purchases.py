"""What was bought: at which price, how long it took, what was rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from .conditions import reached
from .costs import holds
from .parts import ONE, ZERO, Part, rounded
from .reading import Company, Row, grouped, side_of


@dataclass(frozen=True)
class PurchaseLine:
    """A line of a purchase order, with what was received and inspected of it."""

    company: Company
    order: Row
    line: Row
    receipts: tuple[Row, ...]
    is_release_told: bool

    @property
    def released_at(self) -> datetime | None:
        """When it was released; where no order of the company tells that, when it was approved."""
        told = "released_at" if self.is_release_told else "approved_at"
        found: datetime | None = self.order[told]
        return found

    @property
    def zone(self) -> str:
        """The zone of the site it is for."""
        return self.company.site_zone(self.line["site_id"], self.order["site_id"])

    @property
    def dims(self) -> Row:
        """Supplier, site, product."""
        return {
            "supplier": self.order["supplier_id"],
            "site": self.line["site_id"] or self.order["site_id"],
            "product": self.line["product_id"],
        }

    def day(self, at: datetime) -> date:
        """The local day of the site."""
        return self.company.day(at, self.zone)

    @property
    def received_in_full_at(self) -> datetime | None:
        """When what was received reached what was ordered."""
        return reached(((row["received_at"], row["quantity"]) for row in self.receipts), self.line["quantity"])

    @property
    def is_received_nobody_knows_when(self) -> bool:
        """All of it was received, which took receipts of an unknown day."""
        received = sum((row["quantity"] or ZERO for row in self.receipts), ZERO)
        return self.received_in_full_at is None and received >= self.line["quantity"]

    @property
    def cancelled_at(self) -> datetime | None:
        """When the line, else its order, was cancelled."""
        told = [at for at in (self.line["cancelled_at"], self.order["cancelled_at"]) if at is not None]
        return min(told) if told else None


class Buying:
    """The purchase side of a company."""

    def __init__(self, company: Company) -> None:
        self.company = company

    @cached_property
    def lines(self) -> dict[tuple[str, str], PurchaseLine]:
        """Purchase lines by order and line."""
        orders = {row["po_id"]: row for row in self.company.rows("purchase_orders")}
        receipts = self.company.by("receipts", "po_id", "line_no")
        is_told = any(row["released_at"] for row in orders.values())
        found = {}
        for row in self._told():
            key = (row["po_id"], row["line_no"])
            if row["po_id"] in orders:
                rows = sorted(receipts.get(key, ()), key=lambda receipt: receipt["received_at"] or datetime.max)
                found[key] = PurchaseLine(self.company, orders[row["po_id"]], row, tuple(rows), is_told)
        return found

    def _told(self) -> list[Row]:
        """Lines, those that only schedule lines tell of added up from them, where each tells its quantity."""
        told: list[Row] = list(self.company.rows("purchase_order_lines"))
        known = {(row["po_id"], row["line_no"]) for row in told}
        untold = ("unit_price", "per_quantity", "site_id", "uom", "cancelled_at")
        for key, rows in self.company.by("purchase_schedule_lines", "po_id", "line_no").items():
            if key not in known:
                product = next((row["product_id"] for row in rows if row["product_id"]), None)
                quantities = [row["quantity"] for row in rows]
                quantity = None if None in quantities else sum(quantities, ZERO)
                line = {"po_id": key[0], "line_no": key[1], "product_id": product, "quantity": quantity}
                told.append({**line, **dict.fromkeys(untold)})
        return told

    @cached_property
    def agreements(self) -> dict[tuple[str, str], list[list[Row]]]:
        """Versions of each agreement of a supplier and product, first to last known."""
        versions = grouped(self.company.versions("price_agreements"), "agreement_id", "product_id", "valid_from")
        found: dict[tuple[str, str], list[list[Row]]] = {}
        for told in versions.values():
            told.sort(key=lambda row: row["changed_at"] or datetime.min)
            if told[-1]["supplier_id"]:
                found.setdefault((told[-1]["supplier_id"], told[-1]["product_id"]), []).append(told)
        return found

    @cached_property
    def invoiced(self) -> dict[tuple[str, str], list[Row]]:
        """Purchase invoice lines by order and line, with the instant of their invoice where they tell none."""
        invoices = {row["invoice_id"]: row for row in self.company.rows("invoices") if side_of(row) == "purchase"}
        rows = [row for row in self.company.rows("invoice_lines") if side_of(row) == "purchase"]
        for row in rows:
            row["invoiced_at"] = row["invoiced_at"] or invoices.get(row["invoice_id"], {}).get("invoiced_at")
        return grouped(rows, "po_id", "line_no")

    def agreed(self, one: PurchaseLine, uom: str | None) -> Fraction | None:
        """The price agreed for one unit on the day the order was released."""
        released, product = one.released_at, one.line["product_id"]
        if released is None:
            return None
        valid = []
        for versions in self.agreements.get((one.order["supplier_id"], product), ()):
            known = [row for row in versions if row["changed_at"] is None or row["changed_at"] <= released]
            version = known[-1] if known else versions[0]
            if holds(version, one.day(released)):
                valid.append(version)
        if not valid:
            return None
        found = max(valid, key=lambda row: row["valid_from"] or "")
        assert found["currency"] == one.order["currency"], "foreign agreements are not recomputed here"
        per_unit = Fraction(found["price"]) / Fraction(found["per_quantity"] or 1)
        return self.company.in_unit(per_unit, product, uom, found["uom"])

    def inspections(self) -> dict[str, list[Row]]:
        """Inspections by receipt."""
        return self.company.by("quality_inspections", "receipt_id")


def price_parts(buying: Buying) -> Iterator[Part]:
    """What was paid above the agreed price."""
    confirmations = buying.company.by("supplier_confirmations", "po_id", "line_no")
    for key, one in buying.lines.items():
        received = [row for row in one.receipts if row["received_at"] is not None]
        if not received:
            continue
        invoiced = buying.invoiced.get(key, [])
        if invoiced:
            yield from _invoiced_parts(buying, one, received[0]["received_at"], invoiced)
        else:
            yield from _received_parts(buying, one, received, confirmations.get(key, []))


def _invoiced_parts(buying: Buying, one: PurchaseLine, received: datetime, invoiced: list[Row]) -> Iterator[Part]:
    for row in invoiced:
        agreed = buying.agreed(one, row["uom"])
        if agreed is not None and row["unit_price"] is not None:
            paid = Fraction(row["unit_price"]) / Fraction(row.get("per_quantity") or 1)
            quantity = Fraction(row["quantity"]) * (-1 if paid < 0 else 1)
            amount = rounded((abs(paid) - agreed) * quantity)
            at = max(received, row["invoiced_at"] or received)
            yield Part("price_variance", at, one.day(received), amount, ZERO, one.dims)


def _received_parts(buying: Buying, one: PurchaseLine, received: list[Row], confirmations: list[Row]) -> Iterator[Part]:
    priced = [row for row in confirmations if row["price"] is not None]
    latest = max(priced, key=lambda row: (int(row["version"]), row["confirmed_at"]))["price"] if priced else None
    price = latest if latest is not None else one.line["unit_price"]
    agreed = buying.agreed(one, one.line["uom"])
    if agreed is None or price is None:
        return
    paid = Fraction(price) / Fraction(one.line["per_quantity"] or 1)
    for row in received:
        amount = rounded((paid - agreed) * Fraction(row["quantity"]))
        yield Part("price_variance", row["received_at"], one.day(row["received_at"]), amount, ZERO, one.dims)


def reject_parts(buying: Buying) -> Iterator[Part]:
    """Units inspected and rejected, and lines without any rejected."""
    inspections = buying.inspections()
    for one in buying.lines.values():
        inspected = [(row, inspections[row["receipt_id"]]) for row in one.receipts if row["receipt_id"] in inspections]
        for receipt, found in inspected:
            times = [row["inspected_at"] or receipt["received_at"] for row in found]
            rejected = min(sum((row["rejected"] or ZERO for row in found), ZERO), receipt["quantity"])
            day = one.day(receipt["received_at"] or min(times))
            yield Part("supplier_reject_rate", max(times), day, rejected, receipt["quantity"], one.dims)
        if inspected:
            yield _sound_line(one, inspected)


def _sound_line(one: PurchaseLine, inspected: list[tuple[Row, list[Row]]]) -> Part:
    at = min(row["inspected_at"] or receipt["received_at"] for receipt, found in inspected for row in found)
    booked = min(one.day(receipt["received_at"] or at) for receipt, _ in inspected)
    rejected: Decimal = sum((row["rejected"] or ZERO for _, rows in inspected for row in rows), ZERO)
    numerator = ZERO if rejected else ONE
    return Part("supplier_lines_without_reject", at, booked, numerator, ONE, one.dims)
