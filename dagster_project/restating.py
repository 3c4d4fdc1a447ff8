"""Restating: the same project over what had been extracted by an earlier instant, in a folder of its own.

What serves, its warehouse and its pointer are never touched. The run lock of the home is held to the end: nothing lands
and no batch goes while its rows are read.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.errors import RunFailed, UsageError
from dagster_project.freshness import is_up_to_date, last_published, require_full_build
from dagster_project.landing.known import known_batches, write_known_ledger
from dagster_project.landing.ledger import read_batches
from dagster_project.parsed import lend_parsed
from dagster_project.pipeline import check_as_of
from dagster_project.publishing.builds import discard
from dagster_project.report import RunReport
from dagster_project.runlock import run_lock
from dagster_project.settings import Settings
from dagster_project.warehouse import declared_as_of
from expectations.outcome import LET_PASS


@dataclass(frozen=True)
class Restated:
    """A build of what was known at an instant: its id, sources and batches, and whether it was there already."""

    build_id: str
    sources: tuple[str, ...]
    batches: int
    is_kept: bool
    report: RunReport


def restate(
    settings: Settings,
    known_at: datetime,
    sources: Sequence[str] = (),
    *,
    limit: str,
    as_of: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Restated:
    """Build and publish what was known at an instant (naive UTC), of every source that has landed or of those named.

    `limit` writes the instant as it was asked for, as a day or an instant: no source is judged later unless `as_of`
    says so. UsageError (2) where nothing was known then; RunFailed (1) where a stage, a gate or an audit failed.
    """
    if as_of:
        check_as_of(as_of)
    report = RunReport(progress=progress) if progress else RunReport()
    with run_lock(settings.home):
        _check_sources(settings.home, known_at, sources)
        batches = known_batches(settings.home, known_at, sources)
        named = tuple(sorted({item["source_system"] for item in batches}))
        apart = settings.as_known(known_at)
        _prepare(settings, apart)
        write_known_ledger(settings.home, apart.home, batches)
        declared = declared_as_of(batches)
        judged = {name: as_of for name in named} if as_of else _not_after(limit, known_at, declared)
        kept = last_published(apart) if is_up_to_date(apart, judged) else None
        if kept is None:
            _build(apart, judged, report)
        if kept is None and report.published is None:
            raise RunFailed("The run published nothing.", "Run it again with --debug.")
    build_id = kept or (report.published.build_id if report.published else "")
    return Restated(build_id, named, len(batches), kept is not None, report)


def _check_sources(home: Path, known_at: datetime, sources: Collection[str]) -> None:
    landed = read_batches(home)
    if not landed:
        raise UsageError("Nothing has landed in this home folder yet.", "Run `orderlens run` first.")
    names = {item["source_system"] for item in landed}
    unknown = sorted(set(sources) - names)
    if unknown:
        raise UsageError(f"No source {', '.join(unknown)} has landed.", f"Landed: {', '.join(sorted(names))}.")
    known = {item["source_system"] for item in known_batches(home, known_at, sources)}
    lacking = sorted(set(sources) - known) if sources else sorted(names) if not known else []
    if lacking:
        first = min(item["extracted_at"] for item in landed if item["source_system"] in lacking)
        raise UsageError(
            f"Nothing of {', '.join(lacking)} was known then.", f"The first batch of it was extracted at {first}."
        )


def _prepare(settings: Settings, apart: Settings) -> None:
    """The folder apart, with what people have let pass, and the parsed project."""
    apart.home.mkdir(parents=True, exist_ok=True)
    discard(apart.home / LET_PASS)
    if (settings.home / LET_PASS).is_file():
        shutil.copyfile(settings.home / LET_PASS, apart.home / LET_PASS)
    lend_parsed(settings, apart)


def _not_after(limit: str, known_at: datetime, declared: dict[str, str]) -> dict[str, str]:
    """Source -> the moment asked for, where what the source declares lies after it: a day that has begun does not."""
    return {name: limit for name, text in declared.items() if _begins(text) > known_at}


def _begins(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _build(apart: Settings, as_of: dict[str, str], report: RunReport) -> None:
    from dagster_project.execution import execute

    require_full_build(apart)
    discard(apart.warehouse.parent)
    try:
        execute(apart, (), as_of, True, ("build", "publish"), report)
    finally:
        # Whatever is restated next is built whole: the build holds what this warehouse was for.
        discard(apart.warehouse.parent)
