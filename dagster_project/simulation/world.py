"""Who and what the company deals with: customers and their addresses, products, sites, carriers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .config import Company
from .streams import Streams
from .telling import ids

_MAKES = ("Nord", "Alba", "Kern", "Silo", "Vela", "Orbis", "Terra", "Hydro", "Mare", "Fjord", "Pico", "Luma")
_TRADES = ("Process", "Marine", "Water", "Chemicals", "Foods", "Energy", "Paper", "Cooling", "Mining", "Pharma")
_FORMS = {"DE": "GmbH", "SE": "AB", "IT": "S.p.A.", "US": "Inc."}
_SUPPLIER_COUNTRIES = ("DE", "IT", "CZ", "PL", "US", "CN", "TR", "FR")
_MOST_ADDRESSES = 3


@dataclass(frozen=True)
class World:
    """Masters as files, and as arrays by position, as the rest of the simulation reads them.

    Customers: `weight` (share of the orders), `segment`, `region`, `layout` (of documents). Addresses:
    `first_address` and `addresses` of each customer. Products: `family`, `popularity`, `price`, `cost`, `pack`,
    `home_site`, `supplier`. Suppliers: `supplier_names` (ids), `lead_days` (working days from release to receipt).
    `zones` are names; `region_zone` and `site_zone` are places in it. `transit`: working days from each site to each
    region.
    """

    files: dict[str, pl.DataFrame]
    weight: np.ndarray
    segment: np.ndarray
    region: np.ndarray
    layout: np.ndarray
    first_address: np.ndarray
    addresses: np.ndarray
    family: np.ndarray
    popularity: np.ndarray
    price: np.ndarray
    cost: np.ndarray
    pack: np.ndarray
    home_site: np.ndarray
    supplier: np.ndarray
    supplier_names: list[str]
    lead_days: np.ndarray
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
    goods = _products(company, streams)
    suppliers, lead_days = _suppliers(company, streams)
    transit = np.array([[member["transit"][site] for member in regions.members.values()] for site in sites.names])
    layouts = company.group("layouts")
    files = {
        "customers": _customers(company, segment, region, draw),
        "addresses": _addresses(company, region, addresses),
        "products": _product_file(company, streams, goods["family"]),
        "suppliers": suppliers,
        "carriers": pl.DataFrame(
            {"carrier_id": company.group("carriers").names, "name": company.group("carriers").array("name")}
        ),
    }
    return World(
        files=files,
        weight=weight / weight.sum(),
        segment=segment,
        region=region,
        layout=streams.of("layouts").choice(len(layouts.names), count, p=layouts.shares),
        first_address=first_address,
        addresses=addresses,
        **goods,
        supplier_names=suppliers["supplier_id"].to_list(),
        lead_days=lead_days,
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


def _products(company: Company, streams: Streams) -> dict[str, np.ndarray]:
    families, count = company.group("families"), int(company.told["products"])
    draw = streams.of("products")
    family = draw.choice(len(families.names), count, p=families.shares)
    price = np.round(families.array("price")[family] * draw.lognormal(0, 0.45, count), 2).clip(0.05)
    # A few products make most of the lines.
    popularity = 1 / (1 + draw.permutation(count)) ** 0.8
    per_family = int(company.told["suppliers_per_family"])
    cost = families.array("cost")[family] * streams.of("costs").uniform(0.9, 1.1, count)
    return {
        "family": family,
        "popularity": popularity / popularity.sum(),
        "price": price,
        "cost": np.round(price * cost, 2).clip(0.02),
        "pack": families.array("pack")[family],
        "home_site": draw.integers(0, len(company.group("sites").names), count),
        "supplier": family * per_family + streams.of("sourcing").integers(0, per_family, count),
    }


def _product_file(company: Company, streams: Streams, family: np.ndarray) -> pl.DataFrame:
    families = company.group("families")
    series = streams.of("product names").integers(10, 100, len(family))
    return pl.DataFrame(
        {
            "product_id": ids("P", np.arange(len(family)), 4),
            "name": [
                f"{families.names[one].capitalize().removesuffix('s')} {other}-{place:03d}"
                for place, (one, other) in enumerate(zip(family, series, strict=True))
            ],
            "family": np.array(families.names)[family],
            "uom": "EA",
            "product_type": "goods",
        }
    )


def _suppliers(company: Company, streams: Streams) -> tuple[pl.DataFrame, np.ndarray]:
    """Suppliers family by family, and the working days each takes."""
    families, per_family = company.group("families"), int(company.told["suppliers_per_family"])
    count = len(families.names) * per_family
    draw = streams.of("suppliers")
    family = np.repeat(np.arange(len(families.names)), per_family)
    lead_days = np.ceil(families.array("lead_days")[family] * draw.uniform(0.75, 1.35, count)).astype(int)
    countries = np.array(_SUPPLIER_COUNTRIES)[draw.integers(0, len(_SUPPLIER_COUNTRIES), count)]
    makes = draw.permutation(np.arange(count))
    frame = pl.DataFrame(
        {
            "supplier_id": ids("V", np.arange(1, count + 1), 3),
            "name": [
                f"{_MAKES[make % len(_MAKES)]} {families.names[one].capitalize()} {make + 1}"
                for one, make in zip(family, makes, strict=True)
            ],
            "country": countries,
        }
    )
    return frame, lead_days
