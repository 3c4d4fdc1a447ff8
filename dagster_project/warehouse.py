"""The raw schema of the warehouse: views over what the ledger names, so that dbt reads accepted Parquet and no copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contract.model import Entity, load_contract
from dagster_project.landing.ledger import accepted_files, quarantine_files, read_batches, read_refused
from dagster_project.landing.sources.registry import source_info

QUARANTINE_COLUMNS = {
    "source_system": "varchar",
    "batch_id": "varchar",
    "batch_file_id": "varchar",
    "extracted_at": "timestamp",
    "entity": "varchar",
    "row_key": "varchar",
    "rule": "varchar",
    "column_name": "varchar",
    "value": "varchar",
    "message": "varchar",
    "source_file": "varchar",
    "source_line": "bigint",
    "raw_record": "varchar",
}
_BATCH_FILE = {"batch_file_id": ("varchar", "Ledger record the row was landed with")}


def raw_columns(entity: Entity) -> dict[str, tuple[str, str]]:
    """Column -> (SQL type, description) of an entity's raw view."""
    return {**entity.warehouse_schema(), **_BATCH_FILE}


def prepare_raw(warehouse: Path, home: Path, as_of: dict[str, str]) -> None:
    """Create the raw schema from the ledger. `as_of`: source -> date or instant that overrides the declared one."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema if not exists raw")
        files = accepted_files(home)
        for entity in load_contract().entities.values():
            _view(connection, f"raw.{entity.name}", raw_columns(entity), files.get(entity.name, []))
        columns = {name: (kind, "") for name, kind in QUARANTINE_COLUMNS.items()}
        _view(connection, "raw.quarantine", columns, quarantine_files(home))
        batches = read_batches(home)
        _batch_tables(connection, batches)
        _batch_entities_table(connection, batches)
        _source_table(connection, batches, as_of)
        _refused_table(connection, home)
        _inventory_table(connection)


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, tuple[str, str]], files: Sequence[Path]
) -> None:
    """A column that was added to the contract after every file had been landed is null, not unknown."""
    read, stored = "", set[str]()
    if files:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        read = f"from read_parquet([{listed}], union_by_name = true)"
        stored = {str(row[0]) for row in connection.execute(f"describe select * {read}").fetchall()}
    typed = ", ".join(
        f"cast({_quoted(column) if column in stored else 'null'} as {kind}) as {_quoted(column)}"
        for column, (kind, _) in columns.items()
    )
    connection.execute(f"create or replace view {name} as select {typed} {read or 'where false'}")


def _quoted(column: str) -> str:
    return f'"{column}"'


def _fill(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(f"create or replace table raw.{table} ({columns})")
    if rows:
        # Whole columns at once: a statement per row took a second for the inventory of a few sources.
        marks = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(
            f"insert into raw.{table} select {marks}", [list(values) for values in zip(*rows, strict=True)]
        )


def _batch_tables(connection: duckdb.DuckDBPyConnection, batches: list[dict[str, Any]]) -> None:
    instants = {item["batch_file_id"]: _instant(item["extracted_at"]) for item in batches}
    _fill(
        connection,
        "batch_files",
        "source_system varchar, batch_id varchar, batch_file_id varchar, content_hash varchar, extracted_at timestamp, "
        "default_zone varchar",
        [
            (
                *(b["source_system"], b["batch_id"], b["batch_file_id"], b["content_hash"]),
                *(instants[b["batch_file_id"]], b["about"].get("zone", "") if b.get("about") else None),
            )
            for b in batches
        ],
    )
    _fill(
        connection,
        "full_extracts",
        "source_system varchar, batch_file_id varchar, extracted_at timestamp, entity varchar",
        [
            (b["source_system"], b["batch_file_id"], instants[b["batch_file_id"]], entity)
            for b in batches
            for entity in b["full"]
            if entity in b["entities"]
        ],
    )
    _fill(
        connection,
        "batches",
        "source_system varchar, batch_id varchar, batch_file_id varchar, content_hash varchar, extracted_at timestamp, "
        "entity varchar, source_file varchar, landed bigint, accepted bigint, quarantined bigint, file_sha256 varchar",
        [
            (
                *(b["source_system"], b["batch_id"], b["batch_file_id"], b["content_hash"]),
                *(instants[b["batch_file_id"]], f["entity"], f["file"], f["landed"], f["accepted"], f["quarantined"]),
                f["sha256"],
            )
            for b in batches
            for f in b["files"]
        ],
    )


def _batch_entities_table(connection: duckdb.DuckDBPyConnection, batches: list[dict[str, Any]]) -> None:
    """What each batch holds of each entity it came with, an entity without a row included."""
    _fill(
        connection,
        "batch_entities",
        "source_system varchar, batch_id varchar, batch_file_id varchar, extracted_at timestamp, entity varchar, "
        "is_full boolean, landed bigint, accepted bigint, quarantined bigint, source_files varchar",
        [
            (
                *(b["source_system"], b["batch_id"], b["batch_file_id"], _instant(b["extracted_at"]), entity),
                entity in b["full"],
                *(b["entities"].get(entity, {}).get(count, 0) for count in ("landed", "accepted", "quarantined")),
                ", ".join(f["file"] for f in b["files"] if f["entity"] == entity or len(b["files"]) == 1),
            )
            for b in batches
            for entity in sorted({*b["entities"], *(f["entity"] for f in b["files"])})
        ],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _as_of(text: str | None) -> tuple[str | None, str | None, datetime | None]:
    """(kind, day, instant) of a declared as-of."""
    if text is None:
        return None, None, None
    if len(text) == len("2026-01-31"):
        return "date", text, None
    return "instant", None, _instant(text)


def latest_as_of(texts: list[str]) -> str | None:
    """The latest of several declared as-of; a day lasts until its end."""
    return max(texts, key=lambda item: item if len(item) > len("2026-01-31") else f"{item}T99", default=None)


def declared_as_of(batches: list[dict[str, Any]]) -> dict[str, str]:
    """Source -> the day or instant that it, or the latest of its batches, declares; without those that declare none."""
    found = {}
    for source in sorted({item["source_system"] for item in batches}):
        own = [item for item in batches if item["source_system"] == source]
        declared = _declared(source_info(source, {}).as_of, own)
        if declared is not None:
            found[source] = declared
    return found


def _declared(of_source: str | None, batches: list[dict[str, Any]]) -> str | None:
    return of_source or latest_as_of([item["as_of"] for item in batches if item["as_of"]])


def _source_table(connection: duckdb.DuckDBPyConnection, batches: list[dict[str, Any]], as_of: dict[str, str]) -> None:
    rows: list[tuple[Any, ...]] = []
    for source in sorted({item["source_system"] for item in batches}):
        own = [item for item in batches if item["source_system"] == source]
        info = source_info(source, next((item["about"] for item in reversed(own) if item.get("about")), {}))
        declared = _declared(info.as_of, own)
        extracted = max(_instant(item["extracted_at"]) for item in own)
        told = _as_of(as_of.get(source, declared))
        described = (info.is_synthetic, info.licence, info.attribution, info.default_zone)
        rows.append((source, info.title, info.description, *told, extracted, *described))
    _fill(
        connection,
        "sources",
        "source_system varchar, title varchar, description varchar, as_of_kind varchar, as_of_date date, "
        "as_of_at timestamp, last_extracted_at timestamp, is_synthetic boolean, licence varchar, attribution varchar, "
        "default_zone varchar",
        rows,
    )


def _refused_table(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    _fill(
        connection,
        "refused_files",
        "source_system varchar, batch_id varchar, source_file varchar, message varchar, remedy varchar, "
        "kept_as varchar",
        [
            (item["source_system"], item["batch_id"], item["file"], item["message"], item["remedy"], item["kept_as"])
            for item in read_refused(home)
        ],
    )


def _inventory_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows each source has of every entity and column of the contract; 0 means that it is missing."""
    sources = [row[0] for row in connection.execute("select source_system from raw.sources").fetchall()]
    rows: list[tuple[Any, ...]] = []
    for entity in load_contract().entities.values():
        names = ["", *(item.name for item in entity.kept_fields)]
        counted = {row[0]: row[1:] for row in connection.execute(_count_query(entity)).fetchall()}
        for source in sources:
            counts = counted.get(source, (0,) * len(names))
            rows.extend((source, entity.name, name, count) for name, count in zip(names, counts, strict=True))
    columns = "source_system varchar, entity varchar, column_name varchar, non_null_rows bigint"
    _fill(connection, "source_inventory", columns, rows)


def _count_query(entity: Entity) -> str:
    counts = ["count(*)"]
    for item in entity.kept_fields:
        present = f'"{item.name}" is not null'
        if item.day_column:
            present += f' or "{item.day_column}" is not null'
        counts.append(f"count(*) filter (where {present})")
    return f"select source_system, {', '.join(counts)} from raw.{entity.name} group by source_system"
