"""Figures of durations: Kaplan-Meier medians and percentiles of spans, the open ones counted for what they show.

A span that is still open at the as-of is censored there, a cancelled one at its cancellation, whatever came later;
completions at a time count before censorings at it. Beside the headline, cancellation is a competing end
(Aalen-Johansen). What is told of a span holds from `counts_from` on and before `counts_until`: at another as-of,
another row tells it. A span that has ended nobody knows when, that stops before it starts, or that lies outside the
known days of its calendar, has no duration: it is in none of them, and said to be left out.
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
_STARTED = """rows.started_at <= asked.as_of_instant
    and coalesce(rows.counts_from <= asked.as_of_instant, true)
    and coalesce(rows.counts_until > asked.as_of_instant, true)"""
_ENDED = "rows.ended_at <= asked.as_of_instant and coalesce(rows.ended_at <= rows.cancelled_at, true)"
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
    return Found(rows, _left_out(con, steps))


def _left_out(con: duckdb.DuckDBPyConnection, steps: Steps) -> list[str]:
    """What must be said of spans that are not counted, or not for as long as they lasted."""
    (found,) = steps.fetch(
        con,
        """select
    count(*) filter (where status = 'unknown') as unknown,
    count(*) filter (where status = 'out_of_order') as out_of_order,
    count(*) filter (where status = 'outside_calendar') as outside_calendar,
    count(*) filter (where is_cut_off and duration is not null) as cut_off,
    cast(max(seen_until) filter (where is_cut_off) as date) as known_until
from spans""",
    )
    said = {
        "unknown": "have ended at an instant that is not known, and are left out",
        "out_of_order": "end or are cancelled before they start, and are left out",
        "outside_calendar": "lie outside the known days of their calendar, and are left out",
        "cut_off": f"reach beyond the known days of their calendar, and count as open until {found['known_until']}",
    }
    return [f"{found[name]} {words}" for name, words in said.items() if found[name]]


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
where duration is not null
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

    The status is `ended`, `cancelled` or `open`; of a span without a duration it says why: `unknown` where it ended
    nobody knows when, `out_of_order`, `outside_calendar`.
    """
    is_by_end = kpi.cohort == "ended"
    booked = "ended_date" if is_by_end else "booked_date"
    steps = read(reading, kpi.rows_of, _TABLE, f"{_STARTED} and {_ENDED}" if is_by_end else _STARTED, booked)
    # Where only the day of a start is told, its end stands for it: what followed within the day came after it.
    within = "case when epoch_us(started_at) % 1000000 = 999999 then interval 1 day else interval 0 day end"
    steps.add(
        "standing",
        f"""select *,
    case
        when is_end_unknown then 'unknown'
        when least(ended_at, cancelled_at) < started_at - {within} then 'out_of_order'
        when ended_at <= as_of_instant and coalesce(ended_at <= cancelled_at, true) then 'ended'
        when cancelled_at <= as_of_instant then 'cancelled'
        else 'open'
    end as status,
    case status when 'ended' then ended_at when 'cancelled' then cancelled_at else as_of_instant end as seen_until
from read""",
    )
    steps.add(
        "measured",
        _business_hours(steps)
        if kpi.clock == "business"
        else f"select *, false as is_cut_off, {_hours(kpi.clock)} as hours from standing",
    )
    is_told = "status not in ('unknown', 'out_of_order', 'outside_calendar')"
    steps.add(
        "spans",
        f"""select *, case when {is_told} then round(hours / {_PER.get(kpi.unit, 1)}, 9) end as duration
from measured""",
    )
    return steps


def _hours(clock: str) -> str:
    elapsed = "greatest(epoch_us(seen_until) - epoch_us(started_at), 0) / 3600000000.0"
    return f"greatest({elapsed} - coalesce(waited_hours, 0), 0)" if clock == "net" else elapsed


def _business_hours(steps: Steps) -> str:
    """Worked hours of the calendar between two instants: those before its end less those before its start.

    Outside the days of the calendar nobody knows what was worked: who reaches beyond them is censored at the last one.
    """
    steps.add(
        "calendars",
        """select source_system, calendar_id, max(zone) as zone, max(starts_at) as known_until
from business_days
group by source_system, calendar_id""",
    )
    steps.add(
        "followed",
        """select of.* replace (
    case
        when of.seen_until > calendars.known_until and of.status in ('ended', 'cancelled') then 'open'
        else of.status
    end as status,
    least(of.seen_until, calendars.known_until) as seen_until
), calendars.zone, coalesce(of.seen_until > calendars.known_until, false) as is_cut_off
from standing as of
left join calendars
    on
        of.source_system = calendars.source_system
        and of.calendar_id = calendars.calendar_id""",
    )
    steps.add("opened", _at_instant("followed", "started_at", "hours_at_opened"))
    steps.add("closed", _at_instant("opened", "seen_until", "hours_at_closed"))
    is_told = "hours_at_opened is not null and (started_at <= seen_until or not is_cut_off)"
    return f"""select * replace (
    case when {is_told} or status in ('unknown', 'out_of_order') then status else 'outside_calendar' end as status
), greatest(hours_at_closed - hours_at_opened, 0) as hours
from closed"""


def _at_instant(relation: str, instant: str, hours: str) -> str:
    """Rows with the hours worked before an instant.

    The day is looked up by its date: an asof join is a nested loop wherever few rows are expected of the filters.
    """
    return f"""select of.*, days.hours_before
    + case when days.is_worked then (epoch_us(of.{instant}) - epoch_us(days.starts_at)) / 3600000000.0 else 0 end
    as {hours}
from {relation} as of
left join business_days as days
    on
        of.source_system = days.source_system
        and of.calendar_id = days.calendar_id
        and cast(timezone(of.zone, timezone('UTC', of.{instant})) as date) = days.day"""
