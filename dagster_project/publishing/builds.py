"""The published builds of a home folder and the pointer to the one that serves. Import-light: rollback is instant."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.errors import UsageError

POINTER = "CURRENT"
SUFFIX = ".duckdb"
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class Build:
    """A published build: its id, when it was built (UTC), its size in bytes, and whether it serves."""

    build_id: str
    built_at: datetime
    bytes: int
    is_current: bool


def builds_dir(home: Path) -> Path:
    """Folder of the builds and the pointer."""
    return home / "builds"


def build_path(home: Path, build_id: str) -> Path:
    """File of a build."""
    return builds_dir(home) / f"{build_id}{SUFFIX}"


def current(home: Path) -> str | None:
    """Id of the build that serves; None where nothing has been published."""
    try:
        return (builds_dir(home) / POINTER).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def list_builds(home: Path) -> list[Build]:
    """Builds kept, newest first."""
    serving = current(home)
    found = sorted(builds_dir(home).glob(f"*{SUFFIX}"), reverse=True)
    return [Build(path.stem, built_at(path.stem), path.stat().st_size, path.stem == serving) for path in found]


def new_build_id(now: datetime) -> str:
    """A sortable id: the UTC instant to the microsecond."""
    return now.astimezone(UTC).strftime(_STAMP)


def built_at(build_id: str) -> datetime:
    """The UTC instant a build id holds."""
    return datetime.strptime(build_id, _STAMP).replace(tzinfo=UTC)


def move_pointer(home: Path, build_id: str) -> None:
    """Let a build serve: one atomic rename, so that a reader sees the old id or the new one."""
    pointer = builds_dir(home) / POINTER
    temporary = pointer.with_name(f".{POINTER}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(build_id)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, pointer)


def rollback(home: Path, build_id: str | None = None) -> str:
    """Let an earlier build serve again: the one named, else the one before the current. UsageError where there is none."""
    kept = [item.build_id for item in list_builds(home)]
    if not kept:
        raise UsageError(f"There is no build in {home}.", "Run `orderlens run` first.")
    if build_id is None:
        serving = current(home)
        older = [item for item in kept if serving is None or item < serving]
        if not older:
            raise UsageError("There is no earlier build to go back to.", "See `orderlens builds list`.")
        build_id = older[0]
    elif build_id not in kept:
        raise UsageError(f"There is no build {build_id}.", f"Kept builds: {', '.join(kept)}.")
    move_pointer(home, build_id)
    return build_id


def sweep(home: Path, keep: int, protected: set[str]) -> list[str]:
    """Remove the oldest builds beyond `keep`, never a protected one or the current; ids removed."""
    guarded = {*protected, current(home)}
    removed = []
    for item in list_builds(home)[keep:]:
        if item.build_id not in guarded:
            build_path(home, item.build_id).unlink(missing_ok=True)
            removed.append(item.build_id)
    return removed
