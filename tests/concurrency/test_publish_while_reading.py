"""A hundred builds published while readers read: no error, no torn reading, one build in every answer of a page."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.publishing.builds import build_path, current, new_build_id, serve_build
from dashboards.queries.build import open_build
from dashboards.queries.kpi import answer
from dashboards.queries.request import EVERYTHING, KpiRequest
from tests.builders import BuildRows, Obligation, day, write_build
from tests.unit.publishing.conftest import BATCH

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = 100
# Five readers: three sessions of one page server, and two commands in processes of their own.
OBLIGATIONS = tuple(Obligation(f"O{n}", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),)) for n in range(20))
READERS = (("pages", 3), ("commands", 1), ("commands", 1))


def publish_marked(home: Path, number: int) -> tuple[str, str]:
    """Serve a small build, written by hand, whose tables all carry its own marker; the build's id and the marker."""
    marker, build_id = f"M{number:03}", new_build_id(home, datetime.now(UTC), number)
    written = build_path(home, build_id)
    if (before := current(home)) is None:
        write_build(home, BuildRows(OBLIGATIONS, build_id=build_id, batches=(BATCH,)), is_current=False)
    else:
        shutil.copyfile(build_path(home, before), written)
    with duckdb.connect(str(written)) as connection:
        connection.execute(f"update build_info set build_id = '{build_id}'")
        connection.execute(f"update data_sources set title = '{marker}'")
        connection.execute(f"update batches set source_file = '{marker}'")
        connection.execute(f"update obligations set customer_id = '{marker}', customer_name = null")
    serve_build(home, build_id, keep=2)
    return build_id, marker


def start_reader(home: Path, kind: str, threads: int, log: Path) -> subprocess.Popen[bytes]:
    """A process that reads the home until the file `stop` is in it."""
    call = [sys.executable, "-m", "tests.concurrency.reading", kind, str(home), str(threads)]
    return subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=log.open("wb"))


def wait_for(home: Path, pattern: str, count: int) -> None:
    """Wait until so many readers have said that they read."""
    for _ in range(1800):
        if len(list(home.glob(pattern))) >= count:
            return
        time.sleep(0.1)
    raise AssertionError("the readers did not start")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    return tmp_path / "home"


@pytest.fixture
def seen_while_publishing(home: Path, tmp_path: Path) -> tuple[dict[str, str], list[Any]]:
    """Markers by build id, and the readings of each reader while a hundred builds were published."""
    markers = dict([publish_marked(home, 0)])
    readers = [
        start_reader(home, kind, threads, tmp_path / f"reader-{number}.log")
        for number, (kind, threads) in enumerate(READERS)
    ]
    try:
        wait_for(home, "ready-*", len(READERS))
        markers.update(publish_marked(home, number) for number in range(1, PUBLISHED + 1))
    finally:
        (home / "stop").touch()
        said = [reader.communicate(timeout=60)[0] for reader in readers]
    return markers, [thread for one in said for thread in json.loads(one)]


@pytest.mark.timeout(900)
def test_every_reading_is_of_one_build_while_a_hundred_are_published(
    seen_while_publishing: tuple[dict[str, str], list[Any]],
) -> None:
    markers, readers = seen_while_publishing
    assert len(markers) == PUBLISHED + 1
    assert len(readers) == 5
    readings = [reading for reader in readers for reading in reader]
    assert [reading for reading in readings if isinstance(reading, str)] == []
    assert [builds for builds, _ in readings if len(builds) != 1] == []
    assert [(builds, found) for builds, found in readings if found != [markers[builds[0]]]] == []
    # Readers that saw only a few of the builds would have tested little.
    assert len({builds[0] for builds, _ in readings}) > PUBLISHED / 3


def test_a_page_that_is_slow_reads_its_own_build_to_the_end(home: Path) -> None:
    from dashboards import cache

    _, marker = publish_marked(home, 0)
    with cache.serving(home) as slow:
        for number in range(1, 7):
            publish_marked(home, number)
            with cache.serving(home) as quick:
                assert cache.company_list(str(home), quick, EVERYTHING)[0].title == f"M{number:03}"
        assert not (home / "builds" / f"{slow}.duckdb").exists()
        assert cache.company_list(str(home), slow, EVERYTHING)[0].title == marker
        assert cache.answer(str(home), slow, KpiRequest("otif"), EVERYTHING).build_id == slow


def test_a_query_at_work_outlives_the_build_it_reads(home: Path) -> None:
    from dashboards import cache

    publish_marked(home, 0)
    with cache.serving(home) as first:
        cursor = cache.opened(str(home), first).cursor()
    for number in range(1, 7):
        publish_marked(home, number)
        with cache.serving(home) as later:
            cache.company_list(str(home), later, EVERYTHING)
    assert answer(cursor, KpiRequest("otif")).build_id == first


def test_a_build_swept_between_pointer_and_opening_gives_way_to_the_one_served_by_then(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = publish_marked(home, 0)
    for number in range(1, 4):
        latest, _ = publish_marked(home, number)
    pointers = iter([old, latest, latest])
    monkeypatch.setattr("dashboards.queries.build.current_build_id", lambda _: next(pointers))
    with open_build(home) as build:
        assert build.build_id == latest
