"""One run: check the call, see whether there is anything to do, and have the graph do it.

What the graph needs takes seconds to import, so it is fetched only where there is something to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from dagster_project.errors import UsageError
from dagster_project.freshness import forget, is_up_to_date
from dagster_project.landing import LandingResult
from dagster_project.landing.ledger import read_batches
from dagster_project.landing.sources.registry import bundled_sources
from dagster_project.publishing.builds import current
from dagster_project.report import RunReport
from dagster_project.runlock import run_lock
from dagster_project.settings import Settings
from dagster_project.simulated import source_landed_before, source_systems
from expectations.outcome import GATES, GateOutcome, kept_at, read_outcome

_AS_OF_FORMS = "Write it as 2026-01-31 or 2026-01-31T12:00:00Z."
STEPS = ("land", "build", "publish")


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
    named = source_systems(settings, chosen) if "land" in steps else set()
    if "land" not in steps and not read_batches(settings.home):
        raise UsageError("Nothing has landed in this home folder yet.", "Run `orderlens run` first.")
    report = RunReport(progress=progress) if progress else RunReport()
    with run_lock(settings.home):
        override = {name: as_of for name in named or _landed(settings)} if as_of else {}
        report.progress("Looking for what is new", 0, 1)
        before = None if full_refresh or tuple(steps) != STEPS else _nothing_new(settings, chosen, override)
        if before is not None:
            report.landings, report.serves_already = before, current(settings.home)
            report.gates = _found_before(settings)
            return report
        if "build" in steps:
            forget(settings)
        from dagster_project.execution import execute

        execute(settings, chosen, override, full_refresh, steps, report)
    return report


def _nothing_new(settings: Settings, sources: Sequence[str], as_of: dict[str, str]) -> list[LandingResult] | None:
    """What became of each source, where all of it has landed before and the build that serves holds it; else None."""
    if not is_up_to_date(settings, as_of):
        return None
    found = [source_landed_before(settings, source) for source in sources]
    return [item for item in found if item is not None] if None not in found else None


def _found_before(settings: Settings) -> dict[str, GateOutcome]:
    """What the gates found of the build that serves: it holds as long as nothing has changed."""
    found = {gate: read_outcome(kept_at(settings.home, gate)) for gate in GATES}
    return {gate: outcome for gate, outcome in found.items() if outcome is not None}


def check_as_of(text: str) -> None:
    """UsageError unless the text is a day (2026-01-31) or an instant with a zone (2026-01-31T12:00:00Z)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"As-of {text!r} is neither a day nor an instant.", _AS_OF_FORMS) from error
    if len(text) > len("2026-01-31") and instant.tzinfo is None:
        raise UsageError(f"As-of {text!r} has a time but no zone.", _AS_OF_FORMS)


def _landed(settings: Settings) -> set[str]:
    """Source systems that have landed: an as-of of a call that lands none applies to all of them."""
    return {item["source_system"] for item in read_batches(settings.home)}
