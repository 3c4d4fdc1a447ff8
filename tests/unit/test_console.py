"""Dagster's web UI over a home: its records stay in the home, one per home, and dead runs do not hold up the queue."""

from __future__ import annotations

import socket
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.console import environment, fail_dead_runs, open_console, prepare_instance
from dagster_project.errors import UsageError
from dagster_project.runlock import run_lock
from dagster_project.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def opened(settings: Settings) -> list[tuple[list[str], dict[str, str]]]:
    calls: list[tuple[list[str], dict[str, str]]] = []
    open_console(settings, free_port(), execute=lambda _, call, environment: calls.append((call, environment)))
    return calls


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_the_web_ui_works_in_the_home_and_is_open_to_this_machine_only(settings: Settings) -> None:
    [(call, told)] = opened(settings)
    assert call[call.index("--host") + 1] == "127.0.0.1"
    assert told["DAGSTER_HOME"] == str(settings.home / "dagster")
    assert told["ORDERLENS_HOME"] == str(settings.home)
    assert settings.drop.is_dir()


def test_dagster_keeps_quiet_and_runs_one_run_at_a_time(settings: Settings) -> None:
    prepare_instance(settings)
    assert environment(settings)["DAGSTER_DISABLE_TELEMETRY"] == "yes"
    with dg.DagsterInstance.from_config(str(settings.dagster)) as instance:
        assert instance.telemetry_enabled is False
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert instance.run_retries_retry_on_asset_or_op_failure is False


def test_a_second_web_ui_of_a_home_is_refused_while_the_first_is_open(settings: Settings) -> None:
    def second(*_: object) -> None:
        with pytest.raises(UsageError, match="open for"):
            open_console(settings, free_port())

    open_console(settings, free_port(), execute=second)
    assert opened(settings)


def test_a_home_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        open_console(Settings(home=tmp_path / "file" / "home"), free_port())


@dg.job
def nothing() -> None: ...


def test_a_run_whose_process_is_gone_fails_and_one_at_work_does_not(settings: Settings) -> None:
    prepare_instance(settings)
    with dg.DagsterInstance.from_config(str(settings.dagster)) as instance:
        run = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        with run_lock(settings.home):
            assert fail_dead_runs(settings) == []
        assert fail_dead_runs(settings) == [run.run_id]
        told = instance.get_run_by_id(run.run_id)
        assert told is not None
        assert told.status is dg.DagsterRunStatus.FAILURE
    assert fail_dead_runs(settings) == []
