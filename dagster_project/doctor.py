"""Check what a run and the pages need, and say what to do where something is missing."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dagster_project.publishing.builds import build_path, built_at, current

PACKAGES = ("polars", "duckdb", "dbt-core", "dbt-duckdb", "dagster", "dagster-dbt", "streamlit", "plotly")
_ENOUGH_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Check:
    """One check: "ok", "warn" or "fail", what was found, and the remedy."""

    name: str
    status: str
    found: str
    remedy: str = ""


def check(home: Path) -> list[Check]:
    """All checks of this machine and home folder."""
    return [_python(), *(_package(name) for name in PACKAGES), _home(home), _disk(home), _build(home), _chromium()]


def _python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] in ((3, 11), (3, 12)):
        return Check("Python", "ok", found)
    return Check("Python", "fail", found, "Use Python 3.11 or 3.12: remove .venv and run `make install`.")


def _package(name: str) -> Check:
    try:
        return Check(name, "ok", version(name))
    except PackageNotFoundError:
        return Check(name, "fail", "not installed", "Run `make install`.")


def _home(home: Path) -> Check:
    existing = next(path for path in (home, *home.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK):
        return Check("home folder", "ok", str(home))
    return Check("home folder", "fail", f"{home} cannot be written", "Choose another with --home.")


def _disk(home: Path) -> Check:
    existing = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1024**3:.1f} GiB free"
    if free >= _ENOUGH_BYTES:
        return Check("disk", "ok", found)
    return Check("disk", "warn", found, "Make room: a build keeps five copies of the published tables.")


def _build(home: Path) -> Check:
    build_id = current(home)
    if build_id is None:
        return Check("published build", "warn", "none", "Run `orderlens run`.")
    if not build_path(home, build_id).is_file():
        return Check("published build", "fail", f"{build_id} is gone", "Run `orderlens builds rollback` or `orderlens run`.")
    import duckdb

    try:
        with duckdb.connect(str(build_path(home, build_id)), read_only=True) as connection:
            connection.execute("select count(*) from build_info")
    except duckdb.Error as error:
        return Check("published build", "fail", f"{build_id}: {error}", "Run `orderlens builds rollback`.")
    return Check("published build", "ok", f"{build_id}, built {built_at(build_id):%Y-%m-%d %H:%M} UTC")


def _chromium() -> Check:
    found = next(filter(None, (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))), None)
    if found:
        return Check("Chromium", "ok", found)
    return Check("Chromium", "warn", "none", "Only browser tests need it: apt-get install chromium.")
