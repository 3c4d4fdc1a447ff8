"""Simulate a company and write it: batches month by month as they would have arrived, and beside them the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from dagster_project.errors import UsageError

from . import truth
from .config import Company
from .demand import make_demand
from .files import KNOWN, make_files
from .fulfilment import make_parts, make_promises
from .streams import Streams
from .world import make_world

# Batches are read when the last place has ended its day.
_READ_AT = timedelta(days=1, hours=12)
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Simulated:
    """What was written: batches, rows of each entity, and obligations by state."""

    folder: Path
    batches: int
    rows: dict[str, int]
    states: dict[str, int]


def simulate(
    company: Company, folder: Path, progress: Callable[[str, int, int], None] = lambda stage, done, total: None
) -> Simulated:
    """Write the company into an empty folder: `batches/` for `canonical:`, `truth/` for whoever examines.

    UsageError where the folder is not empty; nothing is written then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"out: {folder} is not an empty folder.", "Name a folder that does not exist yet.")
    streams = Streams(company.seed)
    progress("Simulating", 0, 1)
    world = make_world(company, streams)
    demand = make_demand(company, world, streams)
    promises = make_promises(company, world, demand, streams)
    parts = make_parts(company, world, demand, promises, streams)
    files = make_files(company, world, demand, promises, parts, streams)
    months = _months(company)
    rows: dict[str, int] = dict.fromkeys(files, 0)
    before: datetime | None = None
    for number, last_day in enumerate(months, start=1):
        progress("Writing batches", number, len(months))
        read_at = datetime(last_day.year, last_day.month, last_day.day) + _READ_AT
        batch = folder / "batches" / last_day.isoformat()
        batch.mkdir(parents=True)
        for name, frame in files.items():
            rows[name] += _write(frame, batch / f"{name}.csv", before, read_at)
        (batch / "_batch.json").write_text(_declared(company, last_day, read_at), encoding="utf-8")
        before = read_at
    known = truth.obligations(company, world, demand, promises, parts, np.datetime64(before, "us"))
    (folder / "truth").mkdir()
    known.write_csv(folder / "truth" / "obligations.csv")
    states = dict(known.group_by("state").len().sort("state").iter_rows())
    return Simulated(folder, len(months), rows, states)


def _months(company: Company) -> list[date]:
    """The last day of each month, and the last day of all."""
    days = np.arange(np.datetime64(company.begins), np.datetime64(company.ends) + 1)
    ends = days[(days + 1).astype("datetime64[M]") != days.astype("datetime64[M]")]
    found: list[date] = [day.item() for day in ends]
    return found if found and found[-1] == company.ends else [*found, company.ends]


def _write(frame: pl.DataFrame, path: Path, after: datetime | None, until: datetime) -> int:
    """Write what came to be known in the span; a key told twice in it only as it was told last. How many rows."""
    is_new = pl.lit(True) if after is None else pl.col(KNOWN) > after
    chosen = frame.filter(is_new & (pl.col(KNOWN) <= until))
    if path.stem in ("orders", "deliveries"):
        chosen = chosen.sort(KNOWN, maintain_order=True).unique(chosen.columns[0], keep="last", maintain_order=True)
    if chosen.height:
        chosen.drop(KNOWN).write_csv(path, datetime_format=_INSTANT, float_precision=2)
    return chosen.height


def _declared(company: Company, last_day: date, read_at: datetime) -> str:
    declared = {
        "source_system": company.told["source"],
        "batch_id": last_day.isoformat(),
        "extracted_at": read_at.strftime(_INSTANT),
        "as_of": last_day.isoformat(),
        "about": {
            "title": f"{company.told['title']} (simulated)",
            "description": f"{company.orders:,} orders in {company.months} months, simulated from seed {company.seed}",
            "is_synthetic": True,
            "licence": "Made by OrderLens; no real company",
        },
    }
    return json.dumps(declared, indent=1)
