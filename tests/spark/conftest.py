"""The environment of Spark, which `make test-spark` sets up and nothing else needs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dagster_project.settings import PROJECT_ROOT

ENVIRONMENT = PROJECT_ROOT / ".venv-spark" / "bin" / "python"
LONGEST_RUN_SECONDS = 3600
# Far more than the build needs: a query that grows without end ends itself, not the machine.
MOST_RESERVED_BYTES = 12 * 2**30


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked spark run where they are asked for by that marker, and where their environment is."""
    asked = config.getoption("-m") or ""
    if "spark" not in asked or "not spark" in asked:
        reason = "run by `make test-spark`"
    elif not ENVIRONMENT.exists():
        reason = "`make test-spark` sets up .venv-spark, which is not there"
    else:
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.skip(reason=reason))


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_RESERVED_BYTES, MOST_RESERVED_BYTES))


def call_python(python: Path | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A call of that interpreter, in the project."""
    return subprocess.run(
        [str(python), *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_RUN_SECONDS,
        preexec_fn=limit_memory,
    )


def run_python(python: Path | str, *arguments: str) -> str:
    """What a call of that interpreter prints; fails with the end of what it said instead."""
    done = call_python(python, *arguments)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def build_on_spark(home: Path, target: str) -> dict[str, Any]:
    """Build the star of a home on Spark; the summary that the engine prints."""
    printed = run_python(ENVIRONMENT, "-m", "dagster_project.engines.spark", "--home", str(home), "--target", target)
    summary: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return summary


def copy_landed(home: Path, target: Path) -> Path:
    """A home with what the other one has landed and found of it, and nothing built from it."""
    target.mkdir(parents=True)
    for name in ("raw", "ledger", "quarantine", "refused", "checks"):
        if (home / name).is_dir():
            shutil.copytree(home / name, target / name)
    return target
