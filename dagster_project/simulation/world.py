"""Who and what the company deals with: customers and their addresses, products, sites, carriers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .config import Company
from .streams import Streams

_MAKES = ("Nord", "Alba", "Kern", "Silo", "Vela", "Orbis", "Terra", "Hydro", "Mare", "Fjord", "Pico", "Luma")
_TRADES = ("Process", "Marine", "Water", "Chemicals", "Foods", "Energy", "Paper", "Cooling", "Mining", "Pharma")
_FORMS = {"DE": "GmbH", "SE": "AB", "IT": "S.p.A.", "US": "Inc."}
_MOST_ADDRESSES = 3


@dataclass(frozen=True)
class World:
    """Masters as files, and as arrays by position, as the rest of the simulation reads them.

    Customers: `weight` (share of the orders), `segment`, `region`. Addresses: `first_address` and `addresses` of each
    customer. Products: `popularity`, `price`, `pack`, `home_site`. `zones` are names; `region_zone` and `site_zone`
    are places in it. `transit`: working days from each site to each region.
    """

    files: dict[str, pl.DataFrame]
    weight: np.ndarray
    segment: np.ndarray
    region: np.ndarray
    first_address: np.ndarray
    addresses: np.ndarray
    popularity: np.ndarray
    price: np.ndarray
    pack: np.ndarray
    home_site: np.ndarray
    zones: tuple[str, ...]
    region_zone: np.ndarray
    site_zone: np.ndarray
    transit: np.ndarray


def make_world(company: Company, streams: Streams) -> World:
    """The masters of a company."""
    segments, regions, sites = company.group("segments"), company.group("regions"), company.group("sites")
    zones = tuple(dict.fromkeys([*regions.array("zone"), *sites.array("zone")]))
    count = max(12, round(company.orders / company.told["orders_per_customer"]))
    draw = streams.of("customers")
    segment = draw.choice(len(segments.names), count, p=segments.shares)
    region = draw.choice(len(regions.names), count, p=regions.shares)
    weight = segments.array("weight")[segment] * draw.lognormal(0, 0.6, count)
    addresses = 1 + draw.binomial(_MOST_ADDRESSES - 1, 0.25, count)
    first_address = np.concatenate([[0], np.cumsum(addresses)[:-1]])
    products, popularity, price, pack, home_site = _products(company, streams)
    transit = np.array([[member["transit"][site] for member in regions.members.values()] for site in sites.names])
    files = {
        "customers": _customers(company, segment, region, draw),
        "addresses": _addresses(company, region, addresses),
        "products": products,
        "sites": pl.DataFrame({"site_id": sites.names, "name": sites.array("name"), "zone": sites.array("zone")}),
        "carriers": pl.DataFrame(
            {"carrier_id": company.group("carriers").names, "name": company.group("carriers").array("name")}
        ),
    }
    return World(
        files=files,
        weight=weight / weight.sum(),
        segment=segment,
        region=region,
        first_address=first_address,
        addresses=addresses,
        popularity=popularity,
        price=price,
        pack=pack,
        home_site=home_site,
        zones=zones,
        region_zone=np.array([zones.index(zone) for zone in regions.array("zone")]),
        site_zone=np.array([zones.index(zone) for zone in sites.array("zone")]),
        transit=transit,
    )


def _customers(company: Company, segment: np.ndarray, region: np.ndarray, draw: np.random.Generator) -> pl.DataFrame:
    segments, regions = company.group("segments"), company.group("regions")
    make = draw.integers(0, len(_MAKES), len(segment))
    trade = draw.integers(0, len(_TRADES), len(segment))
    countries = regions.array("country")[region]
    names = [
        f"{_MAKES[one]} {_TRADES[other]} {place + 1} {_FORMS.get(country, 'Ltd')}"
        for place, (one, other, country) in enumerate(zip(make, trade, countries, strict=True))
    ]
    return pl.DataFrame(
        {
            "customer_id": ids("K", np.arange(len(segment)), 5),
            "name": names,
            "segment": np.array(segments.names)[segment],
            "region": np.array(regions.names)[region],
            "country": countries,
        }
    )


def _addresses(company: Company, region: np.ndarray, addresses: np.ndarray) -> pl.DataFrame:
    regions = company.group("regions")
    of_region = np.repeat(region, addresses)
    return pl.DataFrame(
        {
            "address_id": ids("A", np.arange(len(of_region)), 6),
            "country": regions.array("country")[of_region],
            "region": np.array(regions.names)[of_region],
            "zone": regions.array("zone")[of_region],
        }
    )


def _products(
    company: Company, streams: Streams
) -> tuple[pl.DataFrame, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    families, count = company.group("families"), int(company.told["products"])
    draw = streams.of("products")
    family = draw.choice(len(families.names), count, p=families.shares)
    price = np.round(families.array("price")[family] * draw.lognormal(0, 0.45, count), 2).clip(0.05)
    # A few products make most of the lines.
    popularity = 1 / (1 + draw.permutation(count)) ** 0.8
    home_site = draw.integers(0, len(company.group("sites").names), count)
    series = draw.integers(10, 100, count)
    frame = pl.DataFrame(
        {
            "product_id": ids("P", np.arange(count), 4),
            "name": [
                f"{families.names[one].capitalize().removesuffix('s')} {other}-{place:03d}"
                for place, (one, other) in enumerate(zip(family, series, strict=True))
            ],
            "family": np.array(families.names)[family],
            "uom": "EA",
            "product_type": "goods",
        }
    )
    return frame, popularity / popularity.sum(), price, families.array("pack")[family], home_site


def ids(prefix: str, places: np.ndarray, width: int) -> pl.Series:
    """Ids by place: a letter and a number of so many digits."""
    return pl.select(pl.lit(prefix) + pl.lit(pl.Series(places)).cast(pl.String).str.zfill(width)).to_series()
