"""What goods weigh, how far they go, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .config import Company
from .demand import Demand
from .fulfilment import Parts
from .streams import Streams
from .world import World

_FROM_SUPPLIER = 650.0
_BASE, _PER_UNIT, _BY_WEIGHT, _BY_DISTANCE = 11.0, 0.0009, 0.90, 0.95
_OF_MODE = {"road": 1.0, "parcel": 1.15, "air": 2.4}


@dataclass(frozen=True)
class Lanes:
    """Kilometres from each site to each region (`km`; the last row is from a supplier), by how much more or less an
    address lies off (`off`), and `kilograms` of a unit of each product.
    """

    km: np.ndarray
    off: np.ndarray
    kilograms: np.ndarray

    def distance(self, site: np.ndarray, region: np.ndarray, address: np.ndarray) -> np.ndarray:
        """Kilometres from a site (-1: from a supplier) to an address."""
        found: np.ndarray = np.round(self.km[site, region] * self.off[address])
        return found


def make_lanes(company: Company, world: World, demand: Demand, streams: Streams) -> Lanes:
    """Lanes as the company has them, and addresses around their middle."""
    regions, sites = company.group("regions").names, company.group("sites").names
    km = [[company.told["distances"][site][region] for region in regions] for site in sites]
    addresses = int(world.addresses.sum()) + len(demand.new_address)
    weights = np.array([company.told["weights"][name] for name in company.group("families").names])
    return Lanes(
        km=np.array([*km, [_FROM_SUPPLIER] * len(regions)], dtype=float),
        off=streams.of("how far addresses are").uniform(0.7, 1.3, addresses),
        kilograms=weights[world.family],
    )


def haulage(weight: np.ndarray, distance: np.ndarray, mode: np.ndarray) -> np.ndarray:
    """What carrying so many kilograms so many kilometres costs in the middle, by mode (names)."""
    of_mode = np.ones(mode.shape)
    for name, factor in _OF_MODE.items():
        of_mode[mode == name] = factor
    found: np.ndarray = _BASE + _PER_UNIT * weight**_BY_WEIGHT * distance**_BY_DISTANCE * of_mode
    return found


def freight_cents(company: Company, demand: Demand, parts: Parts, lanes: Lanes, streams: Streams) -> np.ndarray:
    """Of each shipment, its freight in cents."""
    count, order = len(parts.shipment_order), parts.shipment_order
    kilograms = lanes.kilograms[demand.product[parts.line]] * parts.quantity
    weight = np.bincount(parts.shipment, kilograms, count)
    site = np.where(parts.is_drop, -1, parts.shipment_site)
    distance = lanes.distance(site, demand.region[order], demand.address[order])
    chance = streams.of("freight").lognormal(0, 0.12, len(demand.customer))[order]
    cost = haulage(weight, distance, company.group("carriers").array("mode")[parts.carrier]) * chance
    cents: np.ndarray = np.rint(cost * 100).astype(np.int64)
    return cents
