"""What is ordered: when orders arrive, from whom, and the lines they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .days import calendar, move, seconds, to_utc
from .streams import Streams
from .world import World

# How much is ordered in each month of the year, and on each day of the week from Monday on.
_OF_YEAR = np.array([0.94, 0.97, 1.06, 1.02, 1.03, 1.01, 0.92, 0.83, 1.05, 1.10, 1.09, 0.98])
_OF_WEEK = np.array([1.10, 1.08, 1.02, 0.98, 0.82, 0.06, 0.03])
_HOLIDAY = 0.05
_OFFICE = (11.5, 2.6, 6.0, 20.0)


@dataclass(frozen=True)
class Demand:
    """Orders, and lines that name their order by place.

    Of an order: `customer`, `address`, `region`, `channel`, `received_at` and `entered_at`
    (UTC). Of a line: `order`, `line_no`, `product`, `quantity`, `price` (list), `discount`, `site`, `requested_on`.
    """

    customer: np.ndarray
    address: np.ndarray
    region: np.ndarray
    channel: np.ndarray
    received_at: np.ndarray
    entered_at: np.ndarray
    order: np.ndarray
    line_no: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    discount: np.ndarray
    site: np.ndarray
    requested_on: np.ndarray
    worked: np.busdaycalendar


def make_demand(company: Company, world: World, streams: Streams) -> Demand:
    """Orders in the order of their arrival, and their lines."""
    worked = calendar(company.begins, company.ends)
    ordered_on = _days(company, worked, streams)
    draw = streams.of("orders")
    customer = draw.choice(len(world.weight), company.orders, p=world.weight)
    address = world.first_address[customer] + np.floor(draw.random(company.orders) * world.addresses[customer]).astype(
        int
    )
    region = world.region[customer]
    channels = company.group("channels")
    channel = draw.choice(len(channels.names), company.orders, p=channels.shares)
    middle, spread, earliest, latest = _OFFICE
    minutes = np.round(draw.normal(middle, spread, company.orders).clip(earliest, latest) * 60 * 60) / 60
    received_at = to_utc(ordered_on, minutes, world.region_zone[region], world.zones)
    capture = channels.array("capture_minutes")[channel] * draw.lognormal(0, 0.5, company.orders)
    entered_at = received_at + seconds(capture * 60)
    return Demand(
        customer=customer,
        address=address,
        region=region,
        channel=channel,
        received_at=received_at,
        entered_at=entered_at,
        worked=worked,
        **_lines(company, world, streams, customer, ordered_on, worked),
    )


def _days(company: Company, worked: np.busdaycalendar, streams: Streams) -> np.ndarray:
    """The local day each order arrives on: growth, season, weekday and holidays, and chance."""
    days = np.arange(np.datetime64(company.begins), np.datetime64(company.ends) + 1)
    years = np.arange(len(days)) / 365.25
    month = days.astype("datetime64[M]").astype(int) % 12
    weekday = (days.astype(int) + 3) % 7
    weight = (1 + company.told["growth_per_year"]) ** years * _OF_YEAR[month] * _OF_WEEK[weekday]
    weight = np.where(np.isin(days, worked.holidays), weight * _HOLIDAY, weight)
    draw = streams.of("arrivals")
    weight = weight * draw.lognormal(0, 0.12, len(days))
    return np.repeat(days, draw.multinomial(company.orders, weight / weight.sum()))


def _lines(
    company: Company,
    world: World,
    streams: Streams,
    customer: np.ndarray,
    ordered_on: np.ndarray,
    worked: np.busdaycalendar,
) -> dict[str, np.ndarray]:
    draw = streams.of("lines")
    per_order = 1 + draw.poisson(company.told["lines_per_order"] - 1, len(customer))
    order = np.repeat(np.arange(len(customer)), per_order)
    count = len(order)
    line_no = 10 * (1 + np.arange(count) - np.repeat(np.cumsum(per_order) - per_order, per_order))
    product = draw.choice(len(world.popularity), count, p=world.popularity)
    quantity = world.pack[product] * np.ceil(draw.lognormal(0.7, 0.9, count)).astype(int)
    segments = company.group("segments")
    segment = world.segment[customer]
    # Most lines come from the nearest warehouse; some products lie only at their own.
    nearest = world.transit.argmin(axis=0)[world.region[customer]]
    site = np.where(draw.random(count) < 0.08, world.home_site[product], nearest[order])
    lead = np.ceil(segments.array("lead_days")[segment] * draw.lognormal(0, 0.35, len(customer))).astype(int)
    later = np.where(draw.random(count) < 0.10, draw.integers(3, 11, count), 0)
    return {
        "order": order,
        "line_no": line_no,
        "product": product,
        "quantity": quantity,
        "price": world.price[product],
        "discount": segments.array("discount")[segment][order],
        "site": site,
        "requested_on": move(ordered_on[order], lead[order] + later, worked),
    }
