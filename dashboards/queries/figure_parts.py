"""Figures of additive parts: they are summed first, and divided, multiplied or weighed last."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import prod, sqrt
from typing import Any

import duckdb

from dashboards.queries.catalogue import Kpi
from dashboards.queries.dimensions import FIGURE_PERIODS
from dashboards.queries.figure_reading import (
    COUNTS,
    Found,
    Reading,
    add_only_one_currency,
    currency_of,
    grouping,
    leading,
    read,
)

_MICROSECOND = timedelta(microseconds=1)
_TABLE = "kpi_parts"
Rows = list[dict[str, Any]]


def ratios(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """Sums of numerators over sums of denominators."""
    found = _summed(con, kpi, reading)
    for row in found.rows:
        row["value"] = _divided(row["numerator"], row["denominator"])
    return found


def sums(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """Sums, which nothing divides; None where nothing counts."""
    found = _summed(con, kpi, reading)
    for row in found.rows:
        row["denominator"] = None
        row["value"] = None if row["numerator"] is None else float(row["numerator"])
    return found


def roots(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """The root of sums of squares over sums of squares."""
    found = ratios(con, kpi, reading)
    for row in found.rows:
        row["value"] = None if row["value"] is None else sqrt(row["value"])
    return found


def products(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """The product over steps of their ratios; a row's `steps` tell each, and it has no parts of its own."""
    by = tuple(name for name in reading.by if name != "step")
    steps = read(reading, kpi.rows_of, _TABLE, COUNTS)
    found = steps.fetch(
        con,
        f"""select {leading(by)}step, sum(numerator) as numerator, sum(denominator) as denominator,
    min(counts_from) as first_at
from read
group by {leading(by)}step
order by {leading(by)}first_at, step""",
    )
    groups: dict[tuple[Any, ...], Rows] = {}
    for row in found:
        part = _typed({**row, "step": row["step"]}, kpi.part_unit)
        part["value"] = _divided(part["numerator"], part["denominator"])
        groups.setdefault(tuple(row[name] for name in by), []).append(
            {name: part[name] for name in ("step", "numerator", "denominator", "value")}
        )
    rows = []
    for members, told in groups.items():
        yields = [one["value"] for one in told if one["value"] is not None]
        value = prod(yields) if yields else None
        rows.append({**dict(zip(by, members, strict=True)), **_no_parts(value), "steps": told})
    return Found(rows or ([] if by else [_no_parts(None)]), [])


def matched(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """The mean cost of orders with an exception over that of clean ones like them.

    Orders are compared within strata that hold both kinds; each stratum weighs by its orders with an exception. The
    numerator is what those orders cost, the denominator what they would have cost at the mean of the clean ones.
    """
    steps = read(reading, kpi.rows_of, _TABLE, COUNTS)
    by = leading(reading.by)
    steps.add(
        "orders",
        f"""select {by}unit_key, max(stratum) as stratum, sum(numerator) as cost,
    bool_or(coalesce(reason, '') = 'exception') as has_exception,
    min({currency_of("numerator")}) as first_currency, max({currency_of("numerator")}) as currency
from read
group by {by}unit_key
having sum(denominator) > 0""",
    )
    steps.add(
        "strata",
        f"""select {by}stratum,
    count(*) filter (where has_exception) as troubled,
    count(*) filter (where not has_exception) as clean,
    coalesce(sum(cost) filter (where has_exception), 0) as troubled_cost,
    coalesce(sum(cost) filter (where not has_exception), 0) as clean_cost,
    min(first_currency) as first_currency, max(currency) as currency
from orders
group by {by}stratum""",
    )
    both = "troubled > 0 and clean > 0"
    rows = steps.fetch(
        con,
        f"""select {by}sum(troubled_cost) filter (where {both}) as numerator,
    sum(cast(troubled * cast(clean_cost as double) / nullif(clean, 0) as decimal(28, 6)))
        filter (where {both}) as denominator,
    coalesce(sum(troubled) filter (where {both}), 0) as matched_orders,
    coalesce(sum(troubled), 0) as orders_with_exception,
    list_sort(list_distinct([min(first_currency), max(currency)])) as currencies
from strata{grouping(reading.by)}""",
    )
    notes: list[str] = []
    for row in rows:
        add_only_one_currency(row, kpi, notes)
        row.setdefault("currency", None)
        row["value"] = _divided(row["numerator"], row["denominator"])
    alone = sum(row["orders_with_exception"] - row["matched_orders"] for row in rows)
    notes += [f"{alone} orders with an exception have no clean order like them and are left out"] if alone else []
    return Found(rows, list(dict.fromkeys(notes)))


def _summed(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    steps = read(reading, kpi.rows_of, _TABLE, COUNTS)
    is_told = f"{part_of(kpi)} is not null"
    rows = steps.fetch(
        con,
        f"""select {leading(reading.by)}sum({part_of(kpi)}) as numerator, sum(denominator) as denominator,
    max(matures_at) as matures_at, {_cohort_end(reading)} as cohort_ends_at, max(as_of_instant) as as_of_instant,
    list_sort(list_distinct(list({currency_of(part_of(kpi))}))) as currencies,
    list_sort(list_distinct(list(uom) filter (where {is_told}))) as uoms,
    count(distinct site_id is null) filter (where {is_told}) > 1 as is_of_sites_and_all,
    count(*) filter (where not ({is_told})) as untold
from read{grouping(reading.by)}""",
    )
    notes: list[str] = []
    untold = sum(row.pop("untold") for row in rows)
    if untold:
        said = "1 row has" if untold == 1 else f"{untold} rows have"
        notes.append(f"{said} no {kpi.label[0].lower()}{kpi.label[1:]}: left out")
    for row in rows:
        _mature(row)
        notes += _mixed(row, kpi)
        if kpi.kind != "sum":
            row["numerator"], row["denominator"] = (row[name] or 0 for name in ("numerator", "denominator"))
        add_only_one_currency(row, kpi, notes)
        _typed(row, kpi.part_unit)
    return Found(rows, list(dict.fromkeys(notes)))


def part_of(kpi: Kpi) -> str:
    """The column of the parts that stands above the line."""
    return "denominator" if kpi.part == "denominator" else "numerator"


def _cohort_end(reading: Reading) -> str:
    """When the shortest period asked for is over; until then a cohort can still grow."""
    periods = [name for name in reading.by if name in FIGURE_PERIODS]
    ends = [f"max(date_trunc('{name}', booked_day) + interval 1 {name})" for name in periods]
    return f"least({', '.join(ends)})" if ends else "cast(null as timestamp)"


def _mature(row: dict[str, Any]) -> None:
    """Say of a cohort whether its figure can still change."""
    matures_at, ends_at, as_of = (row.pop(name) for name in ("matures_at", "cohort_ends_at", "as_of_instant"))
    if matures_at is not None:
        row["mature"] = matures_at <= as_of and (ends_at is None or ends_at - _MICROSECOND <= as_of)


def _mixed(row: dict[str, Any], kpi: Kpi) -> list[str]:
    """What must be said where unlike things are added: units of measure, forecasts of sites and of all of them."""
    uoms = [one for one in row.pop("uoms") or () if one is not None]
    is_of_both = row.pop("is_of_sites_and_all")
    notes = []
    if kpi.part_unit == "quantity" and len(uoms) > 1:
        notes.append(f"several units of measure ({', '.join(uoms)}) are added up as they stand")
    if kpi.levels == ("forecast",) and is_of_both:
        notes.append("forecasts of single sites and of all sites together are added up: ask --by site")
    return notes


def _typed(row: dict[str, Any], part_unit: str) -> dict[str, Any]:
    if part_unit == "count":
        for name in ("numerator", "denominator"):
            row[name] = None if row[name] is None else int(row[name])
    return row


def _divided(numerator: int | Decimal | None, denominator: int | Decimal | None) -> float | None:
    if numerator is None or not denominator:
        return None
    return float(Decimal(numerator) / Decimal(denominator))


def _no_parts(value: float | None) -> dict[str, Any]:
    return {"numerator": None, "denominator": None, "value": value}
