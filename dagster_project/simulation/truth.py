"""What the simulator knows of each obligation: its state when the last batch was read, and why it was broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from .config import Company
from .days import local_day
from .demand import Demand
from .fulfilment import Parts
from .life import Life
from .promises import BY_CUSTOMER, BY_US
from .sales_files import line_keys, order_ids, schedule_keys
from .telling import ids, members
from .world import World

STATES = ("not_yet_due", "due_met", "due_failed", "cancelled_by_customer")
NOT_YET_DUE, MET, FAILED, CANCELLED = range(4)


@dataclass(frozen=True)
class Verdicts:
    """Of a line, at the end of the last day: `due` (what was last agreed), `state` (place in STATES), `arrives` (number
    of the working day its last part is there), `is_known` (it is told by then).
    """

    due: np.ndarray
    state: np.ndarray
    arrives: np.ndarray
    is_known: np.ndarray
    why: np.ndarray


def judge(company: Company, world: World, demand: Demand, life: Life, read_at: np.datetime64) -> Verdicts:
    """The state of each obligation, judged at the end of the company's last day from what was told by `read_at`."""
    promises, parts = life.promises, life.parts
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
    due = demand.days.day(np.where(asked, promises.moved_to, promises.first_due))
    inside = is_told & (arrived_on <= due[parts.line])
    got = np.bincount(parts.line, np.where(inside, accepted, 0), lines)
    is_met = got >= demand.quantity
    ended = promises.cancelled
    cancelled = np.where(ended.at <= read_at, ended.by, 0)[demand.order]
    cancelled_on = local_day(ended.at[demand.order], zones, world.zones)
    in_time = (cancelled == BY_CUSTOMER) & (cancelled_on <= due) & (cancelled_on <= last)
    state = np.select([in_time, due > last, is_met], [CANCELLED, NOT_YET_DUE, MET], FAILED)
    late = arrived_on > due[parts.line]
    waited = parts.leaves[parts.line] > parts.ready[parts.line]
    reasons = {
        "cancelled_by_us": cancelled == BY_US,
        "moved_by_us": promises.moved_by == BY_US,
        "short": _any(parts, late & parts.short, lines),
        "transit_late": _any(parts, late & parts.late_transit, lines),
        "dispatch_late": _any(parts, late & parts.late_dispatch, lines),
        "rest_late": _any(parts, late & parts.late_rest, lines),
        "supply_late": (parts.ready > parts.could) & _any(parts, late, lines),
        "held": (life.holds.days > 0) & _any(parts, late, lines),
        "warehouse_late": _any(parts, late & waited, lines),
        "damaged": _any(parts, is_told & (accepted < parts.quantity), lines),
        "proof_missing": _any(parts, (arrived_on <= last) & ~is_told, lines),
    }
    arrives = np.zeros(lines, dtype=np.int64)
    np.maximum.at(arrives, parts.line, parts.arrives)
    return Verdicts(
        due=due,
        state=state,
        arrives=arrives,
        is_known=demand.entered_at[demand.order] <= read_at,
        why=np.where(state == FAILED, np.select(list(reasons.values()), list(reasons), "not_arrived"), ""),
    )


def obligations(demand: Demand, verdicts: Verdicts, probability: np.ndarray) -> pl.DataFrame:
    """One row per obligation that is known: order_id, line_no, schedule_no, due_date, state, and for a failed one why:
    the first that holds of cancelled_by_us, moved_by_us, short, transit_late, dispatch_late, rest_late, supply_late,
    held, warehouse_late, damaged, proof_missing, not_arrived. `probability`: how probably it was to fail.
    """
    frame = pl.DataFrame(
        {
            **schedule_keys(demand, np.arange(len(demand.order))),
            "due_date": verdicts.due,
            "state": members(STATES, verdicts.state),
            "why": pl.Series(verdicts.why, dtype=pl.String).replace("", None),
            "probability": np.round(probability, 4),
        }
    )
    return frame.filter(pl.Series(verdicts.is_known))


def anomalies(demand: Demand) -> pl.DataFrame:
    """What was planted for whoever searches: its kind, and the ids of what it is about."""
    silent = np.flatnonzero(np.isin(np.arange(demand.customer.max(initial=0) + 1), demand.silent))
    kinds: dict[str, dict[str, Any]] = {
        "ten_times_quantity": line_keys(demand, demand.ten_times),
        "price_mismatch": line_keys(demand, demand.odd_price),
        "silent_customer": {"customer_id": ids("K", silent, 5), "from_day": [demand.silent_from.item()] * len(silent)},
        "new_address": {"order_id": order_ids(demand.new_address)},
    }
    frames = [pl.DataFrame({**columns}).with_columns(pl.lit(kind).alias("kind")) for kind, columns in kinds.items()]
    shape = {"kind": pl.String, "order_id": pl.String, "line_no": pl.String, "customer_id": pl.String}
    empty = pl.DataFrame(schema={**shape, "from_day": pl.Date})
    return pl.concat([empty, *frames], how="diagonal_relaxed").select(empty.columns)


def _any(parts: Parts, holds: np.ndarray, lines: int) -> np.ndarray:
    """Lines of which it holds for a part."""
    counted: np.ndarray = np.bincount(parts.line, holds, lines) > 0
    return counted
