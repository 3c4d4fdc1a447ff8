"""The served build and what was read from it: every cached value is keyed by the build's id.

Answers are shared between sessions and must not be changed by whoever reads them. The reader's scope is an argument
of every cached function, so that one reader never sees another's rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import pandas as pd
import streamlit as st

from dashboards import format as fmt
from dashboards.queries import comparing, figure_components, figure_units, pages, records
from dashboards.queries import kpi as kpi_queries
from dashboards.queries import obligations as obligation_queries
from dashboards.queries.build import Build, open_build, open_current
from dashboards.queries.catalogue import Definition, Kpi, catalogue, definitions
from dashboards.queries.checks import checks
from dashboards.queries.comparing import Compared
from dashboards.queries.figure_units import Units
from dashboards.queries.kpi import KpiAnswer
from dashboards.queries.obligations import ObligationsAnswer, ObligationsRequest
from dashboards.queries.request import KpiRequest, Scope
from dashboards.queries.sources import Coverage, Source, lacks, source_coverage, sources

Rows = list[dict[str, Any]]


def home_folder() -> Path:
    """The home folder whose published build is served: ORDERLENS_HOME, else .orderlens beside the project's code."""
    told = os.environ.get("ORDERLENS_HOME")
    return Path(told) if told else Path(__file__).resolve().parent.parent / ".orderlens"


# What a run still reads, though newer builds have taken its place in the cache, and a publish has swept its file.
_IN_USE: WeakValueDictionary[tuple[str, str], Build] = WeakValueDictionary()


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The id the pointer names now, once per script run: the run reads this build to its end, whatever is published."""
    build = open_current(home, lambda build_id: opened(str(home), build_id))
    yield build.build_id


# Nothing is closed when an entry is dropped: a query of another session may be at work, and the last one to let go
# of the build closes it.
@st.cache_resource(show_spinner=False, max_entries=4)
def opened(home: str, build_id: str) -> Build:
    """The open build; read it through a cursor."""
    build = _IN_USE.get((home, build_id)) or open_build(Path(home), build_id)
    _IN_USE[home, build_id] = build
    return build


def _cursor(home: str, build_id: str) -> Any:
    return opened(home, build_id).cursor()


@st.cache_resource(show_spinner=False, max_entries=64)
def company_list(home: str, build_id: str, scope: Scope) -> list[Source]:
    """The sources of the build, real companies before synthetic ones: the first is shown where none is named."""
    return sorted(sources(_cursor(home, build_id), scope), key=lambda one: one.is_synthetic)


@st.cache_resource(show_spinner=False, max_entries=64)
def kpis(home: str, build_id: str) -> list[Kpi]:
    """The KPI catalogue of the build."""
    return catalogue(_cursor(home, build_id))


@st.cache_resource(show_spinner=False, max_entries=64)
def definition_list(home: str, build_id: str, side: str) -> list[Definition]:
    """The definitions of a side, the default first."""
    return definitions(_cursor(home, build_id), side)


@st.cache_resource(show_spinner=False, max_entries=64)
def side_list(home: str, build_id: str, source: str) -> list[str]:
    """The sides on which a source has obligations; sales where it has none at all."""
    return records.sides(_cursor(home, build_id), source) or ["sales"]


@st.cache_resource(show_spinner=False, max_entries=256)
def coverage(home: str, build_id: str, source: str, side: str, scope: Scope) -> Coverage:
    """What each figure of a side lacks, by definition and measure."""
    cursor = _cursor(home, build_id)
    return source_coverage(cursor, next(one for one in sources(cursor, scope) if one.source_system == source), side)


@st.cache_resource(show_spinner=False, max_entries=64)
def member_labels(home: str, build_id: str, source: str, side: str, scope: Scope) -> dict[str, dict[str, str]]:
    """The members of every dimension of a side of a source, ids with labels, most obligations first."""
    cursor = _cursor(home, build_id)
    return {
        dimension: {
            str(row["value"]): fmt.member(str(row["value"]), row["label"])
            for row in records.dimension_values(cursor, source, dimension, side, scope)
        }
        for dimension in fmt.SIDE_DIMENSIONS[side]
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def due_months(home: str, build_id: str, source: str, side: str) -> list[str]:
    """The months in which something of a source falls due, oldest first, empty ones included."""
    return pages.due_months(_cursor(home, build_id), source, side)


@st.cache_resource(show_spinner=False, max_entries=64)
def trust(home: str, build_id: str, source: str, scope: Scope) -> dict[str, Any]:
    """What the trust strip says: `build` (build_info) and `lacks` (KPIs without a figure, on the source's sides)."""
    cursor = _cursor(home, build_id)
    company = next(one for one in sources(cursor, scope) if one.source_system == source)
    sides = side_list(home, build_id, source)
    return {
        "build": records.build_info(cursor),
        "lacks": [one for one in lacks(cursor, company) if one["side"] in sides],
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def lacks_of(home: str, build_id: str, source: str, scope: Scope) -> dict[str, list[str]]:
    """What each KPI without a figure lacks in a source, by KPI."""
    cursor = _cursor(home, build_id)
    company = next(one for one in sources(cursor, scope) if one.source_system == source)
    return {one["kpi"]: one["missing"] for one in lacks(cursor, company)}


@st.cache_resource(show_spinner=False, max_entries=512)
def answer(home: str, build_id: str, request: KpiRequest, scope: Scope) -> KpiAnswer:
    """One figure."""
    return kpi_queries.answer(_cursor(home, build_id), request, scope)


@st.cache_resource(show_spinner=False, max_entries=256)
def compare(home: str, build_id: str, request: KpiRequest, scope: Scope) -> Compared:
    """One figure beside its target, the year before and benchmarks."""
    return comparing.compare(_cursor(home, build_id), request, scope)


@st.cache_resource(show_spinner=False, max_entries=64)
def components(home: str, build_id: str, request: KpiRequest, scope: Scope) -> Rows:
    """What the numerator of one figure is made of, by reason."""
    return figure_components.components(_cursor(home, build_id), request, scope)


@st.cache_resource(show_spinner=False, max_entries=64)
def units(home: str, build_id: str, request: KpiRequest, only_failed: bool, limit: int, scope: Scope) -> Units:
    """The first rows behind one figure, those that weigh most, and how many there are."""
    return figure_units.units(_cursor(home, build_id), request, scope, only_failed=only_failed, limit=limit)


def every_unit(home: str, build_id: str, request: KpiRequest, only_failed: bool, scope: Scope) -> Rows:
    """All rows behind one figure, for an export: read anew each time, since they can be a hundred thousand."""
    return figure_units.units(_cursor(home, build_id), request, scope, only_failed=only_failed).rows


@st.cache_resource(show_spinner=False, max_entries=256)
def trend(home: str, build_id: str, request: KpiRequest, scope: Scope) -> Rows:
    """One figure by due month."""
    return kpi_queries.trend(_cursor(home, build_id), request, scope)


@st.cache_resource(show_spinner=False, max_entries=256)
def breakdown(home: str, build_id: str, request: KpiRequest, dimension: str, scope: Scope) -> Rows:
    """One figure by a dimension, most failures first."""
    return kpi_queries.breakdown(_cursor(home, build_id), request, dimension, scope)


# Lists of obligations are the largest entries: about 20 MB for 10,000 of them.
@st.cache_resource(show_spinner=False, max_entries=16)
def obligations(home: str, build_id: str, request: ObligationsRequest, scope: Scope) -> ObligationsAnswer:
    """The obligations behind a figure, in all states."""
    return obligation_queries.list_obligations(_cursor(home, build_id), request, scope)


@st.cache_resource(show_spinner=False, max_entries=256)
def obligation(home: str, build_id: str, source: str, side: str, name: str, scope: Scope) -> dict[str, Any] | None:
    """One published obligation by its name order/line/schedule, with its `timeline`; None where there is none."""
    cursor = _cursor(home, build_id)
    key = pages.obligation_key(cursor, source, name, scope, side)
    row = obligation_queries.find_obligation(cursor, key) if key else None
    return row and {
        **row,
        "timeline": obligation_queries.timeline(cursor, row["obligation_key"], scope=scope),
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def landing(home: str, build_id: str, source: str) -> dict[str, pd.DataFrame | Rows]:
    """What the data page lists of a source: `batches`, `quarantine` by rule and its `rows`, `refused`, `checks`."""
    cursor = _cursor(home, build_id)
    return {
        "batches": records.batches(cursor, source),
        "quarantine": records.quarantine_summary(cursor, source),
        "rows": records.quarantined_rows(cursor, source, limit=1000),
        "refused": records.refused_files(cursor, source),
        "checks": checks(cursor, source),
    }
