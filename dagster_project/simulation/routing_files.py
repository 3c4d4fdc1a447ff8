"""Which site a line ships from: the sites that were weighed, and what spoke for each."""

from __future__ import annotations

import numpy as np
import polars as pl

from .allocation import Stock, first_attempts, series_of
from .config import Company
from .demand import DROP_SHIP, Demand
from .freight import haulage, make_lanes
from .life import Life
from .sales_files import line_keys
from .streams import Streams
from .telling import Told, ids, members
from .world import World

_WEIGHED = 0.25
_PICK = 2.4
# What an available unit, an on-time order, a low cost and an idle dock are worth, of 100.
_BEST, _LEAST_MARGIN = 99.9, 0.1
_FILL, _SERVICE, _COST, _IDLE = 40.0, 25.0, 20.0, 15.0


def tell_routing(
    company: Company, world: World, demand: Demand, life: Life, stock: Stock, streams: Streams
) -> list[Told]:
    """Decisions of the lines that do not ship from the nearest site, and of some of the others."""
    nearest = world.transit.argmin(axis=0)[demand.region[demand.order]]
    weighed = streams.of("routing decisions").random(len(demand.order)) < _WEIGHED
    lines = np.flatnonzero((demand.mode != DROP_SHIP) & (weighed | (demand.site != nearest)))
    entered = demand.entered_at[demand.order[lines]]
    decided_at = entered + (first_attempts(demand, life)[lines] - entered) // 2
    names = company.group("sites").names
    lanes = make_lanes(company, world, demand, streams)
    loads = _loads(demand, life, len(names))
    usual = streams.of("service levels").uniform(0.940, 0.985, len(names))
    margin = streams.of("routing margins").uniform(0.3, 6.0, len(demand.order))

    def rows(places: np.ndarray) -> pl.DataFrame:
        """All sites of some decisions: `places` has them side by side."""
        chosen = places[:: len(names)] // len(names)
        line = lines[chosen]
        order, site = demand.order[line], np.arange(len(names))[None, :]
        region, address = demand.region[order][:, None], demand.address[order][:, None]
        at = np.repeat(decided_at[chosen], len(names))
        series = series_of(world, demand.product[line][:, None], site)
        available = stock.free(series.ravel(), at).reshape(series.shape)
        distance = lanes.distance(site, region, address)
        quantity = demand.quantity[line][:, None]
        weight = lanes.kilograms[demand.product[line]][:, None] * quantity
        cost = haulage(weight, distance, np.full(series.shape, "road")) + _PICK
        load = loads[site, demand.days.number(decided_at[chosen])[:, None] + 1]
        transit = world.transit[site, region]
        service = np.clip(usual[site] - 0.15 * np.maximum(load - 0.9, 0) - 0.004 * transit, 0.5, 0.99)
        score = _FILL * np.minimum(1, available / quantity) + _SERVICE * service
        score = score + _COST * cost.min(axis=1, keepdims=True) / cost + _IDLE * (1 - np.minimum(load, 1))
        is_chosen = demand.site[line][:, None] == site
        score = _with_best(np.round(score, 2), is_chosen, margin[line][:, None])
        keys = line_keys(demand, np.repeat(line, len(names)))
        return pl.DataFrame(
            {
                "decision_id": ids("RD", np.repeat(line, len(names)), 8),
                "site_id": members(names, np.tile(np.arange(len(names)), len(line))),
                **keys,
                "decided_at": at,
                "available_quantity": available.ravel(),
                "distance": distance.ravel().astype(np.int64),
                "cost": np.round(cost.ravel(), 2),
                "currency": "EUR",
                "load": load.ravel(),
                "transit_days": transit.ravel(),
                "service_level": service.ravel(),
                "score": score.ravel(),
                "chosen": is_chosen.ravel(),
            }
        )

    return [Told("routing_candidates", np.repeat(decided_at, len(names)), rows)]


def _with_best(score: np.ndarray, is_chosen: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """The site that was chosen scored best: by a margin where that is not so of itself."""
    others = np.where(is_chosen, -np.inf, score).max(axis=1, keepdims=True)
    own = np.where(is_chosen, score, -np.inf).max(axis=1, keepdims=True)
    best = np.minimum(np.maximum(own, others + margin), _BEST)
    found: np.ndarray = np.round(np.where(is_chosen, best, np.minimum(score, best - _LEAST_MARGIN)), 2)
    return found


def _loads(demand: Demand, life: Life, sites: int) -> np.ndarray:
    """Of each site and working day, what is ready to leave as a share of what it usually can ship."""
    usual = life.parts.turns.usual
    span = usual.shape[1]
    lines = np.flatnonzero((demand.mode != DROP_SHIP) & (life.promises.cancelled.by[demand.order] == 0))
    waiting = np.zeros((2, sites, span + 1))
    for place, days in enumerate((life.parts.ready, life.parts.leaves)):
        named = demand.site[lines] * (span + 1) + days[lines].clip(0, span - 1)
        waiting[place] = np.bincount(named, minlength=sites * (span + 1)).reshape(sites, span + 1)
    ready, left = waiting.cumsum(axis=2)
    before = np.concatenate([np.zeros((sites, 1)), left[:, : span - 1]], axis=1)
    found: np.ndarray = (ready[:, :span] - before) / np.maximum(usual, 1)
    return found
