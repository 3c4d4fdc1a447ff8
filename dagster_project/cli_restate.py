"""`orderlens restate`, and the build in which a figure is read as it was known at an earlier instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.cli_options import Call, common_options, pass_call

if TYPE_CHECKING:
    from dashboards.queries.build import Build


@click.command()
@click.option("--known-at", required=True, metavar="T", help="A day (to 24:00 UTC of it) or an instant.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="A company that has landed; may be repeated (default: every one).",
)
@click.option("--as-of", metavar="D", help="The day or instant to judge at (default: as declared, not after T).")
@common_options
@pass_call
def restate(call: Call, known_at: str, sources: tuple[str, ...], as_of: str | None) -> None:
    """Build what was known at an earlier instant, beside what serves: only what had been extracted by then.

    `orderlens kpi` and `orderlens units` with the same --known-at answer from it. What serves does not change.

    \b
      orderlens restate --known-at 2026-05-12
      orderlens kpi order_cycle_time --as-of 2026-05-11 --known-at 2026-05-12
      orderlens units order_cycle_time --as-of 2026-05-11 --known-at 2026-05-12 --against now
    """
    settings = call.settings()
    from dagster_project.cli_output import show_progress
    from dagster_project.restating import restate as build_again
    from dashboards.queries.asof import known_instant, known_text
    from expectations.outcome import remark_lines

    instant, limit = known_instant(known_at), known_text(known_at) or known_at
    with show_progress() as progress:
        made = build_again(settings, instant, sources, limit=limit, as_of=as_of, progress=progress)
    for line in remark_lines(made.report.gates.values()):
        click.echo(line)
    if made.is_kept:
        click.echo("Nothing has changed since it was restated: no new build.")
    batches = f"{made.batches:,} {'batch' if made.batches == 1 else 'batches'} of {', '.join(made.sources)}"
    click.echo(f"Build {made.build_id} holds what was known at {limit}: {batches}. What serves has not changed.")


@contextmanager
def open_as_known(call: Call, kpi: str, known_at: str | None, source: str | None) -> Iterator[tuple[Build, list[str]]]:
    """The build that answers a figure, and what must be said of it.

    The build that serves, which holds every promise as it was known at any instant; for another figure as known earlier
    the newest build that was restated at exactly that instant. QueryError where there is none.
    """
    from dashboards.queries.catalogue import find_kpi
    from dashboards.queries.sources import check_source

    with call.open_build() as serving:
        if known_at is None or find_kpi(serving.cursor(), kpi).is_conformance:
            yield serving, []
            return
        check_source(serving.cursor(), source)
    with open_restated(call.settings().home, kpi, known_at, source) as restated:
        yield restated


@contextmanager
def open_restated(home: Path, kpi: str, known_at: str, source: str | None) -> Iterator[tuple[Build, list[str]]]:
    """The newest build of what was known at exactly that instant, which holds the company that is named.

    Where none is named it holds every company that was known then: one restated alone does not stand for all of them.
    """
    from dagster_project.landing.known import known_batches
    from dagster_project.publishing.builds import list_builds
    from dagster_project.settings import restated_home
    from dashboards.queries.asof import known_instant
    from dashboards.queries.build import open_build
    from dashboards.queries.figures import not_restated
    from dashboards.queries.sources import sources

    instant, apart = known_instant(known_at), restated_home(home)
    asked = {source} if source else {item["source_system"] for item in known_batches(home, instant)}
    for kept in list_builds(apart):
        if kept.known_at is None or kept.known_at.replace(tzinfo=None) != instant:
            continue
        with open_build(apart, kept.build_id) as build:
            held = {one.source_system for one in sources(build.cursor())}
            if asked <= held:
                yield build, _landed_since(home, known_at, build, asked)
                return
    raise not_restated(kpi, known_at, source)


def _landed_since(home: Path, known_at: str, build: Build, asked: set[str]) -> list[str]:
    """A note where batches of a company, extracted by then, have landed or gone since the build was made."""
    from dagster_project.landing.known import known_batches
    from dashboards.queries.asof import known_instant
    from dashboards.queries.build import fetch

    rows = fetch(build.cursor(), "select distinct source_system, batch_file_id from batches")
    held = {tuple(row.values()) for row in rows if row["source_system"] in asked}
    known = known_batches(home, known_instant(known_at), asked)
    if held == {(item["source_system"], item["batch_file_id"]) for item in known}:
        return []
    return [f"other batches extracted by then have landed since: run `orderlens restate --known-at {known_at}` again"]
