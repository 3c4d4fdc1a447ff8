"""One obligation as the evidence tells it: what was promised, what came, what was changed, and which rows say so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboards.evidence import words
from dashboards.evidence.judging import is_inside
from dashboards.evidence.writing import plain
from dashboards.queries.catalogue import Definition
from dashboards.queries.sql import CANCELLED_STATES

Fact = dict[str, Any]

_IDS = ("order_id", "line_no", "schedule_no", "origin_order_id", "obligation_key", "line_key", "order_key")
_ATTRIBUTES = (
    *("customer_id", "product_id", "supplier_id", "site_id", "ship_to_address_id", "carrier", "mode"),
    *("uom", "currency"),
)


def told_obligation(row: Fact, definition: Definition, level: str) -> Fact:
    """The evidence of one obligation from a row of `queries.evidence.obligations_with_facts`."""
    until = _arrivals_until(row, definition)
    told = {
        **{name: row[name] for name in _IDS},
        "attributes": {name: row[name] for name in _ATTRIBUTES if row[name] is not None},
        "unit": row["unit_key"],
        "unit_state": row["unit_state"],
        "weight": _weight(row, level),
        "as_of": row["as_of_instant"],
        "place_zone": row["place_zone"],
        "ordered_quantity": row["ordered_quantity"],
        "requested_date": row["requested_date"],
        "requested_window": [row["window_start"], row["window_end"]],
        "promise_in_use": row["promise_in_use"],
        "is_promise_fallback": row["is_promise_fallback"],
        "promised_quantity": row["promised_quantity"],
        "required_quantity": row["required_quantity"],
        "window_opens": row["window_opens_date"],
        "due_date": row["due_date"],
        "falls_due_at": row["falls_due_at"],
        "is_withdrawn": bool(row["is_rebased"]) and row["promised_quantity"] == 0,
        "cancelled_by_receiver_at": row["cancelled_from"] if row["is_cancelled_by_receiver"] else None,
        "cancellation": _cancellation(row),
        "arrivals_until": until,
        "state": _state(row, definition.side),
        "reasons": words.code_words(row["reasons"], words.REASONS),
        "flags": words.code_words(row["flags"], words.FLAGS),
        "rows": row["lineage"],
    }
    shown: Fact = plain(told)
    shown["changes"] = [plain(_change(one, row, definition)) for one in row["changes"]]
    shown["arrivals"] = [_arrival(plain(_arrival_facts(one)), shown) for one in row["arrivals"]]
    return shown


def _arrivals_until(row: Fact, definition: Definition) -> Any:
    """The as-of; where only the first delivery counts, the instant of the first."""
    if definition.in_full_mode != "first_delivery" or not row["arrivals"]:
        return row["as_of_instant"]
    return min(row["as_of_instant"], *(one["counts_from"] for one in row["arrivals"]))


def _weight(row: Fact, level: str) -> Decimal | None:
    """What one unit weighs: 1 at unit level, its net price at value level (0 where it has none), else None."""
    if level == "value":
        price: Decimal | None = row["net_unit_price"]
        return Decimal(0) if price is None else price
    return Decimal(1) if level == "unit" else None


def _state(row: Fact, side: str) -> str:
    if row["due_status"] == "due":
        return "due_met" if row["is_flagged"] else "due_failed"
    return CANCELLED_STATES[side] if row["due_status"] == "cancelled" else str(row["due_status"])


def _cancellation(row: Fact) -> Fact | None:
    if row["cancelled_from"] is None:
        return None
    limit = min(row["as_of_instant"], row["falls_due_at"] or row["as_of_instant"])
    return {
        "instant": row["cancelled_at"],
        "day": row["cancelled_date"],
        "counts_from": row["cancelled_from"],
        "by": row["cancelled_by"],
        "is_in_time": bool(row["is_cancelled_by_receiver"]) and row["cancelled_from"] <= limit,
    }


def _arrival_facts(row: Fact) -> Fact:
    return {
        "instant": row["arrived_at"],
        "day": row["arrived_date"],
        "counts_from": row["counts_from"],
        "quantity": row["allotted_quantity"],
        "accepted_quantity": row["accepted_quantity"],
        "told_quantity": row["told_quantity"],
        "rejected_quantity": row["rejected_quantity"],
        "damaged_quantity": row["damaged_quantity"],
        "short_quantity": row["short_quantity"],
        "reference": row["reference"],
        "rows": row["lineage"],
    }


def _arrival(arrival: Fact, told: Fact) -> Fact:
    """An arrival with whether it counts inside the window, and why or why not."""
    is_inside_window, why = _weighed(arrival, told)
    return {**arrival, "is_inside_window": is_inside_window, "why": why}


def _weighed(arrival: Fact, told: Fact) -> tuple[bool, str]:
    if arrival["counts_from"] > told["as_of"]:
        return False, "after the as-of"
    if arrival["counts_from"] > told["arrivals_until"]:
        return False, "not the first delivery"
    if told["due_date"] is None:
        return False, "there is no promised day"
    if arrival["day"] is None:
        return False, "its day is not told"
    if is_inside(told, arrival):
        return True, "inside the window"
    return False, "after the window had closed" if arrival["day"] > told["due_date"] else "before the window opened"


def _change(row: Fact, obligation: Fact, definition: Definition) -> Fact:
    moves, why = _moves(row, obligation, definition)
    implied = "; its old day stands for the first commitment" if row["implies_first"] else ""
    return {
        "instant": row["changed_at"],
        "day": row["changed_date"],
        "counts_from": row["counts_from"],
        "by": row["initiator"],
        "reason": row["reason"],
        "old_date": row["old_date"],
        "new_date": row["new_date"],
        "old_quantity": row["old_quantity"],
        "new_quantity": row["new_quantity"],
        "is_promise_moved": moves,
        "why": why + implied,
        "rows": row["lineage"],
    }


def _moves(row: Fact, obligation: Fact, definition: Definition) -> tuple[bool, str]:
    """Whether the promise of the definition is made or moved by a commitment or its change, and why or why not."""
    if row["counts_from"] > obligation["as_of_instant"]:
        return False, "after the as-of"
    if definition.promise == "requested" or obligation["is_promise_fallback"]:
        return False, "the requested day is in use, which no commitment moves"
    if row["is_before_first"]:
        return False, "it stands before the first commitment"
    if row["is_first"]:
        return True, "the first commitment makes the promise"
    if definition.promise == "last_committed":
        return True, "the last commitment counts, whoever moved it"
    if definition.promise == "first_committed":
        return False, "only the first commitment counts"
    if row["moves_agreed"]:
        return True, "the receiver asked for it before the due day had ended"
    if row["is_asked_by_receiver"]:
        return False, "it was agreed after the due day had ended, or after a change that was"
    return False, "the receiver did not ask for it"
