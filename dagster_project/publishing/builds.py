"""The published builds of a home folder and the pointer to the one that serves.

Builds are immutable and are named by their own id, so a page that holds one open is never disturbed: moving the
pointer changes what the next page run opens. Only the standard library is imported, so that rollback is instant.

A build of what was known at an earlier instant lies in a folder of its own and never serves. Its id says which instant,
and which batches had landed when it was made.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from dagster_project.errors import UsageError

POINTER = "CURRENT"
SUFFIX = ".duckdb"
_STAMP = "%Y%m%dT%H%M%S%fZ"
_STAMP_LENGTH = len("20260131T235959999999Z")
_KNOWN = re.compile(r"-known-(?P<known_at>\d{8}T\d{12}Z)-(?P<landed>[0-9a-f]{8})")
_BUILD_ID = re.compile(rf"\d{{8}}T\d{{12}}Z(-[0-9a-f]{{8}}({_KNOWN.pattern})?)?")
# DuckDB writes its magic bytes after an 8-byte checksum.
_MAGIC = slice(8, 12), b"DUCK"


@dataclass(frozen=True)
class Build:
    """A published build: its id, when it was built (UTC), its size in bytes, and whether it serves.

    Where it holds what was known at an earlier instant, that instant (UTC), and the state of the batches it is made of.
    """

    build_id: str
    built_at: datetime
    bytes: int
    is_current: bool
    known_at: datetime | None = None
    landed: str | None = None


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
    except (FileNotFoundError, NotADirectoryError):
        return None


def list_builds(home: Path) -> list[Build]:
    """Builds kept, newest first."""
    serving = current(home)
    found = [path for path in builds_dir(home).glob(f"*{SUFFIX}") if _BUILD_ID.fullmatch(path.stem)]
    return [
        Build(path.stem, built_at(path.stem), path.stat().st_size, path.stem == serving, *known_then(path.stem))
        for path in sorted(found, reverse=True)
    ]


def known_then(build_id: str) -> tuple[datetime, str] | tuple[None, None]:
    """The instant (UTC) up to which a restated build knows, and the state of the batches it is made of."""
    told = _KNOWN.search(build_id)
    return (built_at(told["known_at"]), told["landed"]) if told else (None, None)


def landed_state(batches: Iterable[tuple[str, str]]) -> str:
    """Eight digits that tell sets of landed batches apart; a batch is its source and its ledger record's name."""
    listed = "\n".join(sorted({f"{source}/{name}" for source, name in batches}))
    return sha256(listed.encode()).hexdigest()[:8]


def restated_id(build_id: str, known_at: datetime, landed: str) -> str:
    """The id of a build of what was known at an instant (naive UTC)."""
    return f"{build_id}-known-{known_at.strftime(_STAMP)}-{landed}"


def new_build_id(home: Path, now: datetime, content: int) -> str:
    """An id that sorts after every kept build's: the UTC instant to the microsecond, then eight digits of the content.

    Two builds with the same content end alike, whenever they were made.
    """
    kept = list_builds(home)
    instant = now.astimezone(UTC)
    if kept and kept[0].built_at >= instant:
        instant = kept[0].built_at + timedelta(microseconds=1)
    return f"{instant.strftime(_STAMP)}-{content % 16**8:08x}"


def built_at(build_id: str) -> datetime:
    """The UTC instant a build id holds; ValueError where the text is no build id."""
    return datetime.strptime(build_id[:_STAMP_LENGTH], _STAMP).replace(tzinfo=UTC)


def serve_build(home: Path, build_id: str, keep: int) -> list[str]:
    """Let a build serve, then remove the oldest beyond `keep`; ids removed.

    The build that now serves and the one it replaced always stay.
    """
    with _pointer_lock(home):
        replaced = current(home)
        _move_pointer(home, build_id)
        return _sweep(home, keep, {build_id, replaced})


def keep_build(home: Path, build_id: str, keep: int) -> list[str]:
    """Keep a build without letting it serve, then remove the oldest beyond `keep`; ids removed."""
    with _pointer_lock(home):
        return _sweep(home, keep, {build_id})


def rollback(home: Path, build_id: str | None = None) -> str:
    """Let an earlier build serve again: the one named, else the one before the current; its id.

    UsageError where there is none, where its file is not a database any more, or where it holds what was known earlier.
    """
    if build_id is not None and known_then(build_id)[0] is not None:
        raise UsageError(
            f"Build {build_id} holds what was known at an earlier instant, and never serves.",
            "Ask it with `orderlens kpi --known-at`; `orderlens builds list` names those that can serve.",
        )
    kept = [item.build_id for item in list_builds(home) if item.known_at is None]
    if not kept:
        raise UsageError(f"There is no build in {home}.", "Run `orderlens run` first.")
    with _pointer_lock(home):
        chosen = _earlier(kept, current(home)) if build_id is None else build_id
        if chosen not in kept:
            raise UsageError(f"There is no build {chosen}.", f"Kept builds: {', '.join(kept)}.")
        if not is_database(build_path(home, chosen)):
            raise UsageError(f"The file of build {chosen} is damaged.", "Name another: `orderlens builds list`.")
        _move_pointer(home, chosen)
    return chosen


def discard_leftovers(home: Path) -> None:
    """Remove what runs that died while they wrote have left. Only the holder of the run lock may call this."""
    with _pointer_lock(home):
        for leftover in builds_dir(home).glob("*.tmp*"):
            discard(leftover)


def discard(path: Path) -> None:
    """Remove a file or folder, whether or not it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the operating system write a file, or the names in a folder, to the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _earlier(kept: list[str], serving: str | None) -> str:
    """The newest build older than the one that serves; any where no pointer is left."""
    older = [item for item in kept if serving is None or item < serving]
    if not older:
        raise UsageError("There is no earlier build to go back to.", "See `orderlens builds list`.")
    return older[0]


def is_database(path: Path) -> bool:
    """True where the file is there and begins as a database does."""
    where, magic = _MAGIC
    try:
        with path.open("rb") as handle:
            return handle.read(where.stop)[where] == magic
    except OSError:
        return False


@contextmanager
def _pointer_lock(home: Path) -> Iterator[None]:
    """Keep a rollback and a sweep apart, so that no build is removed between being chosen and being served."""
    folder = builds_dir(home)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _move_pointer(home: Path, build_id: str) -> None:
    """One atomic rename: a reader sees the old id or the new one, never half of either."""
    pointer = builds_dir(home) / POINTER
    temporary = pointer.with_name(f".{POINTER}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(build_id)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, pointer)
    sync(pointer.parent)


def _sweep(home: Path, keep: int, guarded: set[str | None]) -> list[str]:
    removed = [item.build_id for item in list_builds(home)[keep:] if item.build_id not in guarded]
    for build_id in removed:
        discard(build_path(home, build_id))
    return removed
