"""What each cause did: the same company lives again without it, and what is different is what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from .causes import KINDS, Cause, Causes
from .config import Company
from .demand import MIX_SEGMENT, Demand, mix_shift
from .fulfilment import confounder
from .life import Life
from .sales_files import schedule_keys
from .telling import members
from .truth import FAILED, MET, Verdicts

MINUTE_RATE = 0.75
_CHANGES = ("broken", "mended", "delayed", "hastened", "dearer", "cheaper")


@dataclass(frozen=True)
class Outcome:
    """What a life came to, of each line: its verdict, when its units arrive (days by number, summed over the units),
    and the minutes of work that its troubles made.
    """

    verdicts: Verdicts
    unit_days: np.ndarray
    minutes: np.ndarray


@dataclass(frozen=True)
class Examined:
    """Tables about the causes: `causes`, `effects`, `interactions`, `countermeasures`."""

    causes: pl.DataFrame
    effects: pl.DataFrame
    interactions: pl.DataFrame
    countermeasures: pl.DataFrame


def outcome(demand: Demand, life: Life, verdicts: Verdicts) -> Outcome:
    """Verdicts and minutes; the minutes of a trouble of the whole order are its first line's."""
    first = np.searchsorted(demand.order, life.troubles.order)
    line = np.where(life.troubles.line >= 0, life.troubles.line, first)
    parts = life.parts
    unit_days = np.bincount(parts.line, parts.arrives * parts.quantity, len(demand.order))
    return Outcome(verdicts, unit_days, np.bincount(line, life.troubles.minutes, len(demand.order)))


def points_met(demand: Demand, verdicts: Verdicts) -> float:
    """OTIF at order level, in points of a hundred: orders of which every obligation is judged, and none has failed."""
    is_due = np.isin(verdicts.state, (MET, FAILED)) & verdicts.is_known
    orders = len(demand.customer)
    due = np.bincount(demand.order, is_due, orders) == np.bincount(demand.order, minlength=orders)
    failed = np.bincount(demand.order, verdicts.state == FAILED, orders) > 0
    return float(100 * (due & ~failed).sum() / max(1, due.sum()))


def examine(
    company: Company,
    demand: Demand,
    causes: Causes,
    live_with: Callable[[Causes], Outcome],
    real: Outcome,
    progress: Callable[[str, int, int], None],
) -> Examined:
    """Live once more without each cause, each two that overlap, and each countermeasure."""
    pairs = [(one, other) for one, other in combinations(causes.found, 2) if _overlap(one, other)]
    countered = [cause for cause in causes.found if cause.countermeasure]
    total, done = len(causes.found) + len(pairs) + len(countered), 0

    def again(changed: Causes) -> Outcome:
        nonlocal done
        done += 1
        progress("Living again without", done, total)
        return live_with(changed)

    base = points_met(demand, real.verdicts)
    rows, effects, gained = [], [], {}
    for cause in causes.found:
        without = again(causes.without(cause.name))
        effect = _effect(demand, cause.name, real, without)
        gained[cause.name] = points_met(demand, without.verdicts) - base
        rows.append(_row(cause, effect, gained[cause.name]))
        effects.append(effect)
    rows += _decoys(company, causes)
    together = []
    for one, other in pairs:
        both = points_met(demand, again(causes.without(one.name, other.name)).verdicts) - base
        single = gained[one.name], gained[other.name]
        together.append((one.name, other.name, *np.round((*single, both, both - sum(single)), 3).tolist()))
    helped = []
    for cause in countered:
        without = again(causes.uncountered(cause.name))
        saved = _effect(demand, cause.name, without, real)
        points = base - points_met(demand, without.verdicts)
        helped.append(_helped(cause, saved, points))
    return Examined(
        causes=pl.DataFrame(rows, schema=_CAUSES, orient="row"),
        effects=pl.concat(effects) if effects else pl.DataFrame(schema=_EFFECTS),
        interactions=pl.DataFrame(together, schema=_INTERACTIONS, orient="row"),
        countermeasures=pl.DataFrame(helped, schema=_COUNTERMEASURES, orient="row"),
    )


_CAUSES = {
    **{"cause": pl.String, "role": pl.String, "title": pl.String, "where": pl.String, "from": pl.Date, "to": pl.Date},
    **{"share": pl.Float64, "days": pl.Int64, "obligations_broken": pl.Int64, "obligations_mended": pl.Int64},
    **{"obligations_touched": pl.Int64, "points": pl.Float64, "days_added": pl.Int64, "cost_added": pl.Float64},
}
_EFFECTS = {
    **{"cause": pl.String, "order_id": pl.String, "line_no": pl.String, "schedule_no": pl.String},
    **{"change": pl.String, "days_added": pl.Int64, "cost_added": pl.Float64},
}
_INTERACTIONS = {
    **{"cause": pl.String, "other": pl.String, "points": pl.Float64, "points_of_other": pl.Float64},
    **{"points_of_both": pl.Float64, "interaction": pl.Float64},
}
_COUNTERMEASURES = {
    **{"cause": pl.String, "from": pl.Date, "works": pl.Float64, "obligations_saved": pl.Int64},
    **{"points": pl.Float64, "days_saved": pl.Int64, "cost_saved": pl.Float64},
}


def _overlap(one: Cause, other: Cause) -> bool:
    return one.begins <= other.ends and other.begins <= one.ends


def _effect(demand: Demand, name: str, real: Outcome, without: Outcome) -> pl.DataFrame:
    """The obligations that are different, and how: what the cause broke or mended, delayed, or made dearer."""
    known = real.verdicts.is_known
    failed = (real.verdicts.state == FAILED).astype(int) - (without.verdicts.state == FAILED)
    before, after = (one.verdicts.arrives for one in (without, real))
    days = np.where((before > 0) & (after > 0), demand.days.day(after) - demand.days.day(before), 0).astype(int)
    cost = np.round((real.minutes - without.minutes) * MINUTE_RATE, 2)
    later = real.unit_days - without.unit_days
    changes = [failed > 0, failed < 0, later > 0, later < 0, cost > 0, cost < 0]
    change = np.select(changes, range(len(changes)), -1)
    places = np.flatnonzero(known & (change >= 0))
    frame = pl.DataFrame(
        {
            "cause": pl.Series([name], dtype=pl.String).new_from_index(0, len(places)),
            **schedule_keys(demand, places),
            "change": members(_CHANGES, change[places]),
            "days_added": days[places],
            "cost_added": cost[places],
        }
    )
    return frame.select(list(_EFFECTS)).cast(pl.Schema(_EFFECTS))


def planted_causes(company: Company, causes: Causes) -> pl.DataFrame:
    """The causes that are on and what only looks like one, where it was not found out what each did."""
    rows = [_row(cause, None, 0.0) for cause in causes.found] + _decoys(company, causes)
    return pl.DataFrame(rows, schema=_CAUSES, orient="row")


def _row(cause: Cause, effect: pl.DataFrame | None, points: float) -> tuple[object, ...]:
    where = ", ".join(f"{dimension} {member}" for dimension, member in cause.where.items())
    told = (cause.name, "cause", KINDS[cause.kind].title, where, cause.begins, cause.ends, cause.share, cause.days)
    if effect is None:
        return (*told, *(None for _ in range(6)))
    return (
        *told,
        *(_count(effect, "broken"), _count(effect, "mended"), effect.height, round(points, 3)),
        *(int(effect["days_added"].sum()), round(float(effect["cost_added"].sum()), 2)),
    )


def _helped(cause: Cause, saved: pl.DataFrame, points: float) -> tuple[object, ...]:
    countermeasure = cause.countermeasure
    assert countermeasure is not None
    return (
        *(cause.name, countermeasure.begins, countermeasure.works),
        *(_count(saved, "broken") - _count(saved, "mended"), round(points, 3)),
        *(int(saved["days_added"].sum()), round(float(saved["cost_added"].sum()), 2)),
    )


def _count(effect: pl.DataFrame, change: str) -> int:
    return int((effect["change"] == change).sum())


def _decoys(company: Company, causes: Causes) -> list[tuple[object, ...]]:
    """What only looks like a cause: it breaks nothing."""
    rows: list[tuple[object, ...]] = []
    nothing = (0, 0, 0, 0.0, 0, 0.0)
    if company.told["decoys"] and MIX_SEGMENT in company.group("segments").names:
        begins, ends = mix_shift(company)
        title = "More orders come from one segment; no promise is kept worse for it"
        span = (begins.item(), (ends - 1).item())
        rows.append(("mix_shift", "mix shift", title, f"segment {MIX_SEGMENT}", *span, None, None, *nothing))
    found = confounder(company, causes)
    if found is not None:
        first = causes.planned[0]
        title = "A carrier is used where and when others are late; it is not slower"
        where = ", ".join(f"{dimension} {member}" for dimension, member in {"carrier": found[0], **found[1]}.items())
        rows.append(("confounder", "confounder", title, where, first.begins, first.ends, None, None, *nothing))
    return rows
