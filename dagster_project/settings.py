"""The only reader of environment variables: where things are and how a run is set up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dagster_project.errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
HOME_VARIABLE = "ORDERLENS_HOME"
KEEP_VARIABLE = "ORDERLENS_KEEP_BUILDS"


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

    UsageError where it is a file, or cannot be written.
    """
    chosen = Path(home or os.environ.get(HOME_VARIABLE) or PROJECT_ROOT / ".orderlens").expanduser().resolve()
    if chosen.exists() and not chosen.is_dir():
        raise UsageError(f"The home folder {chosen} is a file.", "Give a folder with --home.")
    return Settings(home=chosen, keep_builds=_keep(os.environ.get(KEEP_VARIABLE, "5")))


def _keep(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise UsageError(f"{KEEP_VARIABLE} is {text!r}.", "Give a whole number of at least 2.")
    return int(text)
