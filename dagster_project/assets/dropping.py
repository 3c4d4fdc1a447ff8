"""Batches of the drop folder: a partition each, landed by name, once."""

import warnings

import dagster as dg

from dagster_project.assets.landing import LANDED, refuse_what_was_refused
from dagster_project.assets.outcomes import TRY_AGAIN, tells_its_outcome
from dagster_project.assets.telling import OWNERS, landing_metadata
from dagster_project.errors import RunFailed
from dagster_project.landing import LandingResult, land
from dagster_project.landing.drop import DroppedBatch, dropped_batch, survey
from dagster_project.landing.leftovers import discard_unfinished
from dagster_project.partitions import BATCHES
from dagster_project.report import RunReport
from dagster_project.resources import RUN_LOCK
from dagster_project.settings import Settings

DROP_KEY = dg.AssetKey([LANDED, "drop"])
DROP_FILES = dg.AssetKey(["files", "drop"])
CONTENT_TAG = "orderlens/content"

# Dagster calls backfill policies beta, on every load; its version is pinned.
warnings.filterwarnings("ignore", message=".*backfill_policy", category=dg.BetaWarning)


def drop_files(settings: Settings) -> dg.AssetSpec:
    """The drop folder itself: it exists outside, and is only ever read."""
    return dg.AssetSpec(
        DROP_FILES,
        group_name="files",
        description=f"Folders of {settings.drop}, a batch each; nothing in it is moved or removed",
        kinds={"file"},
        owners=OWNERS,
    )


def dropped_batches(settings: Settings, report: RunReport) -> dg.AssetsDefinition:
    """The asset whose partitions are the batches of the drop folder; one run can land many of them."""

    @dg.asset(
        key=DROP_KEY,
        deps=[DROP_FILES],
        partitions_def=BATCHES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="landing",
        description="Batches of the drop folder: landing one again lands 0 rows",
        kinds={"polars", "parquet"},
        owners=OWNERS,
        retry_policy=TRY_AGAIN,
        required_resource_keys={RUN_LOCK},
    )
    @tells_its_outcome(report)
    def dropped(context: dg.AssetExecutionContext) -> None:
        discard_unfinished(settings.home)
        beside = survey(settings.drop).foreign
        landings: list[LandingResult] = []
        for name in context.partition_keys:
            batch = dropped_batch(settings.drop, name)
            _require_content(batch, context.run.tags.get(CONTENT_TAG))
            landing = land(batch.source, settings.home)
            landing.ignored = [*batch.foreign, *beside]
            landings.append(landing)
            context.add_asset_metadata(landing_metadata([landing]), partition_key=name)
        refuse_what_was_refused(report, landings)

    return dropped


def _require_content(batch: DroppedBatch, expected: str | None) -> None:
    """RunFailed where the batch is not what the sensor has seen; a run that an operator started expects nothing."""
    if expected is not None and not batch.content().startswith(expected):
        raise RunFailed(
            f"The batch {batch.name} has changed since it was found.",
            "The sensor takes it again when it has come to rest; or materialize the partition now.",
        )
