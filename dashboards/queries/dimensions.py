"""The dimensions of obligations: their columns, and at which level each of them is constant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboards.queries.catalogue import Kpi
from dashboards.queries.errors import QueryError, unknown_name
from dashboards.queries.request import KpiRequest, Scope, Where

OBLIGATION_COLUMNS = {
    "customer": "customer_id",
    "customer_region": "customer_region",
    "product": "product_id",
    "supplier": "supplier_id",
    "site": "site_id",
    "carrier": "carrier",
    "mode": "mode",
    "region": "region",
}
OBLIGATION_IDENTIFIERS = {**OBLIGATION_COLUMNS, "source": "source_system"}
LABEL_COLUMNS = {
    "customer": "customer_name",
    "product": "product_name",
    "supplier": "supplier_name",
    "site": "site_name",
}
FIGURE_COLUMNS = {
    "customer": "customer_id",
    "customer_region": "customer_region",
    "region": "region",
    "channel": "channel",
    "format": "document_format",
    "order_type": "order_type",
    "product": "product_id",
    "family": "product_family",
    "supplier": "supplier_id",
    "site": "site_id",
    "currency": "currency",
    "step": "step",
    "reason": "reason",
}
PERIODS = {"month": "%Y-%m", "year": "%Y"}
FIGURE_PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": "", "year": "%Y"}
PERIOD_SHAPES = {
    "day": (re.compile(r"\d{4}-\d{2}-\d{2}"), "YYYY-MM-DD"),
    "week": (re.compile(r"\d{4}-W\d{2}"), "YYYY-Www, the ISO week"),
    "month": (re.compile(r"\d{4}-\d{2}"), "YYYY-MM"),
    "quarter": (re.compile(r"\d{4}-Q[1-4]"), "YYYY-Qn"),
    "year": (re.compile(r"\d{4}"), "YYYY"),
}
DIMENSIONS = (*PERIODS, *OBLIGATION_COLUMNS, "source")
_EVERY_DIMENSION = frozenset({*DIMENSIONS, *FIGURE_COLUMNS, *FIGURE_PERIODS})

_OF_AN_ORDER = {
    "sales": frozenset({"month", "year", "customer", "customer_region", "region", "source"}),
    "purchase": frozenset({"month", "year", "supplier", "site", "source"}),
}
_OF_A_LINE = frozenset({"product", "supplier", "site"})
_OF_SOMETHING_FINER = {
    "order": frozenset({"product", "family", "supplier", "site", "carrier", "mode", "step", "reason"})
}


@dataclass(frozen=True)
class Filter:
    """Keep what has one of `values` in a dimension; an empty value means it has none there."""

    dimension: str
    values: tuple[str, ...]


def is_constant(dimension: str, level: str, side: str) -> bool:
    """Whether everything inside one unit of the level shares the dimension's value."""
    if level not in ("order", "line"):
        return True
    constant = _OF_AN_ORDER[side]
    return dimension in (constant | _OF_A_LINE if level == "line" else constant)


def check_name(kpi: Kpi, dimension: str) -> None:
    """Refuse a dimension that does not exist, or that the KPI is not told by."""
    if dimension in kpi.dimensions and dimension in (DIMENSIONS if kpi.is_conformance else _EVERY_DIMENSION):
        return
    if dimension in _EVERY_DIMENSION:
        raise _not_constant(kpi, dimension)
    raise unknown_name(f"dimension of {kpi.kpi}", dimension, _EVERY_DIMENSION & set(kpi.dimensions))


def _not_constant(kpi: Kpi, dimension: str) -> QueryError:
    """The refusal of a dimension that exists, and is none of the KPI's."""
    level = kpi.levels[0].replace("_", " ")
    if kpi.is_conformance:
        why = "a promise is not described by it"
    elif dimension in _OF_SOMETHING_FINER.get(kpi.levels[0], ()):
        why = f"one {level} can have several of them"
    else:
        why = f"what it counts, the {level}, has none"
    offered = ", ".join(one for one in kpi.dimensions if one in _EVERY_DIMENSION)
    return QueryError(f"{kpi.kpi} cannot be told by {dimension}: {why}.", f"It is told by: {offered}.")


def is_of_an_order(kpi: Kpi, dimension: str) -> bool:
    """Whether a figure of orders can be narrowed to those with at least one line of something it cannot be told by."""
    return (
        not kpi.is_conformance
        and kpi.levels[0] == "order"
        and kpi.side == "sales"
        and dimension not in kpi.dimensions
        and dimension in OBLIGATION_COLUMNS
    )


def roll_up_dimensions(kpi: Kpi, level: str, by: tuple[str, ...], grain: str | None) -> tuple[str, ...]:
    """The dimensions of the rows, the grain's period first; QueryError where they do not add up."""
    if grain is not None and grain not in PERIODS:
        raise unknown_name("grain", grain, PERIODS)
    wanted = tuple(dict.fromkeys(((grain,) if grain else ()) + by))
    for dimension in wanted:
        check_name(kpi, dimension)
        if not is_constant(dimension, level, kpi.side):
            raise QueryError(
                f"{kpi.kpi} at {level} level cannot be told by {dimension}: one {level} can have several"
                " of them, and would be counted under each.",
                f"Ask at schedule_line level, or use --where {dimension}=VALUE for"
                f" {level}s with at least one line of it.",
            )
    return wanted


def where_filters(kpi: Kpi, where: Where) -> list[Filter]:
    """Filters in the order asked for: values of the same dimension are alternatives."""
    for dimension, value in where:
        check_name(kpi, dimension)
        _check_period(dimension, value)
    return grouped_filters(where)


def grouped_filters(where: Where) -> list[Filter]:
    """One filter per dimension, of names that have been checked."""
    values: dict[str, list[str]] = {}
    for dimension, value in where:
        values.setdefault(dimension, []).append(value)
    return [Filter(dimension, tuple(dict.fromkeys(given))) for dimension, given in values.items()]


def check_range(request: KpiRequest) -> None:
    """Refuse a range of days that ends before it begins."""
    if request.date_from and request.date_to and request.date_from > request.date_to:
        raise QueryError(f"{request.date_from} is after {request.date_to}.", "Give the earlier day first.")


def scope_filters(scope: Scope) -> list[Filter]:
    """The filters that a scope stands for."""
    return [Filter(dimension, values) for dimension, values in scope.filters()]


def _check_period(dimension: str, value: str) -> None:
    if dimension not in PERIOD_SHAPES or not value:
        return
    shape, written = PERIOD_SHAPES[dimension]
    if not shape.fullmatch(value):
        raise QueryError(f"{value!r} is not a {dimension}.", f"Write it as {written}.")


def at_least_one_notes(filters: list[Filter], level: str, side: str) -> list[str]:
    """The label that a filter by something a unit can have several of must carry."""
    named = [
        f"{one.dimension} {' or '.join(value or 'none' for value in one.values)}"
        for one in filters
        if not is_constant(one.dimension, level, side)
    ]
    if not named:
        return []
    return [f"{level}s with at least one line of {' and '.join(named)}; the whole {level} is judged"]
