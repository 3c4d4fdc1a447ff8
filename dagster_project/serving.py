"""Serve the pages of a home folder with Streamlit."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click

from dagster_project.errors import UsageError
from dagster_project.publishing.builds import build_path, current
from dagster_project.settings import HOME_VARIABLE, PROJECT_ROOT

DEFAULT_PORT = 8501
# Only this machine: pages have no login of their own, so a wider address is for a proxy that has one.
DEFAULT_ADDRESS = "127.0.0.1"
PACKAGES = ("streamlit", "plotly", "duckdb")

Execute = Callable[[str, list[str], dict[str, str]], object]


def serve(home: Path, port: int = DEFAULT_PORT, address: str = DEFAULT_ADDRESS, *, execute: Execute = os.execve) -> int:
    """Become the page server, which ends with Ctrl+C or SIGTERM; this process is replaced by it.

    UsageError where a package or a published build is missing, or the port is taken.
    """
    require_packages()
    require_build(home)
    require_free_port(port, address)
    click.echo(f"OrderLens serves {home} on http://{address}:{port} (stop with Ctrl+C)", err=True)
    call = command(port, address)
    execute(call[0], call, environment(home))
    return 0


def command(port: int, address: str = DEFAULT_ADDRESS) -> list[str]:
    """The call that starts Streamlit on pages imported beforehand.

    Collecting garbage after every script run would cost a page 40 ms.
    """
    return [
        *(sys.executable, "-m", "dashboards.serve"),
        *("--server.port", str(port), "--server.address", address, "--server.headless", "true"),
        *("--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"),
        *("--runner.postScriptGC", "false"),
    ]


def environment(home: Path) -> dict[str, str]:
    """The environment of the pages: this one, with the home folder they read and the project on the path."""
    path = os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, HOME_VARIABLE: str(home.resolve()), "PYTHONPATH": path}


def require_packages(names: tuple[str, ...] = PACKAGES) -> None:
    """UsageError where a package that the pages draw with is not installed."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"The pages need {' and '.join(missing)}, not installed here.", "Run `make install`.")


def require_build(home: Path) -> str:
    """Id of the build that serves; UsageError where there is none, or its file is gone."""
    build_id = current(home)
    if build_id is None:
        raise UsageError(f"There is no published build in {home}.", "Run `orderlens run` first.")
    if not build_path(home, build_id).is_file():
        raise UsageError(
            f"The build {build_id} that should serve is gone.", "Run `orderlens builds rollback` or `orderlens run`."
        )
    return build_id


def require_free_port(port: int, address: str = DEFAULT_ADDRESS) -> None:
    """UsageError where something else listens on the port, or it may not be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} of {address} cannot be used: {error.strerror}.", "Choose another with --port."
            ) from error
