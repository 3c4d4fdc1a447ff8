"""How long the simulator takes, and how that grows with the company: seconds per million order lines."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Cost, measure

SIZES = (100_000, 300_000, 1_000_000)
_COUNT = re.compile(r"(\d[\d,]*) ([a-z]\w*)")


@dataclass(frozen=True)
class Simulated:
    """A simulated company: how many orders, lines and rows of all entities, what it cost, and how much was written."""

    orders: int
    lines: int
    rows: int
    cost: Cost
    written: float
    is_examined: bool

    @property
    def per_million(self) -> float:
        """Seconds per million order lines."""
        return self.cost.wall / self.lines * 1e6


def measure_simulation(work: Path, sizes: tuple[int, ...] = SIZES) -> list[Simulated]:
    """Simulate companies of each size, each in a fresh process; the smallest once more with what each cause did."""
    asked = [(orders, False) for orders in sizes] + [(min(sizes), True)]
    return [_measure(work, orders, is_examined) for orders, is_examined in asked]


def _measure(work: Path, orders: int, is_examined: bool) -> Simulated:
    out = work / "company"
    shutil.rmtree(out, ignore_errors=True)
    option = "--counterfactuals" if is_examined else "--no-counterfactuals"
    command = ("-m", "dagster_project.cli", "simulate", "--orders", str(orders), option, "--out", str(out))
    cost, said = measure([sys.executable, *command], work)
    counted = {name: int(number.replace(",", "")) for number, name in _COUNT.findall(said.splitlines()[0])}
    counted.pop("batches", None)
    written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e9
    shutil.rmtree(out)
    return Simulated(orders, counted["order_lines"], sum(counted.values()), cost, written, is_examined)


def simulation_table(found: list[Simulated], where: str) -> str:
    """The measurements as Markdown."""
    header = "| orders | order lines | rows | wall s | CPU s | peak MB | written GB | s per million lines |"
    rows = [
        f"| {one.orders:,}{', with what each cause did' if one.is_examined else ''} | {one.lines:,} | {one.rows:,} "
        f"| {one.cost.wall:.1f} | {one.cost.cpu:.1f} | {one.cost.memory:,.0f} | {one.written:.2f} "
        f"| {one.per_million:.1f} |"
        for one in found
    ]
    return "\n".join([where, "", header, "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", *rows])
