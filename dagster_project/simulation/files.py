"""The company as its systems would tell it: rows of each entity with the instant each came to be known."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .demand import Demand
from .fulfilment import BY_US, Parts, Promises
from .streams import Streams
from .world import World, ids

KNOWN = "known_at"
_CANCELLED_BY = (None, "customer", "us")


def order_ids(places: np.ndarray) -> pl.Series:
    """Ids of orders by place."""
    return ids("SO", places, 7)


def make_files(
    company: Company, world: World, demand: Demand, promises: Promises, parts: Parts, streams: Streams
) -> dict[str, pl.DataFrame]:
    """Entity -> its rows, each with `known_at`; a row that changes is told again as it is from then on."""
    from_start = {name: frame.with_columns(_known_at_start(company)) for name, frame in world.files.items()}
    return {
        **from_start,
        "orders": _orders(company, demand, promises),
        "order_lines": _order_lines(company, demand),
        "order_schedule_lines": _schedule_lines(demand),
        "commitment_changes": _commitments(demand, promises),
        "shipments": _shipments(company, parts, streams),
        "shipment_lines": _shipment_lines(demand, parts),
        "deliveries": _deliveries(demand, parts),
    }


def _known_at_start(company: Company) -> pl.Expr:
    return pl.lit(company.begins).cast(pl.Datetime("us")).alias(KNOWN)


def _orders(company: Company, demand: Demand, promises: Promises) -> pl.DataFrame:
    channels = company.group("channels")
    orders = pl.DataFrame(
        {
            "order_id": order_ids(np.arange(len(demand.customer))),
            "order_type": "standard",
            "customer_id": ids("K", demand.customer, 5),
            "channel": np.array(channels.names)[demand.channel],
            "document_format": channels.array("document_format")[demand.channel],
            "ship_to_address_id": ids("A", demand.address, 6),
            "currency": "EUR",
            "incoterm": "DAP",
            "received_at": demand.received_at,
            "entered_at": demand.entered_at,
            "cancelled_at": pl.Series(promises.cancelled_at),
            "cancelled_by": pl.Series(_CANCELLED_BY).gather(promises.cancelled_by),
        }
    )
    never = pl.lit(None)
    first = orders.with_columns(
        pl.col("entered_at").alias(KNOWN),
        cancelled_at=never.cast(pl.Datetime("us")),
        cancelled_by=never.cast(pl.String),
    )
    cancelled = orders.filter(pl.col("cancelled_by").is_not_null()).with_columns(pl.col("cancelled_at").alias(KNOWN))
    return pl.concat([first, cancelled], how="diagonal")


def _line_keys(demand: Demand, lines: np.ndarray | None = None) -> dict[str, pl.Series]:
    chosen = slice(None) if lines is None else lines
    return {
        "order_id": order_ids(demand.order[chosen]),
        "line_no": pl.Series(demand.line_no[chosen]).cast(pl.String),
    }


def _order_lines(company: Company, demand: Demand) -> pl.DataFrame:
    return pl.DataFrame(
        {
            **_line_keys(demand),
            "product_id": ids("P", demand.product, 4),
            "uom": "EA",
            "quantity": demand.quantity,
            "unit_price": demand.price,
            "discount": demand.discount,
            "site_id": np.array(company.group("sites").names)[demand.site],
            "fulfilment_mode": "stock",
            KNOWN: demand.entered_at[demand.order],
        }
    )


def _schedule_lines(demand: Demand) -> pl.DataFrame:
    return pl.DataFrame(
        {
            **_line_keys(demand),
            "schedule_no": "1",
            "quantity": demand.quantity,
            "requested_date": demand.requested_on,
            KNOWN: demand.entered_at[demand.order],
        }
    )


def _commitments(demand: Demand, promises: Promises) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.Date)
    first = pl.DataFrame(
        {
            "side": "sales",
            **_line_keys(demand),
            "schedule_no": "1",
            "new_date": promises.first_due,
            "new_quantity": demand.quantity,
            "initiator": "us",
            "reason": "confirmed",
            "changed_at": promises.committed_at,
        }
    ).with_columns(old_date=nothing, old_quantity=pl.lit(None, dtype=pl.Int64))
    moved = np.flatnonzero(promises.moved_by > 0)
    is_ours = promises.moved_by[moved] == BY_US
    changes = pl.DataFrame(
        {
            "side": "sales",
            **_line_keys(demand, moved),
            "schedule_no": "1",
            "old_date": promises.first_due[moved],
            "new_date": promises.moved_to[moved],
            "old_quantity": demand.quantity[moved],
            "new_quantity": demand.quantity[moved],
            "initiator": np.where(is_ours, "us", "customer"),
            "reason": np.where(is_ours, "supply is late", "asked for a later day"),
            "changed_at": promises.moved_at[moved],
        }
    )
    both = pl.concat([first, changes], how="diagonal")
    return both.with_columns(pl.col("changed_at").alias(KNOWN))


def _shipments(company: Company, parts: Parts, streams: Streams) -> pl.DataFrame:
    carriers = company.group("carriers")
    count = len(parts.shipment_order)
    freight = np.round(streams.of("freight").lognormal(3.4, 0.5, count), 2)
    return pl.DataFrame(
        {
            "shipment_id": ids("SH", np.arange(count), 7),
            "carrier": np.array(carriers.names)[parts.carrier],
            "mode": carriers.array("mode")[parts.carrier],
            "origin_site_id": np.array(company.group("sites").names)[parts.shipment_site],
            "shipped_at": parts.shipment_shipped_at,
            "estimated_at": parts.estimated_at,
            "freight_cost": freight,
            KNOWN: parts.shipment_shipped_at,
        }
    )


def _shipment_lines(demand: Demand, parts: Parts) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "shipment_line_id": ids("SL", np.arange(len(parts.line)), 8),
            "shipment_id": ids("SH", parts.shipment, 7),
            **_line_keys(demand, parts.line),
            "schedule_no": "1",
            "quantity": parts.quantity,
            KNOWN: parts.shipped_at,
        }
    )


def _deliveries(demand: Demand, parts: Parts) -> pl.DataFrame:
    told = pl.DataFrame(
        {
            "delivery_id": ids("D", np.arange(len(parts.line)), 8),
            "shipment_line_id": ids("SL", np.arange(len(parts.line)), 8),
            **_line_keys(demand, parts.line),
            "schedule_no": "1",
            "delivered_at": parts.delivered_at,
            "accepted": parts.accepted,
            "rejected": np.zeros(len(parts.line), dtype=np.int64),
            "damaged": parts.damaged,
            "documents_ok": np.ones(len(parts.line), dtype=bool),
            KNOWN: parts.told_at,
            "corrected_at": parts.corrected_at,
        }
    )
    is_corrected = pl.col("corrected_at").is_not_null()
    first = told.with_columns(
        accepted=pl.when(is_corrected).then(pl.col("accepted") + pl.col("damaged")).otherwise(pl.col("accepted")),
        damaged=pl.when(is_corrected).then(0).otherwise(pl.col("damaged")),
    )
    corrected = told.filter(is_corrected).with_columns(pl.col("corrected_at").alias(KNOWN))
    return pl.concat([first, corrected]).drop("corrected_at")
