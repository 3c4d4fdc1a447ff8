"""Returns as the systems tell them: asked for and booked as an order, received, and looked at some days later."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .demand import Demand
from .life import Life
from .returns import DISPOSITIONS, REASONS, RESOLUTIONS, Returns
from .sales_files import shipment_line_ids
from .streams import Streams
from .telling import Told, ids, members

# How customers ask to return goods, and how often.
_ASKED_BY = {"portal": 0.55, "mail": 0.35, "phone": 0.10}


def tell_returns(company: Company, demand: Demand, life: Life, returns: Returns, streams: Streams) -> list[Told]:
    """Returns, their lines, and the orders of type return that book them."""
    return [
        *_orders(company, demand, life, returns, streams),
        *_returns(company, demand, returns),
        *_lines(demand, life, returns),
    ]


def return_order_ids(returns: Returns, places: np.ndarray) -> pl.Series:
    """Ids of the orders that book returns."""
    return ids("RO", returns.code[places], 9)


def return_ids(returns: Returns, places: np.ndarray) -> pl.Series:
    """Ids of returns."""
    return ids("RT", returns.code[places], 9)


def _orders(company: Company, demand: Demand, life: Life, returns: Returns, streams: Streams) -> list[Told]:
    channels = company.group("channels")
    asked_by = [channels.names.index(name) for name in _ASKED_BY]
    chance = streams.of("return channels").random(len(demand.customer))[returns.order]
    edges = np.cumsum(list(_ASKED_BY.values()))
    channel = np.array(asked_by)[np.searchsorted(edges, chance, side="right").clip(max=len(edges) - 1)]
    line = life.parts.line[returns.part]
    sites = np.array(company.group("sites").names)

    def keys(places: np.ndarray) -> dict[str, pl.Series]:
        number = pl.Series(10 * (1 + returns.nth[places])).cast(pl.String)
        return {"order_id": return_order_ids(returns, returns.of[places]), "line_no": number}

    def orders(places: np.ndarray) -> pl.DataFrame:
        order = returns.order[places]
        return pl.DataFrame(
            {
                "order_id": return_order_ids(returns, places),
                "order_type": "return",
                "customer_id": ids("K", demand.customer[order], 5),
                "channel": np.array(channels.names)[channel[places]],
                "document_format": channels.array("document_format")[channel[places]],
                "ship_to_address_id": ids("A", demand.address[order], 6),
                "currency": "EUR",
                "incoterm": "DAP",
                "received_at": returns.requested_at[places],
                "entered_at": returns.entered_at[places],
            }
        )

    def lines(places: np.ndarray) -> pl.DataFrame:
        of = line[places]
        return pl.DataFrame(
            {
                **keys(places),
                "product_id": ids("P", demand.product[of], 4),
                "uom": "EA",
                "quantity": returns.quantity[places],
                "unit_price": demand.price[of],
                "discount": demand.discount[of],
                "site_id": sites[returns.site[returns.of[places]]],
            }
        )

    def schedules(places: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                **keys(places),
                "schedule_no": "1",
                "quantity": returns.quantity[places],
                "requested_date": returns.due_back[returns.of[places]],
            }
        )

    of_line = returns.entered_at[returns.of]
    return [
        Told("orders", returns.entered_at, orders),
        Told("order_lines", of_line, lines),
        Told("order_schedule_lines", of_line, schedules),
    ]


def _returns(company: Company, demand: Demand, returns: Returns) -> list[Told]:
    sites = np.array(company.group("sites").names)
    first_line = np.searchsorted(returns.of, np.arange(len(returns.code)))

    def rows(places: np.ndarray, received_at: np.ndarray) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "return_id": return_ids(returns, places),
                "order_id": return_order_ids(returns, places),
                "customer_id": ids("K", demand.customer[returns.order[places]], 5),
                "site_id": sites[returns.site[places]],
                "requested_at": returns.requested_at[places],
                "received_at": received_at,
                "reason": members(REASONS, returns.reason[first_line[places]]),
            }
        )

    return [
        Told("returns", returns.entered_at, lambda places: rows(places, np.full(len(places), "NaT", "datetime64[us]"))),
        Told("returns", returns.received_at, lambda places: rows(places, returns.received_at[places])),
    ]


def _lines(demand: Demand, life: Life, returns: Returns) -> list[Told]:
    def rows(places: np.ndarray, disposition: np.ndarray, resolution: np.ndarray) -> pl.DataFrame:
        of, part = returns.of[places], returns.part[places]
        return pl.DataFrame(
            {
                "return_line_id": ids("RL", returns.code[of] * 100 + returns.nth[places], 11),
                "return_id": return_ids(returns, of),
                "shipment_line_id": shipment_line_ids(life.parts, part),
                "product_id": ids("P", demand.product[life.parts.line[part]], 4),
                "received_at": returns.received_at[of],
                "uom": "EA",
                "quantity": returns.quantity[places],
                "reason": members(REASONS, returns.reason[places]),
                "disposition": members(DISPOSITIONS, disposition),
                "resolution": members(RESOLUTIONS, resolution),
            }
        )

    def received(places: np.ndarray) -> pl.DataFrame:
        nothing = np.full(len(places), -1)
        return rows(places, nothing, nothing)

    def inspected(places: np.ndarray) -> pl.DataFrame:
        return rows(places, returns.disposition[places], returns.resolution[places])

    return [
        Told("return_lines", returns.received_at[returns.of], received),
        Told("return_lines", returns.inspected_at[returns.of], inspected),
    ]
