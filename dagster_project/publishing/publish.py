"""Copy the published models into a new file, audit and verify it there, then let it serve."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from dagster_project.errors import RunFailed, UsageError
from dagster_project.settings import Settings

from .audits import DEFAULT_AUDITS, Audit, run_audits
from .builds import build_path, current, move_pointer, new_build_id, sweep

# Working tables of the warehouse that a reader of the star has no use for, or has under another name.
_NOT_PUBLISHED = ("applied_batches", "fct_otif_conformance", "fct_obligation_events")


@dataclass(frozen=True)
class PublishedBuild:
    """A build that serves: its id, its file, and the rows of each of its tables."""

    build_id: str
    path: Path
    tables: dict[str, int]


def publish(
    settings: Settings, *, now: datetime | None = None, audits: Sequence[Audit] = DEFAULT_AUDITS
) -> PublishedBuild:
    """Publish the warehouse's models as a new build.

    AuditFailed (1) where an audit is broken, UsageError (2) where nothing was built; either way the previous build
    keeps serving and no file of the failed one is left.
    """
    if not settings.warehouse.is_file():
        raise UsageError(f"There is no warehouse in {settings.home}.", "Run `orderlens run` first.")
    settings.builds.mkdir(parents=True, exist_ok=True)
    for leftover in settings.builds.glob("*.tmp*"):
        leftover.unlink(missing_ok=True)
    build_id = new_build_id(now or datetime.now(UTC))
    target = build_path(settings.home, build_id)
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        tables = _write(settings.warehouse, temporary, build_id, tuple(audits))
        _verify(temporary, tables)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    replaced = current(settings.home)
    move_pointer(settings.home, build_id)
    sweep(settings.home, settings.keep_builds, {build_id, replaced or build_id})
    return PublishedBuild(build_id, target, tables)


def _write(warehouse: Path, target: Path, build_id: str, audits: tuple[Audit, ...]) -> dict[str, int]:
    with duckdb.connect(str(target)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{str(warehouse).replace(chr(39), chr(39) * 2)}' as warehouse (read_only)")
        names = connection.execute(
            """
            select table_schema, table_name from information_schema.tables
            where table_catalog = 'warehouse' and table_schema in ('marts', 'published') order by all
            """
        ).fetchall()
        for schema, name in names:
            if name not in _NOT_PUBLISHED:
                connection.execute(f'create table "{name}" as select * from warehouse.{schema}."{name}"')
        connection.execute(
            "create table build_info as select ? as build_id, cast(? as timestamp) as built_at, ? as code_version",
            [build_id, datetime.now(UTC).replace(tzinfo=None), _version()],
        )
        run_audits(connection, audits)
        tables = _count(connection)
        connection.execute("detach warehouse")
        connection.execute("checkpoint")
    return tables


def _count(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    names = connection.execute(
        "select table_name from information_schema.tables where table_catalog = current_database() order by 1"
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(f'select count(*) from "{name}"').fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def _verify(path: Path, tables: dict[str, int]) -> None:
    """What was written reads back from a fresh, read-only connection."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = _count(connection)
    if found != tables:
        different = sorted(name for name in {*found, *tables} if found.get(name) != tables.get(name))
        raise RunFailed(
            f"The build does not read back as written: {', '.join(different)}.", "Check the disk and run again."
        )


def _version() -> str:
    try:
        return version("orderlens")
    except PackageNotFoundError:
        return "unknown"
