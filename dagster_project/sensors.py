"""Sensors: what runs because something has happened. One watches the drop folder."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from dagster_project.assets.dropping import CONTENT_TAG
from dagster_project.landing.drop import Survey, survey
from dagster_project.landing.watch import Taken, Watch
from dagster_project.partitions import BATCHES

EVERY_SECONDS = 30


def drop_sensor(drop: Path, job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """One run per batch that has come to rest in the drop folder; the same content never runs twice."""

    @dg.sensor(
        name="drop_folder",
        job=job,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"A run for each batch in {drop} that has not changed since the evaluation before.",
    )
    def drop_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        found = survey(drop)
        watch = Watch.of(context.cursor)
        taken = watch.take(found)
        told = _told(drop, found, watch, taken)
        if taken:
            context.log.info(told)
        return dg.SensorResult(
            run_requests=[_request(item) for item in taken],
            skip_reason=None if taken else told,
            cursor=watch.text(found),
            dynamic_partitions_requests=[BATCHES.build_add_request([item.batch.name for item in taken])],
        )

    return drop_folder


def _request(item: Taken) -> dg.RunRequest:
    return dg.RunRequest(run_key=item.content, partition_key=item.batch.name, tags={CONTENT_TAG: item.content[:16]})


def _told(drop: Path, found: Survey, watch: Watch, taken: list[Taken]) -> str:
    """What lies in the folder, in sentences; it stands on the sensor's page while nothing is new."""
    if not drop.is_dir():
        return f"There is no folder {drop} yet."
    names = {item.batch.name for item in taken}
    resting = [name for name, (state, _) in watch.taken.items() if watch.seen.get(name) == state]
    moving = [batch.name for batch in found.batches if batch.name not in {*names, *resting}]
    parts = [f"New: {', '.join(sorted(names))}." if names else f"Nothing new in {drop}."]
    if moving:
        parts.append(f"Taken at the next evaluation if unchanged: {', '.join(moving)}.")
    parts.extend(f"{name} waits: {reason}" for name, reason in found.waiting.items())
    parts.extend(f"{name} repeats {other}." for name, other in watch.repeats.items())
    if found.all_foreign:
        parts.append(f"Foreign, left where they are: {', '.join(found.all_foreign)}.")
    return " ".join(parts)
