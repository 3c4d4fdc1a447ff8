"""What is ordered: when orders arrive, from whom, and the lines they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .days import WorkDays, seconds, to_utc
from .market import Market, arrival_days, choose_products, list_price
from .streams import Streams
from .world import World

_OFFICE = (11.5, 2.6, 6.0, 20.0)
FROM_STOCK, BACKORDER, DROP_SHIP, CROSS_DOCK = 0, 1, 2, 3
# In the middle third of the time more comes from this segment, which asks for short lead times.
MIX_SEGMENT, MIX_SHARE = "workshop", 0.22
_SILENT_MONTHS = 4


@dataclass(frozen=True)
class Demand:
    """Orders, and lines that name their order by place.

    Of an order: `customer`, `address`, `region`, `channel`, `ordered_on` (local day), `received_at` and `entered_at`
    (UTC). Of a line: `order`, `line_no`, `product`, `quantity` (units), `price` (a unit, as the order has it),
    `agreed_price` (as it should have been), `discount`, `site`, `mode` (from stock, drop-ship or cross-dock),
    `requested_on`. Planted: places of lines `ten_times` and `odd_price`, of customers `silent` (with `silent_from`),
    of orders `new_address`. `days`: the working days.
    """

    customer: np.ndarray
    address: np.ndarray
    region: np.ndarray
    channel: np.ndarray
    ordered_on: np.ndarray
    received_at: np.ndarray
    entered_at: np.ndarray
    order: np.ndarray
    line_no: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    agreed_price: np.ndarray
    discount: np.ndarray
    site: np.ndarray
    mode: np.ndarray
    requested_on: np.ndarray
    ten_times: np.ndarray
    odd_price: np.ndarray
    silent: np.ndarray
    silent_from: np.datetime64
    new_address: np.ndarray
    days: WorkDays


def make_demand(company: Company, world: World, market: Market, streams: Streams) -> Demand:
    """Orders in the order of their days, and their lines."""
    days = WorkDays.around(company.begins, company.ends)
    ordered_on = arrival_days(company, days.worked, streams)
    silent, silent_from = _silent(company, world, streams)
    customer = _customers(company, world, ordered_on, silent, silent_from, streams)
    chance = streams.of("addresses").random(company.orders)
    address = world.first_address[customer] + np.floor(chance * world.addresses[customer]).astype(int)
    new_address = _new_addresses(company, customer, ordered_on, streams)
    address[new_address] = world.addresses.sum() + np.arange(len(new_address))
    region = world.region[customer]
    channels = company.group("channels")
    channel = streams.of("channels").choice(len(channels.names), company.orders, p=channels.shares)
    middle, spread, earliest, latest = _OFFICE
    draw = streams.of("arrival minutes")
    minutes = np.round(draw.normal(middle, spread, company.orders).clip(earliest, latest) * 60 * 60) / 60
    received_at = to_utc(ordered_on, minutes, world.region_zone[region], world.zones)
    capture = channels.array("capture_minutes")[channel] * streams.of("capture").lognormal(0, 0.5, company.orders)
    return Demand(
        customer=customer,
        address=address,
        region=region,
        channel=channel,
        ordered_on=ordered_on,
        received_at=received_at,
        entered_at=received_at + seconds(capture * 60),
        silent=silent,
        silent_from=silent_from,
        new_address=new_address,
        days=days,
        **_lines(company, world, market, streams, customer, ordered_on, days),
    )


def _customers(
    company: Company,
    world: World,
    ordered_on: np.ndarray,
    silent: np.ndarray,
    silent_from: np.datetime64,
    streams: Streams,
) -> np.ndarray:
    """Who orders: by weight; where the mix shifts, some orders come from the one segment instead."""
    chosen = _by_weight(world.weight, streams.of("customers who order").random(company.orders))
    names = company.group("segments").names
    if company.told["decoys"] and MIX_SEGMENT in names:
        weight = np.where(world.segment == names.index(MIX_SEGMENT), world.weight, 0)
        begins, ends = mix_shift(company)
        draw = streams.of("mix shift").random((2, company.orders))
        shifts = (ordered_on >= begins) & (ordered_on < ends) & (draw[0] < MIX_SHARE) & (weight.sum() > 0)
        chosen = np.where(shifts, _by_weight(weight, draw[1]), chosen)
    weight = world.weight.copy()
    weight[silent] = 0
    others = _by_weight(weight, streams.of("instead of the silent").random(company.orders))
    return np.where(np.isin(chosen, silent) & (ordered_on >= silent_from), others, chosen)


def mix_shift(company: Company) -> tuple[np.datetime64, np.datetime64]:
    """From when to before when the mix is another one."""
    begins, ends = np.datetime64(company.begins), np.datetime64(company.ends)
    third = (ends - begins) // 3
    return begins + third, begins + 2 * third


def _by_weight(weight: np.ndarray, chance: np.ndarray) -> np.ndarray:
    edges = np.cumsum(weight) / max(weight.sum(), 1e-12)
    found: np.ndarray = np.searchsorted(edges, chance, side="right").clip(0, len(edges) - 1)
    return found


def _silent(company: Company, world: World, streams: Streams) -> tuple[np.ndarray, np.datetime64]:
    """Customers who order often, and do not any more from a day on."""
    often = np.flatnonzero(world.weight * company.orders > 2 * company.months)
    count = round(company.told["anomalies"]["silent"] * len(world.weight)) if len(often) > 20 else 0
    chosen = streams.of("silent customers").permutation(often)[:count]
    months = min(_SILENT_MONTHS, max(1, company.months // 3))
    return np.sort(chosen), np.datetime64(company.ends) - 30 * months


def _new_addresses(company: Company, customer: np.ndarray, ordered_on: np.ndarray, streams: Streams) -> np.ndarray:
    """An order of some customers, in the last half of the time, that goes to where none went before."""
    half = len(customer) // 2
    later = np.unique(customer[half:], return_index=True)
    chance = streams.of("new addresses").random(len(later[0]))
    return np.sort(half + later[1][chance < company.told["anomalies"]["new_address"]])


def _lines(
    company: Company,
    world: World,
    market: Market,
    streams: Streams,
    customer: np.ndarray,
    ordered_on: np.ndarray,
    days: WorkDays,
) -> dict[str, np.ndarray]:
    per_order = 1 + streams.of("lines").poisson(company.told["lines_per_order"] - 1, len(customer))
    order = np.repeat(np.arange(len(customer)), per_order)
    count = len(order)
    line_no = 10 * (1 + np.arange(count) - np.repeat(np.cumsum(per_order) - per_order, per_order))
    product = choose_products(company, world, market, ordered_on[order], streams)
    packs = np.ceil(streams.of("quantities").lognormal(0.7, 0.9, count)).astype(int)
    quantity = world.pack[product].astype(int) * packs
    segment = world.segment[customer]
    # Most lines come from the nearest warehouse; some products lie only at their own.
    nearest = world.transit.argmin(axis=0)[world.region[customer]]
    site = np.where(streams.of("sites").random(count) < 0.08, world.home_site[product], nearest[order])
    chance = streams.of("modes").random(count)
    drop_ship = company.chance("line_drop_ship")
    cross_dock = drop_ship + company.chance("line_cross_dock")
    segments = company.group("segments")
    wishes = streams.of("lead times").lognormal(0, 0.35, len(customer))
    lead = np.ceil(segments.array("lead_days")[segment] * wishes).astype(int)
    draw = streams.of("later lines")
    later = np.where(draw.random(count) < 0.10, draw.integers(3, 11, count), 0)
    listed = list_price(world, product, ordered_on[order], np.datetime64(company.begins))
    discount = segments.array("discount")[segment][order]
    is_agreed = segments.array("contract")[segment][order] == 1
    agreed = np.where(is_agreed, np.round(listed * (1 - discount), 2).clip(0.01), listed)
    odd = np.flatnonzero(streams.of("odd prices").random(count) < company.told["anomalies"]["price"])
    price = agreed.copy()
    price[odd] = np.round(price[odd] * np.where(odd % 2 == 0, 1.3, 0.7), 2).clip(0.01)
    ten_times = np.flatnonzero(streams.of("ten times").random(count) < company.told["anomalies"]["ten_times"])
    quantity[ten_times] *= 10
    return {
        "order": order,
        "line_no": line_no,
        "product": product,
        "quantity": quantity,
        "price": price,
        "agreed_price": agreed,
        "discount": np.where(is_agreed, 0.0, discount),
        "site": site,
        "mode": np.select([chance < drop_ship, chance < cross_dock], [DROP_SHIP, CROSS_DOCK], FROM_STOCK),
        "requested_on": days.day(days.number(ordered_on)[order] + lead[order] + later),
        "ten_times": ten_times,
        "odd_price": odd,
    }
