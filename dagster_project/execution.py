"""Run the graph, or a part of it, in this process; the error of a stage comes out as it was raised."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import dagster as dg

from dagster_project.build import build_definitions
from dagster_project.errors import RunFailed
from dagster_project.report import RunReport
from dagster_project.settings import Settings
from dagster_project.transform import parse_project
from dagster_project.unrecorded import unrecorded_instance

_SELECTIONS = {"land": "land", "build": "star", "publish": "published_build"}


def execute(
    settings: Settings,
    sources: Sequence[str],
    as_of: dict[str, str],
    full_refresh: bool,
    steps: Sequence[str],
    report: RunReport,
) -> None:
    """Run the steps of the graph over the sources named; `as_of`: source -> what overrides its declared one.

    The caller holds the home's run lock. UsageError or RunFailed: as a stage raised it.
    """
    report.progress("Starting", 0, 1)
    manifest = parse_project(settings)
    definitions = build_definitions(
        settings, manifest, sources, as_of=as_of, full_refresh=full_refresh, report=report, is_locked=True
    )
    graph = definitions.resolve_asset_graph()
    keys = [key for step in steps for key in graph.materializable_asset_keys if _SELECTIONS[step] == _step_of(key.path)]
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = definitions.resolve_implicit_global_asset_job_def()
    with unrecorded_instance() as instance:
        outcome = job.execute_in_process(
            instance=instance,
            asset_selection=keys,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if not outcome.success:
        raise _failure(outcome, report)


def _step_of(path: Sequence[str]) -> str:
    if path[0] in ("raw", "landed"):
        return "drop" if path[-1] == "drop" else "land"
    return "published_build" if path[0] == "published_build" else "star"


def _failure(outcome: dg.ExecuteInProcessResult, report: RunReport) -> Exception:
    """Why a run failed: the error the stage raised, as it was."""
    if report.error is not None:
        return report.error
    failed = [event.message for event in outcome.all_events if event.is_failure and event.message]
    return RunFailed(f"The run failed: {failed[0] if failed else 'no stage says why'}.", "Run it again with --debug.")
