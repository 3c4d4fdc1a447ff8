"""Simulate a company and write it: batches month by month as they would have arrived, and beside them the truth."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from dagster_project.errors import UsageError

from . import truth
from .bad_rows import plant_bad_rows
from .causes import Causes, told_causes
from .config import Company
from .demand import Demand, make_demand
from .drawing import Twin, draw_causes
from .everything import tell_everything
from .examination import Outcome, examine, outcome, planted_causes, points_met
from .exception_files import true_causes
from .life import Life, live
from .market import Market, make_market
from .risk import failure_probability
from .streams import Streams
from .telling import INSTANT, Full, write_batch
from .world import World, make_world

_READ_AFTER = timedelta(days=1, hours=12)


@dataclass(frozen=True)
class Simulated:
    """What was written: batches, rows of each entity, obligations by state, and what each cause did (where that was
    found out).
    """

    folder: Path
    batches: int
    rows: dict[str, int]
    states: dict[str, int]
    causes: list[dict[str, object]]


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Simulation:
    """A company in memory: who it is, what is asked of it, and how it lives with some causes."""

    company: Company
    streams: Streams
    world: World
    market: Market
    demand: Demand
    causes: Causes

    @cached_property
    def read_at(self) -> np.datetime64:
        """When the last batch is read."""
        return np.datetime64(_read_at(self.company.ends), "us")

    def live(self, causes: Causes) -> Life:
        """The life it has with these causes."""
        return live(self.company, self.world, self.demand, causes, self.streams)

    def outcome(self, life: Life) -> Outcome:
        """What that life came to."""
        return outcome(self.demand, life, truth.judge(self.company, self.world, self.demand, life, self.read_at))

    def probability(self, life: Life) -> np.ndarray:
        """How probably each obligation was to fail."""
        return failure_probability(self.company, self.world, self.demand, life, self.read_at)


def prepare(company: Company) -> Simulation:
    """The company with its causes: those it names, or those its seed draws. UsageError where a cause cannot be."""
    bare = _bare(company)
    if company.told["causes"] == "drawn":
        return replace(bare, causes=draw_causes(company, bare.streams, _twin))
    return replace(bare, causes=told_causes(company, _members(company, bare.world), company.where))


def _bare(company: Company) -> Simulation:
    streams = Streams(company.seed)
    world, market = make_world(company, streams), make_market(company, streams)
    return Simulation(company, streams, world, market, make_demand(company, world, market, streams), Causes(()))


def _twin(company: Company) -> Twin:
    bare = _bare(company)
    members = _members(company, bare.world)

    def met(causes: Causes) -> float:
        return points_met(bare.demand, bare.outcome(bare.live(causes)).verdicts) / 100

    def troubled(causes: Causes) -> float:
        return len(np.unique(bare.live(causes).troubles.order)) / company.orders

    return Twin(company, bare.world, bare.demand, members, met, troubled)


def simulate(
    company: Company,
    folder: Path,
    progress: Progress = lambda stage, done, total: None,
    *,
    without: Sequence[str] = (),
    counterfactuals: bool = True,
) -> Simulated:
    """Write the company into an empty folder: `batches/` for `canonical:`, `truth/` for whoever examines.

    Causes named in `without` are off and all else is as it was; counterfactuals (what each cause did) take one more
    life for each cause, and can be left out. UsageError where the folder is not empty or a name is not one of the
    causes; nothing is written then. The folder has its name once it is whole.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"out: {folder} is not an empty folder.", "Name a folder that does not exist yet.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    progress("Simulating", 0, 1)
    simulation = prepare(company)
    _check_names(without, simulation.causes)
    causes = simulation.causes.without(*without)
    life = simulation.live(causes)
    rows, bad_rows = _write_batches(simulation, life, unfinished / "batches", progress)
    real = simulation.outcome(life)
    tables = {
        "obligations": truth.obligations(simulation.demand, real.verdicts, simulation.probability(life)),
        "anomalies": truth.anomalies(simulation.demand),
        "bad_rows": bad_rows,
        "exceptions": true_causes(simulation.demand, life, simulation.read_at),
        "causes": planted_causes(company, causes),
    }
    if counterfactuals:
        examined = examine(
            company,
            simulation.demand,
            causes,
            lambda changed: simulation.outcome(simulation.live(changed)),
            real,
            progress,
        )
        tables |= vars(examined)
    (unfinished / "truth").mkdir()
    for name, table in tables.items():
        table.write_csv(unfinished / "truth" / f"{name}.csv", datetime_format=INSTANT)
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)
    states = dict(tables["obligations"].group_by("state").len().sort("state").iter_rows())
    found = tables["causes"].to_dicts() if counterfactuals else []
    return Simulated(folder, len(_months(company)), rows, states, found)


def _check_names(names: Sequence[str], causes: Causes) -> None:
    known = [cause.name for cause in causes.found]
    for name in names:
        if name not in known:
            raise UsageError(f"without: there is no cause {name}.", f"Causes are {', '.join(known) or 'none'}.")


def _write_batches(
    simulation: Simulation, life: Life, folder: Path, progress: Progress
) -> tuple[dict[str, int], pl.DataFrame]:
    """Rows of each entity; and those that were spoilt on purpose."""
    company, demand = simulation.company, simulation.demand
    told = tell_everything(company, simulation.world, simulation.market, demand, life, simulation.streams)
    months = _months(company)
    full = sorted({one.entity for one in told if isinstance(one, Full)})
    rows: Counter[str] = Counter()
    bad_rows = []
    before: datetime | None = None
    for number, last_day in enumerate(months, start=1):
        progress("Writing batches", number, len(months))
        read_at = _read_at(last_day)
        batch = folder / last_day.isoformat()
        batch.mkdir(parents=True)
        rows.update(write_batch(told, batch, before, read_at))
        bad_rows.append(plant_bad_rows(int(company.told["bad_rows"]), batch, simulation.streams))
        rows.update(bad_rows[-1]["entity"])
        (batch / "_batch.json").write_text(_declared(company, last_day, read_at, full), encoding="utf-8")
        before = read_at
    return dict(rows), pl.concat(bad_rows)


def _read_at(last_day: date) -> datetime:
    """Batches are read when the last place has ended its day."""
    return datetime(last_day.year, last_day.month, last_day.day) + _READ_AFTER


def _members(company: Company, world: World) -> dict[str, list[str]]:
    """What causes can be for."""
    groups = {"segment": "segments", "region": "regions", "site": "sites", "carrier": "carriers"}
    groups |= {"family": "families", "layout": "layouts", "channel": "channels"}
    return {
        **{dimension: company.group(group).names for dimension, group in groups.items()},
        "supplier": world.supplier_names,
    }


def _months(company: Company) -> list[date]:
    """The last day of each month, and the last day of all."""
    days = np.arange(np.datetime64(company.begins), np.datetime64(company.ends) + 1)
    ends = days[(days + 1).astype("datetime64[M]") != days.astype("datetime64[M]")]
    found: list[date] = [day.item() for day in ends]
    return found if found and found[-1] == company.ends else [*found, company.ends]


def _declared(company: Company, last_day: date, read_at: datetime, full: list[str]) -> str:
    declared = {
        "source_system": company.told["source"],
        "batch_id": last_day.isoformat(),
        "extracted_at": read_at.strftime(INSTANT),
        "as_of": last_day.isoformat(),
        "full": full,
        "about": {
            "title": f"{company.told['title']} (simulated)",
            "description": f"{company.orders:,} orders in {company.months} months, simulated from seed {company.seed}",
            "is_synthetic": True,
            "licence": "Made by OrderLens; no real company",
        },
    }
    return json.dumps(declared, indent=1)
