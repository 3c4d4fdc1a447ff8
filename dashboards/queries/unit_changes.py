"""What moved a figure: the rows behind it that are others now than they were known to be, and who told of them late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import duckdb

from dashboards.queries.asof import known_instant
from dashboards.queries.build import build_id, fetch
from dashboards.queries.figure_units import keyed_units, units
from dashboards.queries.request import KpiRequest

Rows = list[dict[str, Any]]
# What a figure is made of at its as-of: an end after it moves nothing, nor does what a unit is called or belongs to.
_MOVING = (
    *("booked_date", "numerator", "denominator", "status", "duration"),
    *("month_end", "balance", "flow", "flow_days"),
)


@dataclass(frozen=True)
class Moved:
    """The units of a figure that differ between two builds: each with its parts `_then` and `_now`.

    `moved` says whether a unit is new, gone or changed. `late_*`: of what has been told of its order since, the last.
    """

    kpi: str
    source: str
    as_of: str | None
    known_at: str | None
    build_id: str
    build_id_now: str
    total: int
    missing: list[str]
    notes: list[str]
    rows: Rows


def moved_units(
    then: duckdb.DuckDBPyConnection,
    now: duckdb.DuckDBPyConnection,
    request: KpiRequest,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Moved:
    """Compare the units as known at the request's `known_at` (in the build `then`) with those of now, at one as-of."""
    told = units(then, request, limit=0)
    asked = replace(request, source=told.source, as_of=told.as_of)
    before, after = keyed_units(then, asked), keyed_units(now, replace(asked, known_at=None))
    pairs = [
        (key, *pair)
        for key in dict.fromkeys([*after, *before])
        if key not in before or before[key] != after.get(key)
        for pair in _unlike(before.get(key, []), after.get(key, []))
    ]
    shown = pairs[offset:] if limit is None else pairs[offset : offset + limit]
    late = _late_facts(now, told.source, request.known_at, (new or old for _, old, new in shown))
    return Moved(
        kpi=told.kpi,
        source=told.source,
        as_of=told.as_of,
        known_at=told.known_at,
        build_id=told.build_id,
        build_id_now=build_id(now),
        total=len(pairs),
        missing=told.missing,
        notes=told.notes,
        rows=[_row(old, new, late) for _, old, new in shown],
    )


def _unlike(before: Rows, after: Rows) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Rows of one unit, in pairs, without those that are on both sides."""
    rest = list(before)
    new = []
    for row in after:
        same = next((one for one in rest if _parts(one) == _parts(row)), None)
        if same is None:
            new.append(row)
        else:
            rest.remove(same)
    return list(zip_longest(rest, new))


def _parts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _MOVING if name in row}


def _row(old: dict[str, Any] | None, new: dict[str, Any] | None, late: dict[str, dict[str, Any]]) -> dict[str, Any]:
    known = new or old or {}
    row = {"unit": known["unit"], "moved": "gone" if new is None else "new" if old is None else "changed"}
    for name in _parts(known):
        row[f"{name}_then"] = None if old is None else old[name]
        row[f"{name}_now"] = None if new is None else new[name]
    origin = {name: known.get(name) for name in ("source_file", "source_line")}
    fact = late.get(known.get("order_key") or "", {})
    return {**row, **origin, **{f"late_{name}": fact.get(name) for name in ("fact", "batch", "file", "line")}}


def _late_facts(
    now: duckdb.DuckDBPyConnection, source: str, known_at: str | None, rows: Iterable[dict[str, Any] | None]
) -> dict[str, dict[str, Any]]:
    """Order -> the last fact about one of its obligations that was told after the instant."""
    orders = sorted({row["order_key"] for row in rows if row and row.get("order_key")})
    found = fetch(
        now,
        """select obligations.order_key, events.event_kind as fact, events.batch_id as batch,
    events.source_file as file, events.source_line as line
from obligation_events as events
inner join obligations on events.obligation_key = obligations.obligation_key
where obligations.source_system = $source and events.known_from > $known_at
    and obligations.order_key in (select unnest($orders))
order by obligations.order_key, events.known_from, events.occurred_at, file, line""",
        {"source": source, "known_at": known_instant(known_at), "orders": orders},
    )
    return {row["order_key"]: row for row in found}
