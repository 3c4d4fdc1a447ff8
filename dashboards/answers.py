"""What the pages of figures read: a KPI under the filters that apply to it, what it is held against, its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards import cache
from dashboards import format as fmt
from dashboards.periods import with_gaps
from dashboards.queries.asof import write_moment
from dashboards.queries.catalogue import Kpi
from dashboards.queries.comparing import Compared
from dashboards.queries.dimensions import FIGURE_PERIODS, PERIODS, is_constant, is_of_an_order
from dashboards.queries.figure_units import Units
from dashboards.queries.request import KpiAnswer, KpiRequest, Where
from dashboards.state import View, narrowed

Rows = list[dict[str, Any]]
# The way of an order; a step that a company calls otherwise follows, by when it first happened.
PROCESS = ("capture", "validate", "allocate", "pick", "pack", "ship", "transit", "deliver", "invoice", "pay")
SHOWN_UNITS = 500


@dataclass(frozen=True)
class Told:
    """A KPI with its answer, and the question that was asked."""

    kpi: Kpi
    request: KpiRequest
    answer: KpiAnswer

    @property
    def row(self) -> dict[str, Any]:
        """The one row of a figure over everything."""
        return self.answer.rows[0]

    @property
    def is_missing(self) -> bool:
        """Whether the company lacks an input of it."""
        return bool(self.answer.missing)


def find(view: View, name: str) -> Kpi | None:
    """A KPI of the build by its name; None where the build has none of it."""
    return next((kpi for kpi in cache.kpis(*view.place) if kpi.kpi == name), None)


def applies(kpi: Kpi, dimension: str) -> bool:
    """Whether a filter on a dimension can narrow a KPI."""
    return dimension in kpi.dimensions or is_of_an_order(kpi, dimension)


def request(view: View, kpi: Kpi, more: Where = (), by: Sequence[str] = (), grain: str | None = None) -> KpiRequest:
    """The question that the filters ask of a KPI, those left out that it cannot be told by."""
    filters = view.filters
    definition, level = None, None
    if kpi.is_conformance:
        is_judged = kpi.side == filters.side and filters.definition != "default"
        definition = filters.definition if is_judged else None
        level = filters.level if filters.level in kpi.levels else None
        if not all(is_constant(name, level or "schedule_line", kpi.side) for name in by):
            level = "schedule_line"
    return KpiRequest(
        kpi=kpi.kpi,
        source=filters.source,
        definition=definition,
        level=level,
        by=tuple(by),
        where=tuple(pair for pair in narrowed(filters.where, more) if applies(kpi, pair[0])),
        grain=grain,
        date_from=filters.date_from,
        date_to=filters.date_to,
        as_of=filters.as_of,
    )


def told(view: View, kpi: Kpi, more: Where = ()) -> Told:
    """The figure over everything that the filters leave."""
    asked = request(view, kpi, more)
    found = cache.answer(*view.place, asked, view.scope)
    # At the level that was asked for: figures are named by the first one.
    levels = (found.level, *(name for name in kpi.levels if name != found.level))
    return Told(replace(kpi, levels=levels), asked, found)


def told_all(view: View, names: Iterable[str], more: Where = ()) -> dict[str, Told]:
    """Several figures by name, without those that the build has none of."""
    found = ((name, find(view, name)) for name in names)
    return {name: told(view, kpi, more) for name, kpi in found if kpi is not None}


def by(view: View, kpi: Kpi, dimensions: Sequence[str], more: Where = ()) -> Rows:
    """The figure by dimensions, what weighs most first; steps in the order of the process."""
    rows = cache.answer(*view.place, request(view, kpi, more, dimensions), view.scope).rows
    if tuple(dimensions) == ("step",):
        return in_process_order(rows)
    return sorted(rows, key=lambda row: -weight(row, kpi))


def over_time(view: View, kpi: Kpi, grain: str, more: Where = ()) -> Rows:
    """The figure by period, the periods between that have none as gaps."""
    rows = cache.answer(*view.place, request(view, kpi, more, grain=grain), view.scope).rows
    return with_gaps(rows, grain)


def components(view: View, kpi: Kpi, dimensions: Sequence[str]) -> Rows:
    """What the numerator of a figure is made of, by dimensions and reason."""
    return cache.components(*view.place, request(view, kpi, by=dimensions), view.scope)


def compared(view: View, asked: KpiRequest) -> Compared:
    """What the figure is held against."""
    return cache.compare(*view.place, asked, view.scope)


def units(view: View, asked: KpiRequest, only_failed: bool) -> Units:
    """The first rows behind a figure, those that weigh most."""
    return cache.units(*view.place, asked, only_failed, SHOWN_UNITS, view.scope)


def every_unit(view: View, asked: KpiRequest, only_failed: bool) -> Rows:
    """All rows behind a figure, for the export."""
    return cache.every_unit(*view.place, asked, only_failed, view.scope)


def weight(row: dict[str, Any], kpi: Kpi) -> float:
    """What brings a row to the front: what failed of a share, else the size of the figure."""
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if kpi.unit == "ratio" and kpi.kind in ("ratio", "conformance") and numerator is not None:
        if kpi.direction == "closer_to_zero_is_better":
            return abs(float(numerator))
        return float(numerator if kpi.direction == "lower_is_better" else (denominator or 0) - numerator)
    return float("-inf") if row["value"] is None else abs(float(row["value"]))


def in_process_order(rows: Iterable[dict[str, Any]], first: Sequence[str] = ()) -> Rows:
    """Rows by step, in the order of the process; steps it does not know in the order of `first`, by number, by name."""
    known = [*PROCESS, *(name for name in first if name not in PROCESS)]
    places = {name: place for place, name in enumerate(known)}

    def place(row: dict[str, Any]) -> tuple[int, int, str]:
        step = str(row["step"] or "")
        return places.get(step, len(places)), int(step) if step.isdecimal() else 0, step

    return sorted(rows, key=place)


def grains(kpi: Kpi) -> list[str]:
    """The periods a KPI can be told by, the month first."""
    offered = [name for name in (PERIODS if kpi.is_conformance else FIGURE_PERIODS) if name in kpi.dimensions]
    return sorted(offered, key=("month", "quarter", "year", "week", "day").index)


def dimensions(kpi: Kpi) -> list[str]:
    """What a KPI can be broken down by, beside periods and companies."""
    return [name for name in kpi.dimensions if name not in FIGURE_PERIODS and name in fmt.DIMENSIONS]


def labels(view: View) -> dict[str, dict[str, str]]:
    """Members of dimensions by id, from both sides of the company."""
    found: dict[str, dict[str, str]] = {}
    for side in cache.side_list(*view.place, view.company.source_system):
        of_side = cache.member_labels(*view.place, view.company.source_system, side, view.scope)
        for dimension, members in of_side.items():
            found[dimension] = {**members, **found.get(dimension, {})}
    return found


def as_of(view: View) -> str | None:
    """The as-of of the figures: the day asked for, else what the company declares."""
    declared = view.company.as_of
    return view.filters.as_of or (None if declared is None else write_moment(declared))


def unapplied(view: View, kpis: Iterable[Kpi]) -> list[str]:
    """The filters that some of these figures cannot be narrowed by, in words."""
    known = list(kpis)
    said = []
    for dimension in dict.fromkeys(name for name, _ in view.filters.where):
        deaf = [kpi.label for kpi in known if not applies(kpi, dimension)]
        if deaf:
            whom = "any figure here" if len(deaf) == len(known) > 1 else ", ".join(deaf)
            said.append(f"{fmt.DIMENSIONS[dimension]} does not narrow {whom}")
    return said
