"""How figures, days and codes are written for readers: one place, so that every page writes them alike."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

NO_FIGURE = "No figure"
NO_DATA = "No data"
DASH = "\N{EN DASH}"

# Below this many due units a rate moves by more than five points with each of them.
SMALL_DENOMINATOR = 20

STATES = {
    "due_met": "Met",
    "due_failed": "Failed",
    "not_yet_due": "Not yet due",
    "unknown": "Unknown",
    "cancelled_by_customer": "Cancelled by customer",
    "cancelled_by_buyer": "Cancelled by buyer",
}
STATE_MARKS = {
    "due_met": "\N{CHECK MARK}",
    "due_failed": "\N{MULTIPLICATION X}",
    "not_yet_due": "\N{WHITE CIRCLE}",
    "unknown": "?",
    "cancelled_by_customer": "\N{CIRCLED DIVISION SLASH}",
    "cancelled_by_buyer": "\N{CIRCLED DIVISION SLASH}",
}
SIDES = {"sales": "Sales", "purchase": "Purchases"}
LEVELS = {"schedule_line": "Schedule lines", "order": "Whole orders"}
UNITS = {"schedule_line": ("schedule line", "schedule lines"), "order": ("order", "orders")}
DIMENSIONS = {
    "customer": "Customer",
    "region": "Region",
    "product": "Product",
    "site": "Site",
    "mode": "Mode",
    "customer_region": "Customer region",
    "supplier": "Supplier",
    "carrier": "Carrier",
    "channel": "Channel",
    "format": "Format",
    "order_type": "Order type",
    "family": "Product family",
    "currency": "Currency",
    "step": "Step",
    "reason": "Reason",
}
DIMENSION_PLURALS = {
    "customer": "customers",
    "region": "regions",
    "product": "products",
    "site": "sites",
    "mode": "modes",
    "customer_region": "customer regions",
    "supplier": "suppliers",
    "carrier": "carriers",
    "channel": "channels",
    "format": "formats",
    "order_type": "order types",
    "family": "product families",
    "currency": "currencies",
    "step": "steps",
    "reason": "reasons",
}
PROMISES = {
    "sales": {
        "customer_agreed": "customer-agreed date",
        "requested": "requested date",
        "first_committed": "first committed date",
        "last_committed": "last committed date",
    },
    "purchase": {
        "customer_agreed": "date agreed with the supplier",
        "requested": "due date of the purchase line",
        "first_committed": "first confirmed date",
        "last_committed": "last confirmed date",
    },
}
# What a side is sliced by, the most telling first.
SIDE_DIMENSIONS = {
    "sales": ("customer", "region", "product", "site", "mode", "customer_region", "supplier", "carrier"),
    "purchase": ("supplier", "product", "site"),
}
PLACES = {
    "delivered": "delivered at the customer",
    "shipped": "shipped at our dock",
    "received": "accepted at our site",
}
REASONS = {
    "late": "late",
    "not_in_full": "not in full",
    "nothing_arrived": "nothing arrived",
    "early": "early",
    "documents": "documents not right",
    "damaged": "damaged",
    "first_shipment_short": "first shipment short",
    "cancelled_by_us": "cancelled by us",
    "cancelled_by_supplier": "cancelled by supplier",
}
FLAGS = {
    "shipped_without_proof": "shipped, no proof of delivery",
    "zone_assumed": "time zone assumed",
    "quantity_missing": "quantity missing",
    "arrival_time_missing": "arrival time missing",
    "unconfirmed": "never confirmed",
    "cancelled_by_unknown": "cancelled, by whom is not known",
}
EVENTS = {
    "received": "Order received",
    "released": "Order released",
    "first_committed": "First commitment",
    "changed": "Commitment changed",
    "shipped": "Shipped",
    "delivered": "Delivered",
    "goods_received": "Goods received",
    "inspected": "Inspected",
    "cancelled": "Cancelled",
}
ACTORS = {"us": "us", "customer": "the customer", "supplier": "the supplier", "buyer": "the buyer"}


def count(number: int | None) -> str:
    """A whole number with thousands separators; a dash for None."""
    return DASH if number is None else f"{number:,}"


def quantity(number: Decimal | float | None) -> str:
    """A quantity without trailing zeros, thousands separated; a dash for None."""
    if number is None:
        return DASH
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(numerator: int | None, denominator: int | None) -> str:
    """A ratio with one decimal; never 100.0% while something failed, nor 0.0% while something was met."""
    if not denominator or numerator is None:
        return NO_DATA
    text = f"{100 * numerator / denominator:.1f}%"
    if text == "100.0%" and numerator < denominator:
        return ">99.9%"
    return "<0.1%" if text == "0.0%" and numerator else text


def of(numerator: int | None, denominator: int | None) -> str:
    """The parts of a ratio: `9,138 of 10,324`."""
    return f"{count(numerator)} of {count(denominator)}"


def day(value: date | None) -> str:
    """A day as 2 Jun 2026; a dash for None."""
    return DASH if value is None else f"{value.day} {value:%b %Y}"


def instant(value: datetime | None) -> str:
    """A naive UTC instant as 2 Jun 2026, 08:15 UTC; a dash for None."""
    return DASH if value is None else f"{day(value)}, {value:%H:%M} UTC"


def month(text: str) -> str:
    """A month `2026-06` as Jun 2026."""
    return f"{date.fromisoformat(f'{text}-01'):%b %Y}"


def moment(text: str | None) -> str:
    """An as-of as the queries write it: a day, or an instant ending in Z."""
    if text is None:
        return DASH
    if text.endswith("Z"):
        return instant(datetime.fromisoformat(text.removesuffix("Z")))
    return f"end of {day(date.fromisoformat(text))}"


def code(value: Any, labels: dict[str, str]) -> str:
    """The label of a code, or the code itself with spaces where it has none."""
    return labels.get(str(value), str(value).replace("_", " "))


def codes(values: list[str], labels: dict[str, str]) -> str:
    """Several codes, comma separated."""
    return ", ".join(code(value, labels) for value in values)


def state(name: str | None) -> str:
    """A state with its mark, which tells it apart without colour."""
    return DASH if name is None else f"{STATE_MARKS[name]} {STATES[name]}"


def promise(name: str, side: str) -> str:
    """A promise in the words of its side."""
    return code(name, PROMISES[side])


def obligation_name(row: dict[str, Any]) -> str:
    """How an obligation is named: order/line/schedule."""
    return "/".join(str(row[part] or "") for part in ("order_id", "line_no", "schedule_no"))


def member(identifier: str, label: str | None) -> str:
    """A member of a dimension by name, with its id where the name is not the id."""
    return identifier if label in (None, "", identifier) else f"{label} ({identifier})"


def plural(number: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{count(number)} {one if number == 1 else many}"
