"""Opens the published build that the pointer names: once, by its own name, read-only and locked down."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from dashboards.queries.errors import QueryError

BUILD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NO_BUILD_REMEDY = "Run `orderlens run` to land, build and publish, or name another home with --home."


@dataclass(frozen=True)
class Build:
    """An open published build. Threads share it by taking a cursor per query."""

    build_id: str
    path: Path
    connection: duckdb.DuckDBPyConnection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the same build: one per query and thread."""
        return self.connection.cursor()

    def close(self) -> None:
        """Close the build; its cursors are closed with it."""
        self.connection.close()

    def __enter__(self) -> Build:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def current_build_id(home: Path) -> str:
    """The build id that `home/builds/CURRENT` names; QueryError where nothing is published."""
    pointer = home / "builds" / "CURRENT"
    try:
        build_id = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise QueryError(f"Nothing is published in {home}.", NO_BUILD_REMEDY) from None
    if not BUILD_ID.fullmatch(build_id):
        raise QueryError(
            f"{pointer} does not name a build.",
            "Run `orderlens builds list`, then `orderlens builds rollback`.",
        )
    return build_id


def build_path(home: Path, build_id: str) -> Path:
    """The file of one published build; QueryError where it is gone."""
    path = home / "builds" / f"{build_id}.duckdb"
    if not path.is_file():
        raise QueryError(
            f"The published build {build_id} is not in {path.parent}.",
            "Run `orderlens builds list`, then `orderlens builds rollback`, or `orderlens run`.",
        )
    return path


def open_build(home: Path, build_id: str | None = None) -> Build:
    """Open the current build of a home, or the one named by `build_id`."""
    return open_current(home, partial(_open, home)) if build_id is None else _open(home, build_id)


def open_current(home: Path, opening: Callable[[str], Build]) -> Build:
    """Have `opening` open the build that the pointer names; where it was swept meanwhile, the one named by then."""
    build_id = current_build_id(home)
    while True:
        try:
            return opening(build_id)
        except QueryError:
            latest = current_build_id(home)
            if latest == build_id:
                raise
            build_id = latest


def _open(home: Path, build_id: str) -> Build:
    path = build_path(home, build_id)
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise QueryError(
            f"{path} cannot be opened: {error}.", "Run `orderlens builds rollback`, or `orderlens publish`."
        ) from error
    lock_down(connection)
    return Build(build_id, path, connection)


def lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """Set UTC, then close the file system and the settings: read-only alone still allows COPY TO."""
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def fetch(con: duckdb.DuckDBPyConnection, sql: str, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Run one query and return its rows as dictionaries by column name."""
    result = con.execute(sql, params) if params else con.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def build_known_at(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """The instant (naive UTC) up to which the build that is read knows; None where it holds all that had landed."""
    rows = fetch(con, "select * from build_info")
    return rows[0].get("known_at") if rows else None


def build_id(con: duckdb.DuckDBPyConnection) -> str:
    """The id of the build that is read."""
    rows = fetch(con, "select build_id from build_info")
    return str(rows[0]["build_id"]) if rows else ""
