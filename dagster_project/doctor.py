"""Check what a run and the pages need, and say what to do where something is missing."""

from __future__ import annotations

import fcntl
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dagster_project.errors import UsageError
from dagster_project.publishing.builds import build_path, built_at, current
from dagster_project.serving import DEFAULT_PORT, require_free_port
from dagster_project.settings import PROJECT_ROOT, Settings, browser_path, simulated_orders

PACKAGES = ("polars", "duckdb", "dbt-core", "dbt-duckdb", "dagster", "dagster-dbt", "streamlit", "plotly", "pandas")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_GIB = 1024**3
_MADE = {
    "made": "in the home folder",
    "to be made": "made by the first run",
    "to be replaced": "made anew by the next run, since another one lies there",
}
_ENOUGH_GIB = 2.0
_TOO_LITTLE_GIB = 0.2
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


@dataclass(frozen=True)
class Check:
    """One check: "ok", "warn" or "fail", what was found, and the remedy."""

    name: str
    status: str
    found: str
    remedy: str = ""


def check(home: Path) -> list[Check]:
    """All checks of this machine and home folder; none of them changes anything that a run reads."""
    return [
        _python(),
        *_packages(locked_versions()),
        _home(home),
        _disk(home),
        _run(home),
        _warehouse(home),
        _build(home),
        *_simulated(home),
        _port(),
        _chromium(),
    ]


def has_failed(checks: list[Check]) -> bool:
    """Whether any check says that something will not work."""
    return any(item.status == "fail" for item in checks)


def locked_versions(lock: Path = PROJECT_ROOT / "requirements" / "runtime.lock") -> dict[str, str]:
    """Package -> version that the lock file pins; empty where there is no lock file."""
    if not lock.is_file():
        return {}
    found = (_LOCKED.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in found if match}


def _python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] in ((3, 11), (3, 12)):
        return Check("Python", "ok", found)
    return Check("Python", "fail", found, "Use Python 3.11 or 3.12: remove .venv and run `make install`.")


def _packages(locked: dict[str, str]) -> list[Check]:
    return [_package(name, locked.get(name)) for name in PACKAGES]


def _package(name: str, locked: str | None) -> Check:
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(name, "fail", "not installed", "Run `make install`.")
    if locked is not None and found != locked:
        return Check(name, "warn", f"{found}, locked is {locked}", "Run `make install`.")
    return Check(name, "ok", found)


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _home(home: Path) -> Check:
    """A file is really written: permissions alone do not tell of a read-only or a full disk."""
    try:
        with tempfile.TemporaryFile(dir=_existing(home)):
            return Check("home folder", "ok", str(home) if home.exists() else f"{home}, made by the first run")
    except OSError as error:
        return Check("home folder", "fail", f"{home}: {error.strerror}", "Choose another with --home.")


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(_existing(home)).free / _GIB
    found = f"{free:.1f} GiB free"
    if free >= _ENOUGH_GIB:
        return Check("disk", "ok", found)
    remedy = "Make room, or keep fewer builds: ORDERLENS_KEEP_BUILDS."
    return Check("disk", "warn" if free >= _TOO_LITTLE_GIB else "fail", found, remedy)


def _run(home: Path) -> Check:
    lock = home / "run.lock"
    if not lock.is_file():
        return Check("run", "ok", "none at work")
    with lock.open(encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return Check("run", "warn", f"process {handle.read().strip()} is at work", "Wait until it ends.")
    return Check("run", "ok", "none at work")


def _warehouse(home: Path) -> Check:
    warehouse = Settings(home=home).warehouse
    if not warehouse.is_file():
        return Check("warehouse", "ok", "none yet")
    problem = _problem(warehouse, "select 1")
    if problem is None:
        return Check("warehouse", "ok", f"{warehouse.stat().st_size / 1024**2:.0f} MiB")
    remedy = "Wait for the run at work; without one, remove the file and run `orderlens build --full-refresh`."
    return Check("warehouse", "fail", problem, remedy)


def _build(home: Path) -> Check:
    build_id = current(home)
    if build_id is None:
        return Check("published build", "warn", "none", "Run `orderlens run`.")
    if not build_path(home, build_id).is_file():
        remedy = "Run `orderlens builds rollback` or `orderlens run`."
        return Check("published build", "fail", f"{build_id} is gone", remedy)
    problem = _problem(build_path(home, build_id), "select count(*) from build_info")
    if problem is not None:
        return Check("published build", "fail", f"{build_id}: {problem}", "Run `orderlens builds rollback`.")
    return Check("published build", "ok", f"{build_id}, {_age(build_id)}")


def _simulated(home: Path) -> list[Check]:
    from dagster_project.landing.sources.registry import simulated_sources
    from dagster_project.simulated import told_of_company

    settings = Settings(home=home, simulated_orders=simulated_orders())
    told = {name: told_of_company(settings, name) for name in simulated_sources()}
    return [Check(f"simulated {name}", "ok", f"{size}, {_MADE[state]}") for name, (state, size) in told.items()]


def _age(build_id: str) -> str:
    try:
        hours = (datetime.now(UTC) - built_at(build_id)).total_seconds() / 3600
    except ValueError:
        return "of unknown age"
    return f"{hours:.0f} hours old" if hours < 48 else f"{hours / 24:.0f} days old"


def _problem(path: Path, query: str) -> str | None:
    """Why a database cannot be read; None where it can."""
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute(query)
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return None


def _port() -> Check:
    try:
        require_free_port(DEFAULT_PORT)
    except UsageError:
        return Check("port", "warn", f"{DEFAULT_PORT} is in use", "Pages may be served already; or use --port.")
    return Check("port", "ok", f"{DEFAULT_PORT} is free")


def find_browser() -> str | None:
    """The browser that BROWSER_PATH names, else the first that is on the path."""
    return browser_path() or next(filter(None, map(shutil.which, BROWSERS)), None)


def _chromium() -> Check:
    found = find_browser()
    if found and Path(found).is_file():
        return Check("Chromium", "ok", found)
    remedy = "Only pictures and browser tests need it: apt-get install chromium, or set BROWSER_PATH."
    return Check("Chromium", "warn", found or "none", remedy)
