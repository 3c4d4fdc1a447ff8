"""What the codes, axes and verdicts of an evidence file mean, in words."""

from __future__ import annotations

from decimal import Decimal

from dashboards.evidence.writing import number_text
from dashboards.queries.catalogue import Definition, Kpi

PROMISES = {
    "requested": "the day the receiver asked for",
    "first_committed": "the first day that was confirmed",
    "last_committed": "the last day that was confirmed, whoever moved it",
    "customer_agreed": "the first day that was confirmed, moved only by changes the receiver asked for"
    " before the due day had ended",
}
PLACES = {
    "delivered": "delivered at the customer, on the local day of the destination",
    "shipped": "shipped at our dock, on the local day of the dock",
    "received": "received at our site, on the local day of the site",
}
IN_FULL_MODES = {
    "cumulative": "all deliveries are added up",
    "first_delivery": "only the first delivery counts",
}
STATES = {
    "due_met": "fell due and was met",
    "due_failed": "fell due and was not met",
    "not_yet_due": "its last window day had not ended at the as-of",
    "unknown": "has no promised day or no promised quantity under the definition",
    "cancelled_by_customer": "the customer let go of it before the end of its due day",
    "cancelled_by_buyer": "the buyer let go of it before the end of its due day",
}
REASONS = {
    "nothing_arrived": "nothing had arrived",
    "late": "something arrived after the window had closed",
    "early": "something arrived before the window opened",
    "not_in_full": "less arrived than was required",
    "documents": "a delivery came without the right documents",
    "damaged": "units arrived damaged",
    "first_shipment_short": "the line's first shipment brought less than was required",
    "cancelled_by_us": "we cancelled it, which does not excuse",
    "cancelled_by_supplier": "the supplier cancelled it, which does not excuse",
}
FLAGS = {
    "shipped_without_proof": "it left the dock and no delivery is recorded",
    "zone_assumed": "the place names no time zone; UTC is assumed",
    "quantity_missing": "a delivery names no quantity",
    "arrival_time_missing": "a delivery names no day",
    "unconfirmed": "the supplier confirmed nothing; the line's due date stands in",
    "cancelled_by_unknown": "a cancellation does not say who cancelled",
}
EXCLUSIONS = {
    "return_order": "a line of a return order is no obligation",
    "continues_another_line": "it continues the line it was moved from, and counts as part of that obligation",
}
_TESTS = {
    "otif": "the accepted quantity that arrived inside the window reaches the required quantity",
    "in_full": "the accepted quantity reaches the required quantity, whenever it arrived",
    "on_time": "the delivery that completed it (or, never completed, the last one) arrived inside the window",
}
_UNITS = {
    "schedule_line": "obligations",
    "line": "order lines (due with the latest of their obligations, met when all are; cancelled ones are left out)",
    "order": "orders (due with the latest of their obligations, met when all are; cancelled ones are left out)",
}
_WEIGHTS = {"unit": "units", "value": "net value, rounded to six decimals obligation by obligation"}


def code_words(codes: str | None, words: dict[str, str]) -> list[dict[str, str]]:
    """Codes joined by '|' as `code` and `words`; a code without words stands for itself."""
    named = [code for code in (codes or "").split("|") if code]
    return [{"code": code, "words": words.get(code, code.replace("_", " "))} for code in named]


def definition_words(definition: Definition) -> list[str]:
    """Every axis of a definition as a sentence part: promise, place, window, in full."""
    early = "any day early" if definition.days_early is None else f"{definition.days_early} days early"
    return [
        f"promise: {PROMISES.get(definition.promise, definition.promise)}",
        f"where: {PLACES.get(definition.place, definition.place)}",
        f"window: {early}, {definition.days_late} days late",
        f"in full: {IN_FULL_MODES.get(definition.in_full_mode, definition.in_full_mode)},"
        f" {number_text(Decimal(100 * definition.under_tolerance))} % under",
    ]


def formula(kpi: Kpi, level: str) -> dict[str, str]:
    """Numerator and denominator of a KPI at a level, and the test that an obligation must pass."""
    test = _TESTS[kpi.measure]
    if level in _WEIGHTS:
        return {
            "test": test,
            "numerator": f"{_WEIGHTS[level]} accepted inside the window, at most what was promised,"
            " of obligations that have fallen due",
            "denominator": f"{_WEIGHTS[level]} promised, of obligations that have fallen due",
        }
    return {
        "test": test,
        "numerator": f"{_UNITS[level]} that have fallen due and pass the test",
        "denominator": f"{_UNITS[level]} that have fallen due",
    }
