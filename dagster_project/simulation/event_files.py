"""How each order went through the steps of its process, event by event, and what each event was about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .capture_files import QUANTITY, Captured, document_ids
from .config import Company
from .days import MINUTE
from .demand import Demand
from .exception_files import Firings
from .life import Life
from .sales_files import order_ids, shipment_ids
from .staff import ACCOUNTS, ACTOR_KINDS, HUMAN, MODEL, RULE, member_of, system
from .streams import Streams
from .telling import Told, ids, members
from .troubles import NAMES, TROUBLES

STEPS = ("capture", "validate", "allocate", "pick", "ship", "deliver")
CAPTURE, VALIDATE, ALLOCATE, PICK, SHIP, DELIVER = range(len(STEPS))
_ACTIVITIES = ("enter", "rework", "pass", "end")
_ENTER, _REWORK, _PASS, _END = range(len(_ACTIVITIES))
# Events of an order are numbered by step and activity; reworks by what is put right.
_PASS_NO, _END_NO, _CORRECTION_NO = 8, 9, 7
_SECOND = MINUTE // 60
# Minutes before the last truck leaves by which each event before it has happened.
_BEFORE_SHIPPING = {
    "validate in": 60,
    "checked": 58,
    "validate out": 55,
    "allocate in": 50,
    "allocate out": 45,
    "pick in": 40,
    "pick out": 20,
    "ship in": 10,
}
_STAGES = [
    [name for name in NAMES if TROUBLES[name].stage == step and name != "quantity_implausible"] for step in STEPS
]
_FAR = np.int64(1) << 60


@dataclass(frozen=True)
class Course:
    """When each order entered and left each step (`entered`, `passed`: steps x orders, microseconds; 0: not), when it
    was checked first, and when it came to its end (0: not). It is in a step until the last of its lines leaves it.
    """

    entered: np.ndarray
    passed: np.ndarray
    checked_at: np.ndarray
    ended: np.ndarray


def make_course(demand: Demand, life: Life, captured: Captured, found: Firings, streams: Streams) -> Course:
    """The way of each order through the steps, between the milestones that are known of it."""
    orders = len(demand.customer)
    ended = [found.ended(orders, kinds).astype(np.int64) for kinds in _STAGES]
    entered_at = demand.entered_at.astype(np.int64)
    committed = life.promises.committed_at[captured.first_line].astype(np.int64)
    # Nothing between entry and promise takes longer than the promise did.
    room = committed - entered_at
    pace, hours = streams.of("paces of orders").random(orders), streams.of("hours of picking").uniform(1.5, 5, orders)
    shipped, proven, is_accepted = _milestones(demand, life, orders)
    limit = np.where(shipped > 0, shipped, _FAR)
    until = {name: limit - minutes * MINUTE for name, minutes in _BEFORE_SHIPPING.items()}

    captured_at = np.minimum(np.maximum(entered_at, ended[CAPTURE]), until["validate in"])
    validate_in = np.minimum(captured_at + np.minimum(room // 10, 5 * _SECOND), until["validate in"])
    wait = np.minimum(room * 3 // 10, (5 + 40 * pace).astype(np.int64) * _SECOND)
    checked = np.minimum(validate_in + wait, until["checked"])
    checked_first = np.where(_fails(life, orders), entered_at + np.minimum(room // 10, 5 * _SECOND) + wait, checked)
    natural = checked + np.minimum(room // 10, (10 + 50 * pace).astype(np.int64) * _SECOND)
    validate_out = np.minimum(np.maximum(natural, ended[VALIDATE]), until["validate out"])
    allocate_in = np.minimum(validate_out + np.minimum(room // 10, 5 * _SECOND), until["allocate in"])
    allocate_out = np.maximum(np.maximum(committed, ended[ALLOCATE]), allocate_in + _SECOND)
    allocate_out = np.minimum(allocate_out, until["allocate out"])
    # What missed its truck had been picked by then.
    stood = np.minimum(limit, _opened(found, "dispatch_late", orders))
    pick_in = np.maximum(stood - (hours * 60).astype(np.int64) * MINUTE, allocate_out + 5 * _SECOND)
    pick_in = np.minimum(pick_in, until["pick in"])
    pick_out = np.maximum(stood - (20 + 20 * pace).astype(np.int64) * MINUTE, pick_in + 10 * MINUTE)
    pick_out = np.minimum(pick_out, until["pick out"])
    ship_in = np.minimum(pick_out + (1 + 9 * pace).astype(np.int64) * MINUTE, until["ship in"])
    deliver_in = shipped + (5 + 40 * pace).astype(np.int64) * MINUTE
    deliver_out = np.maximum(np.maximum(proven, ended[DELIVER]), deliver_in + MINUTE)
    received_at = demand.received_at.astype(np.int64)
    entered = np.stack([received_at, validate_in, allocate_in, pick_in, ship_in, deliver_in])
    passed = np.stack([captured_at, validate_out, allocate_out, pick_out, shipped, deliver_out])
    entered[PICK:, shipped == 0] = 0
    passed[PICK:, shipped == 0] = 0
    done = np.where(is_accepted, deliver_out + (60 + 240 * pace).astype(np.int64) * _SECOND, 0)
    _stop(demand, life, found, entered, passed)
    return Course(entered, passed, checked_first.astype("datetime64[us]"), done)


def _fails(life: Life, orders: int) -> np.ndarray:
    """Orders with a check that failed: it did so as soon as they were entered."""
    found = np.zeros(orders, dtype=bool)
    for places in life.holds.failed.values():
        found[places] = True
    return found


def _opened(found: Firings, kind: str, orders: int) -> np.ndarray:
    """Of each order, when an exception of a kind fired first; far away where none did."""
    at = np.full(orders, _FAR)
    mine = found.of(kind)
    np.minimum.at(at, found.order[mine], found.opened_at[mine].astype(np.int64))
    return at


def _milestones(demand: Demand, life: Life, orders: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """When the last shipment left and the last proof was there (0: nothing left), and whether all was accepted."""
    parts = life.parts
    shipped, proven = np.zeros(orders, dtype=np.int64), np.zeros(orders, dtype=np.int64)
    np.maximum.at(shipped, parts.shipment_order, parts.shipment_shipped_at.astype(np.int64))
    of = demand.order[parts.line]
    np.maximum.at(proven, of, parts.told_at.astype(np.int64))
    refused = np.bincount(of, parts.quantity - parts.accepted, orders)
    return shipped, proven, (shipped > 0) & (refused == 0)


def _stop(demand: Demand, life: Life, found: Firings, entered: np.ndarray, passed: np.ndarray) -> None:
    """A cancelled order goes no further; where a check had failed, it never passed that step."""
    cancelled = life.promises.cancelled
    ends = np.where(cancelled.by > 0, cancelled.at.astype(np.int64), _FAR)
    for times in (entered, passed):
        times[times >= ends] = 0
    checks = [place for place, name in enumerate(NAMES) if TROUBLES[name].stage == "validate"]
    stuck = np.zeros(len(demand.customer), dtype=bool)
    stuck[found.order[np.isin(found.kind, checks)]] = True
    stuck &= cancelled.by > 0
    passed[VALIDATE:, stuck] = 0
    entered[ALLOCATE:, stuck] = 0


@dataclass(frozen=True)
class _Events:
    """One by one: `order`, `number` (step and activity, or what is put right), `at` (microseconds), `by` (kind of
    actor); and of the reworks, which are the last of them, `line` (-1: of the whole order).
    """

    order: np.ndarray
    number: np.ndarray
    at: np.ndarray
    by: np.ndarray
    line: np.ndarray


def tell_events(
    company: Company,
    demand: Demand,
    life: Life,
    captured: Captured,
    found: Firings,
    course: Course,
    streams: Streams,
) -> list[Told]:
    """Events, and the documents, shipments and lines they are about."""
    events = _events(company, demand, captured, found, course)
    known_at = np.maximum(events.at, demand.entered_at.astype(np.int64)[events.order]).astype("datetime64[us]")
    account = streams.of("accounts of events").integers(0, 1 << 16, len(demand.customer))
    channels = company.group("channels").names

    def rows(places: np.ndarray) -> pl.DataFrame:
        order, number, by = events.order[places], events.number[places], events.by[places]
        step = number // 10 - 1
        kind = number % 10
        activity = np.select([kind == 0, kind == _PASS_NO, kind == _END_NO], [_ENTER, _PASS, _END], _REWORK)
        actor = _actors(channels, demand.channel[order], step, activity, by, account[order])
        return pl.DataFrame(
            {
                "event_id": ids("EV", order * 100 + number, 9),
                "order_id": order_ids(order),
                "step": members(STEPS, step),
                "activity": members(_ACTIVITIES, activity),
                "actor": members(ACCOUNTS, actor),
                "actor_kind": members(ACTOR_KINDS, by),
                "occurred_at": events.at[places].astype("datetime64[us]"),
            }
        )

    return [Told("order_events", known_at, rows), _objects(demand, life, course, events, known_at)]


def _actors(
    channels: list[str], channel: np.ndarray, step: np.ndarray, activity: np.ndarray, by: np.ndarray, drawn: np.ndarray
) -> np.ndarray:
    """Who did it: places among the accounts."""
    gateways = {"edi": system("edi-gateway"), "portal": system("portal")}
    reader = np.array([gateways.get(name, system("document-reader")) for name in channels])[channel]
    systems = np.array([system(name) for name in ("order-rules", "order-rules", "atp-run", "atp-run", "atp-run")])
    systems = np.append(systems, system("carrier-link"))
    by_system = np.where(step == CAPTURE, reader, systems[step])
    by_system = np.where((step == CAPTURE) & (activity == _REWORK), system("order-rules"), by_system)
    by_system = np.where(activity == _END, system("order-close"), by_system)
    teams = ("order desk", "order desk", "planning", "warehouse", "warehouse", "customer service")
    people = np.select([step == place for place in range(len(teams))], [member_of(team, drawn) for team in teams])
    return np.where(by == HUMAN, people, by_system)


def _events(company: Company, demand: Demand, captured: Captured, found: Firings, course: Course) -> _Events:
    kinds = {"edi": RULE, "portal": RULE, "phone": HUMAN}
    of_channel = np.array([kinds.get(name, MODEL) for name in company.group("channels").names], dtype=np.int8)
    reads = of_channel[demand.channel]
    steady = np.array((RULE, RULE, RULE, HUMAN, HUMAN, RULE), dtype=np.int8)
    steps = [times[step] for step in range(len(STEPS)) for times in (course.entered, course.passed)]
    times = np.stack([*steps, course.ended])
    numbers = [10 * (1 + step) + no for step in range(len(STEPS)) for no in (0, _PASS_NO)]
    numbers.append(10 * len(STEPS) + _END_NO)
    order, slot = np.nonzero(times.T)
    step = np.minimum(slot // 2, DELIVER)
    by = np.where(step == CAPTURE, reads[order], steady[step])
    again = _reworks(demand, captured, found, course)
    return _Events(
        order=np.concatenate([order, again.order]),
        number=np.concatenate([np.array(numbers, dtype=np.int64)[slot], again.number]),
        at=np.concatenate([times[slot, order], again.at]),
        by=np.concatenate([by, again.by]).astype(np.int8),
        line=again.line,
    )


def _reworks(demand: Demand, captured: Captured, found: Firings, course: Course) -> _Events:
    """Corrections of documents, and what was put right of exceptions: of each kind of an order, the last."""
    orders = len(demand.customer)
    early = captured.in_time(demand.entered_at)
    field = captured.wrong[early].astype(np.int64) - QUANTITY
    line = np.where(field >= 0, captured.first_line[early] + field, -1)
    at = captured.corrected_at[early].astype(np.int64)
    columns = [(early, np.full(len(early), 10 + _CORRECTION_NO), at, captured.by[early], line)]
    for step, kinds in enumerate(_STAGES):
        for place, kind in enumerate(kinds, start=1):
            ended = found.ended(orders, [kind]).astype(np.int64)
            hit = np.flatnonzero((ended > 0) & (course.passed[step] > 0))
            lines = np.full(orders, -1)
            lines[found.order[found.of(kind)]] = found.line[found.of(kind)]
            at = np.clip(ended[hit], course.entered[step, hit], course.passed[step, hit])
            columns.append((hit, np.full(len(hit), 10 * (1 + step) + place), at, np.full(len(hit), HUMAN), lines[hit]))
    return _Events(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _objects(demand: Demand, life: Life, course: Course, events: _Events, known_at: np.ndarray) -> Told:
    """The document an order was captured from, the shipments it left with, and the lines that were put right."""
    orders = len(demand.customer)
    shipment = np.arange(len(life.parts.shipment_order))
    reworks = len(events.order) - len(events.line) + np.arange(len(events.line))
    of_line = np.flatnonzero(events.line >= 0)
    lines, at = events.line[of_line], reworks[of_line]
    ends = np.cumsum([orders, len(shipment), len(of_line)])
    shipped_at = course.passed[SHIP, life.parts.shipment_order].astype("datetime64[us]")

    def rows(places: np.ndarray) -> pl.DataFrame:
        whole, rest = places[places < ends[0]], places[places >= ends[1]] - ends[1]
        left = places[(places >= ends[0]) & (places < ends[1])] - ends[0]
        names = order_ids(demand.order[lines[rest]]) + "/" + pl.Series(demand.line_no[lines[rest]]).cast(pl.String)
        parts = [
            (10 * (1 + CAPTURE) + whole * 100, "document", document_ids(whole)),
            (
                life.parts.shipment_order[left] * 100 + 10 * (1 + SHIP) + _PASS_NO,
                "shipment",
                shipment_ids(life.parts, shipment[left]),
            ),
            (events.order[at[rest]] * 100 + events.number[at[rest]], "line", names),
        ]
        return pl.concat(
            [
                pl.DataFrame(
                    {
                        "event_id": ids("EV", number, 9),
                        "object_type": pl.repeat(kind, len(number), eager=True),
                        "object_id": named,
                    }
                )
                for number, kind, named in parts
            ]
        )

    return Told("order_event_objects", np.concatenate([demand.entered_at, shipped_at, known_at[at]]), rows)
