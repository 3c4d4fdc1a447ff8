"""One run at a time in a home folder, and no lock left behind by a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from dagster_project.errors import UsageError
from dagster_project.runlock import run_lock

HOLDS_THE_LOCK = """
import sys, time
from pathlib import Path
from dagster_project.runlock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_in_the_same_home_is_refused_and_told_who_is_at_work(tmp_path):
    with run_lock(tmp_path), pytest.raises(UsageError, match=f"process {os.getpid()}") as refused, run_lock(tmp_path):
        pass
    assert refused.value.exit_code == 2


def test_the_lock_is_free_again_after_a_run_that_ended_or_failed(tmp_path):
    with pytest.raises(RuntimeError), run_lock(tmp_path):
        raise RuntimeError
    with run_lock(tmp_path):
        assert (tmp_path / "run.lock").read_text() == str(os.getpid())


def test_two_homes_do_not_wait_for_each_other(tmp_path):
    with run_lock(tmp_path / "one"), run_lock(tmp_path / "two"):
        assert (tmp_path / "two" / "run.lock").is_file()


def test_a_run_that_was_killed_does_not_keep_the_next_one_out(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=f"process {running.pid}"), run_lock(tmp_path):
            pass
        running.send_signal(signal.SIGKILL)
        running.wait()
    with run_lock(tmp_path):
        pass


def test_a_home_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"), run_lock(tmp_path / "file" / "home"):
        pass


def test_a_run_that_may_wait_takes_over_when_the_other_ends_and_says_whom_it_waits_for(tmp_path):
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "held\n"

        def tell(sentence: str) -> None:
            told.append(sentence)
            running.kill()

        with run_lock(tmp_path, wait_seconds=30, tell=tell):
            assert (tmp_path / "run.lock").read_text() == str(os.getpid())
    assert len(told) == 1
    assert f"process {running.pid}" in told[0]


def test_a_run_that_has_waited_long_enough_is_refused(tmp_path):
    with (
        run_lock(tmp_path),
        pytest.raises(UsageError, match=f"process {os.getpid()}"),
        run_lock(tmp_path, wait_seconds=0.1),
    ):
        pass
