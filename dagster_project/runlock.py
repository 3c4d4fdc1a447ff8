"""One run at a time in a home folder; the operating system lets the lock go when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.errors import UsageError


@contextmanager
def run_lock(home: Path) -> Iterator[None]:
    """Hold the home folder's run lock; UsageError where another process holds it or the folder cannot be written."""
    path = home / "run.lock"
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The home folder {home} cannot be written: {error.strerror}.", "Choose another with --home."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            raise UsageError(
                f"Another run is at work in {home} (process {owner}).", "Wait until it ends, or choose another --home."
            ) from error
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield
