"""What the comparison of companies reads: each by its own data and its own as-of, and never added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards import cache
from dashboards.queries.asof import write_moment
from dashboards.queries.catalogue import MEASURES, Definition, Kpi
from dashboards.queries.request import KpiRequest
from dashboards.queries.sources import Source, promise_in_use
from dashboards.state import View


@dataclass(frozen=True)
class Figure:
    """One figure of a company: its parts, or what it lacks and the definitions that do have one, by label."""

    numerator: int | None
    denominator: int | None
    missing: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """One side of one company: as-of, definition, promise in use, and its figures by measure."""

    company: Source
    definition: Definition
    as_of: str | None
    promise: str
    figures: dict[str, Figure]

    @property
    def side(self) -> str:
        """sales or purchase."""
        return self.definition.side


def compared(view: View) -> list[Compared]:
    """Every company of the build, once per side that it has, sales before purchases; filters do not apply."""
    found = []
    companies = cache.company_list(*view.place, view.scope)
    for side in ("sales", "purchase"):
        on_side = [one for one in companies if side in cache.side_list(*view.place, one.source_system)]
        if on_side:
            found += _side(view, side, on_side)
    return found


def _side(view: View, side: str, companies: list[Source]) -> list[Compared]:
    definition = _definition(view, side)
    answers = {
        kpi.measure: _by_source(view, kpi, definition)
        for kpi in cache.kpis(*view.place)
        if kpi.side == side and kpi.measure in MEASURES
    }
    return [
        Compared(
            company=company,
            definition=definition,
            as_of=view.filters.as_of or (write_moment(company.as_of) if company.as_of else None),
            promise=promise_in_use(company, definition),
            figures={
                measure: _figure(view, company, definition, measure, rows.get(company.source_system))
                for measure, rows in answers.items()
            },
        )
        for company in companies
    ]


def _definition(view: View, side: str) -> Definition:
    """The definition shown where the side has it, else the side's default."""
    known = cache.definition_list(*view.place, side)
    return next((one for one in known if one.definition_id == view.definition.definition_id), known[0])


def _by_source(view: View, kpi: Kpi, definition: Definition) -> dict[str, dict[str, Any]]:
    """The rows of one question to all companies, split by company."""
    request = KpiRequest(
        kpi=kpi.kpi,
        definition=definition.definition_id,
        level=view.filters.level,
        by=("source",),
        as_of=view.filters.as_of,
    )
    return {row["source"]: row for row in cache.answer(*view.place, request, view.scope).rows}


def _figure(view: View, company: Source, definition: Definition, measure: str, row: dict[str, Any] | None) -> Figure:
    coverage = cache.coverage(*view.place, company.source_system, definition.side, view.scope)
    missing = coverage[definition.definition_id][measure]
    if missing or row is None:
        known = cache.definition_list(*view.place, definition.side)
        told_by = [one.label for one in known if not coverage[one.definition_id][measure]]
        return Figure(None, None, tuple(missing), tuple(told_by))
    return Figure(row["numerator"], row["denominator"])
