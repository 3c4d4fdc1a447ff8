"""A hundred builds published while readers read: no error, no torn reading, one build in every answer of a page."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dagster_project.publishing import publish
from dagster_project.settings import Settings
from dashboards.queries.build import open_build
from dashboards.queries.kpi import answer
from dashboards.queries.request import EVERYTHING, KpiRequest
from tests.builders import Obligation, day
from tests.unit.publishing.conftest import BATCH, MakeWarehouse, Warehouse, make_warehouse

__all__ = ["make_warehouse"]

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = 100
# Five readers: three sessions of one page server, and two commands in processes of their own.
READERS = (("pages", 3), ("commands", 1), ("commands", 1))


def mark(warehouse: Warehouse, marker: str) -> None:
    """Write a marker into several tables, so that every answer tells the build that it was read from."""
    warehouse.execute(
        f"update data_sources set title = '{marker}'",
        f"update batches set source_file = '{marker}'",
        f"update obligations set customer_id = '{marker}', customer_name = null",
    )


def publish_marked(warehouse: Warehouse, number: int) -> tuple[str, str]:
    """Publish a build whose rows carry its own marker; its id and its marker."""
    marker = f"M{number:03}"
    mark(warehouse, marker)
    # What is audited is tested elsewhere, and would double the time.
    return publish(warehouse.settings, audits=()).build_id, marker


def start_reader(settings: Settings, kind: str, threads: int, log: Path) -> subprocess.Popen[bytes]:
    """A process that reads the home until the file `stop` is in it."""
    call = [sys.executable, "-m", "tests.concurrency.reading", kind, str(settings.home), str(threads)]
    return subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=log.open("wb"))


def wait_for(settings: Settings, pattern: str, count: int) -> None:
    """Wait until so many readers have said that they read."""
    for _ in range(600):
        if len(list(settings.home.glob(pattern))) >= count:
            return
        time.sleep(0.1)
    raise AssertionError("the readers did not start")


@pytest.fixture
def seen_while_publishing(make_warehouse: MakeWarehouse, tmp_path: Path) -> tuple[dict[str, str], list[Any]]:
    """Markers by build id, and the readings of each reader while a hundred builds were published."""
    obligations = tuple(
        Obligation(f"O{n}", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),)) for n in range(40)
    )
    warehouse = make_warehouse(obligations, keep_builds=2, batches=(BATCH,))
    markers = dict([publish_marked(warehouse, 0)])
    readers = [
        start_reader(warehouse.settings, kind, threads, tmp_path / f"reader-{number}.log")
        for number, (kind, threads) in enumerate(READERS)
    ]
    try:
        wait_for(warehouse.settings, "ready-*", len(READERS))
        markers.update(publish_marked(warehouse, number) for number in range(1, PUBLISHED + 1))
    finally:
        (warehouse.settings.home / "stop").touch()
        said = [reader.communicate(timeout=60)[0] for reader in readers]
    return markers, [thread for one in said for thread in json.loads(one)]


@pytest.mark.timeout(300)
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


def test_a_page_that_is_slow_reads_its_own_build_to_the_end(make_warehouse: MakeWarehouse) -> None:
    from dashboards import cache

    warehouse = make_warehouse(keep_builds=2, batches=(BATCH,))
    home = warehouse.settings.home
    _, marker = publish_marked(warehouse, 0)
    with cache.serving(home) as slow:
        for number in range(1, 7):
            publish_marked(warehouse, number)
            with cache.serving(home) as quick:
                assert cache.company_list(str(home), quick, EVERYTHING)[0].title == f"M{number:03}"
        assert not (home / "builds" / f"{slow}.duckdb").exists()
        assert cache.company_list(str(home), slow, EVERYTHING)[0].title == marker
        assert cache.answer(str(home), slow, KpiRequest("otif"), EVERYTHING).build_id == slow


def test_a_query_at_work_outlives_the_build_it_reads(make_warehouse: MakeWarehouse) -> None:
    from dashboards import cache

    warehouse = make_warehouse(keep_builds=2, batches=(BATCH,))
    home = warehouse.settings.home
    publish_marked(warehouse, 0)
    with cache.serving(home) as first:
        cursor = cache.opened(str(home), first).cursor()
    for number in range(1, 7):
        publish_marked(warehouse, number)
        with cache.serving(home) as later:
            cache.company_list(str(home), later, EVERYTHING)
    assert answer(cursor, KpiRequest("otif")).build_id == first


def test_a_build_swept_between_pointer_and_opening_gives_way_to_the_one_served_by_then(
    make_warehouse: MakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = make_warehouse(keep_builds=2, batches=(BATCH,))
    home = warehouse.settings.home
    old, _ = publish_marked(warehouse, 0)
    for number in range(1, 4):
        latest, _ = publish_marked(warehouse, number)
    pointers = iter([old, latest, latest])
    monkeypatch.setattr("dashboards.queries.build.current_build_id", lambda _: next(pointers))
    with open_build(home) as build:
        assert build.build_id == latest
