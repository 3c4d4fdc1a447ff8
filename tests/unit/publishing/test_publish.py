"""A build serves only once it is written, audited and read back; whatever happens before that changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import RunFailed, UsageError
from dagster_project.publishing import Audit, AuditFailed, publish
from dagster_project.publishing.builds import current, list_builds, rollback

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
REFUSES = Audit("nothing_passes", "a build is refused", "select 'O1' as order_id", "OTIF")


def files(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "builds").iterdir() if path.name != ".lock")


def test_a_build_holds_every_published_table_and_says_what_it_is(make_warehouse):
    warehouse = make_warehouse()
    build = publish(warehouse.settings, now=NOON)
    with duckdb.connect(str(build.path), read_only=True) as connection:
        told = connection.execute("select build_id, built_at, warehouse_rows, is_verified from build_info").fetchall()
        obligations = connection.execute("select count(*) from obligations").fetchone()
    assert told == [(build.build_id, datetime(2026, 2, 1, 12), sum(build.tables.values()) - 1, True)]
    assert obligations == (2,)
    assert build.tables["obligations"] == 2
    assert current(warehouse.settings.home) == build.build_id


def test_nothing_but_the_build_and_the_pointer_is_left(make_warehouse):
    warehouse = make_warehouse()
    build = publish(warehouse.settings)
    assert files(warehouse.settings.home) == [f"{build.build_id}.duckdb", "CURRENT"]


def test_working_tables_of_the_warehouse_are_not_published(make_warehouse):
    warehouse = make_warehouse()
    warehouse.execute("create table marts.applied_batches as select 1 as batch")
    assert "applied_batches" not in publish(warehouse.settings).tables


def test_views_are_published_as_tables_with_their_rows(make_warehouse):
    warehouse = make_warehouse()
    warehouse.execute("create view latest as select * from obligations limit 1")
    build = publish(warehouse.settings)
    warehouse.execute("drop view latest")
    with duckdb.connect(str(build.path), read_only=True) as connection:
        assert connection.execute("select count(*) from latest").fetchone() == (1,)


def test_views_of_the_star_stay_in_the_warehouse_and_its_tables_are_published(make_warehouse):
    warehouse = make_warehouse()
    warehouse.execute(
        "create view marts.fct_events as select 1 as event_key", "create table marts.snap_things as select 1 as day"
    )
    tables = publish(warehouse.settings).tables
    assert "fct_events" not in tables
    assert tables["snap_things"] == 1


def test_the_same_content_ends_in_the_same_digits_at_any_time(make_warehouse):
    warehouse = make_warehouse()
    first, second = publish(warehouse.settings, now=NOON), publish(warehouse.settings, now=NOON + timedelta(days=1))
    warehouse.execute("update obligations set customer_name = 'Other' where order_id = 'O1'")
    third = publish(warehouse.settings, now=NOON + timedelta(days=2))
    assert first.build_id[-9:] == second.build_id[-9:] != third.build_id[-9:]


def test_builds_of_the_same_instant_or_of_a_clock_set_back_have_ids_that_still_sort(make_warehouse):
    warehouse = make_warehouse()
    made = [publish(warehouse.settings, now=at).build_id for at in (NOON, NOON, NOON - timedelta(hours=1))]
    assert len(set(made)) == 3
    assert made == sorted(made)


def test_a_refused_build_leaves_the_previous_one_serving(make_warehouse):
    warehouse = make_warehouse()
    serving = publish(warehouse.settings)
    with pytest.raises(AuditFailed, match=r"nothing_passes.*order_id O1.*Withheld: OTIF") as failed:
        publish(warehouse.settings, audits=[REFUSES])
    assert failed.value.exit_code == 1
    assert failed.value.remedy == f"Build {serving.build_id} keeps serving."
    assert current(warehouse.settings.home) == serving.build_id
    assert files(warehouse.settings.home) == [f"{serving.build_id}.duckdb", "CURRENT"]


def test_a_first_build_that_is_refused_serves_nothing(make_warehouse):
    warehouse = make_warehouse()
    with pytest.raises(AuditFailed, match="Nothing is served yet"):
        publish(warehouse.settings, audits=[REFUSES])
    assert files(warehouse.settings.home) == []


def test_a_home_without_a_warehouse_says_what_to_do(tmp_path, make_warehouse):
    warehouse = make_warehouse()
    warehouse.settings.warehouse.unlink()
    with pytest.raises(UsageError, match="orderlens run"):
        publish(warehouse.settings)


def test_a_warehouse_that_cannot_be_read_is_told_in_a_sentence(make_warehouse):
    warehouse = make_warehouse()
    serving = publish(warehouse.settings)
    warehouse.settings.warehouse.write_bytes(b"not a database")
    with pytest.raises(RunFailed, match="could not be written"):
        publish(warehouse.settings)
    assert current(warehouse.settings.home) == serving.build_id
    assert files(warehouse.settings.home) == [f"{serving.build_id}.duckdb", "CURRENT"]


def test_a_build_that_does_not_read_back_is_not_served(make_warehouse, monkeypatch):
    warehouse = make_warehouse()
    monkeypatch.setattr(
        import_module("dagster_project.publishing.writing"),
        "_write",
        lambda settings, target, now, audits: (_empty_build(target), {"obligations": 2}),
    )
    with pytest.raises(RunFailed, match="does not read back as written: obligations"):
        publish(warehouse.settings)
    assert current(warehouse.settings.home) is None


def _empty_build(target: Path) -> str:
    with duckdb.connect(str(target)) as connection:
        connection.execute("create table obligations (order_id varchar)")
    return "20260201T120000000000Z"


def test_what_a_killed_publish_left_is_swept_by_the_next(make_warehouse):
    warehouse = make_warehouse()
    serving = publish(warehouse.settings)
    program = """
import os, signal, sys
from pathlib import Path
from importlib import import_module
module = import_module("dagster_project.publishing.writing")
from dagster_project.settings import Settings
module._verify = lambda path, tables: os.kill(os.getpid(), signal.SIGKILL)
module.publish(Settings(home=Path(sys.argv[1])))
"""
    killed = subprocess.run([sys.executable, "-c", program, str(warehouse.settings.home)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert current(warehouse.settings.home) == serving.build_id
    assert any(name.endswith(".tmp") for name in files(warehouse.settings.home))
    following = publish(warehouse.settings)
    expected = sorted([f"{serving.build_id}.duckdb", f"{following.build_id}.duckdb", "CURRENT"])
    assert files(warehouse.settings.home) == expected


def test_leftover_folders_of_a_spilling_query_are_swept_too(make_warehouse):
    warehouse = make_warehouse()
    spilled = warehouse.settings.builds / "1.duckdb.tmp.tmp"
    spilled.mkdir(parents=True)
    (spilled / "block").touch()
    publish(warehouse.settings)
    assert not spilled.exists()


def test_old_builds_are_swept_but_never_the_serving_one_or_the_one_it_replaced(make_warehouse):
    warehouse = make_warehouse(keep_builds=2)
    home = warehouse.settings.home
    made = [publish(warehouse.settings).build_id for _ in range(3)]
    assert [item.build_id for item in list_builds(home)] == made[:0:-1]
    rollback(home)
    newest = publish(warehouse.settings).build_id
    assert [item.build_id for item in list_builds(home)] == [newest, made[2], made[1]]


def test_a_page_that_holds_a_swept_build_open_reads_on(make_warehouse):
    warehouse = make_warehouse(keep_builds=2)
    oldest = publish(warehouse.settings)
    with duckdb.connect(str(oldest.path), read_only=True) as page:
        for _ in range(3):
            publish(warehouse.settings)
        assert not oldest.path.exists()
        assert page.execute("select count(*) from obligations").fetchone() == (2,)


def test_the_home_may_have_a_quote_in_its_name(make_warehouse, tmp_path):
    warehouse = make_warehouse()
    quoted = tmp_path / "o'hara"
    os.rename(warehouse.settings.home, quoted)
    assert publish(type(warehouse.settings)(home=quoted)).tables["obligations"] == 2
