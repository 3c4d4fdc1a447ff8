"""Obligations told in Python, and a plain judge of them: the verdict spans that a pipeline would publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

START = datetime(1, 1, 1)
END = datetime(9999, 12, 31)
Row = dict[str, Any]


def day(text: str) -> date:
    """A day from YYYY-MM-DD."""
    return date.fromisoformat(text)


def local_day_end(of: date, zone: str) -> datetime:
    """The last microsecond of a local day, as naive UTC."""
    midnight = datetime.combine(of + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Obligation:
    """One obligation: due on `due` (None: no promise), `arrivals` as (local day, accepted quantity or None).

    `dues` overrides the due date by definition_id; `cancelled` is (local day, by whom); the obligation is
    known as told from `known_from` to `known_to`.
    """

    order_id: str
    line_no: str = "1"
    schedule_no: str = "1"
    due: date | None = None
    arrivals: tuple[tuple[date, int | str | None], ...] = ()
    quantity: int | str | None = 10
    cancelled: tuple[date, str | None] | None = None
    dues: tuple[tuple[str, date | None], ...] = ()
    source: str = "acme"
    side: str = "sales"
    zone: str = "UTC"
    origin_order_id: str | None = None
    unit_price: str | None = "2.5"
    customer: str | None = "C1"
    customer_region: str | None = "North"
    product: str | None = "P1"
    supplier: str | None = None
    site: str | None = "S1"
    carrier: str | None = "DHL"
    mode: str | None = "road"
    region: str | None = "EU"
    uom: str = "EA"
    currency: str = "EUR"
    known_from: datetime = START
    known_to: datetime = END
    is_fallback: bool = False

    @property
    def order_key(self) -> str:
        """The key of the order it rolls up to."""
        return "/".join((self.source, self.side, self.origin_order_id or self.order_id))

    @property
    def line_key(self) -> str:
        """The key of its line."""
        return "/".join((self.source, self.side, self.order_id, self.line_no))

    @property
    def obligation_key(self) -> str:
        """Its own key."""
        return f"{self.line_key}/{self.schedule_no}"

    def due_under(self, definition_id: str) -> date | None:
        """The due date under one definition."""
        return dict(self.dues).get(definition_id, self.due)


def judge(one: Obligation, definition: Row) -> list[Row]:
    """The spans of one obligation under one definition: a new one whenever its verdict may change."""
    due = one.due_under(definition["definition_id"])
    cuts = {local_day_end(at, one.zone) for at, _ in one.arrivals}
    if due is not None:
        cuts.add(local_day_end(due, one.zone))
    if one.cancelled is not None:
        cuts.add(local_day_end(one.cancelled[0], one.zone))
    starts = [START, *sorted(cuts)]
    return [_span(one, definition, due, start, end) for start, end in zip(starts, [*starts[1:], END], strict=True)]


def _span(one: Obligation, definition: Row, due: date | None, start: datetime, end: datetime) -> Row:
    promised = None if one.quantity is None else Decimal(one.quantity)
    here = sorted((at, got) for at, got in one.arrivals if local_day_end(at, one.zone) <= start)
    counted = [(at, Decimal(got)) for at, got in here if got is not None]
    arrived = sum((got for _, got in counted), Decimal(0))
    inside = sum((got for at, got in counted if due is not None and at <= due), Decimal(0))
    status = _due_status(one, due, promised, start)
    completed = _completed(counted, promised)
    is_in_full = None if here and not counted else promised is not None and bool(here) and arrived >= promised
    last = here[-1][0] if here else None
    judged_day = completed or last
    is_on_time = judged_day is not None and due is not None and judged_day <= due
    is_met = None if is_in_full is None else is_in_full and is_on_time
    return {
        "source_system": one.source,
        "side": one.side,
        "definition_id": definition["definition_id"],
        "obligation_key": one.obligation_key,
        "line_key": one.line_key,
        "order_key": one.order_key,
        "known_from": one.known_from,
        "known_to": one.known_to,
        "valid_from": start,
        "valid_to": end,
        "place_zone": one.zone,
        "due_date": due,
        "promise_in_use": "requested" if one.is_fallback else definition["promise"],
        "is_promise_fallback": one.is_fallback,
        "due_status": status,
        "is_on_time": is_on_time,
        "is_in_full": is_in_full,
        "is_met": is_met,
        "promised_quantity": promised,
        "window_quantity": inside if promised is None else min(inside, promised),
        "arrived_quantity": arrived,
        "net_unit_price": one.unit_price,
        "completed_date": completed,
        "last_arrival_date": last,
        "reasons": _reasons(status, bool(here), is_on_time, is_in_full),
        "flags": "quantity_missing" if len(counted) < len(here) else "",
        "required_quantity": promised,
        "is_rebased": False,
    }


def _due_status(one: Obligation, due: date | None, promised: Decimal | None, at: datetime) -> str:
    due_end = None if due is None else local_day_end(due, one.zone)
    if one.cancelled is not None and one.cancelled[1] in ("customer", "buyer"):
        cancelled_end = local_day_end(one.cancelled[0], one.zone)
        if cancelled_end <= at and (due_end is None or cancelled_end <= due_end):
            return "cancelled"
    if due_end is None or not promised:
        return "unknown"
    return "due" if due_end <= at else "not_yet_due"


def _completed(counted: Sequence[tuple[date, Decimal]], promised: Decimal | None) -> date | None:
    total = Decimal(0)
    for at, got in counted:
        total += got
        if promised is not None and total >= promised:
            return at
    return None


def _reasons(status: str, is_arrived: bool, is_on_time: bool, is_in_full: bool | None) -> str:
    if status != "due":
        return ""
    if not is_arrived:
        return "nothing_arrived"
    return "|".join(code for code, holds in (("late", not is_on_time), ("not_in_full", is_in_full is False)) if holds)
