"""Jobs: what can be started by name. Each runs in one process, which holds the home's run lock from start to end."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from dagster_project.assets.dropping import DROP_KEY
from dagster_project.assets.landing import LANDED

RUN = "orderlens_run"
BATCH = "orderlens_batch"


def run_job() -> UnresolvedAssetJobDefinition:
    """Everything that `orderlens run` does: land the sources, build, audit, publish."""
    return dg.define_asset_job(
        RUN,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(DROP_KEY),
        description="Land the sources, build the star, audit and publish: what `orderlens run` does.",
        executor_def=dg.in_process_executor,
    )


def batch_job(sources: list[str]) -> UnresolvedAssetJobDefinition:
    """Land batches of the drop folder instead of the sources, then go on as a run does."""
    landed = [dg.AssetKey([LANDED, name]) for name in sources]
    everything = dg.AssetSelection.all()
    return dg.define_asset_job(
        BATCH,
        selection=everything - dg.AssetSelection.assets(*landed) if landed else everything,
        description="Land one or more batches of the drop folder, build the star, audit and publish.",
        executor_def=dg.in_process_executor,
    )
