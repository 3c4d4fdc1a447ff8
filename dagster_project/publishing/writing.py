"""Write, audit, verify, move: copy the published models into a new file and let it serve once nothing is against it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from dagster_project.errors import RunFailed, UsageError
from dagster_project.settings import Settings

from .audits import Audit, AuditFailed, run_audits
from .builds import (
    build_path,
    builds_dir,
    current,
    discard,
    discard_leftovers,
    keep_build,
    landed_state,
    new_build_id,
    restated_id,
    serve_build,
    sync,
)
from .rules import DEFAULT_AUDITS

# Working tables of the warehouse that a reader of the star has no use for, or has under another name.
_NOT_PUBLISHED = (
    *("applied_batches", "build_info", "fct_otif_conformance", "fct_obligation_events", "fct_source_rows"),
    *("fct_excluded_lines", "fct_obligation_arrivals", "fct_obligation_changes", "fct_obligation_versions"),
    # What was promised is published as `obligations`, of both sides, with names beside keys.
    *("fct_obligation_conditions", "fct_order_obligations", "fct_purchase_obligations"),
    *("fct_order_parts", "fct_line_parts", "fct_purchase_parts"),
    *("fct_order_durations", "fct_purchase_durations", "fct_balances"),
)
# Readers ask for one company, side and definition at a time, or for one obligation: rows of one question lie together.
_ORDER = {
    "otif_conformance": "source_system, side, definition_id",
    "obligation_arrivals": "source_system, obligation_key, known_from",
    "obligation_changes": "source_system, obligation_key, known_from",
    "obligation_conditions": "source_system",
    "obligation_versions": "source_system, obligation_key, known_from",
}


@dataclass(frozen=True)
class PublishedBuild:
    """A build that serves: its id, its file, and the rows of each of its tables."""

    build_id: str
    path: Path
    tables: dict[str, int]


def publish(
    settings: Settings, *, now: datetime | None = None, audits: Sequence[Audit] = DEFAULT_AUDITS
) -> PublishedBuild:
    """Publish the warehouse's models as a new build, which serves. The caller holds the home's run lock.

    Where the settings say that it holds what was known at an earlier instant, it is kept and never serves.

    AuditFailed (1) where an audit is broken, RunFailed (1) where the file cannot be written or does not read back,
    UsageError (2) where there is no warehouse. Each time the previous build keeps serving and no file is left.
    """
    if not settings.warehouse.is_file():
        raise UsageError(f"There is no warehouse in {settings.home}.", "Run `orderlens run` first.")
    discard_leftovers(settings.home)
    temporary = builds_dir(settings.home) / f"{os.getpid()}.duckdb.tmp"
    try:
        build_id, tables = _write(settings, temporary, now or datetime.now(UTC), audits)
        _verify(temporary, tables)
        target = build_path(settings.home, build_id)
        sync(temporary)
        os.replace(temporary, target)
        sync(target.parent)
    except (duckdb.Error, OSError) as error:
        raise RunFailed(
            f"The build could not be written: {error}.", "Check the disk and the home folder (`orderlens doctor`)."
        ) from error
    finally:
        for leftover in temporary.parent.glob(f"{temporary.name}*"):
            discard(leftover)
    (serve_build if settings.known_at is None else keep_build)(settings.home, build_id, settings.keep_builds)
    return PublishedBuild(build_id, target, tables)


def _write(settings: Settings, target: Path, now: datetime, audits: Sequence[Audit]) -> tuple[str, dict[str, int]]:
    """Copy, stamp and audit; the build's id, and its tables with their rows."""
    with duckdb.connect(str(target)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        _copy(connection, settings.warehouse)
        copied = _count(connection)
        build_id = new_build_id(settings.home, now, _content(connection, copied))
        if settings.known_at is not None:
            landed = connection.execute("select distinct source_system, batch_file_id from batches").fetchall()
            build_id = restated_id(build_id, settings.known_at, landed_state(landed))
        connection.execute(
            """
            create table build_info as
            select ? as build_id, cast(? as timestamp) as built_at, ? as code_version,
                cast(? as bigint) as warehouse_rows, false as is_verified, cast(? as timestamp) as known_at
            """,
            [build_id, now.astimezone(UTC).replace(tzinfo=None), _version(), sum(copied.values()), settings.known_at],
        )
        findings = run_audits(connection, audits)
        if findings:
            raise AuditFailed(findings, current(settings.serving_home))
        connection.execute("update build_info set is_verified = true")
        tables = _count(connection)
        connection.execute("checkpoint")
    return build_id, tables


def _copy(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """What is for readers: the published models and the tables of the star. The warehouse is let go before the audit.

    Views of the star are for analysts of the warehouse; they are read where they lie.
    """
    escaped = str(warehouse).replace("'", "''")
    connection.execute(f"attach '{escaped}' as warehouse (read_only)")
    names = connection.execute(
        """
        select table_schema, table_name from information_schema.tables
        where
            table_catalog = 'warehouse'
            and (table_schema = 'published' or (table_schema = 'marts' and table_type = 'BASE TABLE'))
        order by all
        """
    ).fetchall()
    for schema, name in names:
        if name not in _NOT_PUBLISHED:
            order = f" order by {_ORDER[name]}" if name in _ORDER else ""
            connection.execute(f'create table "{name}" as select * from warehouse.{schema}."{name}"{order}')
    connection.execute("detach warehouse")


def _count(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    names = connection.execute(
        "select table_name from information_schema.tables where table_catalog = current_database() order by 1"
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(f'select count(*) from "{name}"').fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def _content(connection: duckdb.DuckDBPyConnection, tables: dict[str, int]) -> int:
    """A number that tells contents apart, whatever order the rows stand in."""
    digest = sha256()
    for name, rows in tables.items():
        row = connection.execute(f'select sum(hash(contents)) from "{name}" as contents').fetchone()
        digest.update(f"{name}:{rows}:{row and row[0]};".encode())
    return int.from_bytes(digest.digest()[:8])


def _verify(path: Path, tables: dict[str, int]) -> None:
    """What was written reads back from a fresh, read-only connection."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = _count(connection)
    different = sorted(name for name in {*found, *tables} if found.get(name) != tables.get(name))
    if different:
        raise RunFailed(
            f"The build does not read back as written: {', '.join(different)}.", "Check the disk and run again."
        )


def _version() -> str:
    try:
        return version("orderlens")
    except PackageNotFoundError:
        return "unknown"
