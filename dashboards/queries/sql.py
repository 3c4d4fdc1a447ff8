"""Builds the SQL of obligations: named steps, bound values, identifiers from fixed maps only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from dashboards.queries.asof import SourceAsOf
from dashboards.queries.build import fetch
from dashboards.queries.catalogue import Definition
from dashboards.queries.dimensions import (
    OBLIGATION_COLUMNS,
    PERIODS,
    Filter,
    is_constant,
)
from dashboards.queries.measures import MEASURES

UNIT_KEYS = {"line": "line_key", "order": "order_key"}
CANCELLED_STATES = {"sales": "cancelled_by_customer", "purchase": "cancelled_by_buyer"}


def states_of(side: str) -> tuple[str, ...]:
    """The five states of a side, which add up to its obligations."""
    return ("due_met", "due_failed", "not_yet_due", "unknown", CANCELLED_STATES[side])


class Steps:
    """A chain of named CTEs with the values bound in them."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._params: dict[str, Any] = {}

    def bind(self, value: Any, dtype: str = "varchar") -> str:
        """Bind one value and return its typed placeholder."""
        name = f"p{len(self._params) + 1}"
        self._params[name] = value
        return f"cast(${name} as {dtype})"

    def add(self, name: str, select: str) -> None:
        """Append a step that later ones may read by its name."""
        self._steps.append(f"{name} as (\n{select}\n)")

    def create(self, con: duckdb.DuckDBPyConnection, table: str, select: str) -> None:
        """Keep the rows of a last select in a temporary table of this connection."""
        con.execute(
            f"create or replace temp table {table} as with " + ",\n".join(self._steps) + "\n" + select, self._params
        )

    def fetch(self, con: duckdb.DuckDBPyConnection, select: str) -> list[dict[str, Any]]:
        """Run the chain with a last select."""
        return fetch(con, "with " + ",\n".join(self._steps) + "\n" + select, self._params)


@dataclass(frozen=True)
class Reading:
    """What is read: which sources at which as-of, by which definition and measure, as known when."""

    as_ofs: Sequence[SourceAsOf]
    known_at: datetime
    definition: Definition
    measure: str


def _as_of_row(steps: Steps, one: SourceAsOf) -> str:
    day, instant = steps.bind(one.day, "date"), steps.bind(one.instant, "timestamp")
    return f"({steps.bind(one.source.source_system)}, {day}, {instant})"


def judged_obligations(reading: Reading) -> Steps:
    """Steps up to `judged`: one row per obligation, as it stood at the as-of and was known then."""
    steps = Steps()
    side, definition = steps.bind(reading.definition.side), steps.bind(reading.definition.definition_id)
    values = ", ".join(_as_of_row(steps, one) for one in reading.as_ofs)
    steps.add("asked", f"select * from (values {values}) as asked (source_system, as_of_date, as_of_at)")
    steps.add(
        "places",
        f"""select distinct source_system, place_zone
from otif_conformance
where side = {side} and definition_id = {definition}""",
    )
    # The end of an as-of day is another instant in every zone; past the last span there is nothing to read.
    steps.add(
        "instants",
        """select
    places.source_system,
    places.place_zone,
    least(
        coalesce(
            asked.as_of_at,
            timezone('UTC', timezone(places.place_zone, cast(asked.as_of_date + 1 as timestamp)))
            - interval 1 microsecond
        ),
        timestamp '9999-12-30 00:00:00'
    ) as as_of_instant
from places
inner join asked on places.source_system = asked.source_system""",
    )
    known_at = steps.bind(reading.known_at, "timestamp")
    measure = MEASURES[reading.measure].of_place(reading.definition.place)
    conditions = _conditions(steps, reading, known_at) if measure.has_conditions else ""
    steps.add(
        "judged",
        f"""select
    conformance.* replace ({measure.reasons} as reasons),
    {measure.met} as is_flagged,
    {measure.filled} as filled_quantity
from otif_conformance as conformance
inner join instants
    on
        conformance.source_system = instants.source_system
        and conformance.place_zone = instants.place_zone
        and conformance.valid_from <= instants.as_of_instant
        and conformance.valid_to > instants.as_of_instant{conditions}
where
    conformance.side = {side}
    and conformance.definition_id = {definition}
    and conformance.known_from <= {known_at}
    and conformance.known_to > {known_at}""",
    )
    return steps


def _conditions(steps: Steps, reading: Reading, known_at: str) -> str:
    """The join to what the measure asks beside time and quantity: one row per obligation at most."""
    return f"""
left join obligation_conditions as conditions
    on
        conformance.source_system = conditions.source_system
        and conformance.obligation_key = conditions.obligation_key
        and conditions.promise in ('any', {steps.bind(reading.definition.promise)})
        and conditions.known_from <= {known_at}
        and conditions.known_to > {known_at}"""


def add_units(steps: Steps, level: str, side: str, by: Iterable[str], filters: Sequence[Filter]) -> None:
    """Steps up to `units`: one row per obligation, line or order: status, due date, dimensions."""
    mentioned = dict.fromkeys([*by, *(one.dimension for one in filters)])
    described = [name for name in mentioned if name in OBLIGATION_COLUMNS]
    columns = "".join(f',\n    obligations.{OBLIGATION_COLUMNS[name]} as "{name}"' for name in described)
    join = "\nleft join obligations on judged.obligation_key = obligations.obligation_key" if described else ""
    if described:
        columns += ",\n    coalesce(obligations.order_id = obligations.origin_order_id, true) as is_of_origin"
    steps.add(
        "described",
        f'select\n    judged.*,\n    judged.source_system as "source"{columns}\nfrom judged{join}',
    )
    if level in UNIT_KEYS:
        steps.add("rolled", _rolled_up(steps, level, side, described, filters))
    else:
        steps.add("rolled", "select *, true as is_selected from described")
    periods = ", ".join(f"strftime(due_date, '{pattern}') as \"{name}\"" for name, pattern in PERIODS.items())
    steps.add("units", f"select *, {periods} from rolled")


def _rolled_up(steps: Steps, level: str, side: str, described: Sequence[str], filters: Sequence[Filter]) -> str:
    """Lines or orders: cancelled obligations drop out, then the least settled one speaks for all."""
    constant = [name for name in described if is_constant(name, level, side)]
    # Lines moved to a later order speak for the order only where the order they began in has none left.
    own = "filter (where is_of_origin)"
    columns = "".join(f',\n    coalesce(min("{name}") {own}, min("{name}")) as "{name}"' for name in constant)
    inner = [condition(steps, one) for one in filters if not is_constant(one.dimension, level, side)]
    selected = f"bool_or({' and '.join(inner)})" if inner else "true"
    key = UNIT_KEYS[level]
    return f"""select
    source_system,
    source_system as "source",
    {key},
    case
        when bool_and(due_status = 'cancelled') then 'cancelled'
        when bool_or(due_status = 'unknown') then 'unknown'
        when bool_or(due_status = 'not_yet_due') then 'not_yet_due'
        else 'due'
    end as due_status,
    coalesce(max(due_date) filter (where due_status <> 'cancelled'), max(due_date)) as due_date,
    bool_and(coalesce(is_flagged, false)) filter (where due_status = 'due') as is_flagged,
    {selected} as is_selected{columns}
from described
group by source_system, {key}"""


def add_kept(
    steps: Steps,
    level: str,
    side: str,
    filters: Sequence[Filter],
    date_from: date | None = None,
    date_to: date | None = None,
) -> None:
    """Steps up to `kept`: what the filters and the range of due dates leave, each unit with its state."""
    conditions = ["is_selected"]
    conditions += [condition(steps, one) for one in filters if is_constant(one.dimension, level, side)]
    if date_from is not None:
        conditions.append(f"due_date >= {steps.bind(date_from, 'date')}")
    if date_to is not None:
        conditions.append(f"due_date <= {steps.bind(date_to, 'date')}")
    steps.add(
        "kept",
        f"""select
    *,
    case
        when due_status = 'cancelled' then '{CANCELLED_STATES[side]}'
        when due_status <> 'due' then due_status
        when coalesce(is_flagged, false) then 'due_met'
        else 'due_failed'
    end as state
from units
where {" and ".join(conditions)}""",
    )


def condition(steps: Steps, one: Filter, columns: Mapping[str, str] | None = None) -> str:
    """One filter as a condition that is never null, on the dimension's own name or its name in `columns`."""
    column = f'"{(columns or {}).get(one.dimension, one.dimension)}"'
    named = [steps.bind(value) for value in one.values if value]
    parts = [f"coalesce({column} in ({', '.join(named)}), false)"] if named else []
    if "" in one.values:
        parts.append(f"{column} is null")
    return "(" + " or ".join(parts) + ")"
