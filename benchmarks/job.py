"""The measured job: land, judge and add up the same files, by hand and by OrderLens, and the same totals from both."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contract_files import BATCH, SOURCE
from benchmarks.limit import AS_OF
from benchmarks.measure import Cost, measure

# What the yardstick's documentation says of its own data, by its number of lines.
KNOWN = {
    1_000_000: [763_136, 182_417, 39_274, 15_172, 14_253_131],
    10_000_000: [7_625_166, 1_827_814, 391_994, 155_025, 142_454_208],
}
LIBRARIES = ("duckdb", "polars")
# By then every line has fallen due: what is cancelled then was cancelled in time, whenever that was.
_AFTER_ALL = "2100-01-01"

_LET_PASS = f"""
- expectation: deliveries.not-before-shipment
  source: {SOURCE}
  batch: {BATCH}
  because: the yardstick draws the day of a shipment without looking at its deliveries
- expectation: events.delivered-after-shipped
  source: {SOURCE}
  batch: {BATCH}
  because: the yardstick draws the day of a shipment without looking at its deliveries
"""


@dataclass
class Bench:
    """What is measured, where, and what came out: costs by step, and totals by who added them up."""

    data: Path
    work: Path
    yardstick: Path | None = None
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    totals: dict[str, list[int]] = field(default_factory=dict)
    verdicts: int = 0

    def run(self, step: str, *command: str) -> str:
        """Run a Python module in a fresh process and keep what it cost; what it printed."""
        cost, said = measure([sys.executable, *command], self.work)
        self.costs.setdefault(step, []).append(cost)
        return said


def repeat(bench: Bench) -> None:
    """Every step once, so that all of them meet the machine in the same minutes."""
    for library in LIBRARIES:
        out = _fresh(bench.work / library)
        bench.run(f"land {library}", "-m", "benchmarks.limit", "land", library, str(bench.data), str(out))
        said = bench.run(f"fact {library}", "-m", "benchmarks.limit", "fact", library, str(out), str(out))
        bench.totals[f"by hand, {library}"] = json.loads(said)
        if bench.yardstick:
            _yardstick(bench, bench.yardstick, library)
    _orderlens(bench)


def _yardstick(bench: Bench, yardstick: Path, library: str) -> None:
    script, out = str(yardstick / "limits.py"), str(_fresh(bench.work / f"yardstick-{library}"))
    bench.run(f"yardstick land {library}", script, f"land_{library}", str(bench.data), out)
    said = bench.run(f"yardstick fact {library}", script, f"fact_{library}", out, out)
    told = next(line for line in said.splitlines() if line.startswith("("))
    bench.totals[f"yardstick, {library}"] = [int(value) for value in ast.literal_eval(told)]


def _orderlens(bench: Bench) -> None:
    files, home = _fresh(bench.work / "contract"), _fresh(bench.work / "home")
    command = ("-m", "dagster_project.cli")
    told = ("--home", str(home), "--source", f"canonical:{files}")
    if bench.yardstick:
        (home / "let_pass.yml").write_text(_LET_PASS, encoding="utf-8")
    bench.run("prepare", "-m", "benchmarks.contract_files", str(bench.data), str(files))
    bench.run("land", *command, "land", *told)
    bench.run("build", *command, "build", "--home", str(home))
    bench.run("publish", *command, "publish", "--home", str(home))
    bench.run("nothing new", *command, "run", *told)
    bench.totals["OrderLens"], bench.verdicts = orderlens_totals(home)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def orderlens_totals(home: Path) -> tuple[list[int], int]:
    """The five totals from the published build, by its own KPI query, and how many verdicts it holds.

    The job counts a cancellation whenever it comes; a KPI counts it from the day it came. So the cancelled are asked
    for when all has fallen due, and what is neither met, failed nor cancelled is not yet due.
    """
    from dashboards.queries.build import open_build

    with open_build(home) as build:
        now, later = (_states(build.cursor, as_of) for as_of in (AS_OF.isoformat(), _AFTER_ALL))
        units = build.cursor().execute(
            """
            select cast(sum(least(arrived_quantity, promised_quantity)) as bigint) from otif_conformance
            where definition_id = 'last_committed' and side = 'sales' and known_to = timestamp '9999-12-31 00:00:00'
                and valid_from <= cast($end as timestamp) and valid_to > cast($end as timestamp)
            """,
            {"end": f"{AS_OF} 23:59:59.999999"},
        )
        accepted = int((units.fetchone() or (0,))[0])
        verdicts = int((build.cursor().execute("select count(*) from otif_conformance").fetchone() or (0,))[0])
    met, failed, cancelled = now["due_met"], now["due_failed"], later["cancelled_by_customer"]
    open_lines = sum(now.values()) - met - failed - cancelled
    return [met, failed, open_lines, cancelled, accepted], verdicts


def _states(cursor: Callable[[], object], as_of: str) -> dict[str, int]:
    from dashboards.queries.kpi import KpiRequest, answer

    found = answer(cursor(), KpiRequest("otif", definition="last_committed", as_of=as_of))  # type: ignore[arg-type]
    states: dict[str, int] = found.rows[0]["states"]
    return states


def disagreements(bench: Bench, lines: int) -> list[str]:
    """Who does not have the totals that everyone else has; nobody, where the job was done alike."""
    expected = bench.totals[f"by hand, {LIBRARIES[0]}"]
    if bench.yardstick and lines in KNOWN:
        expected = KNOWN[lines]
    return [f"{who}: {found}, not {expected}" for who, found in bench.totals.items() if found != expected]
