"""The buying side as its systems tell it: requisitions, purchase orders, confirmations, receipts, inspections."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from .buying import BY_BUYER, BY_SUPPLIER, EARLIER, FOR_CUSTOMER, FOR_PLAN, LATER, Buying
from .config import Company
from .demand import Demand
from .life import Life
from .staff import TEAMS
from .streams import Streams
from .telling import Told, ids, members
from .world import World

_CANCELLED_BY = {0: None, BY_BUYER: "buyer", BY_SUPPLIER: "supplier"}
_PLANNERS, _ORDER_DESK = TEAMS["planning"], TEAMS["order desk"]
_PER_SITE = 3
_WHY = {
    0: None,
    FOR_CUSTOMER: "customer asked for a later day",
    FOR_PLAN: "planning run",
    LATER: "asked for a later day",
    EARLIER: "asked for an earlier day",
}
_SLIPS = ("production is late", "material is short", "capacity is short", "carrier collects later")
_DEFECTS = ("DIMENSION", "SURFACE", "LEAK-TEST", "PACKAGING", "MATERIAL-CERTIFICATE")
_DISPOSITIONS = ("returned to supplier", "scrapped")
_SMALL_PARTS = 10
_HUNDRED = 100


def po_ids(places: np.ndarray) -> pl.Series:
    """Ids of purchase orders by place."""
    return ids("PO", places, 7)


def po_line_keys(buying: Buying, lines: np.ndarray) -> dict[str, pl.Series]:
    """Columns that name purchase lines."""
    return {"po_id": po_ids(buying.order[lines]), "line_no": pl.Series(buying.line_no[lines]).cast(pl.String)}


def price_per(world: World, product: np.ndarray) -> np.ndarray:
    """How many units the purchase price of a product is for: small parts are bought by the hundred."""
    return np.where(world.pack[product] >= _SMALL_PARTS, _HUNDRED, 1)


def tell_purchases(
    company: Company, world: World, demand: Demand, life: Life, buying: Buying, streams: Streams
) -> list[Told]:
    """Requisitions to inspections; what is approved, ordered or ended later is told again."""
    return [
        *_requisitions(company, world, demand, buying, streams),
        *_orders(company, world, buying),
        *_order_lines(company, world, buying),
        _schedule_lines(demand, buying),
        *_confirmations(world, demand, buying),
        *_commitments(demand, buying, streams),
        _receipts(life, buying),
        _inspections(life, buying, streams),
    ]


def _sites(company: Company) -> list[str]:
    return company.group("sites").names


def _ending(buying: Buying, lines: np.ndarray) -> dict[str, pl.Series]:
    """Columns of a cancellation."""
    return {
        "cancelled_at": pl.Series(buying.cancelled_at[lines]),
        "cancelled_by": members(list(_CANCELLED_BY.values()), buying.cancelled_by[lines]),
    }


def _open(columns: dict[str, pl.Series], *, is_ended: bool) -> dict[str, pl.Series]:
    """The columns of a cancellation as they are, or empty while there is none."""
    if is_ended:
        return columns
    return {
        name: pl.Series([None], dtype=one.dtype).extend_constant(None, len(one) - 1) for name, one in columns.items()
    }


def _twice(entity: str, known_at: np.ndarray, ended_at: np.ndarray, rows: Callable[..., pl.DataFrame]) -> list[Told]:
    """Rows as they begin, and those that end once more as they end."""
    ended = np.flatnonzero(~np.isnat(ended_at))
    ended_at = np.maximum(ended_at, known_at)
    return [
        Told(entity, known_at, lambda places: rows(places, is_ended=False), ended_at),
        Told(entity, ended_at[ended], lambda chosen: rows(ended[chosen], is_ended=True)),
    ]


def _requisitions(company: Company, world: World, demand: Demand, buying: Buying, streams: Streams) -> list[Told]:
    turn = streams.of("requesters").integers(0, _PER_SITE, len(buying.order))
    planner = (_PER_SITE * buying.site + turn) % len(_PLANNERS)
    clerk = (2 * buying.site + turn) % len(_ORDER_DESK)
    who = np.where(buying.for_line < 0, planner, len(_PLANNERS) + clerk)
    per = price_per(world, buying.product)

    def asked(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "requisition_id": ids("RQ", places, 7),
                "line_no": "10",
                "supplier_id": _suppliers(world, buying, places),
                "site_id": members(_sites(company), buying.site[places]),
                "product_id": ids("P", buying.product[places], 4),
                "uom": "EA",
                "quantity": buying.quantity[places],
                "unit_price": np.round(buying.cost[places] * per[places], 2),
                "per_quantity": per[places],
                "currency": "EUR",
                "requester": members([*_PLANNERS, *_ORDER_DESK], who[places]),
                "requested_at": buying.requested_at[places],
                "due_date": demand.days.day(buying.due[places]),
            }
        )

    def ordered(places: np.ndarray, *, is_ended: bool) -> pl.DataFrame:
        return asked(places).with_columns(
            approved_at=pl.Series(buying.approved_at[places]),
            released_at=pl.Series(buying.released_at[places]),
            po_id=po_ids(buying.order[places]),
            **_open(_ending(buying, places), is_ended=is_ended),
        )

    def only_asked(places: np.ndarray) -> pl.DataFrame:
        nothing = pl.lit(None)
        return ordered(places, is_ended=False).with_columns(
            approved_at=nothing.cast(pl.Datetime("us")),
            released_at=nothing.cast(pl.Datetime("us")),
            po_id=nothing.cast(pl.String),
        )

    known_at = buying.closed_at[buying.order]
    return [
        Told("requisitions", buying.requested_at, only_asked, known_at),
        *_twice("requisitions", known_at, buying.cancelled_at, ordered),
    ]


def _suppliers(world: World, buying: Buying, places: np.ndarray) -> pl.Series:
    return members(world.supplier_names, buying.supplier[places])


def _orders(company: Company, world: World, buying: Buying) -> list[Told]:
    def rows(places: np.ndarray, *, is_ended: bool) -> pl.DataFrame:
        lines = buying.first_line[places]
        return pl.DataFrame(
            {
                "po_id": po_ids(places),
                "supplier_id": _suppliers(world, buying, lines),
                "site_id": members(_sites(company), buying.site[lines]),
                "currency": "EUR",
                "approved_at": buying.checked_at[places],
                "released_at": buying.sent_at[places],
                **_open(_ending(buying, lines), is_ended=is_ended),
            }
        )

    return _twice("purchase_orders", buying.closed_at, buying.cancelled_at[buying.first_line], rows)


def _order_lines(company: Company, world: World, buying: Buying) -> list[Told]:
    per = price_per(world, buying.product)

    def rows(places: np.ndarray, *, is_ended: bool) -> pl.DataFrame:
        return pl.DataFrame(
            {
                **po_line_keys(buying, places),
                "product_id": ids("P", buying.product[places], 4),
                "quantity": buying.quantity[places],
                "unit_price": np.round(buying.cost[places] * per[places], 2),
                "per_quantity": per[places],
                "site_id": members(_sites(company), buying.site[places]),
                "uom": "EA",
                **_open(_ending(buying, places), is_ended=is_ended),
            }
        )

    return _twice("purchase_order_lines", buying.closed_at[buying.order], buying.cancelled_at, rows)


def _schedule_lines(demand: Demand, buying: Buying) -> Told:
    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                **po_line_keys(buying, places),
                "schedule_no": "1",
                "product_id": ids("P", buying.product[places], 4),
                "quantity": buying.quantity[places],
                "due_date": demand.days.day(buying.due[places]),
            }
        )

    return Told("purchase_schedule_lines", buying.closed_at[buying.order], rows)


def _confirmations(world: World, demand: Demand, buying: Buying) -> list[Told]:
    per = price_per(world, buying.product)

    def rows(places: np.ndarray, version: int, day: np.ndarray, at: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                **po_line_keys(buying, places),
                "schedule_no": "1",
                "version": version,
                "quantity": buying.quantity[places],
                "price": np.round(buying.confirmed_cost[places] * per[places], 2),
                "date": demand.days.day(day[places]),
                "confirmed_at": at[places],
            }
        )

    def told(version: int, day: np.ndarray, at: np.ndarray) -> Told:
        answered = np.flatnonzero(~np.isnat(at))
        known_at = np.maximum(at, buying.closed_at[buying.order])[answered]
        return Told("supplier_confirmations", known_at, lambda chosen: rows(answered[chosen], version, day, at))

    return [
        told(1, buying.confirmed_day, buying.confirmed_at),
        told(2, buying.slipped_day, buying.slipped_at),
    ]


def _commitments(demand: Demand, buying: Buying, streams: Streams) -> list[Told]:
    """The purchase side of the promises: confirmed, asked for otherwise by us, slipped by the supplier."""
    asked = ~np.isnat(buying.asked_at)
    agreed = np.where(asked, buying.asked_day, buying.confirmed_day)
    why = members(list(_WHY.values()), buying.asked_why)
    slips = members(_SLIPS, streams.of("reasons of suppliers").integers(0, len(_SLIPS), len(buying.order)))
    first = pl.Series(["confirmed"]).new_from_index(0, len(buying.order))

    def told(at: np.ndarray, old: np.ndarray | None, new: np.ndarray, initiator: str, reason: pl.Series) -> Told:
        changed = np.flatnonzero(~np.isnat(at))

        def rows(chosen: np.ndarray) -> pl.DataFrame:
            places = changed[chosen]
            before = pl.lit(None) if old is None else pl.lit(pl.Series(demand.days.day(old[places])))
            quantity = pl.col("new_quantity") if old is not None else pl.lit(None)
            keys = po_line_keys(buying, places)
            return pl.DataFrame(
                {
                    "side": "purchase",
                    "order_id": keys["po_id"],
                    "line_no": keys["line_no"],
                    "schedule_no": "1",
                    "new_date": demand.days.day(new[places]),
                    "new_quantity": buying.quantity[places],
                    "initiator": initiator,
                    "reason": reason.gather(places),
                    "changed_at": at[places],
                }
            ).with_columns(old_date=before.cast(pl.Date), old_quantity=quantity.cast(pl.Int64))

        return Told("commitment_changes", np.maximum(at, buying.closed_at[buying.order])[changed], rows)

    return [
        told(buying.confirmed_at, None, buying.confirmed_day, "supplier", first),
        told(buying.asked_at, buying.confirmed_day, buying.asked_day, "us", why),
        told(buying.slipped_at, agreed, buying.slipped_day, "supplier", slips),
    ]


def _receipts(life: Life, buying: Buying) -> Told:
    receipts = life.supply.receipts

    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "receipt_id": ids("GR", places, 8),
                **po_line_keys(buying, receipts.line[places]),
                "schedule_no": "1",
                "received_at": buying.received_at[places],
                "quantity": receipts.quantity[places],
            }
        )

    return Told("receipts", buying.told_at, rows)


def _inspections(life: Life, buying: Buying, streams: Streams) -> Told:
    """Goods for stock are inspected before they are used."""
    receipts = life.supply.receipts
    inspected = np.flatnonzero(buying.for_line[receipts.line] < 0)
    lines = len(buying.order)
    defect = streams.of("defects").integers(0, len(_DEFECTS), lines)
    scrapped = (streams.of("dispositions").random(lines) < 0.15).astype(int)

    def rows(chosen: np.ndarray) -> pl.DataFrame:
        places = inspected[chosen]
        is_bad, line = receipts.rejected[places] > 0, receipts.line[places]
        return pl.DataFrame(
            {
                "inspection_id": ids("QI", places, 8),
                "receipt_id": ids("GR", places, 8),
                "accepted": receipts.accepted[places],
                "rejected": receipts.rejected[places],
                "defect_code": members(_DEFECTS, np.where(is_bad, defect[line], -1)),
                "disposition": members(_DISPOSITIONS, np.where(is_bad, scrapped[line], -1)),
                "inspected_at": buying.there_at[places],
            }
        )

    return Told("quality_inspections", buying.there_at[inspected], rows)
