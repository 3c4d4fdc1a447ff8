"""The one graph: from files to the published build, the same for the command line, the web UI and the tests."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dbt.contracts.graph.manifest import Manifest

from dagster_project.assets.dropping import DROP_KEY, drop_files, dropped_batches
from dagster_project.assets.landing import LANDED, file_assets, landed_assets, raw_assets, source_names
from dagster_project.assets.publication import publication_asset
from dagster_project.assets.star import published_keys, star_assets
from dagster_project.checks.gates import gate_checks
from dagster_project.gatekeeper import Gatekeeper
from dagster_project.jobs import batch_job, run_job
from dagster_project.loggers import quiet_console
from dagster_project.publishing import DEFAULT_AUDITS, Audit
from dagster_project.report import RunReport
from dagster_project.resources import RUN_LOCK, RunLock
from dagster_project.schedules import daily_schedule
from dagster_project.sensors import drop_sensor
from dagster_project.settings import Operation, Settings


def build_definitions(
    settings: Settings,
    manifest: Manifest,
    sources: Sequence[str],
    *,
    as_of: dict[str, str] | None = None,
    full_refresh: bool = False,
    audits: Sequence[Audit] = DEFAULT_AUDITS,
    report: RunReport | None = None,
    operation: Operation | None = None,
    is_locked: bool = False,
) -> dg.Definitions:
    """Definitions for the sources named ("scms", "canonical:FOLDER"); overrides are for the run at hand.

    `is_locked` says that the caller holds the home's run lock; else each run takes it, and waits for it.
    """
    report = report or RunReport()
    names = source_names(sources)
    landed = [*(dg.AssetKey([LANDED, name]) for name in names), DROP_KEY]
    everything, batches = run_job(), batch_job(names)
    keeper = Gatekeeper(settings, as_of or {}, report)
    return dg.Definitions(
        assets=[
            *file_assets(names),
            drop_files(settings),
            *([landed_assets(settings, sources, report)] if sources else []),
            dropped_batches(settings, report),
            raw_assets(settings, landed, report),
            star_assets(settings, manifest, keeper, full_refresh, report),
            publication_asset(settings, published_keys(manifest), audits, keeper, report, tells_figures=not is_locked),
        ],
        asset_checks=gate_checks(keeper, report),
        jobs=[everything, batches],
        schedules=[daily_schedule(everything, operation or Operation())],
        sensors=[drop_sensor(settings.drop, batches)],
        resources={RUN_LOCK: RunLock(home=str(settings.home), is_held=is_locked)},
        executor=dg.in_process_executor,
        loggers={"console": quiet_console},
    )
