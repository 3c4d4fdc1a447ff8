"""The KPI catalogue and the definitions of a build, looked up by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from dashboards.queries.build import fetch
from dashboards.queries.errors import QueryError, unknown_name

Needs = dict[str, Any]

LEVELS = ("schedule_line", "line", "order", "unit", "value")
CONFORMANCE = "conformance"
QUANTITY_LEVELS = ("unit", "value")
MEASURES = ("otif", "on_time", "in_full")
_WEIGHED = ("otif", "fill_rate", "first_fill_rate")
SIDES = ("sales", "purchase")


@dataclass(frozen=True)
class Kpi:
    """One row of `kpi_catalogue`; `needs` says which entities and columns a figure cannot do without.

    `kind` says how it is computed: conformance (obligations judged), ratio, sum, product, root and matched (of
    additive parts), duration (Kaplan-Meier over spans), balance (month ends over flows). `reads` names the KPI whose
    rows it reads where they are not its own, `part` which of their parts a sum adds, `part_unit` what they are counted
    in; `clock` (elapsed, net, business) and `cohort` (started, ended) are said of durations.
    """

    kpi: str
    label: str
    description: str
    standard: str | None
    side: str
    measure: str
    unit: str
    direction: str
    booked_to: str
    levels: tuple[str, ...]
    dimensions: tuple[str, ...]
    needs: Needs
    traps: tuple[str, ...]
    kind: str = CONFORMANCE
    figure_table: str = ""
    reads: str = ""
    part: str = "numerator"
    part_unit: str = "count"
    numerator: str = ""
    denominator: str = ""
    clock: str = "elapsed"
    cohort: str = "started"
    default_definition: str = "default"

    @property
    def rows_of(self) -> str:
        """The KPI whose rows it reads: its own, or another's."""
        return self.reads or self.kpi

    @property
    def is_conformance(self) -> bool:
        """Whether it judges obligations by a definition, rather than adding parts, spans or balances."""
        return self.kind == CONFORMANCE


@dataclass(frozen=True)
class Definition:
    """One row of `kpi_definitions`: a variant of OTIF; `days_early` None means any day early."""

    definition_id: str
    side: str
    label: str
    description: str
    promise: str
    place: str
    days_early: int | None
    days_late: int
    under_tolerance: Any
    in_full_mode: str
    is_default: bool


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def catalogue(con: duckdb.DuckDBPyConnection) -> list[Kpi]:
    """Every KPI of the build, sales side first, in the order of the measures."""
    rows = fetch(
        con,
        "select kpi, label, description, standard, side, measure, unit, direction, booked_to,"
        " levels, dimensions, needs, traps, kind, figure_table, reads, part, part_unit, numerator, denominator,"
        " clock, cohort, default_definition from kpi_catalogue",
    )
    for row in rows:
        row["needs"] = _parsed(row["needs"]) or {}
        for name in ("levels", "dimensions", "traps"):
            row[name] = tuple(_parsed(row[name]) or ())
    return sorted((Kpi(**row) for row in rows), key=_catalogue_order)


def _catalogue_order(kpi: Kpi) -> tuple[bool, bool, int, str]:
    place = MEASURES.index(kpi.measure) if kpi.measure in MEASURES else len(MEASURES)
    return not kpi.is_conformance, kpi.side != "sales", place, kpi.kpi


def definitions(con: duckdb.DuckDBPyConnection, side: str | None = None) -> list[Definition]:
    """The definitions of one side, or of both, the default first."""
    rows = fetch(
        con,
        "select definition_id, side, label, description, promise, place, days_early, days_late,"
        " under_tolerance, in_full_mode, is_default"
        " from kpi_definitions order by side desc, is_default desc, definition_id",
    )
    return [Definition(**row) for row in rows if side in (None, row["side"])]


def find_kpi(con: duckdb.DuckDBPyConnection, name: str) -> Kpi:
    """The KPI of that name; QueryError with the nearest names otherwise."""
    known = {kpi.kpi: kpi for kpi in catalogue(con)}
    if name not in known:
        raise unknown_name("KPI", name, known)
    return known[name]


def kpi_of_measure(con: duckdb.DuckDBPyConnection, side: str, measure: str) -> Kpi | None:
    """The KPI that reads a measure on a side, or None where the catalogue has none."""
    return next((kpi for kpi in promise_kpis(con, side) if kpi.measure == measure), None)


def promise_kpis(con: duckdb.DuckDBPyConnection, side: str) -> list[Kpi]:
    """The KPIs of a side that judge its promises."""
    return [kpi for kpi in catalogue(con) if kpi.side == side and kpi.is_conformance]


def find_definition(con: duckdb.DuckDBPyConnection, side: str, name: str) -> Definition:
    """The definition of that id on that side; `default` also finds the one marked as default."""
    known = {definition.definition_id: definition for definition in definitions(con, side)}
    if name in known:
        return known[name]
    marked = [definition for definition in known.values() if definition.is_default]
    if name == "default" and marked:
        return marked[0]
    raise unknown_name(f"definition on the {side} side", name, known)


def level_of(kpi: Kpi, level: str | None) -> str:
    """The level asked for, else the KPI's first; QueryError where it has no figure there."""
    asked = level or kpi.levels[0]
    check_level(kpi, asked)
    return asked


def check_level(kpi: Kpi, level: str) -> None:
    """Refuse a level that does not exist, or that the KPI has no figure at."""
    if level not in (*LEVELS, *kpi.levels):
        raise unknown_name("level", level, (*LEVELS, *kpi.levels))
    if not kpi.is_conformance:
        if level not in kpi.levels:
            raise QueryError(f"{kpi.kpi} has no figure at {level} level.", f"Ask at: {', '.join(kpi.levels)}.")
        return
    if level in kpi.levels and (level not in QUANTITY_LEVELS or kpi.measure in _WEIGHED):
        return
    offered = ", ".join(one for one in LEVELS if one in kpi.levels)
    if level in QUANTITY_LEVELS:
        raise QueryError(
            f"{kpi.kpi} has no figure at {level} level: only OTIF and the fill rates weigh what arrived"
            " against what was ordered.",
            f"Ask at one of: {offered}.",
        )
    raise QueryError(f"{kpi.kpi} has no figure at {level} level.", f"Ask at one of: {offered}.")
