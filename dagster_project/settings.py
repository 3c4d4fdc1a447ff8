"""The only reader of environment variables: where things are and how a run is set up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dagster_project.errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
HOME_VARIABLE = "ORDERLENS_HOME"
KEEP_VARIABLE = "ORDERLENS_KEEP_BUILDS"
BROWSER_VARIABLE = "BROWSER_PATH"


@dataclass(frozen=True)
class Settings:
    """Paths of one home folder and of the project."""

    home: Path
    project_root: Path = PROJECT_ROOT
    keep_builds: int = 5

    @property
    def dbt_dir(self) -> Path:
        """The dbt project."""
        return self.project_root / "dbt"

    @property
    def seeds_dir(self) -> Path:
        """Reference data and bundled sources."""
        return self.project_root / "seeds"

    @property
    def raw(self) -> Path:
        """Accepted rows, a file per batch and entity."""
        return self.home / "raw"

    @property
    def quarantine(self) -> Path:
        """Rows that broke the contract, a file per batch and entity."""
        return self.home / "quarantine"

    @property
    def refused(self) -> Path:
        """Files that could not be landed at all, as they came."""
        return self.home / "refused"

    @property
    def ledger(self) -> Path:
        """One record per landed batch; only what it names exists."""
        return self.home / "ledger"

    @property
    def warehouse(self) -> Path:
        """The database dbt works in; nobody else reads it."""
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def builds(self) -> Path:
        """Published builds and the pointer to the current one."""
        return self.home / "builds"

    @property
    def dbt_target(self) -> Path:
        """dbt's artefacts and logs."""
        return self.home / "dbt"


def load_settings(home: str | Path | None = None) -> Settings:
    """Settings of a home folder: the one given, else ORDERLENS_HOME, else .orderlens in the project.

    UsageError where it is a file, or is not there and cannot be made. A home that is there but cannot be written
    is good for reading; a run refuses it when it takes its lock.
    """
    chosen = Path(home or os.environ.get(HOME_VARIABLE) or PROJECT_ROOT / ".orderlens").expanduser().resolve()
    existing = next(path for path in (chosen, *chosen.parents) if path.exists())
    if existing == chosen and not chosen.is_dir():
        raise UsageError(f"The home folder {chosen} is a file.", "Give a folder with --home.")
    if existing != chosen and not (existing.is_dir() and os.access(existing, os.W_OK)):
        raise UsageError(f"The home folder {chosen} cannot be made.", "Choose another with --home.")
    return Settings(home=chosen, keep_builds=_keep(os.environ.get(KEEP_VARIABLE, "5")))


def browser_path() -> str | None:
    """The browser that BROWSER_PATH names, for pictures and browser tests; None where it names none."""
    return os.environ.get(BROWSER_VARIABLE) or None


def _keep(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise UsageError(f"{KEEP_VARIABLE} is {text!r}.", "Give a whole number of at least 2.")
    return int(text)
