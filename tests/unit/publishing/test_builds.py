"""The pointer, the list of builds, and going back."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import duckdb
import pytest

from dagster_project.errors import UsageError
from dagster_project.publishing.builds import (
    build_path,
    builds_dir,
    built_at,
    current,
    keep_build,
    landed_state,
    list_builds,
    rollback,
    serve_build,
)


@pytest.fixture
def three(tmp_path):
    """A home with three builds, oldest first, the newest serving."""
    ids = [f"2026020{day}T120000000000Z-0123abcd" for day in (1, 2, 3)]
    builds_dir(tmp_path).mkdir()
    for build_id in ids:
        with duckdb.connect(str(build_path(tmp_path, build_id))) as connection:
            connection.execute("create table build_info as select ? as build_id", [build_id])
        serve_build(tmp_path, build_id, keep=5)
    return tmp_path, ids


def test_builds_are_listed_newest_first_and_say_which_serves(three):
    home, ids = three
    listed = list_builds(home)
    assert [item.build_id for item in listed] == ids[::-1]
    assert [item.is_current for item in listed] == [True, False, False]
    assert all(item.bytes > 0 and item.built_at.tzinfo is UTC for item in listed)


def test_other_files_in_the_folder_are_no_builds(three):
    home, ids = three
    (home / "builds" / "notes.duckdb").touch()
    assert len(list_builds(home)) == len(ids)


def test_going_back_serves_the_build_before_the_current_one_step_by_step(three):
    home, ids = three
    assert [rollback(home), rollback(home)] == [ids[1], ids[0]]
    assert current(home) == ids[0]
    with pytest.raises(UsageError, match="no earlier build") as refused:
        rollback(home)
    assert refused.value.exit_code == 2
    assert current(home) == ids[0]


def test_a_named_build_serves_whether_it_is_older_or_newer(three):
    home, ids = three
    assert rollback(home, ids[0]) == ids[0]
    assert rollback(home, ids[2]) == ids[2]
    assert current(home) == ids[2]


def test_an_unknown_build_is_refused_and_the_kept_ones_are_named(three):
    home, ids = three
    with pytest.raises(UsageError, match=f"no build nine.*{ids[0]}"):
        rollback(home, "nine")
    assert current(home) == ids[2]


def test_a_damaged_build_is_not_served(three):
    home, ids = three
    (home / "builds" / f"{ids[1]}.duckdb").write_bytes(b"")
    with pytest.raises(UsageError, match="damaged"):
        rollback(home)
    assert current(home) == ids[2]


def test_without_a_pointer_the_newest_build_is_taken(three):
    home, ids = three
    (home / "builds" / "CURRENT").unlink()
    assert current(home) is None
    assert rollback(home) == ids[2]


def test_a_pointer_to_a_build_that_is_gone_goes_back_to_the_one_before_it(three):
    home, ids = three
    (home / "builds" / f"{ids[2]}.duckdb").unlink()
    assert rollback(home) == ids[1]


def test_a_home_without_builds_says_what_to_do(tmp_path):
    assert list_builds(tmp_path) == []
    with pytest.raises(UsageError, match="orderlens run"):
        rollback(tmp_path)


def test_a_page_that_is_open_reads_its_own_build_through_a_rollback(three):
    home, ids = three
    with duckdb.connect(str(home / "builds" / f"{ids[2]}.duckdb"), read_only=True) as page:
        rollback(home)
        assert page.execute("select build_id from build_info").fetchone() == (ids[2],)


def test_a_build_id_holds_its_instant_in_utc():
    expected = datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert built_at("20260131T235959999999Z-0123abcd") == built_at("20260131T235959999999Z") == expected


def test_going_back_imports_no_database():
    program = "import sys, dagster_project.publishing.builds; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


KNOWN = "20260203T130000000000Z-89abcdef-known-20260131T235959999999Z-c0ffee00"


def test_a_build_of_what_was_known_then_says_so_and_never_serves(three):
    home, ids = three
    (home / "builds" / f"{KNOWN}.duckdb").write_bytes((home / "builds" / f"{ids[0]}.duckdb").read_bytes())
    newest = list_builds(home)[0]
    assert (newest.known_at, newest.landed) == (datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC), "c0ffee00")
    assert all(item.known_at is None for item in list_builds(home)[1:])
    with pytest.raises(UsageError, match="never serves") as refused:
        rollback(home, KNOWN)
    assert refused.value.exit_code == 2
    assert rollback(home) == ids[1]


def test_a_kept_build_moves_no_pointer_and_the_oldest_beyond_the_number_go(three):
    home, ids = three
    (home / "builds" / f"{KNOWN}.duckdb").write_bytes(b"")
    assert keep_build(home, KNOWN, keep=2) == [ids[1], ids[0]]
    assert current(home) == ids[2]


def test_the_state_of_landed_batches_hangs_on_nothing_but_which_they_are():
    batches = [("acme", "1"), ("acme", "2"), ("bolt", "1")]
    assert landed_state(batches) == landed_state([*batches[::-1], batches[0]])
    assert len({landed_state(batches), landed_state(batches[:2]), landed_state([])}) == 3
