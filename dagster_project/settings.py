"""The only reader of environment variables: where things are and how a run is set up."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dagster_project.errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
HOME_VARIABLE = "ORDERLENS_HOME"
KEEP_VARIABLE = "ORDERLENS_KEEP_BUILDS"
BROWSER_VARIABLE = "BROWSER_PATH"
DROP_VARIABLE = "ORDERLENS_DROP"
SOURCES_VARIABLE = "ORDERLENS_SOURCES"
SCHEDULE_VARIABLE = "ORDERLENS_SCHEDULE"
ZONE_VARIABLE = "ORDERLENS_SCHEDULE_ZONE"
SIMULATED_VARIABLE = "ORDERLENS_SIMULATED_ORDERS"
NO_SOURCES = "none"


@dataclass(frozen=True)
class Settings:
    """Paths of one home folder and of the project.

    `known_at` (naive UTC) marks the folder in which what was known at that instant is built anew: what is published
    there never serves.
    """

    home: Path
    project_root: Path = PROJECT_ROOT
    keep_builds: int = 5
    drop_folder: Path | None = None
    simulated_orders: int = 30_000
    known_at: datetime | None = None

    def as_known(self, known_at: datetime) -> Settings:
        """Settings of the folder in the home where what was known at an instant is built, apart from what serves."""
        return replace(self, home=restated_home(self.home), known_at=known_at)

    @property
    def serving_home(self) -> Path:
        """The home whose builds serve."""
        return self.home if self.known_at is None else self.home.parent

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

    @property
    def drop(self) -> Path:
        """Where batches are put for Dagster's sensor; nothing in it is ever moved or removed."""
        return self.drop_folder or self.home / "drop"

    @property
    def simulated(self) -> Path:
        """Files of the bundled company that is simulated; they can be made again, byte for byte."""
        return self.home / "simulated"

    @property
    def dagster(self) -> Path:
        """Dagster's own records: its runs, its schedule's and its sensor's state, its settings."""
        return self.home / "dagster"


@dataclass(frozen=True)
class Operation:
    """What runs that Dagster starts land, and when: sources (None: every bundled one), cron text and its zone."""

    sources: tuple[str, ...] | None = None
    cron: str = "0 5 * * *"
    zone: str = "UTC"


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
    drop = os.environ.get(DROP_VARIABLE)
    return Settings(
        home=chosen,
        keep_builds=_whole(KEEP_VARIABLE, Settings.keep_builds, least=2),
        drop_folder=Path(drop).expanduser().resolve() if drop else None,
        simulated_orders=simulated_orders(),
    )


def restated_home(home: Path) -> Path:
    """The folder of a home in which builds of what was known at an earlier instant are made and kept."""
    return home / "restated"


def load_operation() -> Operation:
    """What ORDERLENS_SOURCES (comma-separated; "none"), ORDERLENS_SCHEDULE and ORDERLENS_SCHEDULE_ZONE say.

    UsageError where the zone is not known; the cron text is checked by the scheduler that reads it.
    """
    told = os.environ.get(SOURCES_VARIABLE, "").strip()
    named = tuple(item.strip() for item in told.split(",") if item.strip())
    zone = os.environ.get(ZONE_VARIABLE) or Operation.zone
    try:
        ZoneInfo(zone)
    except (OSError, KeyError, ValueError) as error:
        raise UsageError(f"{ZONE_VARIABLE} is {zone!r}, no time zone.", "Give a name such as Europe/Berlin.") from error
    sources = () if told == NO_SOURCES else named or None
    return Operation(sources=sources, cron=os.environ.get(SCHEDULE_VARIABLE) or Operation.cron, zone=zone)


def simulated_orders() -> int:
    """How many orders the bundled simulated company has: ORDERLENS_SIMULATED_ORDERS, else 30,000."""
    return _whole(SIMULATED_VARIABLE, Settings.simulated_orders, least=10)


def browser_path() -> str | None:
    """The browser that BROWSER_PATH names, for pictures and browser tests; None where it names none."""
    return os.environ.get(BROWSER_VARIABLE) or None


def _whole(variable: str, usual: int, least: int) -> int:
    text = os.environ.get(variable, str(usual))
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise UsageError(f"{variable} is {text!r}.", f"Give a whole number of at least {least}.")
    return int(text)
