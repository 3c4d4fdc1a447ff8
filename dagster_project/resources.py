"""Resources: what the steps of a run share, set up before its first step and let go after its last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from dagster_project.runlock import run_lock

RUN_LOCK = "run_lock"
WAIT_SECONDS = 1800.0


class RunLock(dg.ConfigurableResource[None]):
    """The home folder's run lock, held while the run's process works; what changes a home must require it.

    `is_held` says that whoever started the run holds the lock already. A run that finds it held by another process
    waits for it, then fails with the sentence that says who holds it.
    """

    home: str
    wait_seconds: float = WAIT_SECONDS
    is_held: bool = False

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[None]:
        """Hold the lock from the first step to the last."""
        if self.is_held:
            yield
            return
        log = context.log
        with run_lock(
            Path(self.home), wait_seconds=self.wait_seconds, tell=lambda sentence: log.info(sentence) if log else None
        ):
            yield
