"""A build of what was known at an earlier instant is published apart and serves nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from dagster_project.publishing import Audit, AuditFailed, publish
from dagster_project.publishing.builds import current, known_then, landed_state, list_builds

THEN = datetime(2026, 1, 31, 12)


@pytest.fixture
def home_and_apart(make_warehouse):
    """Settings of a home whose build serves, and of its folder of what was known earlier, with a warehouse each."""
    live = make_warehouse().settings
    publish(live)
    apart = replace(live.as_known(THEN), keep_builds=2)
    apart.warehouse.parent.mkdir(parents=True)
    apart.warehouse.write_bytes(live.warehouse.read_bytes())
    with duckdb.connect(str(apart.warehouse)) as connection:
        connection.execute("alter table published.batches add column if not exists batch_file_id varchar")
        connection.execute("update published.batches set batch_file_id = 'b1'")
    return live, apart


def test_it_lies_in_a_folder_of_its_own_and_the_pointer_stays(home_and_apart):
    live, apart = home_and_apart
    serving = current(live.home)
    build = publish(apart)
    assert build.path.parent == live.home / "restated" / "builds"
    assert (current(live.home), current(apart.home)) == (serving, None)
    known_at, landed = known_then(build.build_id)
    assert known_at is not None
    assert (known_at.replace(tzinfo=None), landed) == (THEN, landed_state([("acme", "b1")]))
    with duckdb.connect(str(build.path), read_only=True) as connection:
        assert connection.execute("select build_id, known_at from build_info").fetchall() == [(build.build_id, THEN)]


def test_as_many_are_kept_as_the_settings_say(home_and_apart):
    live, apart = home_and_apart
    made = [publish(apart).build_id for _ in range(3)]
    assert [item.build_id for item in list_builds(apart.home)] == made[:0:-1]
    assert len(list_builds(live.home)) == 1


def test_a_broken_audit_names_the_build_that_keeps_serving(home_and_apart):
    live, apart = home_and_apart
    refuses = Audit("nothing_passes", "a build is refused", "select 'O1' as order_id", "OTIF")
    with pytest.raises(AuditFailed, match=f"Build {current(live.home)} keeps serving"):
        publish(apart, audits=[refuses])
    assert list_builds(apart.home) == []
