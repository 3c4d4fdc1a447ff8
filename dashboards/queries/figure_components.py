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
    """Rows of the dimensions asked for, `currency` and `reason`: `numerator`, and `denominator` (of parts that have no
    reason); those of one currency add up to the figure's own parts in it.
    """
    kpi = find_kpi(con, request.kpi)
    plan = plan_of(con, kpi, request, scope)
    if not plan.reading.instants:
        return []
    by = (*plan.reading.by, "currency", "reason")
    steps = read(replace(plan.reading, by=by), kpi.rows_of, "kpi_parts", COUNTS)
    return steps.fetch(
        con,
        f"""select {leading(by)}sum(numerator) as numerator, sum(denominator) as denominator
from read{grouping(by)}""",
    )
