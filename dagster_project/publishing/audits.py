"""Audits of a build before it may serve: each a sentence that must hold, and the query for the rows that break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.errors import RunFailed

_AS_OF = """
    select sources.source_system, zones.place_zone,
        case
            when sources.as_of_kind = 'date' then
                timezone('UTC', timezone(zones.place_zone, cast(sources.as_of_date + 1 as timestamp))) - interval 1 microsecond
            else sources.as_of_at
        end as instant
    from data_sources as sources
    inner join (select distinct source_system, place_zone from otif_conformance) as zones using (source_system)
"""


@dataclass(frozen=True)
class Audit:
    """A sentence that must hold of a build; `broken_rows` selects what breaks it, `withholds` the figures at stake."""

    name: str
    sentence: str
    broken_rows: str
    withholds: str = "all figures"


class AuditFailed(RunFailed):
    """An audit found rows that break it; the previous build keeps serving."""

    def __init__(self, audit: Audit, rows: list[tuple[Any, ...]]) -> None:
        self.audit = audit
        self.rows = rows
        examples = "; ".join(", ".join(str(value) for value in row) for row in rows[:5])
        super().__init__(
            f"The build was not published: {audit.sentence} does not hold ({examples}). Withheld: {audit.withholds}.",
            "The previous build keeps serving.",
        )


def run_audits(connection: duckdb.DuckDBPyConnection, audits: tuple[Audit, ...]) -> None:
    """Run every audit on the open build; AuditFailed at the first that is broken."""
    for audit in audits:
        rows = connection.execute(f"select * from ({audit.broken_rows}) limit 5").fetchall()
        if rows:
            raise AuditFailed(audit, rows)


DEFAULT_AUDITS: tuple[Audit, ...] = (
    Audit(
        "landed_is_accepted_plus_quarantined",
        "landed rows are accepted or quarantined, batch by batch",
        "select batch_id, source_file, landed, accepted, quarantined from batches where landed <> accepted + quarantined",
    ),
    Audit(
        "every_source_has_an_as_of",
        "every source says as of when its figures hold",
        "select source_system from data_sources where as_of_kind is null",
    ),
    Audit(
        "obligations_are_unique",
        "every obligation stands once",
        "select obligation_key, count(*) from obligations group by obligation_key having count(*) > 1",
    ),
    Audit(
        "order_lines_become_obligations",
        "a source that landed order lines has obligations",
        """
        select source_system, non_null_rows from source_inventory
        where entity = 'order_lines' and column_name = '' and non_null_rows > 0
            and source_system not in (select source_system from obligations where side = 'sales')
            and exists (select 1 from obligation_events)
        """,
    ),
    Audit(
        "spans_follow_each_other",
        "the spans of an obligation under a definition neither overlap nor leave a gap",
        """
        select obligation_key, definition_id, valid_from, valid_to, following from (
            select *, lead(valid_from) over (
                partition by obligation_key, definition_id, known_from order by valid_from
            ) as following
            from otif_conformance
        ) where valid_to <= valid_from or valid_to <> coalesce(following, timestamp '9999-12-31 00:00:00')
        """,
        "OTIF, on time, in full",
    ),
    Audit(
        "five_states_add_up",
        "the five states of every definition add up to the obligations at the declared as-of",
        f"""
        with as_of as ({_AS_OF}),
        judged as (
            select c.source_system, c.side, c.definition_id, count(*) as judged, count(distinct c.obligation_key) as obligations
            from otif_conformance as c
            inner join as_of on c.source_system = as_of.source_system and c.place_zone = as_of.place_zone
            where c.known_to = timestamp '9999-12-31 00:00:00' and c.valid_from <= as_of.instant and as_of.instant < c.valid_to
                and c.due_status in ('due', 'not_yet_due', 'unknown', 'cancelled')
            group by all
        ),
        existing as (
            select c.source_system, c.side, c.definition_id, count(distinct c.obligation_key) as existing
            from otif_conformance as c
            inner join as_of on c.source_system = as_of.source_system and c.place_zone = as_of.place_zone
            where c.known_to = timestamp '9999-12-31 00:00:00' and c.valid_from <= as_of.instant
            group by all
        )
        select existing.source_system, existing.side, existing.definition_id, existing, judged
        from existing left join judged using (source_system, side, definition_id)
        where existing is distinct from judged or existing is distinct from obligations
        """,
        "OTIF, on time, in full",
    ),
    Audit(
        "window_quantity_is_capped",
        "what counts inside the window never exceeds what was promised",
        """
        select obligation_key, definition_id, window_quantity, promised_quantity from otif_conformance
        where window_quantity > promised_quantity
        """,
        "OTIF by unit and value",
    ),
    Audit(
        "met_means_on_time_and_in_full",
        "an obligation is met exactly when it is on time and in full",
        """
        select obligation_key, definition_id, is_met, is_on_time, is_in_full from otif_conformance
        where due_status = 'due' and is_met is not null and is_met <> (is_on_time and is_in_full)
        """,
        "OTIF, on time, in full",
    ),
)
