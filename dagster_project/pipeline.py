"""Run the graph, or a part of it, in this process and turn its outcome into one answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import dagster as dg

from dagster_project.build import build_definitions
from dagster_project.errors import RunFailed, UsageError
from dagster_project.landing.ledger import read_batches
from dagster_project.landing.sources import SourceBatch
from dagster_project.landing.sources.registry import bundled_sources, source_batches
from dagster_project.report import RunReport
from dagster_project.runlock import run_lock
from dagster_project.settings import Settings
from dagster_project.transform import parse_project

_AS_OF_FORMS = "Write it as 2026-01-31 or 2026-01-31T12:00:00Z."
STEPS = ("land", "build", "publish")
_SELECTIONS = {"land": "land", "build": "star", "publish": "published_build"}


def run(
    settings: Settings,
    sources: Sequence[str] = (),
    *,
    as_of: str | None = None,
    full_refresh: bool = False,
    steps: Sequence[str] = STEPS,
    progress: Callable[[str, int, int], None] | None = None,
) -> RunReport:
    """Run the steps in order. No source named: every bundled one.

    UsageError (2) where a source, a file or the home cannot be used; RunFailed (1) where a stage or an audit failed.
    """
    if as_of:
        check_as_of(as_of)
    chosen = tuple(sources) or bundled_sources()
    batches = [batch for spec in chosen for batch in source_batches(spec)] if "land" in steps else []
    if "land" not in steps and not read_batches(settings.home):
        raise UsageError("Nothing has landed in this home folder yet.", "Run `orderlens run` first.")
    report = RunReport(progress=progress) if progress else RunReport()
    with run_lock(settings.home):
        override = {name: as_of for name in _named(settings, batches)} if as_of else {}
        _execute(settings, chosen, override, full_refresh, steps, report)
    return report


def check_as_of(text: str) -> None:
    """UsageError unless the text is a day (2026-01-31) or an instant with a zone (2026-01-31T12:00:00Z)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"As-of {text!r} is neither a day nor an instant.", _AS_OF_FORMS) from error
    if len(text) > len("2026-01-31") and instant.tzinfo is None:
        raise UsageError(f"As-of {text!r} has a time but no zone.", _AS_OF_FORMS)


def _named(settings: Settings, batches: Sequence[SourceBatch]) -> set[str]:
    """Source systems an as-of of the call applies to: those it lands, else all that have landed."""
    named = {batch.source_system for batch in batches}
    return named or {item["source_system"] for item in read_batches(settings.home)}


def _execute(
    settings: Settings,
    sources: Sequence[str],
    as_of: dict[str, str],
    full_refresh: bool,
    steps: Sequence[str],
    report: RunReport,
) -> None:
    report.progress("Starting", 0, 1)
    manifest = parse_project(settings)
    definitions = build_definitions(
        settings, manifest, sources, as_of=as_of, full_refresh=full_refresh, report=report, is_locked=True
    )
    graph = definitions.resolve_asset_graph()
    keys = [key for step in steps for key in graph.materializable_asset_keys if _SELECTIONS[step] == _step_of(key.path)]
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = definitions.resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
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
