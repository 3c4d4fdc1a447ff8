"""Messages: customers who ask where an order is, what we answer, and suppliers who announce that they are late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .announcements import make_announcements
from .capture_files import Captured, sender_addresses
from .config import Company
from .days import local_day, seconds, to_utc
from .demand import Demand
from .exception_files import Firings
from .life import Life
from .promises import BY_CUSTOMER
from .purchase_files import po_ids
from .sales_files import order_ids, shipment_ids
from .streams import Streams
from .telling import Told, ids, mail_addresses, members
from .troubles import NAMES
from .wording import (
    LANGUAGES,
    filled,
    languages_of,
    one_of,
    our_signatures,
    part_of,
    signatures,
    text_of,
    wording,
    written_days,
)
from .world import World

_ASKS, _ASKS_MORE, _ASKS_AT_MOST, _CHECKS, _WRITES_BACK = 0.25, 0.08, 0.75, 0.02, 0.35
_SAYS_WHY, _TOO_HOPEFUL = 0.85, 0.20
_BY_MAIL = 0.85
_CHANNELS = ("mail", "portal")
_ANSWERED = {"en": "Re: ", "de": "AW: ", "it": "R: "}
_ASK, _ANSWER, _REPLY = range(3)
_NEVER = np.datetime64("NaT", "us")
_WE_ANSWER = 0.5
_NOTICE_SPOKEN = {"DE": 1, "IT": 2}


@dataclass(frozen=True)
class Lateness:
    """Of an order: the `line` that is latest, by how many working days (`by`, below 1: in time), `due` and `arrives`
    (days by number) of it, and the `part` of it that arrives last. `is_live`: it was not cancelled.
    """

    line: np.ndarray
    by: np.ndarray
    due: np.ndarray
    arrives: np.ndarray
    part: np.ndarray
    is_live: np.ndarray


def make_lateness(demand: Demand, life: Life, captured: Captured) -> Lateness:
    """How late each order is against what was agreed with the customer."""
    promises, parts, lines = life.promises, life.parts, len(demand.order)
    due = np.where(promises.moved_by == BY_CUSTOMER, promises.moved_to, promises.first_due)
    arrives, part = np.zeros(lines, dtype=np.int64), np.zeros(lines, dtype=np.int64)
    np.maximum.at(arrives, parts.line, parts.arrives)
    # Rests stand behind the first parts.
    part[parts.line] = np.arange(len(parts.line))
    is_live = promises.cancelled.by == 0
    late = np.where(is_live[demand.order], arrives - due, 0)
    by = np.maximum.reduceat(late, captured.first_line)
    line = np.minimum.reduceat(np.where(late == by[demand.order], np.arange(lines), lines), captured.first_line)
    return Lateness(line, by, due[line], arrives[line], part[line], is_live)


@dataclass(frozen=True)
class Contacts:
    """Threads with customers: `order`, `is_late` (else they only want to be sure), when they ask, when we answer, when
    they write back (no instant: never), `expected` (the day we name), `has_left` (when we answer), `reason` (place
    among the kinds of exceptions, or -1: we do not say).
    """

    order: np.ndarray
    is_late: np.ndarray
    asked_at: np.ndarray
    answered_at: np.ndarray
    replied_at: np.ndarray
    expected: np.ndarray
    has_left: np.ndarray
    reason: np.ndarray


def make_contacts(
    company: Company, world: World, demand: Demand, life: Life, late: Lateness, found: Firings, streams: Streams
) -> Contacts:
    """Who asks, and when: of those whose order is late some, more the later it is; of the others a few."""
    orders = len(demand.customer)
    asks, when, says = (streams.of(f"contacts: {name}").random(orders) for name in ("asks", "when", "says"))
    is_late = late.is_live & (late.by > 0) & (asks < np.minimum(_ASKS_AT_MOST, _ASKS + _ASKS_MORE * late.by))
    zone = world.region_zone[demand.region]
    committed = life.promises.committed_at[late.line]
    from_day = demand.days.number(local_day(committed, zone, world.zones)) + 1
    # Where every order was cancelled, there is no part to ask about.
    left_at = np.append(life.parts.shipped_at, _NEVER)
    before = demand.days.number(left_at[late.part].astype("datetime64[D]")) - 1
    checks = late.is_live & (late.by < 1) & (asks < _CHECKS) & (before >= from_day)
    order = np.flatnonzero(is_late | checks)
    by, chance = late.by[order], when[order]
    on_due_day = by == 1
    asked = late.due[order] + np.where(on_due_day, 0, 1 + np.floor(chance * np.clip(by - 1, 1, 4)).astype(int))
    early = from_day[order] + np.floor(chance * (before - from_day + 1)[order]).astype(int)
    asked = np.where(is_late[order], asked, early)
    minutes = np.where(is_late[order] & on_due_day, 930 + 150 * says[order], 480 + 180 * says[order])
    asked_at = to_utc(demand.days.day(asked), np.floor(minutes), zone[order], world.zones)
    delivered_at = life.parts.delivered_at[late.part[order]]
    draw = streams.of("contacts: answers").lognormal(np.log(70), 0.8, (2, orders))[:, order].clip(5, 200)
    answered_at = _within(asked_at, draw[0], delivered_at)
    writes_back = is_late[order] & (streams.of("contacts: replies").random(orders)[order] < _WRITES_BACK)
    replied_at = np.where(writes_back, _within(answered_at, draw[1], delivered_at), _NEVER)
    answered = demand.days.number(local_day(answered_at, zone[order], world.zones))
    hope = (by > 1) & (answered < late.arrives[order] - 1)
    hope &= streams.of("contacts: hopes").random(orders)[order] < _TOO_HOPEFUL
    reason = _reasons(found, order, answered_at, orders)
    silent = streams.of("contacts: reasons").random(orders)[order] >= _SAYS_WHY
    return Contacts(
        order=order,
        is_late=is_late[order],
        asked_at=asked_at,
        answered_at=answered_at,
        replied_at=replied_at,
        expected=late.arrives[order] - hope,
        has_left=life.parts.shipped_at[late.part[order]] <= answered_at,
        reason=np.where(silent, -1, reason),
    )


def _within(begins: np.ndarray, minutes: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """So many minutes later, and before half of the time until the end is over."""
    most = (ends - begins).astype(np.int64) // 2_000_000
    later: np.ndarray = begins + seconds(np.minimum(minutes * 60, np.maximum(most, 60)))
    return later


def _reasons(found: Firings, order: np.ndarray, answered_at: np.ndarray, orders: int) -> np.ndarray:
    """What we know by then to be wrong with each order: the last on its way."""
    reason = np.full(len(order), -1)
    for place, name in enumerate(NAMES):
        if name in wording()["reasons"]["en"]:
            opened = np.full(orders, np.datetime64("9999-01-01", "us"))
            mine = found.of(name)
            np.minimum.at(opened, found.order[mine], found.opened_at[mine])
            reason = np.where(opened[order] <= answered_at, place, reason)
    return reason


def tell_contacts(
    company: Company, world: World, demand: Demand, life: Life, late: Lateness, contacts: Contacts, streams: Streams
) -> Told:
    """Mails of customers about their orders, and ours."""
    orders, customers = len(demand.customer), len(world.weight)
    words = streams.of("words of customers").random((3, orders), dtype=np.float32)
    person = streams.of("who writes for customers").random(customers)
    language = languages_of(company, demand.region, streams.of("languages").random(customers)[demand.customer])
    sent = np.stack([contacts.asked_at, contacts.answered_at, contacts.replied_at])
    thread, turn = np.nonzero(~np.isnat(sent.T))
    sent_at = sent[turn, thread]
    addresses, ours = sender_addresses(world), _our_address(company, "service")
    is_mail = streams.of("channels of messages").random(orders) < _BY_MAIL

    def rows(places: np.ndarray) -> pl.DataFrame:
        of, told = thread[places], turn[places]
        order = contacts.order[of]
        speaks, chance = language[order], words[told, order].astype(np.float64)
        values = _values(company, world, demand, life, late, contacts, of, speaks)
        theirs = told != _ANSWER
        ours_sign, sign = (
            our_signatures(words[_ANSWER, order].astype(np.float64)),
            signatures(speaks, person[demand.customer[order]]),
        )
        values["person"] = pl.select(pl.when(pl.Series(theirs)).then(sign).otherwise(ours_sign)).to_series()
        them = addresses.gather(demand.customer[order])
        us = pl.repeat(ours, len(of), dtype=pl.String, eager=True)
        both = pl.DataFrame({"theirs": theirs, "them": them, "us": us})
        first_words = words[_ASK, order].astype(np.float64)
        return pl.DataFrame(
            {
                "message_id": ids("MG", order * 10 + told, 8),
                "thread_id": ids("TC", order, 7),
                "direction": members(("outbound", "inbound"), theirs.astype(int)),
                "channel": members(_CHANNELS, (~is_mail[order]).astype(int)),
                "order_id": order_ids(order),
                "po_id": pl.repeat(None, len(of), dtype=pl.String, eager=True),
                "customer_id": ids("K", demand.customer[order], 5),
                "supplier_id": pl.repeat(None, len(of), dtype=pl.String, eager=True),
                "sent_at": sent_at[places],
                "sender": both.select(pl.when("theirs").then("them").otherwise("us")).to_series(),
                "recipient": both.select(pl.when("theirs").then("us").otherwise("them")).to_series(),
                "subject": filled(_subjects(contacts, of, told, speaks, first_words), values),
                "body": filled(_bodies(contacts, of, told, speaks, chance), values),
            }
        )

    return Told("communications", sent_at, rows)


def _our_address(company: Company, box: str) -> str:
    return f"{box}@{company.told['source']}.example"


def _values(
    company: Company,
    world: World,
    demand: Demand,
    life: Life,
    late: Lateness,
    contacts: Contacts,
    of: np.ndarray,
    language: np.ndarray,
) -> dict[str, pl.Series]:
    """What the messages are about, as they write it."""
    order = contacts.order[of]
    line, part = late.line[order], late.part[order]
    shipment = life.parts.shipment[part]
    return {
        "order": order_ids(order),
        "product": world.files["products"]["name"].gather(demand.product[line]),
        "quantity": pl.Series(demand.quantity[line]).cast(pl.String),
        "due": written_days(demand.days.day(late.due[order]), language),
        "expected": written_days(demand.days.day(contacts.expected[of]), language),
        "left": written_days(life.parts.shipped_at[part], language),
        "shipment": shipment_ids(life.parts, shipment),
        "carrier": members(company.group("carriers").array("name").tolist(), life.parts.carrier[shipment]),
    }


def _subjects(
    contacts: Contacts, of: np.ndarray, turn: np.ndarray, language: np.ndarray, chance: np.ndarray
) -> pl.Series:
    """Every message of a thread has the subject of the first."""
    is_late = pl.Series(contacts.is_late[of])
    asks, checks = (part_of(kind, "subject", language, chance) for kind in ("asks", "checks"))
    answers = members([_ANSWERED[name] for name in LANGUAGES], language)
    begins = pl.when(pl.Series(turn > 0)).then(answers).otherwise(pl.lit(""))
    return pl.select(begins + pl.when(is_late).then(asks).otherwise(checks)).to_series()


def _bodies(
    contacts: Contacts, of: np.ndarray, turn: np.ndarray, language: np.ndarray, chance: np.ndarray
) -> pl.Series:
    is_late, has_left = contacts.is_late[of], contacts.has_left[of]
    names = ["none", *NAMES]
    told = [wording()["reasons"][name] for name in LANGUAGES]
    options = [texts.get(name, texts["none"]) for texts in told for name in names]
    why = one_of(options, language * len(names) + 1 + contacts.reason[of], chance)
    kinds = {
        "checks": (turn == _ASK) & ~is_late,
        "asks": (turn == _ASK) & is_late,
        "on_time": (turn == _ANSWER) & ~is_late,
        "shipped": (turn == _ANSWER) & is_late & has_left,
        "waiting": (turn == _ANSWER) & is_late & ~has_left,
        "replies": turn == _REPLY,
    }
    texts: pl.Series = pl.repeat(None, len(of), dtype=pl.String, eager=True)
    for kind, mine in kinds.items():
        places = np.flatnonzero(mine)
        if len(places):
            extra = why.gather(places) if kind in ("shipped", "waiting") else None
            texts.scatter(places, text_of(kind, language[places], chance[places], extra))
    return texts


def tell_notices(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> Told:
    """Suppliers who announce that goods come later, and what we answer."""
    purchases, announced = life.supply.purchases, make_announcements(demand, life, streams)
    count, lines, expected = len(purchases.order), announced.line, announced.expected
    draw = streams.of("answers to notices").random((2, count))[:, lines]
    answered_at = np.where(draw[0] < _WE_ANSWER, announced.told_at + seconds(1800 + 72_000 * draw[1]), _NEVER)
    sent = np.stack([announced.told_at, answered_at])
    thread, turn = np.nonzero(~np.isnat(sent.T))
    sent_at = sent[turn, thread]
    words = streams.of("words of suppliers").random((2, count), dtype=np.float32)
    suppliers = world.files["suppliers"]
    spoken = np.array([_NOTICE_SPOKEN.get(country, 0) for country in suppliers["country"]])
    spoken = np.where(streams.of("languages of suppliers").random(len(spoken)) < 0.5, spoken, 0)
    person = streams.of("who writes for suppliers").random(len(spoken))
    addresses = mail_addresses("orders", suppliers["name"])
    ours = _our_address(company, "purchasing")

    def rows(places: np.ndarray) -> pl.DataFrame:
        line, told = lines[thread[places]], turn[places]
        supplier = purchases.supplier[line]
        theirs = told == 0
        speaks = np.where(theirs, spoken[supplier], 0)
        first_words = words[0, line].astype(np.float64)
        chance = words[told, line].astype(np.float64)
        po = po_ids(purchases.order[line])
        sign = pl.when(pl.Series(theirs)).then(signatures(speaks, person[supplier])).otherwise(our_signatures(chance))
        values = {
            "po": po,
            "product": world.files["products"]["name"].gather(purchases.product[line]),
            "quantity": pl.Series(purchases.quantity[line]).cast(pl.String),
            "due": written_days(demand.days.day(purchases.due[line]), speaks),
            "expected": written_days(demand.days.day(expected[line]), speaks),
            "person": pl.select(sign).to_series(),
        }
        bodies = [text_of(kind, speaks, chance) for kind in ("notices", "to_suppliers")]
        both = pl.DataFrame(
            {
                "theirs": theirs,
                "them": addresses.gather(supplier),
                "us": pl.repeat(ours, len(line), dtype=pl.String, eager=True),
                "notice": bodies[0],
                "answer": bodies[1],
                "subject": part_of("notices", "subject", spoken[supplier], first_words),
                "re": members([_ANSWERED[name] for name in LANGUAGES], spoken[supplier]),
            }
        )
        subject = pl.when("theirs").then("subject").otherwise(pl.col("re") + pl.col("subject"))
        return pl.DataFrame(
            {
                "message_id": ids("MS", line * 10 + told, 8),
                "thread_id": ids("TS", line, 7),
                "direction": members(("outbound", "inbound"), theirs.astype(int)),
                "channel": pl.repeat("mail", len(line), dtype=pl.String, eager=True),
                "order_id": pl.repeat(None, len(line), dtype=pl.String, eager=True),
                "po_id": po,
                "customer_id": pl.repeat(None, len(line), dtype=pl.String, eager=True),
                "supplier_id": suppliers["supplier_id"].gather(supplier),
                "sent_at": sent_at[places],
                "sender": both.select(pl.when("theirs").then("them").otherwise("us")).to_series(),
                "recipient": both.select(pl.when("theirs").then("us").otherwise("them")).to_series(),
                "subject": filled(both.select(subject).to_series(), values),
                "body": filled(both.select(pl.when("theirs").then("notice").otherwise("answer")).to_series(), values),
            }
        )

    return Told("communications", sent_at, rows)
