"""The company's own forecast as it was frozen each month: as simple as its spreadsheet, and too high."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .days import at_hour
from .demand import Demand
from .streams import Streams
from .telling import Told, ids
from .world import World

# The best-selling products, the weeks ahead, and by how much sales think that it will be more than it was.
_PRODUCTS, _WEEKS, OPTIMISM = 60, 6, 1.08
_SPREAD = 0.18
_RECENT, _SEASON = 13, 52


def tell_forecasts(company: Company, world: World, demand: Demand, streams: Streams) -> Told:
    """At the end of each month, the next six weeks of each best-selling product at each site that has shipped it."""
    chosen = np.sort(np.argsort(-world.popularity, kind="stable")[:_PRODUCTS])
    sites = company.group("sites").names
    monday, history = _history(company, demand, chosen, len(sites))
    frozen_on = _month_ends(company)
    noise = streams.of("forecast").normal(0, _SPREAD, (len(frozen_on), len(history), _WEEKS))
    versions, pairs, horizons, quantities = [], [], [], []
    for number, day in enumerate(frozen_on):
        # Only weeks that have ended by then are known.
        known = history[:, : int(np.searchsorted(monday + 6, day, side="right"))]
        sold = np.flatnonzero(known.sum(axis=1))
        ahead = _expected(known[sold]) * OPTIMISM * np.exp(noise[number, sold])
        versions.append(np.full(ahead.size, number))
        pairs.append(np.repeat(sold, _WEEKS))
        horizons.append(np.tile(np.arange(1, _WEEKS + 1), len(sold)))
        quantities.append(np.rint(ahead).astype(np.int64).ravel())
    version, pair, horizon, quantity = map(np.concatenate, (versions, pairs, horizons, quantities))
    frozen_at = at_hour(frozen_on, 18)
    names = pl.Series([f"FC-{day.astype('datetime64[M]')}" for day in frozen_on], dtype=pl.String)
    next_monday = _monday(frozen_on) + 7

    def rows(places: np.ndarray) -> pl.DataFrame:
        of = version[places]
        return pl.DataFrame(
            {
                "version_id": names.gather(of),
                "frozen_at": frozen_at[of],
                "product_id": ids("P", chosen[pair[places] // len(sites)], 4),
                "site_id": np.array(sites)[pair[places] % len(sites)],
                "target_week_start": next_monday[of] + 7 * (horizon[places] - 1),
                "horizon_weeks": horizon[places],
                "uom": "EA",
                "quantity": quantity[places],
            }
        )

    return Told("forecast_versions", frozen_at[version], rows)


def _monday(days: np.ndarray) -> np.ndarray:
    """The Monday of each day's week."""
    found: np.ndarray = days - (days.astype(np.int64) + 3) % 7
    return found


def _month_ends(company: Company) -> np.ndarray:
    first, last = np.datetime64(company.begins), np.datetime64(company.ends)
    months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
    ends = (months + 1).astype("datetime64[D]") - 1
    inside: np.ndarray = ends[ends <= last]
    return inside


def _history(company: Company, demand: Demand, chosen: np.ndarray, sites: int) -> tuple[np.ndarray, np.ndarray]:
    """Mondays of all weeks, and what was ordered in each of each product and site."""
    first, last = (_monday(np.array([day], "datetime64[D]"))[0] for day in (company.begins, company.ends))
    weeks = int((last - first).astype(int)) // 7 + 1
    place = np.full(int(demand.product.max(initial=0)) + 1 + int(chosen.max(initial=0)), -1)
    place[chosen] = np.arange(len(chosen))
    lines = np.flatnonzero(place[demand.product] >= 0)
    week = (_monday(demand.ordered_on) - first).astype(int) // 7
    pair = place[demand.product[lines]] * sites + demand.site[lines]
    cell = pair * weeks + week[demand.order[lines]]
    ordered = np.bincount(cell, demand.quantity[lines], len(chosen) * sites * weeks)
    return first + 7 * np.arange(weeks), ordered.reshape(-1, weeks)


def _expected(known: np.ndarray) -> np.ndarray:
    """Of each row, the mean of the last quarter; and, once there is a year, half of it as the same weeks were then."""
    recent: np.ndarray = known[:, -_RECENT:].mean(axis=1)[:, None].repeat(_WEEKS, axis=1)
    length = known.shape[1]
    if length < _SEASON + 1:
        return recent
    # Week h ahead is column length - 1 + h; a year before it and the weeks beside that, as far as they are known.
    begins = length - 1 - _SEASON + np.arange(_WEEKS)
    around = np.stack([known[:, begin : begin + 3].mean(axis=1) for begin in begins], axis=1)
    found: np.ndarray = 0.5 * recent + 0.5 * around
    return found
