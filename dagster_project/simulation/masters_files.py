"""Masters as the systems tell them: who and what the company deals with, and how that changes."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .demand import Demand
from .life import Life
from .market import Market
from .streams import Streams
from .telling import Full, Told, ids, of_frame
from .world import World


def tell_masters(
    company: Company, world: World, market: Market, demand: Demand, life: Life, streams: Streams
) -> list[Told | Full]:
    """Customers, addresses, products, suppliers, sites, carriers."""
    return [
        *(_from_start(company, entity, frame) for entity, frame in world.files.items()),
        _from_start(company, "sites", _sites(company)),
        _new_addresses(company, demand),
    ]


def _from_start(company: Company, entity: str, frame: pl.DataFrame) -> Told:
    """Rows that were always known."""
    return of_frame(entity, frame, np.full(frame.height, np.datetime64(company.begins, "us")))


def _sites(company: Company) -> pl.DataFrame:
    sites = company.group("sites")
    return pl.DataFrame({"site_id": sites.names, "name": sites.array("name"), "zone": sites.array("zone")})


def _new_addresses(company: Company, demand: Demand) -> Told:
    """Addresses that come with the order that first goes there."""
    regions = company.group("regions")
    region = demand.region[demand.new_address]
    frame = pl.DataFrame(
        {
            "address_id": ids("A", demand.address[demand.new_address], 6),
            "country": regions.array("country")[region],
            "region": np.array(regions.names)[region],
            "zone": regions.array("zone")[region],
        }
    )
    return of_frame("addresses", frame, demand.received_at[demand.new_address])
