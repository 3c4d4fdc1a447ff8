"""One run at a time in a home folder; the operating system lets the lock go when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dagster_project.errors import UsageError

_LOOK_AGAIN_SECONDS = 0.5


def _untold(sentence: str) -> None:
    return None


@contextmanager
def run_lock(home: Path, *, wait_seconds: float = 0, tell: Callable[[str], None] = _untold) -> Iterator[None]:
    """Hold the home folder's run lock.

    UsageError where another process still holds it after `wait_seconds`, or the folder cannot be written. `tell` is
    told once, in a sentence, that the lock is waited for and who holds it.
    """
    path = home / "run.lock"
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The home folder {home} cannot be written: {error.strerror}.", "Choose another with --home."
        ) from error
    with handle:
        if not _taken(handle):
            at_work = f"Another run is at work in {home} (process {_owner(handle)})."
            if wait_seconds > 0:
                tell(f"{at_work} Waiting for it, {wait_seconds:.0f} seconds at most.")
            _wait(handle, at_work, wait_seconds)
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _wait(handle: IO[str], at_work: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(_LOOK_AGAIN_SECONDS)
        if _taken(handle):
            return
    raise UsageError(at_work, "Wait until it ends, or choose another --home.")


def _taken(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(handle: IO[str]) -> str:
    handle.seek(0)
    return handle.read().strip() or "unknown"
