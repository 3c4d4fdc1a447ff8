"""Serve the pages of a home folder with Streamlit."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

from dagster_project.errors import UsageError
from dagster_project.publishing.builds import current
from dagster_project.settings import HOME_VARIABLE, PROJECT_ROOT

DEFAULT_PORT = 8501


def serve(home: Path, port: int = DEFAULT_PORT, address: str = "127.0.0.1") -> int:
    """Serve until interrupted; Streamlit's exit code. UsageError for a taken port, a missing build or Streamlit."""
    if importlib.util.find_spec("streamlit") is None:
        raise UsageError("Streamlit is not installed.", "Run `make install`.")
    if current(home) is None:
        raise UsageError(f"There is no published build in {home}.", "Run `orderlens run` first.")
    require_free_port(port, address)
    print(f"OrderLens serves {home} on http://{address}:{port} (stop with Ctrl+C)", file=sys.stderr)
    try:
        return subprocess.run(command(port, address), env=environment(home), cwd=PROJECT_ROOT / "dashboards").returncode
    except KeyboardInterrupt:
        return 0


def command(port: int, address: str) -> list[str]:
    """The call that starts Streamlit; collecting garbage after every script run would cost a page 40 ms."""
    return [
        *(sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "dashboards" / "app.py")),
        *("--server.port", str(port), "--server.address", address, "--server.headless", "true"),
        *("--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false", "--runner.postScriptGC", "false"),
    ]


def environment(home: Path) -> dict[str, str]:
    """The environment of the pages: this one, with the home folder they read and the project on the path."""
    path = os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, HOME_VARIABLE: str(home), "PYTHONPATH": path}


def require_free_port(port: int, address: str = "127.0.0.1") -> None:
    """UsageError where something else listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise UsageError(f"Port {port} is in use.", "Choose another with --port.") from error
