"""Figures of durations: Kaplan-Meier medians and percentiles of spans, the open ones counted for what they show.

A span that is still open at the as-of is censored there, a cancelled one at its cancellation; completions at a time
count before censorings at it. Beside the headline, cancellation is a competing end (Aalen-Johansen). A span that has
ended nobody knows when is in none of them, and said to be left out.
"""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards.queries.catalogue import Kpi
from dashboards.queries.figure_reading import Found, Reading, grouping, leading, quoted, read
from dashboards.queries.sql import Steps

CURVE_POINTS = 200
_TABLE = "kpi_durations"
# Survival is a product of fractions held as floats: one half must be found where it is one half.
_SLACK = 1e-9
_STARTED = "rows.started_at <= asked.as_of_instant"
_ENDED = "rows.ended_at <= asked.as_of_instant"
_PER = {"days": 24, "business_days": 24}


def medians(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """The Kaplan-Meier median as value, with `p90`, spans by how they stand, and the share that ended or was cancelled.

    The numerator counts spans that ended, the denominator all that started. A figure over everything also tells its
    `survival`: the share still open after each time at which one ended.
    """
    steps = curves(kpi, reading)
    by = reading.by
    rows = steps.fetch(
        con,
        f"""select {leading(by)}
    sum(ended) as numerator,
    sum(here) as denominator,
    min(duration) filter (where survival <= 0.5 + {_SLACK}) as value,
    min(duration) filter (where survival <= 0.1 + {_SLACK}) as p90,
    sum(cancelled) as cancelled,
    sum(still_open) as open,
    sum(still_open) + sum(cancelled) as censored,
    sum(before_end * ended / at_risk) as completed_share,
    sum(before_end * cancelled / at_risk) as cancelled_share,
    sum(duration * ended) / nullif(sum(ended), 0) as mean_of_ended,
    sqrt(greatest(
        sum(duration * duration * ended) - sum(duration * ended) * sum(duration * ended) / nullif(sum(ended), 0), 0
    ) / nullif(sum(ended) - 1, 0)) / nullif(sum(duration * ended) / nullif(sum(ended), 0), 0) as variation_of_ended
from curve{grouping(by)}""",
    )
    for row in rows:
        for name in ("numerator", "denominator", "cancelled", "open", "censored"):
            row[name] = int(row[name] or 0)
    if not by:
        rows[0]["survival"] = survival(con, kpi, reading)
    return Found(rows, _unknown_ends(con, kpi, reading))


def _unknown_ends(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> list[str]:
    steps = _read(kpi, reading)
    left_out = steps.fetch(con, "select count(*) as spans from read where is_end_unknown")[0]["spans"]
    return [f"{left_out} have ended at an instant that is not known, and are left out"] if left_out else []


def survival(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> list[dict[str, Any]]:
    """The share still open after each time at which a span ended, at most CURVE_POINTS of them per member of `by`.

    Beside it `completed`, `cancelled`: the cumulative incidence of either end, and `at_risk`.
    """
    steps = curves(kpi, reading)
    by = quoted(reading.by)
    partition = f"partition by {by} " if by else ""
    steps.add(
        "running",
        f"""select {leading(reading.by)}duration, survival, at_risk, ended,
    sum(before_end * ended / at_risk) over ({partition}order by duration) as completed,
    sum(before_end * cancelled / at_risk) over ({partition}order by duration) as cancelled
from curve""",
    )
    steps.add(
        "points",
        f"""select *,
    row_number() over ({partition}order by duration) as place,
    count(*) over ({partition.rstrip()}) as places
from running
where ended > 0""",
    )
    found = steps.fetch(
        con,
        f"""select {leading(reading.by)}duration as t, survival, at_risk, completed, cancelled from points
where places <= {CURVE_POINTS} or place = places or place % (places // {CURVE_POINTS} + 1) = 0
order by {leading(reading.by)}duration""",
    )
    for row in found:
        row["survival"] = round(row["survival"], 9)
        row["at_risk"] = int(row["at_risk"])
    return found


def curves(kpi: Kpi, reading: Reading) -> Steps:
    """Steps up to `curve`: per member of `by` and duration, how many stood how, and the share open after it."""
    steps = spans(kpi, reading)
    by = leading(reading.by)
    partition = f"partition by {quoted(reading.by)} " if reading.by else ""
    steps.add(
        "tied",
        f"""select {by}duration, count(*) as here,
    count(*) filter (where status = 'ended') as ended,
    count(*) filter (where status = 'cancelled') as cancelled,
    count(*) filter (where status = 'open') as still_open
from spans
where status <> 'unknown'
group by {by}duration""",
    )
    steps.add(
        "risked",
        f"""select *,
    sum(here) over ({partition}order by duration desc) as at_risk
from tied""",
    )
    steps.add(
        "survived",
        f"""select *,
    product(1 - ended / at_risk) over ({partition}order by duration) as survival,
    product(1 - (ended + cancelled) / at_risk) over ({partition}order by duration) as unended
from risked""",
    )
    steps.add(
        "curve",
        f"""select *,
    coalesce(lag(unended) over ({partition}order by duration), 1) as before_end
from survived""",
    )
    return steps


def spans(kpi: Kpi, reading: Reading) -> Steps:
    """Steps up to `spans`: one row per span with its duration in the KPI's unit and how it stands at the as-of.

    The status is `ended`, `cancelled` or `open`; of a span that ended nobody knows when it is `unknown`, without a
    duration.
    """
    steps = _read(kpi, reading)
    steps.add(
        "standing",
        """select *,
    case
        when is_end_unknown then 'unknown'
        when ended_at <= as_of_instant then 'ended'
        when cancelled_at <= as_of_instant then 'cancelled'
        else 'open'
    end as status,
    case
        when ended_at <= as_of_instant then ended_at
        when cancelled_at <= as_of_instant then cancelled_at
        else as_of_instant
    end as seen_until
from read""",
    )
    steps.add(
        "measured",
        _business_hours(steps) if kpi.clock == "business" else f"select *, {_hours(kpi.clock)} as hours from standing",
    )
    steps.add(
        "spans",
        f"""select *, case when status <> 'unknown' then round(hours / {_PER.get(kpi.unit, 1)}, 9) end as duration
from measured""",
    )
    return steps


def _read(kpi: Kpi, reading: Reading) -> Steps:
    is_by_end = kpi.cohort == "ended"
    booked = "ended_date" if is_by_end else "booked_date"
    return read(reading, kpi.rows_of, _TABLE, f"{_STARTED} and {_ENDED}" if is_by_end else _STARTED, booked)


def _hours(clock: str) -> str:
    elapsed = "greatest(epoch_us(seen_until) - epoch_us(started_at), 0) / 3600000000.0"
    return f"greatest({elapsed} - coalesce(waited_hours, 0), 0)" if clock == "net" else elapsed


def _business_hours(steps: Steps) -> str:
    """Worked hours of the calendar between two instants: those before its end less those before its start."""
    for name, instant in (("opened", "started_at"), ("closed", "seen_until")):
        earlier = "standing" if name == "opened" else "opened"
        hours = f"""days.hours_before
        + case when days.is_worked then (epoch_us(of.{instant}) - epoch_us(days.starts_at)) / 3600000000.0 else 0 end"""
        steps.add(
            name,
            f"""select of.*, {hours} as hours_at_{name}
from {earlier} as of
asof left join business_days as days
    on
        of.source_system = days.source_system
        and of.calendar_id = days.calendar_id
        and of.{instant} >= days.starts_at""",
        )
    # Outside the calendar nobody knows what was worked: greatest() would make no hours of it.
    told = "hours_at_opened is not null and hours_at_closed is not null"
    return f"select *, greatest(hours_at_closed - hours_at_opened, 0) as hours from closed where {told}"
