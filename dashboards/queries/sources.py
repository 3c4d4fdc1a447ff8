"""The sources of a build: what each declares, holds and lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from dashboards.queries.build import fetch
from dashboards.queries.catalogue import (
    MEASURES,
    Definition,
    Kpi,
    catalogue,
    definitions,
    find_definition,
    promise_kpis,
)
from dashboards.queries.errors import QueryError, unknown_name
from dashboards.queries.request import EVERYTHING, Scope

Coverage = dict[str, dict[str, list[str]]]

FALLBACK_PROMISE = "requested"
_FALLBACK_WORDS = {
    "sales": ("commitments", "requested, the date the customer asked for"),
    "purchase": ("supplier confirmations", "requested, the due date of the line"),
}


@dataclass(frozen=True)
class Source:
    """One row of `data_sources`; `as_of` is the declared default, a day or an instant (naive UTC)."""

    source_system: str
    title: str | None
    description: str | None
    as_of: date | datetime | None
    last_extracted_at: datetime | None
    is_synthetic: bool
    licence: str | None
    attribution: str | None
    has_commitments: bool
    has_confirmations: bool
    landed_rows: int
    accepted_rows: int
    quarantined_rows: int
    refused_files: int


def sources(con: duckdb.DuckDBPyConnection, scope: Scope = EVERYTHING) -> list[Source]:
    """The sources of the build that the scope allows, by name."""
    rows = fetch(
        con,
        "select source_system, title, description, as_of_kind, as_of_date, as_of_at, last_extracted_at,"
        " is_synthetic, licence, attribution, has_commitments, has_confirmations, landed_rows, accepted_rows,"
        " quarantined_rows, refused_files from data_sources order by source_system",
    )
    allowed = [row for row in rows if not scope.companies or row["source_system"] in scope.companies]
    return [_source(row) for row in allowed]


def _source(row: dict[str, Any]) -> Source:
    as_of = row.pop("as_of_at"), row.pop("as_of_date")
    is_instant = row.pop("as_of_kind") == "instant"
    for name in ("is_synthetic", "has_commitments", "has_confirmations"):
        row[name] = bool(row[name])
    return Source(as_of=as_of[0] if is_instant else as_of[1], **row)


def check_source(con: duckdb.DuckDBPyConnection, name: str | None) -> None:
    """Refuse the name of a source that the build does not hold."""
    known = [source.source_system for source in sources(con)]
    if name is not None and name not in known:
        raise unknown_name("source in this build", name, known)


def choose_sources(
    con: duckdb.DuckDBPyConnection, named: str | None, filtered: Iterable[str], is_split: bool, scope: Scope
) -> list[Source]:
    """The sources an answer reads: the named, the filtered, all if split by source, or the only one.

    QueryError where one is named and another filtered to: neither is what was asked for.
    """
    asked = list(dict.fromkeys(filtered))
    if named is not None and set(asked) - {named}:
        raise QueryError(f"Source {named} is asked for, and filtered to {', '.join(asked)}.", "Name one of them.")
    known = {source.source_system: source for source in sources(con, scope)}
    if not known:
        raise QueryError("The build holds no source.", "Run `orderlens run` with at least one source.")
    wanted = [named] if named is not None else asked
    for name in wanted:
        if name not in known:
            raise unknown_name("source in this build", name, known)
    if not wanted:
        wanted = list(known)
    if len(wanted) > 1 and not is_split:
        raise QueryError(
            f"The build holds several sources ({', '.join(wanted)}),"
            " and figures of different companies are not blended.",
            "Name one with --source, or ask by source.",
        )
    return [known[name] for name in wanted]


def promise_in_use(source: Source, definition: Definition) -> str:
    """The promise obligations are judged by: `requested` where the source has no commitments at all."""
    has_any = source.has_commitments if definition.side == "sales" else source.has_confirmations
    return definition.promise if has_any else FALLBACK_PROMISE


def fallback_note(source: Source, definition: Definition) -> str | None:
    """What must be said where the promise of the definition is not the one in use."""
    if promise_in_use(source, definition) == definition.promise:
        return None
    lacking, instead = _FALLBACK_WORDS[definition.side]
    return f"{source.source_system} has no {lacking}: {definition.promise} falls back to {instead}"


def inventory(con: duckdb.DuckDBPyConnection, source: str) -> dict[str, int]:
    """Rows that are not empty, by `entity` and `entity.column`, of one source."""
    rows = fetch(
        con,
        "select entity, column_name, non_null_rows from source_inventory where source_system = $source",
        {"source": source},
    )
    return {_need_name(row["entity"], row["column_name"]): row["non_null_rows"] or 0 for row in rows}


def _need_name(entity: str, column: str | None) -> str:
    return f"{entity}.{column}" if column else entity


def missing_inputs(held: dict[str, int], kpi: Kpi, definition: Definition, promise: str, level: str) -> list[str]:
    """The entities and columns that a figure needs and the source lacks; an entity stands for its columns."""
    needs = [*kpi.needs.get("always", ())]
    for part, choice in (("place", definition.place), ("promise", promise), ("level", level)):
        needs += kpi.needs.get(part, {}).get(choice, ())
    return _named_once([*_lacking(held, needs)], held, kpi)


def figure_missing(held: dict[str, int], kpi: Kpi) -> list[str]:
    """What a figure of parts, spans or balances needs and the source lacks."""
    needs = [*kpi.needs.get("always", ()), *_needed_beside(held, kpi)]
    return _named_once([*_lacking(held, needs)], held, kpi)


def _named_once(lacking: list[str], held: dict[str, int], kpi: Kpi) -> list[str]:
    return [*dict.fromkeys([*lacking, *_without_any(held, kpi, lacking)])]


def _needed_beside(held: dict[str, int], kpi: Kpi) -> Iterator[str]:
    """What is needed only where every row of an entity tells a column."""
    for column, needs in kpi.needs.get("where_every_row_tells", {}).items():
        if held.get(column) and held[column] == held.get(column.partition(".")[0]):
            yield from needs


def stand_in_notes(source: str, held: dict[str, int], kpi: Kpi) -> list[str]:
    """What must be said where a column stands for another that the source does not tell."""
    return [
        f"{source} has no {wanted}: {instead} stands for it"
        for wanted, instead in kpi.needs.get("stand_ins", {}).items()
        if held.get(instead) and not held.get(wanted)
    ]


def _lacking(held: dict[str, int], needs: Iterable[str]) -> Iterator[str]:
    for need in needs:
        entity = need.partition(".")[0]
        if not held.get(entity):
            yield entity
        elif not held.get(need):
            yield need


def _without_any(held: dict[str, int], kpi: Kpi, lacking: Iterable[str]) -> Iterator[str]:
    """Of each group of inputs that can stand for each other: all, where the source has none.

    A group with a column of an entity that is lacking already is not told again: landing it may bring the column.
    """
    for group in kpi.needs.get("one_of", ()):
        is_told = any(need.partition(".")[0] in lacking for need in group)
        if not is_told and not any(held.get(need) for need in group):
            yield " or ".join(group)


def source_coverage(con: duckdb.DuckDBPyConnection, source: Source, side: str) -> Coverage:
    """What OTIF, on time and in full lack in a source, by definition (the default first) and measure."""
    held = inventory(con, source.source_system)
    kpis = [kpi for kpi in promise_kpis(con, side) if kpi.measure in MEASURES]
    return {
        definition.definition_id: {
            kpi.measure: missing_inputs(held, kpi, definition, promise_in_use(source, definition), "schedule_line")
            for kpi in kpis
        }
        for definition in definitions(con, side)
    }


def lacks(con: duckdb.DuckDBPyConnection, source: Source) -> list[dict[str, Any]]:
    """KPIs without a figure in a source under their default definition: kpi, label, side, missing."""
    held = inventory(con, source.source_system)
    found = []
    for kpi in catalogue(con):
        if kpi.is_conformance:
            definition = find_definition(con, kpi.side, kpi.default_definition)
            missing = missing_inputs(held, kpi, definition, promise_in_use(source, definition), "schedule_line")
        else:
            missing = figure_missing(held, kpi)
        if missing:
            found.append({"kpi": kpi.kpi, "label": kpi.label, "side": kpi.side, "missing": missing})
    return found


def rows_without_figures(by: Iterable[str], missing: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """A row of an answer for each source that lacks an input: its name where it is asked for, and no figure."""
    return [
        {
            **{name: source if name == "source" else None for name in by},
            **{"numerator": None, "denominator": None, "value": None},
        }
        for source, names in missing.items()
        if names
    ]


def missing_notes(missing: Mapping[str, list[str]]) -> list[str]:
    """What each source lacks, in words."""
    return [
        f"{source}: no figure, {' and '.join(names)} {'is' if len(names) == 1 else 'are'} missing"
        for source, names in missing.items()
        if names
    ]
