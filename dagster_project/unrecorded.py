"""A Dagster instance for one run in this process, which keeps no record: the report of the run is what tells of it.

Dagster's own ephemeral instance writes every event to a database in memory, and asks it for every asset what it was
made of. Nobody reads that once the process has ended; with some hundreds of assets it took seconds of every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage


class _KeepsNothing(InMemoryEventLogStorage):
    """An event log in which nothing has happened yet, whatever it is told."""

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Forget the event."""

    def store_event_batch(self, events: Iterable[dg.EventLogEntry]) -> None:
        """Forget the events."""

    def fetch_observations(self, *_: Any, **__: Any) -> dg.EventRecordsResult:
        """Nothing has been observed."""
        return dg.EventRecordsResult([], cursor="", has_more=False)

    def fetch_materializations(self, *_: Any, **__: Any) -> dg.EventRecordsResult:
        """Nothing has been made."""
        return dg.EventRecordsResult([], cursor="", has_more=False)

    def get_asset_records(self, asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[Any]:
        """No asset has been made before."""
        return []


def unrecorded_instance() -> dg.DagsterInstance:
    """An instance whose runs leave no trace; close it by using it as a context."""
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call]
        run_storage=InMemoryRunStorage(),
        event_storage=_KeepsNothing(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )
