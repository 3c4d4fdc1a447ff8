"""What the simulator knows of each obligation: its state when the last batch was read, and why it was broken."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .days import local_day
from .demand import Demand
from .files import order_ids
from .fulfilment import BY_CUSTOMER, BY_US, Parts, Promises
from .world import World

NOT_YET_DUE, MET, FAILED, CANCELLED = "not_yet_due", "due_met", "due_failed", "cancelled_by_customer"


def obligations(
    company: Company, world: World, demand: Demand, promises: Promises, parts: Parts, read_at: np.datetime64
) -> pl.DataFrame:
    """One row per obligation known by `read_at`, judged at the end of the company's last day.

    order_id, line_no, schedule_no, due_date (what was last agreed), state, and for a failed one why: the first of
    cancelled_by_us, moved_by_us, dispatch_late, transit_late, rest_late, damaged, proof_missing, not_arrived.
    """
    lines = len(demand.order)
    last = np.datetime64(company.ends)
    zones = world.region_zone[demand.region[demand.order]]
    arrived_on = local_day(parts.delivered_at, zones[parts.line], world.zones)
    is_told = (parts.told_at <= read_at) & (arrived_on <= last)
    is_corrected = ~np.isnat(parts.corrected_at) & (parts.corrected_at <= read_at)
    hidden = ~np.isnat(parts.corrected_at) & ~is_corrected
    accepted = parts.accepted + np.where(hidden, parts.damaged, 0)
    # What is agreed after the last day, and told before the batch is read, does not count yet.
    asked = (promises.moved_by == BY_CUSTOMER) & (local_day(promises.moved_at, zones, world.zones) <= last)
    due = np.where(asked, promises.moved_to, promises.first_due)
    inside = is_told & (arrived_on <= due[parts.line])
    got = np.bincount(parts.line, np.where(inside, accepted, 0), lines)
    is_met = got >= demand.quantity
    cancelled = np.where(promises.cancelled_at <= read_at, promises.cancelled_by, 0)[demand.order]
    cancelled_on = local_day(promises.cancelled_at[demand.order], zones, world.zones)
    in_time = (cancelled == BY_CUSTOMER) & (cancelled_on <= due) & (cancelled_on <= last)
    state = np.select([in_time, due > last, is_met], [CANCELLED, NOT_YET_DUE, MET], FAILED)
    late = arrived_on > due[parts.line]
    causes = {
        "cancelled_by_us": cancelled == BY_US,
        "moved_by_us": promises.moved_by == BY_US,
        "dispatch_late": _any(parts, late & parts.late_dispatch, lines),
        "transit_late": _any(parts, late & parts.late_transit, lines),
        "rest_late": _any(parts, late & parts.late_rest, lines),
        "damaged": _any(parts, is_told & (accepted < parts.quantity), lines),
        "proof_missing": _any(parts, (arrived_on <= last) & ~is_told, lines),
    }
    why = np.select(list(causes.values()), list(causes), "not_arrived")
    frame = pl.DataFrame(
        {
            "order_id": order_ids(demand.order),
            "line_no": pl.Series(demand.line_no).cast(pl.String),
            "schedule_no": "1",
            "due_date": due,
            "state": state,
            "why": pl.Series(why, dtype=pl.String),
        }
    )
    frame = frame.with_columns(why=pl.when(pl.col("state") == FAILED).then(pl.col("why")))
    return frame.filter(pl.Series(demand.entered_at[demand.order] <= read_at))


def _any(parts: Parts, holds: np.ndarray, lines: int) -> np.ndarray:
    """Lines of which it holds for a part."""
    counted: np.ndarray = np.bincount(parts.line, holds, lines) > 0
    return counted
