"""How long things took, open and cancelled ones among them: Kaplan and Meier's medians, by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from .conditions import Obligation, shipped
from .orders import Flow
from .parts import ZERO
from .purchases import Buying
from .reading import Company, Row, grouped, local, midnight, side_of

EVENT_STAGES = ("capture", "validate", "allocate", "pick", "pack", "ship")
MICROSECOND = timedelta(microseconds=1)
HOUR = 3600 * 10**6
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A clock that was started: stopped, cancelled, or still running; `days_off` are worked hours' holidays."""

    kpi: str
    started: datetime
    ended: datetime | None
    cancelled: datetime | None
    booked: date
    dims: Row
    waits: tuple[tuple[datetime, int], ...] = ()
    zone: str | None = None
    days_off: frozenset[date] = frozenset()

    def get(self, dimension: str) -> object:
        """The value of a dimension; `month` is that of the booked day."""
        return f"{self.booked:%Y-%m}" if dimension == "month" else self.dims.get(dimension)


def survival(times: Iterable[tuple[int, bool]], shares: Sequence[Fraction]) -> list[int | None]:
    """The smallest time at which the surviving share is at most each of `shares`; ends count before censorings."""
    told = list(times)
    ends = Counter(time for time, is_end in told if is_end)
    every = Counter(time for time, _ in told)
    at_risk, surviving = len(told), Fraction(1)
    found: list[int | None] = [None] * len(shares)
    for time in sorted(every):
        if ends[time]:
            surviving *= Fraction(at_risk - ends[time], at_risk)
            for position, share in enumerate(shares):
                if found[position] is None and surviving <= share:
                    found[position] = time
        at_risk -= every[time]
        if None not in found:
            break
    return found


def lasted(spans: Sequence[Span], as_of: datetime, *, unit: int = HOUR, is_net: bool = False) -> Row:
    """Median and ninetieth percentile of spans as of an instant."""
    times: list[tuple[int, bool]] = []
    for span in spans:
        if span.started > as_of or is_backwards(span):
            continue
        is_end, is_cancelled = _stands(span, as_of)
        # A day's last microsecond stands for its end: what is open then has lasted up to 24:00.
        stops = span.ended if is_end else span.cancelled if is_cancelled else _whole(as_of)
        assert stops is not None
        times.append((_length(span, stops, as_of, is_net=is_net), is_end))
    median, ninetieth = survival(times, (Fraction(1, 2), Fraction(1, 10)))
    events = sum(is_end for _, is_end in times)
    return {
        "numerator": events,
        "denominator": len(times),
        "value": None if median is None else median / unit,
        "p90": None if ninetieth is None else ninetieth / unit,
        "censored": len(times) - events,
    }


def _whole(at: datetime) -> datetime:
    return at + MICROSECOND if at.microsecond else at


def is_backwards(span: Span) -> bool:
    """Whether it stops before it starts; of a start told by its day, the day's end, the whole day comes after it."""
    earliest = span.started - DAY if span.started.microsecond == 999999 else span.started
    return any(at is not None and at < earliest for at in (span.ended, span.cancelled))


def _stands(span: Span, as_of: datetime) -> tuple[bool, bool]:
    """Whether it had ended, or been cancelled, whichever came first; both at once is an end."""
    ended, cancelled = (datetime.max if at is None else at for at in (span.ended, span.cancelled))
    first = min(ended, cancelled)
    return first <= as_of and ended == first, first <= as_of and ended > first


def _length(span: Span, stops: datetime, as_of: datetime, *, is_net: bool) -> int:
    if span.zone is not None:
        return worked(span.started, stops, span.zone, span.days_off) // MICROSECOND
    waited = sum(days for at, days in span.waits if at <= as_of and at < stops) * 24 * HOUR if is_net else 0
    return max(0, (stops - span.started) // MICROSECOND - waited)


def worked(start: datetime, stop: datetime, zone: str, days_off: frozenset[date]) -> timedelta:
    """Elapsed time on local days from Monday to Friday that are no holidays."""
    total = timedelta(0)
    day = local(start, zone).date()
    while midnight(day, zone) < stop:
        if day.weekday() < 5 and day not in days_off:
            total += max(timedelta(0), min(stop, midnight(day + DAY, zone)) - max(start, midnight(day, zone)))
        day += DAY
    return total


class Clocks:
    """The spans of a company, of what had happened by an instant; all that ever happens where it is left out."""

    def __init__(
        self, company: Company, flow: Flow, obligations: Sequence[Obligation], until: datetime = datetime.max
    ) -> None:
        self.company, self.flow, self.until = company, flow, until
        self.of_order: dict[str, list[Obligation]] = {}
        for one in obligations:
            self.of_order.setdefault(one.line["order_id"], []).append(one)

    def _by_now(self, at: datetime | None) -> datetime | None:
        return at if at is not None and at <= self.until else None

    def _settled(self, one: Obligation) -> tuple[datetime | None, datetime | None]:
        """When an obligation was accepted in full or cancelled, whichever came first; and when it was accepted."""
        accepted, since = one.accepted(self.until)
        since, cancelled = self._by_now(since), self._by_now(one.cancelled[0])
        if since is not None and (cancelled is None or since <= cancelled):
            return since, accepted
        return cancelled, None

    @cached_property
    def _over(self) -> dict[str, tuple[datetime | None, datetime]]:
        """Of each order of which nothing is open: the last acceptance (None where it is cancelled), and since when."""
        found: dict[str, tuple[datetime | None, datetime]] = {}
        for order_id, obligations in self.of_order.items():
            settled = [self._settled(one) for one in obligations]
            times = [at for at, _ in settled if at is not None]
            if len(times) < len(settled):
                continue
            accepted = [at for _, at in settled if at is not None]
            whole = self._by_now(self.flow.orders[order_id]["cancelled_at"])
            ended_whole = whole is not None and any(at == whole and accepted is None for at, accepted in settled)
            found[order_id] = (None if ended_whole or not accepted else max(accepted), max(times))
        return found

    @cached_property
    def accepted(self) -> dict[str, datetime]:
        """When the last of an order was accepted in full, where nothing of it is open."""
        return {order_id: at for order_id, (at, _) in self._over.items() if at is not None}

    @cached_property
    def closed(self) -> dict[str, datetime]:
        """Since when nothing of an order is open that was not cancelled as a whole."""
        return {order_id: since for order_id, (at, since) in self._over.items() if at is not None}

    @cached_property
    def cancelled(self) -> dict[str, datetime]:
        """When an order was cancelled: as a whole, or with the last of its obligations."""
        told = {key: row["cancelled_at"] for key, row in self.flow.orders.items() if self._by_now(row["cancelled_at"])}
        return {**told, **{order_id: since for order_id, (at, since) in self._over.items() if at is None}}

    def cycles(self) -> Iterator[Span]:
        """From receipt to acceptance."""
        for order_id, order in self.flow.orders.items():
            ended, received = self.accepted.get(order_id), order["received_at"]
            cancelled = None if ended else self.cancelled.get(order_id)
            over = self.closed.get(order_id) or cancelled
            waits: list[tuple[datetime, int]] = []
            for one in self.of_order.get(order_id, ()):
                moved = [(at, days) for at, days in _waits(one, over) if at <= self.until and (not ended or at < ended)]
                waits = max(waits, moved, key=lambda some: sum(days for _, days in some))
            booked, dims = self.company.day(received), self.flow.dims(order_id)
            yield Span("order_cycle_time", received, ended, cancelled, booked, dims, tuple(waits))

    def stages(self) -> Iterator[Span]:
        """From entering a stage to leaving it."""
        loads = grouped(shipped(self.company), "order_id")
        for order_id, events in self.flow.events.items():
            for step, of_step in grouped(events, "step").items():
                if step in EVENT_STAGES:
                    seen = [event for event in of_step if event["occurred_at"] <= self.until]
                    yield from self._stage(order_id, step, *_stage(seen))
        for order_id, rows in loads.items():
            first = min(row["shipped_at"] for row in rows)
            yield from self._stage(order_id, "transit", first, self.accepted.get(order_id))
            invoiced = self.invoiced.get(order_id)
            yield from self._stage(order_id, "invoice", first, invoiced)
        for order_id, invoiced in self.invoiced.items():
            yield from self._stage(order_id, "pay", invoiced, self._paid(order_id))

    def _stage(self, order_id: str, step: str, started: datetime | None, ended: datetime | None) -> Iterator[Span]:
        if started is not None:
            dims = {**self.flow.dims(order_id), "step": step}
            yield Span(
                "stage_cycle_time", started, ended, self.cancelled.get(order_id), self.company.day(started), dims
            )

    @cached_property
    def _invoices(self) -> dict[str, list[Row]]:
        sales = [row for row in self.company.rows("invoices") if side_of(row) == "sales"]
        lines = grouped((row for row in self.company.rows("invoice_lines") if side_of(row) == "sales"), "invoice_id")
        found: dict[str, list[Row]] = {}
        for row in sales:
            told = {row["order_id"]} if row["order_id"] else {line["order_id"] for line in lines[row["invoice_id"]]}
            for order_id in told & self.flow.orders.keys():
                found.setdefault(order_id, []).append(row)
        return found

    @cached_property
    def invoiced(self) -> dict[str, datetime]:
        """When an order was invoiced first."""
        told = {key: [row["invoiced_at"] for row in rows if row["invoiced_at"]] for key, rows in self._invoices.items()}
        return {order_id: min(times) for order_id, times in told.items() if times}

    @cached_property
    def _applied(self) -> dict[str, list[Row]]:
        paid = {(side_of(row), row["payment_id"]): row["paid_at"] for row in self.company.rows("payments")}
        rows = [row for row in self.company.rows("payment_applications") if side_of(row) == "sales"]
        rows = [{**row, "at": row["applied_at"] or paid.get(("sales", row["payment_id"]))} for row in rows]
        return grouped(rows, "invoice_id")

    @cached_property
    def _credited(self) -> dict[str, list[Row]]:
        rows = [row for row in self.company.rows("credit_notes") if side_of(row) == "sales"]
        return grouped(rows, "invoice_id")

    def _paid(self, order_id: str) -> datetime | None:
        """The first instant at which payments and credits had covered what had been invoiced by now."""
        invoices = [row for row in self._invoices[order_id] if row["invoiced_at"] is None or self._is_by_now(row)]
        owed = sum((_gross(row) for row in invoices), ZERO)
        ids = [row["invoice_id"] for row in self._invoices[order_id]]
        settled = [(row["at"], row["amount"]) for one in ids for row in self._applied.get(one, ())]
        settled += [(row["issued_at"], _gross(row)) for one in ids for row in self._credited.get(one, ())]
        covered = sum((amount for at, amount in settled if at is None), ZERO)
        dated = sorted((at, amount) for at, amount in settled if at is not None)
        for at, of_instant in groupby(dated, key=lambda pair: pair[0]):
            covered += sum((amount for _, amount in of_instant), ZERO)
            if covered >= owed:
                return self._by_now(at)
        return None

    def _is_by_now(self, row: Row) -> bool:
        return self._by_now(row["invoiced_at"]) is not None

    def promises(self) -> Iterator[Span]:
        """From the entry of an order to the first commitment of each obligation, in worked hours."""
        days_off = {
            calendar: frozenset(row["date"] for row in rows)
            for calendar, rows in self.company.by("calendars", "calendar_id").items()
        }
        for obligations in self.of_order.values():
            for one in obligations:
                entered, site = one.order["entered_at"], self.company.sites.get(one.line["site_id"], {})
                first = [row["changed_at"] for row in one.commitments if row["new_date"] and row["old_date"] is None]
                if entered is not None:
                    yield Span(
                        "promise_cycle_time",
                        entered,
                        min(first, default=None),
                        one.cancelled[0],
                        self.company.day(one.order["received_at"]),
                        {"site": one.line["site_id"], "channel": one.order["channel"]},
                        zone=site.get("zone") or self.company.zone,
                        days_off=days_off.get(site.get("calendar_id"), frozenset()),
                    )


def _gross(row: Row) -> Decimal:
    gross: Decimal = (row["net_amount"] or ZERO) + (row["tax_amount"] or ZERO)
    return gross


def _waits(one: Obligation, ended: datetime | None) -> Iterator[tuple[datetime, int]]:
    for change in one.commitments:
        is_later = change["old_date"] and change["new_date"] > change["old_date"]
        if change["initiator"] == "customer" and is_later and (ended is None or change["changed_at"] < ended):
            yield change["changed_at"], (change["new_date"] - change["old_date"]).days


def _stage(events: Sequence[Row]) -> tuple[datetime | None, datetime | None]:
    entered = [row["occurred_at"] for row in events if row["activity"] == "enter"]
    if not entered:
        return None, None
    passed = [row["occurred_at"] for row in events if row["activity"] == "pass" and row["occurred_at"] >= entered[0]]
    return entered[0], passed[-1] if passed and passed[-1] >= entered[-1] else None


def lead_times(buying: Buying) -> Iterator[Span]:
    """From releasing a purchase line to having received all of it."""
    for one in buying.lines.values():
        released = one.released_at
        if released is not None and one.line["quantity"] is not None and not one.is_received_nobody_knows_when:
            yield Span(
                "supplier_lead_time", released, one.received_in_full_at, one.cancelled_at, one.day(released), one.dims
            )
