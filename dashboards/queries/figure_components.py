"""What the numerator of a figure is made of: its parts by reason, which may differ inside one unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb

from dashboards.queries.catalogue import find_kpi
from dashboards.queries.figure_reading import COUNTS, grouping, leading, read
from dashboards.queries.figures import plan_of
from dashboards.queries.request import EVERYTHING, KpiRequest, Scope


def components(con: duckdb.DuckDBPyConnection, request: KpiRequest, scope: Scope = EVERYTHING) -> list[dict[str, Any]]:
    """Rows of the dimensions asked for and `reason`: `numerator` and `denominator` (of parts that have no reason),
    `currency` (None where there are several); they add up to the figure's own parts.
    """
    kpi = find_kpi(con, request.kpi)
    plan = plan_of(con, kpi, request, scope)
    if not plan.reading.instants:
        return []
    by = (*plan.reading.by, "reason")
    steps = read(replace(plan.reading, by=by), kpi.rows_of, "kpi_parts", COUNTS)
    return steps.fetch(
        con,
        f"""select {leading(by)}sum(numerator) as numerator, sum(denominator) as denominator,
    case when count(distinct currency) = 1 then max(currency) end as currency
from read{grouping(by)}""",
    )
