"""Documents that orders came in, what was read from some of them, and who corrected it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .config import Company
from .demand import Demand
from .life import Life
from .reach import READ_CHANNELS
from .sales_files import order_ids
from .staff import ACCOUNTS, ACTOR_KINDS, HUMAN, RULE, member_of, system
from .streams import Streams
from .telling import Told, ids, mail_addresses, members
from .troubles import NAMES
from .world import World

CUSTOMER, ADDRESS, DATE, REFERENCE, QUANTITY, SECOND_QUANTITY = range(6)
_FIELDS = ("customer_id", "ship_to_address_id", "requested_date", "customer_reference", "quantity", "quantity")
_BY_HUMAN, _BY_RULE, _HAS_REFERENCE = 0.05, 0.03, 0.7
# How often each field is the one that was read wrongly: by chance, and where the layout is to blame.
_WRONG = (0.10, 0.15, 0.25, 0.20, 0.20, 0.10)
_MISREAD = {ADDRESS: 0.3, DATE: 0.3, QUANTITY: 0.4}
# How sure the reader is of a document, at least, and how much surer it can be.
_SURE = {"edi": (0.99, 0.01), "portal": (0.98, 0.02), "mail": (0.86, 0.12), "spreadsheet": (0.89, 0.10)}
_SURE_ELSE = (0.72, 0.20)
_SURE_OF_CORRECTED, _SURE_OF_MISREAD = -0.06, (0.48, 0.27)
_FIXED_LAYOUTS = {"edi": "ORDERS D.96A", "portal": "order form", "phone": "call note"}
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Captured:
    """Of an order: `first_line` (place), `is_read` (by a reader of documents), `wrong` (the field that was read
    wrongly, or -1), `corrected_at` (no instant: never), `by` (the kind of actor), `is_misread` (the layout is to
    blame), `read_quantity` (of the first line, as it was read). `document` and `field`: what was read, one by one.
    """

    first_line: np.ndarray
    is_read: np.ndarray
    wrong: np.ndarray
    corrected_at: np.ndarray
    by: np.ndarray
    is_misread: np.ndarray
    read_quantity: np.ndarray
    document: np.ndarray
    field: np.ndarray

    def in_time(self, entered_at: np.ndarray) -> np.ndarray:
        """Orders whose document was corrected before they were entered."""
        return np.flatnonzero(self.corrected_at <= entered_at)


def make_captured(company: Company, demand: Demand, life: Life, streams: Streams) -> Captured:
    """What is read of each document, and what is wrong with it."""
    orders = len(demand.customer)
    first = np.searchsorted(demand.order, np.arange(orders))
    has_second = np.bincount(demand.order, minlength=orders) > 1
    has_reference = streams.of("customer references").random(orders) < _HAS_REFERENCE
    names = company.group("channels").names
    is_read = np.isin(demand.channel, [names.index(name) for name in READ_CHANNELS if name in names])
    wrong, corrected_at, by = _chance_corrections(demand, is_read, has_reference, has_second, streams)
    is_misread = np.zeros(orders, dtype=bool)
    is_misread[life.holds.misread] = True
    chance = streams.of("misread fields").random(orders)
    misread_field = np.array(list(_MISREAD))[np.searchsorted(np.cumsum(list(_MISREAD.values())), chance).clip(max=2)]
    wrong = np.where(is_misread, misread_field, wrong)
    corrected_at = np.where(is_misread, _repaired_at(life, orders), corrected_at)
    shipped = demand.quantity.copy()
    is_first_part = ~life.parts.is_rest
    shipped[life.parts.line[is_first_part]] = life.parts.quantity[is_first_part]
    unseen = life.holds.misread_quantity
    too_small = shipped[first[unseen]] < demand.quantity[first[unseen]]
    wrong[unseen] = np.where(too_small, QUANTITY, -1)
    corrected_at[unseen] = _NEVER
    true = demand.quantity[first]
    read = np.where(true >= 10, true // 10, true * 10)
    read[unseen] = shipped[first[unseen]]
    slots = np.ones((orders, len(_FIELDS)), dtype=bool)
    slots[:, REFERENCE], slots[:, SECOND_QUANTITY] = has_reference, has_second
    document, field = np.nonzero(slots & is_read[:, None])
    return Captured(
        first_line=first,
        is_read=is_read,
        wrong=wrong.astype(np.int8),
        corrected_at=corrected_at,
        by=np.where(is_misread, HUMAN, by),
        is_misread=is_misread,
        read_quantity=np.where(wrong == QUANTITY, read, true),
        document=document,
        field=field.astype(np.int8),
    )


def _chance_corrections(
    demand: Demand, is_read: np.ndarray, has_reference: np.ndarray, has_second: np.ndarray, streams: Streams
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Documents with a field that is corrected before the order is entered: which, when, and by whom."""
    orders = len(demand.customer)
    chance = streams.of("corrections of documents").random(orders)
    is_wrong = is_read & (chance < _BY_HUMAN + _BY_RULE)
    field = streams.of("corrected fields").choice(len(_WRONG), orders, p=_WRONG)
    is_missing = ((field == REFERENCE) & ~has_reference) | ((field == SECOND_QUANTITY) & ~has_second)
    field = np.where(is_missing, DATE, field)
    share = streams.of("correction moments").uniform(0.4, 0.95, orders)
    taken = (demand.entered_at - demand.received_at).astype(np.int64) * share
    at = demand.received_at + taken.astype(np.int64).astype("timedelta64[us]")
    return np.where(is_wrong, field, -1), np.where(is_wrong, at, _NEVER), np.where(chance < _BY_HUMAN, HUMAN, RULE)


def _repaired_at(life: Life, orders: int) -> np.ndarray:
    """When the last trouble with a document ended."""
    mine = life.troubles.kind == NAMES.index("capture_error")
    at = np.zeros(orders, dtype="datetime64[us]")
    np.maximum.at(at, life.troubles.order[mine], life.troubles.closed_at[mine])
    return np.where(at.astype(np.int64) > 0, at, _NEVER)


def tell_captured(company: Company, world: World, demand: Demand, captured: Captured, streams: Streams) -> list[Told]:
    """Documents, and fields of those that are read; a correction after the order was entered is told again."""
    return [
        _documents(company, world, demand, captured, streams),
        *_fields(demand, world, captured, streams),
    ]


def document_ids(orders: np.ndarray) -> pl.Series:
    """Ids of the documents of orders: each has one."""
    return ids("DOC", orders, 7)


def sender_addresses(world: World) -> pl.Series:
    """Of each customer, the invented address it writes from."""
    return mail_addresses("purchasing", world.files["customers"]["name"])


def _documents(company: Company, world: World, demand: Demand, captured: Captured, streams: Streams) -> Told:
    channels = company.group("channels")
    layouts = [*company.group("layouts").names, *(_FIXED_LAYOUTS.get(name) for name in channels.names)]
    formats = [one if one != "none" else "call note" for one in channels.array("document_format")]
    fixed = len(company.group("layouts").names) + demand.channel
    layout = np.where(captured.is_read, world.layout[demand.customer], fixed)
    senders = sender_addresses(world)
    sure = _document_confidence(company, demand, captured, streams)

    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "document_id": document_ids(places),
                "order_id": order_ids(places),
                "customer_id": ids("K", demand.customer[places], 5),
                "channel": members(channels.names, demand.channel[places]),
                "format": members(formats, demand.channel[places]),
                "layout": members(layouts, layout[places]),
                "sender": senders.gather(demand.customer[places]),
                "received_at": demand.received_at[places],
                "confidence": sure[places],
            }
        )

    return Told("capture_documents", demand.entered_at, rows)


def _document_confidence(company: Company, demand: Demand, captured: Captured, streams: Streams) -> np.ndarray:
    chance = streams.of("confidence of documents").random(len(demand.customer))
    sure = np.array([_SURE.get(name, _SURE_ELSE) for name in company.group("channels").names])[demand.channel]
    found = sure[:, 0] + sure[:, 1] * chance + np.where(captured.wrong >= 0, _SURE_OF_CORRECTED, 0.0)
    least, more = _SURE_OF_MISREAD
    rounded: np.ndarray = np.round(np.where(captured.is_misread, least + more * chance, found), 2)
    return rounded


def _fields(demand: Demand, world: World, captured: Captured, streams: Streams) -> list[Told]:
    document, field = captured.document, captured.field
    is_wrong = field == captured.wrong[document]
    orders = len(demand.customer)
    chance = streams.of("confidence of fields").random((orders, len(_FIELDS)), dtype=np.float32)
    unsure = streams.of("doubts about fields").random(orders)
    sure = np.where(is_wrong, 0.45 + 0.4 * unsure[document], 1 - 0.12 * chance[document, field] ** 2).round(2)
    drawn = streams.of("correctors").integers(0, 1 << 16, orders)
    actor = np.where(captured.by == RULE, system("order-rules"), member_of("order desk", drawn))
    texts = _Texts(demand, world, captured, streams)
    is_late = captured.corrected_at > demand.entered_at
    late = np.flatnonzero(is_wrong & is_late[document])

    def rows(places: np.ndarray, is_known: np.ndarray) -> pl.DataFrame:
        of, slot = document[places], field[places]
        true = texts.true(of, slot)
        wrong = np.flatnonzero(is_wrong[places])
        corrected = is_wrong[places] & is_known & ~np.isnat(captured.corrected_at[of])
        extracted = true.clone()
        if len(wrong):
            extracted.scatter(wrong, texts.wrong(of[wrong], slot[wrong]))
        when = np.where(corrected, captured.corrected_at[of], _NEVER)
        line = np.where(slot >= QUANTITY, captured.first_line[of] + slot - QUANTITY, -1)
        numbers = pl.Series(demand.line_no[line.clip(0)]).cast(pl.String)
        told = pl.DataFrame({"true": true, "no": numbers, "has": line >= 0, "ok": corrected})
        return pl.DataFrame(
            {
                "document_id": document_ids(of),
                "line_no": told.select(pl.when("has").then("no")).to_series(),
                "field_name": members(_FIELDS, slot),
                "extracted_value": extracted,
                "corrected_value": told.select(pl.when("ok").then("true")).to_series(),
                "confidence": sure[places],
                "actor": members(ACCOUNTS, np.where(corrected, actor[of], -1)),
                "actor_kind": members(ACTOR_KINDS, np.where(corrected, captured.by[of], -1)),
                "corrected_at": pl.Series(when),
            }
        )

    return [
        Told("capture_fields", demand.entered_at[document], lambda places: rows(places, ~is_late[document[places]])),
        Told(
            "capture_fields",
            captured.corrected_at[document[late]],
            lambda chosen: rows(late[chosen], np.ones(len(chosen), dtype=bool)),
        ),
    ]


class _Texts:
    """What stands in the fields of documents, and what is read instead."""

    def __init__(self, demand: Demand, world: World, captured: Captured, streams: Streams) -> None:
        self.demand, self.captured = demand, captured
        self.customers = len(world.weight)
        self.asked = np.minimum.reduceat(demand.requested_on, captured.first_line)
        self.reference = streams.of("customer order numbers").integers(10**7, 10**8, len(demand.customer))

    def true(self, of: np.ndarray, slot: np.ndarray) -> pl.Series:
        """The values of fields as the documents have them."""
        line = self.captured.first_line[of] + (slot == SECOND_QUANTITY)
        return self._chosen(
            slot,
            self.demand.customer[of],
            self.demand.address[of],
            self.asked[of],
            pl.lit("45") + pl.col("reference").cast(pl.String),
            self.demand.quantity[line],
            self.reference[of],
        )

    def wrong(self, of: np.ndarray, slot: np.ndarray) -> pl.Series:
        """What was read of the fields that were read wrongly."""
        second = self.demand.quantity[self.captured.first_line[of] + (slot == SECOND_QUANTITY)]
        quantity = np.where(slot == QUANTITY, self.captured.read_quantity[of], second * 10)
        return self._chosen(
            slot,
            (self.demand.customer[of] + 10) % self.customers,
            self.demand.address[of] + 1,
            self.asked[of] + 7,
            pl.lit("45") + pl.col("reference").cast(pl.String).str.head(7),
            quantity,
            self.reference[of],
        )

    def _chosen(
        self,
        slot: np.ndarray,
        customer: np.ndarray,
        address: np.ndarray,
        asked: np.ndarray,
        reference: pl.Expr,
        quantity: np.ndarray,
        number: np.ndarray,
    ) -> pl.Series:
        frame = pl.DataFrame(
            {
                "slot": slot,
                "customer": ids("K", customer, 5),
                "address": ids("A", address, 6),
                "asked": asked,
                "reference": number,
                "quantity": quantity,
            }
        )
        text = pl.when(pl.col("slot") == CUSTOMER).then("customer").when(pl.col("slot") == ADDRESS).then("address")
        text = text.when(pl.col("slot") == DATE).then(pl.col("asked").dt.to_string("%Y-%m-%d"))
        text = text.when(pl.col("slot") == REFERENCE).then(reference)
        return frame.select(text.otherwise(pl.col("quantity").cast(pl.String))).to_series()
