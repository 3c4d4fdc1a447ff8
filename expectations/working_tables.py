"""What the gates read beside raw and published tables: winning rows, and each batch beside the ones before it.

Written to the schema `gates` of the warehouse before a gate asks, and dropped after. History is a table like any
other, so that a check against it is a query in a suite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

# Columns every landed row carries, which say nothing about the business.
SYSTEM = (
    *("source_system", "batch_id", "batch_file_id", "extracted_at", "row_key", "row_hash"),
    *("source_file", "source_line"),
)
# Tables of the build that serves which the publishing gate compares with.
SERVING_TABLES = ("obligations", "otif_current", "batches")
_EARLIER = 5
# Columns of a landed row that no expectation reads: they would be copied for nothing.
_UNREAD = "batch_id, batch_file_id, row_key, row_hash"
# So that the failing rows told first are the same each time, and the first of their file.
_ORDER = "source_system, source_file, source_line"
_SEEN = """
    create or replace table gates.batch_sizes as
    select
        newest.*,
        count(earlier.batch_file_id) as earlier_batches,
        count(earlier.batch_file_id) filter (where earlier.is_full and earlier.accepted > 0) as earlier_full,
        coalesce(sum(earlier.accepted), 0) as earlier_rows,
        median(earlier.accepted) filter (where earlier.is_full and earlier.accepted > 0 and earlier.age <= {earlier})
            as usual_full_rows,
        median(earlier.accepted) filter (where not earlier.is_full) as usual_part_rows
    from ranked as newest
    left join ranked as earlier
        on newest.source_system = earlier.source_system and newest.entity = earlier.entity and earlier.age > 0
    where newest.age = 0
    group by all
"""
_RANKED = """
    create or replace temp table ranked as
    select
        *,
        row_number() over (
            partition by source_system, entity order by extracted_at desc, batch_file_id desc
        ) - 1 as age
    from raw.batch_entities
"""
_COLUMNS = """
    create or replace table gates.column_values as
    select
        counted.source_system, counted.entity, counted.column_name,
        any_value(ranked.batch_id) filter (where ranked.age = 0) as batch_id,
        coalesce(sum(counted.rows) filter (where ranked.age = 0), 0) as newest_rows,
        coalesce(sum(counted.with_value) filter (where ranked.age = 0), 0) as newest_values,
        coalesce(sum(counted.rows) filter (where ranked.age > 0), 0) as earlier_rows,
        coalesce(sum(counted.with_value) filter (where ranked.age > 0), 0) as earlier_values
    from counted_columns as counted
    inner join ranked using (source_system, entity, batch_file_id)
    group by all
    having earlier_rows > 0 and newest_rows > 0
"""
# How well the hours of the newest rows fit the hours of earlier ones, as they are and moved by 1 to 23 hours.
_SHIFTS = """
    create or replace table gates.hour_profiles as
    with
    totals as (
        select source_system, entity, column_name, is_newest, sum(instants) as instants from counted_hours group by all
    ),
    shares as (
        select counted_hours.*, counted_hours.instants / totals.instants as share, totals.instants as total
        from counted_hours
        inner join totals using (source_system, entity, column_name, is_newest)
    ),
    fits as (
        select
            newest.source_system, newest.entity, newest.column_name, moved.hours as moved_hours,
            any_value(newest.total) as newest_instants,
            any_value(earlier.total) as earlier_instants,
            sum(least(newest.share, earlier.share)) as fit
        from shares as newest
        cross join (select unnest(range(0, 24)) as hours) as moved
        inner join shares as earlier
            on newest.source_system = earlier.source_system and newest.entity = earlier.entity
            and newest.column_name = earlier.column_name and not earlier.is_newest
            and earlier.hour = (newest.hour + moved.hours) % 24
        where newest.is_newest
        group by all
    )
    select
        totals.source_system, totals.entity, totals.column_name, totals.instants as newest_instants,
        coalesce(max(fits.earlier_instants), 0) as earlier_instants,
        round(coalesce(max(fits.fit) filter (where fits.moved_hours = 0), 0), 3) as fit_as_told,
        round(coalesce(max(fits.fit), 0), 3) as best_fit,
        arg_max(fits.moved_hours, fits.fit) as best_moved_hours
    from totals
    inner join fits using (source_system, entity, column_name)
    where totals.is_newest
    group by all
"""


def landing_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Winning rows of every landed entity, and what the newest batch of each looks like beside earlier ones."""
    drop_working_tables(connection)
    connection.execute("create schema gates")
    connection.execute(_RANKED)
    connection.execute(_SEEN.format(earlier=_EARLIER))
    entities = _entities(connection)
    repeated = _landed_again(connection)
    completed = _completed(connection)
    connection.execute(
        "create or replace temp table counted_columns"
        " (source_system varchar, entity varchar, batch_file_id varchar, rows bigint, column_name varchar,"
        " with_value bigint)"
    )
    connection.execute(
        "create or replace temp table counted_hours"
        " (source_system varchar, entity varchar, column_name varchar, is_newest boolean, hour bigint, instants bigint)"
    )
    connection.execute(
        "create or replace table gates.inventory"
        " (source_system varchar, entity varchar, column_name varchar, non_null_rows bigint)"
    )
    for entity, columns in entities.items():
        connection.execute(_winning(entity, repeated.get(entity, []), has_ends=entity in completed))
        connection.execute(_inventory(entity, columns))
        if entity in repeated:
            connection.execute(_counted(entity, columns))
            for column in (name for name in columns if name.endswith("_at")):
                connection.execute(_hours(entity, column))
    connection.execute(_COLUMNS)
    connection.execute(_SHIFTS)


def publishing_tables(connection: duckdb.DuckDBPyConnection, serving: Path | None) -> None:
    """What the sources have, and the star beside the build that serves."""
    drop_working_tables(connection)
    connection.execute("create schema gates")
    connection.execute("create or replace table gates.inventory as select * from published.source_inventory")
    if serving is None:
        connection.execute(
            "create or replace table gates.beside_serving"
            " (source_system varchar, side varchar, served_obligations bigint, obligations bigint)"
        )
        connection.execute(
            "create or replace table gates.restated"
            " (source_system varchar, side varchar, obligation_key varchar, due_date date,"
            " was_met integer, is_met integer)"
        )
        return
    escaped = str(serving).replace("'", "''")
    connection.execute(f"attach '{escaped}' as serving (read_only)")
    try:
        connection.execute(_BESIDE)
        connection.execute(_RESTATED)
    except duckdb.CatalogException:
        publishing_tables(connection, None)
    finally:
        connection.execute("detach serving")


# A simulated company of which no batch is left was made anew: it is another one under the same name.
_SAME_COMPANY = """
    source_system not in (
        select source_system from published.data_sources
        where is_synthetic and source_system not in (
            select now.source_system from published.batches as now
            inner join serving.batches as served using (source_system, batch_file_id)
        )
    )
"""
_BESIDE = f"""
    create or replace table gates.beside_serving as
    select served.source_system, served.side, served.rows as served_obligations, coalesce(now.rows, 0) as obligations
    from (
        select source_system, side, count(*) as rows from serving.obligations
        where is_deleted is not true and {_SAME_COMPANY} group by all
    ) as served
    left join (
        select source_system, side, count(*) as rows from published.obligations
        where is_deleted is not true group by all
    ) as now using (source_system, side)
"""
_RESTATED = f"""
    create or replace table gates.restated as
    select now.source_system, now.side, now.obligation_key, now.due_date, served.met_count as was_met,
        now.met_count as is_met
    from published.otif_current as now
    inner join serving.otif_current as served using (obligation_key, definition_id)
    where now.definition_id = 'default' and now.due_count = 1 and served.due_count = 1 and now.{_SAME_COMPANY.strip()}
"""


def drop_working_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what the gates have written for themselves."""
    connection.execute("drop schema if exists gates cascade")


def _entities(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Landed entities with their columns of business."""
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
        " and table_name in (select table_name from duckdb_columns() where schema_name = 'raw'"
        " and column_name = 'row_hash') order by table_name, column_index"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for entity, column in rows:
        listed = found.setdefault(entity, [])
        if column not in SYSTEM:
            listed.append(column)
    return found


def _landed_again(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Entities of which some source has landed more than one batch, with those sources: only they have a history."""
    rows = connection.execute(
        "select entity, list(distinct source_system order by source_system) from ranked where age > 0 group by entity"
    ).fetchall()
    return dict(rows)


def _completed(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Entities of which some source has landed a full extract beside another batch: it can end keys."""
    rows = connection.execute(
        "select distinct entity from raw.full_extracts"
        " inner join (select source_system, entity from ranked where age > 0) using (source_system, entity)"
    ).fetchall()
    return {row[0] for row in rows}


def _winning(entity: str, sources: Sequence[str], *, has_ends: bool) -> str:
    """The rows that hold now: the latest version of each key, unless a later full extract no longer had it.

    Where every source has landed one batch, all its rows hold, and copying them would take longer than asking. Of the
    `sources` that have landed more, few keys were told again; only among those is the latest looked for. `has_ends`: a
    full extract may have ended keys.
    """
    if not sources:
        return f'create or replace view gates."{entity}" as select * exclude ({_UNREAD}) from raw."{entity}"'
    named = ", ".join("'" + source.replace("'", "''") + "'" for source in sources)
    return f"""
        create or replace table gates."{entity}" as
        with landed as (
            select * from raw."{entity}" where source_system in ({named}) {_holding(entity) if has_ends else ""}
        ),
        told_again as (
            select source_system, row_key from landed group by all having count(*) > 1
        )
        select * exclude ({_UNREAD}) from raw."{entity}" where source_system not in ({named})
        union all
        select * exclude ({_UNREAD}) from landed anti join told_again using (source_system, row_key)
        union all
        select * exclude ({_UNREAD}) from landed semi join told_again using (source_system, row_key)
        qualify row_number() over (
            partition by source_system, row_key order by extracted_at desc, batch_file_id desc
        ) = 1
        order by {_ORDER}
    """


def _holding(entity: str) -> str:
    """Keys that were seen, accepted or not, in the last full extract of their source or after it."""
    return f"""
        and (source_system, row_key) in (
            select seen.source_system, seen.row_key
            from (
                select source_system, row_key, max(extracted_at) as seen_at from (
                    select source_system, row_key, extracted_at from raw."{entity}"
                    union all
                    select source_system, row_key, extracted_at from raw.quarantine where entity = '{entity}'
                ) group by all
            ) as seen
            left join (
                select source_system, max(extracted_at) as completed_at from raw.full_extracts
                where entity = '{entity}' group by all
            ) as completed using (source_system)
            where seen.seen_at >= coalesce(completed.completed_at, seen.seen_at)
        )
    """


def _given(columns: Sequence[str]) -> Mapping[str, str]:
    """Column -> what has a value: of a moment the instant or the day, whichever is known."""
    days = {name: f"{name.removesuffix('_at')}_date" for name in columns if name.endswith("_at")}
    return {
        name: f'coalesce(cast("{name}" as varchar), cast("{days[name]}" as varchar))'
        if days.get(name) in columns
        else f'"{name}"'
        for name in columns
    }


def _inventory(entity: str, columns: Sequence[str]) -> str:
    counts = ", ".join(f'count({given}) as "{name}"' for name, given in _given(columns).items())
    listed = ", ".join(f'"{name}"' for name in columns)
    return f"""
        insert into gates.inventory
        with counted as (
            select source_system, count(*) as "*", {counts} from gates."{entity}" group by source_system
        )
        select source_system, '{entity}', case when column_name = '*' then '' else column_name end, non_null_rows
        from counted unpivot (non_null_rows for column_name in ("*", {listed}))
    """


def _counted(entity: str, columns: Sequence[str]) -> str:
    counts = ", ".join(f'count({given}) as "{name}"' for name, given in _given(columns).items())
    listed = ", ".join(f'"{name}"' for name in columns)
    return f"""
        insert into counted_columns
        with counted as (
            select source_system, '{entity}' as entity, batch_file_id, count(*) as rows, {counts}
            from raw."{entity}" group by source_system, batch_file_id
        )
        select source_system, entity, batch_file_id, rows, column_name, with_value
        from counted unpivot (with_value for column_name in ({listed}))
    """


def _hours(entity: str, column: str) -> str:
    """Instants by hour of the day, those the newest batch brought apart from earlier ones; repeats count as earlier.

    A list that is announced at one instant says one thing about the hours, however many rows it has.
    """
    return f"""
        insert into counted_hours
        with landed as (
            select source_system, row_key, row_hash, "{column}" as instant, ranked.age
            from raw."{entity}"
            inner join ranked using (source_system, batch_file_id)
            where ranked.entity = '{entity}' and "{column}" is not null
        ),
        told as (
            select source_system, row_key, row_hash, min(instant) as instant, max(age) as age
            from landed group by source_system, row_key, row_hash
        )
        select source_system, '{entity}', '{column}', age = 0, hour(instant), approx_count_distinct(instant)
        from told group by all
    """
