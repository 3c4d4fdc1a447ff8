"""What stands beside the figures: the build, its batches, its quarantine, the members of its dimensions."""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards.queries.build import fetch
from dashboards.queries.dimensions import (
    LABEL_COLUMNS,
    OBLIGATION_COLUMNS,
    OBLIGATION_IDENTIFIERS,
    scope_filters,
)
from dashboards.queries.errors import unknown_name
from dashboards.queries.request import EVERYTHING, Scope
from dashboards.queries.sql import Steps, condition

Rows = list[dict[str, Any]]


def build_info(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """build_id, built_at (naive UTC), code_version, warehouse_rows, is_verified of the build that is read."""
    rows = fetch(con, "select build_id, built_at, code_version, warehouse_rows, is_verified from build_info")
    return rows[0] if rows else {}


def sides(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The sides on which a source has obligations: sales, purchase, both or none."""
    rows = fetch(
        con,
        "select distinct side from obligations where source_system = $source order by side desc",
        {"source": source},
    )
    return [row["side"] for row in rows]


def dimension_values(
    con: duckdb.DuckDBPyConnection,
    source: str,
    dimension: str,
    side: str = "sales",
    scope: Scope = EVERYTHING,
) -> Rows:
    """The members of a dimension in a source: value (id), label, obligations; most obligations first."""
    if dimension not in OBLIGATION_COLUMNS:
        raise unknown_name("dimension with members", dimension, OBLIGATION_COLUMNS)
    steps = Steps()
    column, label = OBLIGATION_COLUMNS[dimension], LABEL_COLUMNS.get(dimension, OBLIGATION_COLUMNS[dimension])
    conditions = [
        f"source_system = {steps.bind(source)}",
        f"side = {steps.bind(side)}",
        "not is_deleted",
        f"{column} is not null",
        *(condition(steps, one, OBLIGATION_IDENTIFIERS) for one in scope_filters(scope)),
    ]
    steps.add(
        "members",
        f"""select {column} as value, coalesce(max({label}), {column}) as label, count(*) as obligations
from obligations
where {" and ".join(conditions)}
group by {column}""",
    )
    return steps.fetch(con, "select * from members order by obligations desc, value")


def batches(con: duckdb.DuckDBPyConnection, source: str | None = None) -> Rows:
    """Files landed, newest batch first: landed = accepted + quarantined in each."""
    return fetch(
        con,
        """select
    source_system, batch_id, content_hash, extracted_at, entity, source_file, landed, accepted, quarantined
from batches
where $source is null or source_system = $source
order by extracted_at desc, source_system, batch_id, entity, source_file""",
        {"source": source},
    )


def refused_files(con: duckdb.DuckDBPyConnection, source: str | None = None) -> Rows:
    """Files refused whole: source_system, batch_id, source_file, message, remedy."""
    return fetch(
        con,
        """select source_system, batch_id, source_file, message, remedy
from refused_files
where $source is null or source_system = $source
order by source_system, batch_id, source_file""",
        {"source": source},
    )


def quarantine_summary(con: duckdb.DuckDBPyConnection, source: str | None = None) -> Rows:
    """Quarantined rows counted by source, batch, entity, rule and column, with an example message."""
    return fetch(
        con,
        """select
    source_system, batch_id, entity, rule, column_name, count(*) as quarantined, min(message) as example
from quarantined_rows
where $source is null or source_system = $source
group by source_system, batch_id, entity, rule, column_name
order by quarantined desc, source_system, batch_id, entity, rule, column_name""",
        {"source": source},
    )


def quarantined_rows(
    con: duckdb.DuckDBPyConnection,
    source: str | None = None,
    batch: str | None = None,
    entity: str | None = None,
    rule: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Rows:
    """Quarantined rows one by one, with the rule each broke, its file, line and the text as it came."""
    return fetch(
        con,
        """select
    source_system, batch_id, extracted_at, entity, row_key, rule, column_name, value, message,
    source_file, source_line, raw_record
from quarantined_rows
where
    ($source is null or source_system = $source)
    and ($batch is null or batch_id = $batch)
    and ($entity is null or entity = $entity)
    and ($rule is null or rule = $rule)
order by source_system, extracted_at, batch_id, entity, source_file, source_line, column_name
limit coalesce(cast($limit as bigint), 9223372036854775807) offset cast($offset as bigint)""",
        {"source": source, "batch": batch, "entity": entity, "rule": rule, "limit": limit, "offset": offset},
    )
