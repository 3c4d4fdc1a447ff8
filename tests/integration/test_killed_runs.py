"""A run killed at its work: the next one succeeds, gives the same figures, and nothing half-done is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.publishing.builds import current
from dagster_project.settings import PROJECT_ROOT
from dashboards.queries.build import open_build

from .conftest import Orderlens

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("operators")]

# A run that says "here" and stands still at the point named, so that it is killed exactly there.
STANDS_STILL = """
import sys, time
from pathlib import Path

import polars as pl

from dagster_project import pipeline
from dagster_project.publishing import writing
from dagster_project.settings import load_settings

point, home, source = sys.argv[1:]

def here():
    print("here", file=sys.__stdout__, flush=True)  # dbt's own output is caught while it works
    time.sleep(600)

def progress(stage, done, total):
    if point == "the build" and stage == "Building the star" and done >= 25:
        here()

written = pl.DataFrame.write_parquet
calls = []

def write_parquet(self, file, *args, **kwargs):
    written(self, file, *args, **kwargs)
    calls.append(file)
    if point == "landing" and len(calls) == 3:
        here()

pl.DataFrame.write_parquet = write_parquet
if point == "publishing":
    writing.run_audits = lambda *args: here()
pipeline.run(load_settings(home), [source], progress=progress)
"""


def leftovers(home: Path) -> list[str]:
    return [path.relative_to(home).as_posix() for path in home.rglob("*.tmp*")]


def tables(home: Path) -> dict[str, tuple[int, object]]:
    """Rows and contents of each table that a build serves, but for what a gate compared with the build before."""
    with open_build(home) as build:
        cursor = build.cursor()
        names = cursor.execute("select table_name from duckdb_tables() order by all").fetchall()
        found = {}
        for (name,) in names:
            if name not in ("build_info", "check_results"):
                query = f'select count(*), sum(hash(contents)) from "{name}" as contents'
                found[name] = cursor.execute(query).fetchone()
    return found


def kill_at(point: str, home: Path, two_batches: Path) -> None:
    call = [sys.executable, "-c", STANDS_STILL, point, str(home), f"canonical:{two_batches}"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=environment) as running:
        try:
            assert running.stdout is not None
            # Two models at work may say it at once, in one line.
            assert running.stdout.readline().startswith("here")
        finally:
            running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL


@pytest.mark.timeout(1800)
def test_runs_killed_at_any_point_let_the_next_one_give_the_same_figures_and_leave_nothing_half_done(
    new_home: Callable[[], Orderlens], undisturbed: Orderlens, two_batches: Path
) -> None:
    orderlens = new_home()
    first = two_batches / "B1"
    kill_at("landing", orderlens.home, first)
    assert leftovers(orderlens.home) != []
    kill_at("the build", orderlens.home, first)
    kill_at("publishing", orderlens.home, first)
    assert leftovers(orderlens.home) != []
    assert current(orderlens.home) is None
    orderlens.call("run", "--source", f"canonical:{first}")
    assert leftovers(orderlens.home) == []

    # A later batch: what serves stays as it is until the next run.
    before = current(orderlens.home)
    kill_at("the build", orderlens.home, two_batches)
    assert current(orderlens.home) == before is not None
    orderlens.call("run", "--source", f"canonical:{two_batches}")
    assert tables(orderlens.home) == tables(undisturbed.home)
    assert leftovers(orderlens.home) == []
