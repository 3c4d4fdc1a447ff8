"""How orders flow: first passes, steps, exceptions, edits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from .parts import ONE, ZERO, Part
from .reading import Company, Row, grouped, side_of


class Passage(NamedTuple):
    """A step that an order left: its entry (the exit itself without one), and whether it was reworked before."""

    order_id: str
    step: str
    entry: Row
    exit: Row
    is_reworked: bool


class Flow:
    """What happened to the orders of a company."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.orders = company.orders

    @cached_property
    def events(self) -> dict[str, list[Row]]:
        """Events of known orders, in their order."""
        rows = [row for row in self.company.rows("order_events") if row["order_id"] in self.orders]
        rows = [row for row in rows if row["occurred_at"] is not None]
        return grouped(sorted(rows, key=lambda row: (row["occurred_at"], row["event_id"])), "order_id")

    @cached_property
    def firings(self) -> dict[str, list[Row]]:
        """Firings of sales exceptions by exception, first to last; those that do not say when come first."""
        rows = [row for row in self.company.rows("exceptions") if side_of(row) == "sales"]
        told = [{**row, "is_dated": row["opened_at"] is not None, "opened_at": self._fired_at(row)} for row in rows]
        return grouped(sorted(told, key=lambda row: (row["is_dated"], row["opened_at"])), "exception_id")

    def _fired_at(self, firing: Row) -> datetime:
        order = self.orders.get(firing["order_id"], {})
        found: datetime = firing["opened_at"] or order.get("received_at") or firing["closed_at"]
        return found

    @cached_property
    def fired(self) -> dict[str, list[datetime]]:
        """The first firing of each exception of an order."""
        found: dict[str, list[datetime]] = {}
        for firings in self.firings.values():
            if firings[-1]["order_id"] in self.orders:
                found.setdefault(firings[-1]["order_id"], []).append(first_of(firings))
        return found

    @cached_property
    def actions(self) -> dict[str, list[Row]]:
        """What was done, by exception."""
        return self.company.by("exception_actions", "exception_id")

    @cached_property
    def corrections(self) -> dict[str, list[Row]]:
        """Corrected fields of the documents of an order."""
        order_of = {row["document_id"]: row["order_id"] for row in self.company.rows("capture_documents")}
        found: dict[str, list[Row]] = {}
        for row in self.company.rows("capture_fields"):
            if row["corrected_value"] is not None and row["corrected_value"] != row["extracted_value"]:
                found.setdefault(str(order_of.get(row["document_id"])), []).append(row)
        return found

    @cached_property
    def captured(self) -> set[str]:
        """Orders of which a document's fields were captured."""
        of_fields = {row["document_id"] for row in self.company.rows("capture_fields")}
        rows = self.company.rows("capture_documents")
        return {str(row["order_id"]) for row in rows if row["document_id"] in of_fields}

    @cached_property
    def passages(self) -> list[Passage]:
        """Every step that an order left."""
        found = []
        for order_id, events in self.events.items():
            for step, of_step in grouped(events, "step").items():
                found += list(_passages(order_id, step, of_step))
        return found

    @cached_property
    def validated(self) -> dict[str, datetime]:
        """When each order was validated first."""
        results = [row for row in self.company.rows("validation_results") if side_of(row) == "sales"]
        if results:
            pairs = [(row["order_id"], row["evaluated_at"]) for row in results]
        else:
            events = [event for of_order in self.events.values() for event in of_order]
            passed = [event for event in events if (event["step"], event["activity"]) == ("validate", "pass")]
            pairs = [(row["order_id"], row["occurred_at"]) for row in passed]
        found: dict[str, datetime] = {}
        for order_id, at in pairs:
            if order_id in self.orders and at is not None:
                found[order_id] = min(at, found.get(order_id, at))
        return found

    def ends(self, closed: dict[str, datetime]) -> dict[str, datetime]:
        """When each order reached its end: its event, or nothing of it open where no order has such an event."""
        found: dict[str, datetime] = {}
        for order_id, events in self.events.items():
            ended = [event["occurred_at"] for event in events if event["activity"] == "end"]
            if ended:
                found[order_id] = ended[0]
        return found or closed

    def dims(self, order_id: str | None) -> Row:
        """The dimensions of an order."""
        order = self.orders.get(str(order_id), {})
        return {name: order.get(name) for name in ("channel", "order_type")}


def _passages(order_id: str, step: str, events: list[Row]) -> Iterator[Passage]:
    entry: Row | None = None
    is_reworked = False
    for event in events:
        if event["activity"] == "enter":
            entry = entry or event
        elif event["activity"] == "rework":
            is_reworked = True
        elif event["activity"] == "pass":
            yield Passage(order_id, step, entry or event, event, is_reworked)
            entry, is_reworked = None, False


def first_pass_parts(flow: Flow, closed: dict[str, datetime], cancelled: dict[str, datetime]) -> Iterator[Part]:
    """Orders that reached their end, and those of them that nothing held up."""
    for order_id, end in flow.ends(closed).items():
        if order_id in cancelled and cancelled[order_id] <= end:
            continue
        events = flow.events.get(order_id, ())
        marred = any(event["activity"] == "rework" and event["occurred_at"] <= end for event in events)
        marred |= any(at <= end for at in flow.fired.get(order_id, ()))
        corrected = [row["corrected_at"] for row in flow.corrections.get(order_id, ())]
        marred |= any(at is None or at <= end for at in corrected)
        yield Part("first_pass_yield", end, flow.company.day(end), ZERO if marred else ONE, ONE, flow.dims(order_id))


def step_parts(flow: Flow) -> Iterator[Part]:
    """Steps that were left, and those of them without rework."""
    for one in flow.passages:
        booked = flow.company.day(one.entry["occurred_at"])
        dims = {**flow.dims(one.order_id), "step": one.step}
        numerator = ZERO if one.is_reworked else ONE
        yield Part("step_yield", one.exit["occurred_at"], booked, numerator, ONE, dims)


def exception_parts(flow: Flow) -> Iterator[Part]:
    """Orders validated, and the exceptions that they had."""
    for order_id, validated in flow.validated.items():
        booked, dims = flow.company.day(validated), flow.dims(order_id)
        fired = [max(validated, at) for at in flow.fired.get(order_id, ())]
        for kpi, counting in (("exception_rate", sorted(fired)[:1]), ("exceptions_per_order", fired)):
            yield Part(kpi, validated, booked, ZERO, ONE, dims)
            for at in counting:
                yield Part(kpi, at, booked, ONE, ZERO, dims)


def handling_parts(flow: Flow) -> Iterator[Part]:
    """Exceptions, and the minutes that people spent on them."""
    for firings in flow.firings.values():
        first, last = first_of(firings), firings[-1]
        booked = flow.company.day(first)
        dims = {**flow.dims(last["order_id"]), "reason": last["type"], "step": last["stage"]}
        yield Part("exceptions", first, booked, ONE, ZERO, dims)
        for at, minutes in minutes_of(flow, firings):
            yield Part("exception_minutes", at, booked, minutes, ZERO, dims)


def first_of(firings: list[Row]) -> datetime:
    """When an exception fired first."""
    found: datetime = min(row["opened_at"] for row in firings)
    return found


def minutes_of(flow: Flow, firings: list[Row]) -> Iterator[tuple[datetime, Decimal]]:
    """Human minutes of an exception, with the instant they were spent: of its actions, else of every firing."""
    if flow.actions:
        actions = flow.actions.get(firings[0]["exception_id"], ())
        told = [(row["acted_at"], row["minutes"]) for row in actions if row["actor_kind"] == "human"]
    else:
        told = [(row["closed_at"] or row["opened_at"], row["minutes"]) for row in firings]
    yield from ((at or first_of(firings), minutes) for at, minutes in told if minutes)


def entry_error_parts(flow: Flow) -> Iterator[Part]:
    """Orders captured from documents, and those of them with a corrected field."""
    for order_id in flow.captured & set(flow.orders):
        order = flow.orders[order_id]
        entered = order["entered_at"] or order["received_at"]
        if entered is None:
            continue
        booked, dims = flow.company.day(entered), flow.dims(order_id)
        yield Part("entry_error_rate", entered, booked, ZERO, ONE, dims)
        corrected = [row["corrected_at"] or entered for row in flow.corrections.get(order_id, ())]
        if corrected:
            yield Part("entry_error_rate", max(entered, min(corrected)), booked, ONE, ZERO, dims)


def straight_through_parts(flow: Flow) -> Iterator[Part]:
    """Orders captured, less those that a human edited."""
    for order_id, order in flow.orders.items():
        captured = order["entered_at"] or order["received_at"]
        if captured is None:
            continue
        events = [row for row in flow.events.get(order_id, ()) if row["activity"] == "rework"]
        edits = [row["occurred_at"] for row in events if row["actor_kind"] == "human"]
        corrected = [row for row in flow.corrections.get(order_id, ()) if row["actor_kind"] == "human"]
        edits += [row["corrected_at"] or captured for row in corrected]
        booked, dims = flow.company.day(captured), flow.dims(order_id)
        yield Part("straight_through_rate", captured, booked, ONE, ONE, dims)
        if edits:
            yield Part("straight_through_rate", max(captured, min(edits)), booked, -ONE, ZERO, dims)
