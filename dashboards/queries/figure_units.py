"""The rows behind a figure: each unit with its parts, which add up to it, and the line of the file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

from dashboards.queries.asof import write_moment
from dashboards.queries.build import build_id
from dashboards.queries.catalogue import Kpi, find_kpi
from dashboards.queries.dimensions import FIGURE_COLUMNS
from dashboards.queries.errors import QueryError
from dashboards.queries.figure_parts import part_of
from dashboards.queries.figure_reading import COUNTS, Reading, add_latest, currency_of, read
from dashboards.queries.figure_spans import spans
from dashboards.queries.figures import plan_of, told_known_at
from dashboards.queries.request import EVERYTHING, KpiRequest, Scope
from dashboards.queries.sql import Steps


@dataclass(frozen=True)
class Units:
    """A page of units: `total` counts all of them, `rows` are those of the page, with what the source lacks."""

    kpi: str
    source: str
    total: int
    missing: list[str]
    rows: list[dict[str, Any]]
    as_of: str | None = None
    known_at: str | None = None
    build_id: str = ""
    notes: list[str] = field(default_factory=list)


def units(
    con: duckdb.DuckDBPyConnection,
    request: KpiRequest,
    scope: Scope = EVERYTHING,
    *,
    only_failed: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> Units:
    """The units behind a figure of one source, those that weigh most first; QueryError for a figure of the promise.

    `only_failed` keeps what keeps a ratio from being whole (or, where less is better, what makes it so), and of spans
    those that are still open.
    """
    kpi = find_kpi(con, request.kpi)
    if kpi.is_conformance:
        raise QueryError(f"What is behind {kpi.kpi} are obligations.", f"Ask `orderlens obligations --kpi {kpi.kpi}`.")
    plan = plan_of(con, kpi, request, scope)
    (source,) = (one.source.source_system for one in plan.as_ofs)
    missing = plan.missing[source]
    told = (write_moment(plan.as_ofs[0].moment), told_known_at(con, request.known_at), build_id(con))
    if missing:
        return Units(kpi.kpi, source, 0, missing, [], *told)
    steps, order = _STEPS[kpi.figure_table](kpi, plan.reading)
    if only_failed:
        steps.add("kept", f"select * from units where {_failed(kpi)}")
    else:
        steps.add("kept", "select * from units")
    total = steps.fetch(con, "select count(*) as total from kept")[0]["total"]
    page = "" if limit is None else f"\nlimit {int(limit)}"
    rows = steps.fetch(con, f"select * from kept order by {order}, unit{page}\noffset {int(offset)}")
    return Units(kpi.kpi, source, total, [], [_without_key(_told(row, kpi)) for row in rows], *told)


def keyed_units(
    con: duckdb.DuckDBPyConnection, request: KpiRequest, scope: Scope = EVERYTHING
) -> dict[str, list[dict[str, Any]]]:
    """Every unit behind a figure by its key, which is the same in every build; a key may stand for several rows."""
    kpi = find_kpi(con, request.kpi)
    plan = plan_of(con, kpi, request, scope)
    if not plan.reading.instants:
        return {}
    steps, order = _STEPS[kpi.figure_table](kpi, plan.reading)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in steps.fetch(con, f"select * from units order by {order}, unit"):
        found.setdefault(row.pop("unit_key"), []).append(_told(row, kpi))
    return found


def _failed(kpi: Kpi) -> str:
    if kpi.figure_table == "durations":
        return "status = 'open'"
    if kpi.figure_table == "balances" or kpi.kind == "sum":
        return "true"
    if kpi.direction == "closer_to_zero_is_better":
        return "numerator <> 0"
    return "numerator > 0" if kpi.direction == "lower_is_better" else "numerator < denominator"


def _parts(kpi: Kpi, reading: Reading) -> tuple[Steps, str]:
    steps = read(reading, kpi.rows_of, "kpi_parts", COUNTS)
    steps.add(
        "units",
        f"""select
    unit_key, unit_id as unit, min(booked_date) as booked_date, min(counts_from) as counts_from,
    {_above(kpi)} as numerator, {_below(kpi)} as denominator,
    {_names(kpi)}, min(order_key) as order_key, min(source_file) as source_file, min(source_line) as source_line
from read
group by unit_key, unit_id""",
    )
    weight = "denominator - numerator" if _is_share(kpi) else "abs(numerator)"
    return steps, f"{weight} desc nulls last, booked_date desc"


def _spans(kpi: Kpi, reading: Reading) -> tuple[Steps, str]:
    steps = spans(kpi, reading)
    steps.add(
        "units",
        f"""select
    unit_key, unit_id as unit, booked_day as booked_date, started_at, ended_at, cancelled_at, status, duration,
    {_names(kpi, grouped=False)}, order_key, source_file, source_line
from spans""",
    )
    return steps, "duration desc nulls last"


def _balances(kpi: Kpi, reading: Reading) -> tuple[Steps, str]:
    steps = read(reading, kpi.rows_of, "kpi_balances", COUNTS)
    add_latest(steps, reading)
    steps.add(
        "units",
        f"""select unit_key, unit_id as unit, booked_date as month_end, balance, flow, flow_days, currency,
    {_names(kpi, grouped=False)}
from latest""",
    )
    return steps, "balance desc"


_STEPS = {"parts": _parts, "durations": _spans, "balances": _balances}


def _above(kpi: Kpi) -> str:
    """What stands above the line; money of several currencies is not added up."""
    told = f"sum({part_of(kpi)})"
    return _of_one_currency(kpi, told)


def _below(kpi: Kpi) -> str:
    """What stands below the line; nothing does below a sum."""
    return "null" if kpi.kind == "sum" else _of_one_currency(kpi, "sum(denominator)")


def _of_one_currency(kpi: Kpi, told: str) -> str:
    if kpi.part_unit != "money":
        return told
    return f"case when count(distinct {currency_of(part_of(kpi))}) <= 1 then {told} end"


def _is_share(kpi: Kpi) -> bool:
    return kpi.kind in ("ratio", "product") and kpi.direction == "higher_is_better"


def _names(kpi: Kpi, grouped: bool = True) -> str:
    """The dimensions the KPI is told by, as columns of a unit."""
    named = [name for name in kpi.dimensions if name in FIGURE_COLUMNS and name != "currency"]
    if kpi.part_unit == "money" and grouped:
        named.append("currency")
    column = "min({})" if grouped else "{}"
    told = [f'{column.format(FIGURE_COLUMNS[name])} as "{name}"' for name in named]
    return ", ".join(told) or ("min(source_system) as source" if grouped else "source_system as source")


def _without_key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "unit_key"}


def _told(row: dict[str, Any], kpi: Kpi) -> dict[str, Any]:
    if kpi.part_unit == "count":
        for name in ("numerator", "denominator"):
            if row.get(name) is not None:
                row[name] = int(row[name])
    return row
