"""The selling side as its systems tell it: orders, lines, promises, shipments, deliveries."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .demand import BACKORDER, CROSS_DOCK, DROP_SHIP, FROM_STOCK, Demand
from .fulfilment import Parts
from .life import Life
from .promises import BY_US, Promises
from .telling import Told, ids, members

_CANCELLED_BY = (None, "customer", "us")
MODES = {FROM_STOCK: "stock", BACKORDER: "backorder", DROP_SHIP: "drop-ship", CROSS_DOCK: "cross-dock"}


def order_ids(places: np.ndarray) -> pl.Series:
    """Ids of orders by place."""
    return ids("SO", places, 7)


def line_keys(demand: Demand, lines: np.ndarray) -> dict[str, pl.Series]:
    """Columns that name the lines at some places."""
    return {"order_id": order_ids(demand.order[lines]), "line_no": pl.Series(demand.line_no[lines]).cast(pl.String)}


def shipment_ids(parts: Parts, shipments: np.ndarray) -> pl.Series:
    """Ids of shipments by place."""
    return ids("SH", parts.shipment_no[shipments], 8)


def shipment_line_ids(parts: Parts, places: np.ndarray) -> pl.Series:
    """Ids of shipment lines by the place of the part."""
    return ids("SL", parts.part_no[places], 8)


def schedule_keys(demand: Demand, lines: np.ndarray) -> dict[str, pl.Series | str]:
    """Columns that name the schedule lines of lines: each has one."""
    return {**line_keys(demand, lines), "schedule_no": "1"}


def tell_sales(company: Company, demand: Demand, life: Life, freight: np.ndarray) -> list[Told]:
    """Orders to deliveries; a cancellation and a damage that is found later are told again.

    `freight`: cents, of each shipment.
    """
    return [
        *_orders(company, demand, life.promises),
        _order_lines(company, demand, life.promises),
        _schedule_lines(demand),
        *_commitments(demand, life.promises),
        *_shipments(company, demand, life.parts, freight),
        _shipment_lines(demand, life.parts),
        *_deliveries(demand, life.parts),
    ]


def _orders(company: Company, demand: Demand, promises: Promises) -> list[Told]:
    channels = company.group("channels")

    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "order_id": order_ids(places),
                "order_type": "standard",
                "customer_id": ids("K", demand.customer[places], 5),
                "channel": np.array(channels.names)[demand.channel[places]],
                "document_format": channels.array("document_format")[demand.channel[places]],
                "ship_to_address_id": ids("A", demand.address[places], 6),
                "currency": "EUR",
                "incoterm": "DAP",
                "received_at": demand.received_at[places],
                "entered_at": demand.entered_at[places],
            }
        )

    ended = np.flatnonzero(promises.cancelled.by > 0)

    def cancelled(chosen: np.ndarray) -> pl.DataFrame:
        places = ended[chosen]
        return rows(places).with_columns(
            cancelled_at=pl.Series(promises.cancelled.at[places]),
            cancelled_by=members(_CANCELLED_BY, promises.cancelled.by[places]),
        )

    def open_orders(places: np.ndarray) -> pl.DataFrame:
        nothing = pl.lit(None)
        return rows(places).with_columns(
            cancelled_at=nothing.cast(pl.Datetime("us")), cancelled_by=nothing.cast(pl.String)
        )

    return [
        Told("orders", demand.entered_at, open_orders),
        Told("orders", promises.cancelled.at[ended], cancelled),
    ]


def _order_lines(company: Company, demand: Demand, promises: Promises) -> Told:
    sites = np.array(company.group("sites").names)
    mode = np.where(promises.is_backorder, BACKORDER, demand.mode)

    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                **line_keys(demand, places),
                "product_id": ids("P", demand.product[places], 4),
                "uom": "EA",
                "quantity": demand.quantity[places],
                "unit_price": demand.price[places],
                "discount": demand.discount[places],
                "site_id": sites[demand.site[places]],
                "fulfilment_mode": members([MODES[place] for place in sorted(MODES)], mode[places]),
            }
        )

    return Told("order_lines", demand.entered_at[demand.order], rows)


def _schedule_lines(demand: Demand) -> Told:
    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                **schedule_keys(demand, places),
                "quantity": demand.quantity[places],
                "requested_date": demand.requested_on[places],
            }
        )

    return Told("order_schedule_lines", demand.entered_at[demand.order], rows)


def _commitments(demand: Demand, promises: Promises) -> list[Told]:
    moved = np.flatnonzero(promises.moved_by > 0)

    def first(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "side": "sales",
                **schedule_keys(demand, places),
                "old_date": pl.Series([None], dtype=pl.Date).extend_constant(None, len(places) - 1),
                "new_date": demand.days.day(promises.first_due[places]),
                "old_quantity": pl.Series([None], dtype=pl.Int64).extend_constant(None, len(places) - 1),
                "new_quantity": demand.quantity[places],
                "initiator": "us",
                "reason": "confirmed",
                "changed_at": promises.committed_at[places],
            }
        )

    def changed(chosen: np.ndarray) -> pl.DataFrame:
        places = moved[chosen]
        is_ours = promises.moved_by[places] == BY_US
        re_dated = promises.re_dated_by[places] >= 0
        ours = np.where(re_dated, "planning run", "supply is late")
        return pl.DataFrame(
            {
                "side": "sales",
                **schedule_keys(demand, places),
                "old_date": demand.days.day(promises.first_due[places]),
                "new_date": demand.days.day(promises.moved_to[places]),
                "old_quantity": demand.quantity[places],
                "new_quantity": demand.quantity[places],
                "initiator": np.where(is_ours, "us", "customer"),
                "reason": np.where(is_ours, ours, "asked for a later day"),
                "changed_at": promises.moved_at[places],
            }
        )

    return [
        Told("commitment_changes", promises.committed_at, first),
        Told("commitment_changes", promises.moved_at[moved], changed),
    ]


def _shipments(company: Company, demand: Demand, parts: Parts, cents: np.ndarray) -> list[Told]:
    carriers = company.group("carriers")
    sites = company.group("sites").names

    def rows(places: np.ndarray) -> pl.DataFrame:
        site = np.where(parts.is_drop[places], -1, parts.shipment_site[places])
        return pl.DataFrame(
            {
                "shipment_id": shipment_ids(parts, places),
                "carrier": np.array(carriers.names)[parts.carrier[places]],
                "mode": carriers.array("mode")[parts.carrier[places]],
                "origin_site_id": members(sites, site),
                "ship_to_address_id": ids("A", demand.address[parts.shipment_order[places]], 6),
                "shipped_at": parts.shipment_shipped_at[places],
                "estimated_at": parts.estimated_at[places],
                "freight_cost": cents[places] / 100,
                "currency": "EUR",
            }
        )

    return [Told("shipments", parts.shipment_shipped_at, rows)]


def _shipment_lines(demand: Demand, parts: Parts) -> Told:
    def rows(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "shipment_line_id": shipment_line_ids(parts, places),
                "shipment_id": shipment_ids(parts, parts.shipment[places]),
                **schedule_keys(demand, parts.line[places]),
                "quantity": parts.quantity[places],
            }
        )

    return Told("shipment_lines", parts.shipped_at, rows)


def _deliveries(demand: Demand, parts: Parts) -> list[Told]:
    later = np.flatnonzero(~np.isnat(parts.corrected_at))

    def rows(places: np.ndarray, damaged: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "delivery_id": ids("D", parts.part_no[places], 8),
                "shipment_line_id": shipment_line_ids(parts, places),
                **schedule_keys(demand, parts.line[places]),
                "delivered_at": parts.delivered_at[places],
                "accepted": parts.quantity[places] - damaged,
                "rejected": np.zeros(len(places), dtype=np.int64),
                "damaged": damaged,
                "documents_ok": np.ones(len(places), dtype=bool),
            }
        )

    def first(places: np.ndarray) -> pl.DataFrame:
        return rows(places, np.where(np.isnat(parts.corrected_at[places]), parts.damaged[places], 0))

    def corrected(chosen: np.ndarray) -> pl.DataFrame:
        return rows(later[chosen], parts.damaged[later[chosen]])

    return [Told("deliveries", parts.told_at, first), Told("deliveries", parts.corrected_at[later], corrected)]
