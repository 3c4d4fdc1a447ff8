"""When goods leave a warehouse: what is ready waits its turn, as many lines a day as the warehouse can ship."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .causes import Causes
from .config import Company
from .demand import DROP_SHIP, Demand
from .promises import Promises

_AROUND = 65
# Months whose first working days are a regional holiday, where a cause has it.
HOLIDAY_MONTHS = (2, 8)


@dataclass(frozen=True)
class Turns:
    """Of a line: `leaves` (number of the working day) and `blocked_by` (place of the cause that took capacity, or -1).
    `usual`: lines by site and number of the working day that can be shipped when nothing goes wrong.
    """

    leaves: np.ndarray
    blocked_by: np.ndarray
    usual: np.ndarray


def make_turns(
    company: Company, demand: Demand, promises: Promises, planned: np.ndarray, ready: np.ndarray, causes: Causes
) -> Turns:
    """First ready, first shipped; drop-shipments wait for nobody. `planned` and `ready`: days of lines by number."""
    sites, span = company.group("sites").names, len(demand.days.days)
    queued = (demand.mode != DROP_SHIP) & (promises.cancelled.by[demand.order] == 0)
    load = np.zeros((len(sites), span))
    np.add.at(load, (demand.site[queued], planned[queued].clip(0, span - 1)), 1)
    usual = np.array([_around(row) for row in load])
    capacity, taken_by = _capacity(company, demand, usual, causes)
    leaves, blocked_by = ready.copy(), np.full(len(ready), -1)
    for site in range(len(sites)):
        mine = np.flatnonzero(queued & (demand.site == site))
        mine = mine[np.argsort(ready[mine], kind="stable")]
        due = np.bincount(ready[mine].clip(0, span - 1), minlength=span)
        served = np.cumsum(_served(due, capacity[site]))
        leaves[mine] = np.searchsorted(served, np.arange(1, len(mine) + 1))
        waits = mine[leaves[mine] > ready[mine]]
        blocked_by[waits] = taken_by[site][ready[waits].clip(0, span - 1)]
    return Turns(np.maximum(leaves, ready), blocked_by, _roomy(company, usual))


def _roomy(company: Company, usual: np.ndarray) -> np.ndarray:
    """Capacity for the usual load, and for what chance adds to it on a day: the smaller the load, the more that is."""
    roomy: np.ndarray = np.ceil(usual * company.told["headroom"] + 5 * np.sqrt(usual)) + 2
    return roomy


def _around(load: np.ndarray) -> np.ndarray:
    """The mean load around each day, for as long as there is one."""
    sums = np.concatenate([[0.0], np.cumsum(load)])
    days = np.flatnonzero(load)
    first, last = (int(days[0]), int(days[-1])) if len(days) else (0, 0)
    places = np.arange(len(load)).clip(first, last)
    low, high = (places - _AROUND).clip(first), (places + _AROUND + 1).clip(max=last + 1)
    mean: np.ndarray = (sums[high] - sums[low]) / np.maximum(1, high - low)
    return mean


def _capacity(company: Company, demand: Demand, usual: np.ndarray, causes: Causes) -> tuple[np.ndarray, np.ndarray]:
    """Lines each site can ship on each working day, and the cause that takes some (and until it is worked off)."""
    sites, days = company.group("sites").names, demand.days.days
    capacity = _roomy(company, usual)
    taken_by = np.full(capacity.shape, -1)
    for place, cause in enumerate(causes.found):
        if cause.kind not in ("warehouse_overloaded", "ignored_holidays"):
            continue
        site = sites.index(cause.where["site"])
        spans = cause.spans(days)
        helped = 0.0 if cause.countermeasure is None else cause.countermeasure.works
        from_day = np.datetime64("NaT") if cause.countermeasure is None else np.datetime64(cause.countermeasure.begins)
        lost = np.where(days >= from_day, 1 - helped, 1.0)
        if cause.kind == "warehouse_overloaded":
            left = usual[site] * (1 - cause.share) * lost + capacity[site] * (1 - lost)
            capacity[site] = np.where(spans, np.minimum(capacity[site], left), capacity[site])
        else:
            spans &= _holidays(days, cause.days)
            capacity[site] = np.where(spans, capacity[site] * (1 - lost), capacity[site])
        after = np.flatnonzero(spans)
        for shift in range(25):
            taken_by[site][(after + shift).clip(max=len(days) - 1)] = place
    return capacity, taken_by


def _holidays(days: np.ndarray, count: int) -> np.ndarray:
    """The first working days of the months that begin with a regional holiday."""
    month = days.astype("datetime64[M]")
    starts = np.searchsorted(days, month.astype("datetime64[D]"))
    found: np.ndarray = np.isin(month.astype(int) % 12 + 1, HOLIDAY_MONTHS) & (np.arange(len(days)) - starts < count)
    return found


def _served(due: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """How many of those that are due each day are served; the rest waits for the next."""
    served = np.zeros(len(due), dtype=np.int64)
    waiting = 0
    for day, (more, room) in enumerate(zip(due.tolist(), np.floor(capacity).astype(np.int64).tolist(), strict=True)):
        waiting += more
        served[day] = min(waiting, room)
        waiting -= served[day]
    served[-1] += waiting
    return served
