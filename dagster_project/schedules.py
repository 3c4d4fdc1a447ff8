"""Schedules: what runs by the clock, once somebody has switched it on."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from dagster_project.errors import UsageError
from dagster_project.settings import SCHEDULE_VARIABLE, Operation


def daily_schedule(job: UnresolvedAssetJobDefinition, operation: Operation) -> dg.ScheduleDefinition:
    """The whole graph by the operation's cron text, in its zone; UsageError where that is no cron text."""
    try:
        return dg.ScheduleDefinition(
            name="orderlens_daily",
            job=job,
            cron_schedule=operation.cron,
            execution_timezone=operation.zone,
            default_status=dg.DefaultScheduleStatus.STOPPED,
            description="Lands the sources, builds, audits and publishes. Switched off until an operator wants it.",
        )
    except dg.DagsterInvalidDefinitionError as error:
        raise UsageError(
            f"{SCHEDULE_VARIABLE} is {operation.cron!r}, no cron text.", "Give five fields, such as '0 5 * * *'."
        ) from error
