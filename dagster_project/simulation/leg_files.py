"""Legs of shipments: near lanes are driven in one, longer ones by way of a hub of the region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .config import Company
from .days import seconds
from .demand import Demand
from .life import Life
from .sales_files import shipment_ids
from .streams import Streams
from .telling import Told, ids, members
from .world import World

_DIRECT_DAYS = 2
_OVERSEAS_DAYS = 6
_PLANNED, _UNDERWAY, _ARRIVED = 0, 1, 2
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class _Legs:
    """Legs: `shipment` (place), `number`, `is_last`, `overseas`, instants, `cents` of freight; of a shipment: `line`
    (one of its lines), `units`.
    """

    shipment: np.ndarray
    number: np.ndarray
    is_last: np.ndarray
    overseas: np.ndarray
    left_at: np.ndarray
    estimated_at: np.ndarray
    arrived_at: np.ndarray
    cents: np.ndarray
    line: np.ndarray
    units: np.ndarray


def tell_legs(
    company: Company, world: World, demand: Demand, life: Life, freight: np.ndarray, streams: Streams
) -> list[Told]:
    """Legs are told when the shipment leaves, and again as each begins and ends."""
    legs = _legs(demand, life, freight, streams)
    shipped_at = life.parts.shipment_shipped_at[legs.shipment]
    first, second = (np.flatnonzero(legs.number == number) for number in (1, 2))
    everything = np.arange(len(legs.shipment))

    def told(chosen: np.ndarray, state: int, at: np.ndarray, again_at: np.ndarray | None = None) -> Told:
        def rows(places: np.ndarray) -> pl.DataFrame:
            return _rows(company, world, demand, life, legs, chosen[places], state)

        return Told("shipment_legs", at[chosen], rows, None if again_at is None else again_at[chosen])

    return [
        told(first, _UNDERWAY, shipped_at, legs.arrived_at),
        told(second, _PLANNED, shipped_at, legs.left_at),
        told(second, _UNDERWAY, legs.left_at, legs.arrived_at),
        told(everything, _ARRIVED, legs.arrived_at),
    ]


def _legs(demand: Demand, life: Life, cents: np.ndarray, streams: Streams) -> _Legs:
    parts = life.parts
    count, order = len(parts.shipment_order), parts.shipment_order
    line = np.zeros(count, dtype=np.int64)
    line[parts.shipment[::-1]] = parts.line[::-1]
    transit = life.promises.transit[line]
    draw = streams.of("hubs").uniform(0, 1, (2, len(demand.customer)))[:, order]
    share = 0.40 + 0.20 * draw[0]
    begins, ends = parts.shipment_shipped_at, parts.shipment_delivered_at
    spent = (ends - begins).astype(np.int64) / 1_000_000
    hoped = (parts.estimated_at - begins).astype(np.int64) / 1_000_000
    at_hub = begins + seconds(share * spent)
    from_hub = begins + seconds((share + 0.04 + 0.08 * draw[1]) * spent)
    estimated = begins + seconds(share * hoped)
    by_hub = np.flatnonzero(transit > _DIRECT_DAYS)
    is_split = transit > _DIRECT_DAYS
    to_hub = np.where(is_split, np.rint(cents * share).astype(np.int64), cents)
    return _Legs(
        shipment=np.concatenate([np.arange(count), by_hub]),
        number=np.concatenate([np.ones(count, np.int64), np.full(len(by_hub), 2)]),
        is_last=np.concatenate([~is_split, np.ones(len(by_hub), bool)]),
        overseas=np.concatenate([transit >= _OVERSEAS_DAYS, np.zeros(len(by_hub), bool)]),
        left_at=np.concatenate([begins, from_hub[by_hub]]),
        estimated_at=np.concatenate([np.where(is_split, estimated, parts.estimated_at), parts.estimated_at[by_hub]]),
        arrived_at=np.concatenate([np.where(is_split, at_hub, ends), ends[by_hub]]),
        cents=np.concatenate([to_hub, (cents - to_hub)[by_hub]]),
        line=line,
        units=np.bincount(parts.shipment, parts.quantity, count).astype(np.int64),
    )


def _rows(
    company: Company, world: World, demand: Demand, life: Life, legs: _Legs, places: np.ndarray, state: int
) -> pl.DataFrame:
    parts, shipment = life.parts, legs.shipment[places]
    order, line = parts.shipment_order[shipment], legs.line[shipment]
    carriers = company.group("carriers")
    regions, hubs = company.group("regions").names, company.told["hubs"]
    hub = members([f"HUB-{hubs[name]}" for name in regions], demand.region[order])
    suppliers = members(world.supplier_names, world.supplier[demand.product[line]])
    sites = members(company.group("sites").names, parts.shipment_site[shipment])
    mode = members(carriers.array("mode").tolist(), parts.carrier[shipment])
    is_second = legs.number[places] == 2
    flown = legs.overseas[places]
    on_ground = is_second & (life.promises.transit[line] >= _OVERSEAS_DAYS)
    frame = pl.DataFrame(
        {
            "shipment_id": shipment_ids(parts, shipment),
            "leg_no": pl.Series(legs.number[places]).cast(pl.String),
            "carrier": members(carriers.names, parts.carrier[shipment]),
            "mode": mode,
            "from_location": sites,
            "to_location": ids("A", demand.address[order], 6),
            "shipped_at": legs.left_at[places] if state >= _UNDERWAY else np.full(len(places), _NEVER),
            "estimated_at": legs.estimated_at[places],
            "arrived_at": legs.arrived_at[places] if state == _ARRIVED else np.full(len(places), _NEVER),
            "freight_cost": legs.cents[places] / 100,
            "currency": "EUR",
            "uom": "EA",
            "quantity": legs.units[shipment],
        }
    )
    is_air = pl.col("mode") == "air"
    drop, second, last = (pl.lit(pl.Series(one)) for one in (parts.is_drop[shipment], is_second, legs.is_last[places]))
    return frame.with_columns(
        mode=pl.when(pl.lit(pl.Series(flown)))
        .then(pl.lit("air"))
        .when(pl.lit(pl.Series(on_ground)) & is_air)
        .then(pl.lit("road"))
        .otherwise("mode"),
        from_location=pl.when(second).then(pl.lit(hub)).when(drop).then(pl.lit(suppliers)).otherwise("from_location"),
        to_location=pl.when(last).then("to_location").otherwise(pl.lit(hub)),
    )
