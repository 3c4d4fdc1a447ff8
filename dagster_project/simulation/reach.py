"""Whom a member of a dimension concerns: orders of a segment, lines of a family."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .config import Company
from .demand import Demand
from .world import World

READ_CHANNELS = ("mail", "spreadsheet")


def orders_at(company: Company, world: World, demand: Demand, where: Mapping[str, str]) -> np.ndarray:
    """Orders of a segment or a region, or whose document is read from a layout; for all of them, where several are.
    What is not told of orders (a carrier, a site, a family, a supplier) is passed over.
    """
    found = np.ones(len(demand.customer), dtype=bool)
    if "segment" in where:
        found &= world.segment[demand.customer] == company.group("segments").names.index(where["segment"])
    if "region" in where:
        found &= demand.region == company.group("regions").names.index(where["region"])
    if "layout" in where:
        names = company.group("channels").names
        read = [names.index(name) for name in READ_CHANNELS if name in names]
        found &= np.isin(demand.channel, read)
        found &= world.layout[demand.customer] == company.group("layouts").names.index(where["layout"])
    return found


def lines_at(company: Company, world: World, demand: Demand, where: Mapping[str, str]) -> np.ndarray:
    """Lines of a site, a family or a supplier."""
    found = np.ones(len(demand.order), dtype=bool)
    if "site" in where:
        found &= demand.site == company.group("sites").names.index(where["site"])
    if "family" in where:
        found &= world.family[demand.product] == company.group("families").names.index(where["family"])
    if "supplier" in where:
        found &= world.supplier[demand.product] == world.supplier_names.index(where["supplier"])
    return found
