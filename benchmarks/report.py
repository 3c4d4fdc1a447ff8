"""The table of a measurement: each step's cost, and how many times the fastest hand-written one that is."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.job import LIBRARIES, Bench
from benchmarks.measure import Cost, median

MEASURED, SIMULATED = "measured", "simulated"
_PACKAGES = ("duckdb", "polars", "dbt-core", "dagster")
_WHOLE = ("prepare", "land", "build", "publish")
_HEADER = ("step", "wall s", "CPU s", "peak MB", "wall ratio", "CPU ratio")


def table(bench: Bench, lines: int) -> str:
    """The measurement as Markdown: when, where, how many lines, the steps, the totals."""
    costs = {step: median(found) for step, found in bench.costs.items()}
    repeats = max(len(found) for found in bench.costs.values())
    told = [
        f"{lines:,} order lines, {repeats} {'repeat' if repeats == 1 else 'repeats'}, {_when()}, {_machine()}.",
        "",
        _row(_HEADER),
        _row(["---", *["---:"] * (len(_HEADER) - 1)]),
        *(_row(row) for row in _rows(costs)),
        "",
        f"Totals of everyone (met, failed, not yet due, cancelled, accepted units): {bench.totals['OrderLens']}. "
        f"OrderLens published {bench.verdicts:,} verdicts, by hand there are {lines:,}. "
        f"{_per_verdict(bench, lines, costs)}",
    ]
    return "\n".join(told)


def _rows(costs: dict[str, Cost]) -> list[list[str]]:
    land, fact = (_fastest(costs, part) for part in ("land", "fact"))
    whole = _sum([land, fact])
    rows = [
        _cells(f"by hand: {part}, {library}", costs[f"{part} {library}"])
        for part in ("land", "fact")
        for library in LIBRARIES
    ]
    rows += [_cells(name, cost) for name, cost in costs.items() if name.startswith("yardstick")]
    rows += [
        _cells("**by hand, the fastest of each**", whole),
        _cells("OrderLens: rewrite as contract files", costs["prepare"]),
        _cells("OrderLens: land", costs["land"]),
        _cells("OrderLens: rewrite and land", _sum([costs["prepare"], costs["land"]]), land),
        _cells("OrderLens: build the star and ask the gates", costs["build"], fact),
        _cells("OrderLens: publish, with gates and audits", costs["publish"]),
        _cells("**OrderLens, all of it**", _sum([costs[name] for name in _WHOLE]), whole),
        _cells("OrderLens: a run with nothing new", costs["nothing new"]),
    ]
    return rows


def _per_verdict(bench: Bench, lines: int, costs: dict[str, Cost]) -> str:
    by_hand = _sum([_fastest(costs, part) for part in ("land", "fact")])
    own = _sum([costs[name] for name in _WHOLE])
    share = lines / bench.verdicts
    wall, cpu = own.wall / by_hand.wall * share, own.cpu / by_hand.cpu * share
    return f"A verdict costs {wall:.1f} times the wall time and {cpu:.1f} times the CPU time of one by hand."


def _fastest(costs: dict[str, Cost], part: str) -> Cost:
    """The least of each, whichever library it is."""
    found = [cost for name, cost in costs.items() if name.removeprefix("yardstick ").startswith(f"{part} ")]
    return Cost(*(min(values) for values in zip(*((item.wall, item.cpu, item.memory) for item in found), strict=True)))


def _sum(costs: Sequence[Cost]) -> Cost:
    return Cost(sum(item.wall for item in costs), sum(item.cpu for item in costs), max(item.memory for item in costs))


def _cells(name: str, cost: Cost, limit: Cost | None = None) -> list[str]:
    ratios = [f"{cost.wall / limit.wall:.1f}", f"{cost.cpu / limit.cpu:.1f}"] if limit else ["", ""]
    return [name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:,.0f}", *ratios]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _when() -> str:
    return datetime.now(UTC).date().isoformat()


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    load = os.getloadavg()[1]
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}, {packages}; load {load:.1f}"
    )


def write(report: Path, measured: str, name: str = MEASURED) -> None:
    """Put the table between the marks of that name in a document; ValueError where it has none."""
    text = report.read_text(encoding="utf-8")
    begin_mark, end_mark = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = text.partition(begin_mark)
    _, end, after = rest.partition(end_mark)
    if not begin or not end:
        raise ValueError(f"{report} lacks the lines {begin_mark} and {end_mark}, between which the table belongs.")
    report.write_text(f"{before}{begin}\n\n{measured}\n\n{end}{after}", encoding="utf-8")


def when_and_where() -> str:
    """The day and the machine."""
    return f"{_when()}, {_machine()}."
