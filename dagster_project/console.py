"""Dagster's web UI over a home folder: its records and settings in the home, and the call that starts it."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from typing import Any

import click
import yaml

from dagster_project.errors import UsageError
from dagster_project.runlock import run_lock
from dagster_project.serving import DEFAULT_ADDRESS, require_free_port
from dagster_project.settings import HOME_VARIABLE, PROJECT_ROOT, Settings

DEFAULT_PORT = 3000
# One run at a time: the others wait in Dagster's queue, so that few of them have to wait for the run lock. A run whose
# process was killed is started once more; one that failed is left to a person.
INSTANCE: dict[str, Any] = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "concurrency": {"runs": {"max_concurrent_runs": 1}},
    "run_retries": {"enabled": True, "max_retries": 1, "retry_on_asset_or_op_failure": False},
    "code_servers": {"local_startup_timeout": 600},
    "retention": {"sensor": {"purge_after_days": {"skipped": 1, "failure": 30, "success": -1}}},
}

Execute = Callable[[str, list[str], dict[str, str]], object]


def open_console(settings: Settings, port: int = DEFAULT_PORT, *, execute: Execute = os.execve) -> int:
    """Become `dagster dev`, which ends with Ctrl+C or SIGTERM; this process is replaced by it.

    UsageError where the port is taken, the home cannot be written, or its console is open already.
    """
    require_free_port(port, DEFAULT_ADDRESS)
    prepare_instance(settings)
    lock = _lock(settings)
    for run in fail_dead_runs(settings):
        click.echo(f"The process of run {run} is gone; it is marked as failed and started again.", err=True)
    click.echo(f"Dagster shows {settings.home} on http://{DEFAULT_ADDRESS}:{port} (stop with Ctrl+C)", err=True)
    call = command(port)
    try:
        execute(call[0], call, environment(settings))
    finally:
        os.close(lock)
    return 0


def command(port: int) -> list[str]:
    """The call that starts the web UI and the daemon that runs schedules, sensors and the queue."""
    return [
        *(
            sys.executable,
            "-W",
            "ignore:Function `dev_command`",
            "-m",
            "dagster",
            "dev",
            "--module-name",
            "dagster_project.definitions",
        ),
        *("--host", DEFAULT_ADDRESS, "--port", str(port), "--log-level", "warning"),
    ]


def environment(settings: Settings) -> dict[str, str]:
    """The environment of the web UI: this one, with the home it works in and no telemetry."""
    path = os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {
        **os.environ,
        HOME_VARIABLE: str(settings.home),
        "DAGSTER_HOME": str(settings.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "PYTHONPATH": path,
    }


def prepare_instance(settings: Settings) -> None:
    """Write Dagster's settings into the home, and make the drop folder; UsageError where they cannot be written."""
    try:
        settings.dagster.mkdir(parents=True, exist_ok=True)
        settings.drop.mkdir(parents=True, exist_ok=True)
        told = f"# Written by `orderlens dagster`, each time.\n{yaml.safe_dump(INSTANCE)}"
        (settings.dagster / "dagster.yaml").write_text(told, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be written: {error.strerror}.", "Choose another home with --home."
        ) from error


def fail_dead_runs(settings: Settings) -> list[str]:
    """Mark runs as failed that Dagster holds for at work though nobody holds the run lock; their ids.

    A machine that was switched off leaves such runs, and they would keep the queue waiting for ever.
    """
    import dagster as dg

    at_work = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    try:
        with run_lock(settings.home), dg.DagsterInstance.from_config(str(settings.dagster)) as instance:
            dead = list(instance.get_runs(dg.RunsFilter(statuses=at_work)))
            for run in dead:
                instance.report_run_failed(run, "The process of this run is gone.")
            return [run.run_id for run in dead]
    except UsageError:
        return []


def _lock(settings: Settings) -> int:
    """Keep a second console out; the descriptor stays open in the process that this one becomes."""
    handle = os.open(settings.dagster / "console.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise UsageError(f"Dagster is open for {settings.home} already.", "Use that one, or end it first.") from error
    os.set_inheritable(handle, True)
    return handle
