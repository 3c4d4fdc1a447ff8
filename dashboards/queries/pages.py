"""Small look-ups that only pages need: the months to choose from, an obligation by its name."""

from __future__ import annotations

import duckdb

from dashboards.queries.build import fetch
from dashboards.queries.dimensions import OBLIGATION_COLUMNS, scope_filters
from dashboards.queries.request import EVERYTHING, Scope
from dashboards.queries.sql import Steps, condition


def due_months(con: duckdb.DuckDBPyConnection, source: str, side: str = "sales") -> list[str]:
    """Every month YYYY-MM in which something of a source falls due, under any definition, or a figure is booked."""
    rows = fetch(
        con,
        """with days as (
    select min(due_date) as first_day, max(due_date) as last_day
    from otif_conformance
    where source_system = $source and side = $side
    union all
    select min(booked_date) as first_day, max(booked_date) as last_day
    from kpi_parts
    where source_system = $source
    union all
    select min(booked_date) as first_day, max(booked_date) as last_day
    from kpi_durations
    where source_system = $source
),

bounds as (
    select date_trunc('month', min(first_day)) as first_month, date_trunc('month', max(last_day)) as last_month
    from days
)

select strftime(months.month, '%Y-%m') as month
from bounds, unnest(generate_series(bounds.first_month, bounds.last_month, interval 1 month)) as months (month)
where bounds.first_month is not null
order by months.month""",
        {"source": source, "side": side},
    )
    return [row["month"] for row in rows]


def obligation_key(
    con: duckdb.DuckDBPyConnection, source: str, name: str, scope: Scope = EVERYTHING, side: str = "sales"
) -> str | None:
    """The key of the obligation that a page names order/line/schedule, or None."""
    steps = Steps()
    columns = {**OBLIGATION_COLUMNS, "source": "source_system"}
    conditions = [
        f"source_system = {steps.bind(source)}",
        f"side = {steps.bind(side)}",
        f"order_id || '/' || coalesce(line_no, '') || '/' || coalesce(schedule_no, '') = {steps.bind(name)}",
        *(condition(steps, one, columns) for one in scope_filters(scope)),
    ]
    steps.add("named", f"select obligation_key, is_deleted from obligations where {' and '.join(conditions)}")
    found = steps.fetch(con, "select obligation_key from named order by is_deleted")
    return found[0]["obligation_key"] if found else None
