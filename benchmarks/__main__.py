"""`make bench`: measure OrderLens beside the same job written by hand, in one go, and keep the table."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from benchmarks.generate import generate
from benchmarks.job import Bench, disagreements, repeat
from benchmarks.measure import measure
from benchmarks.report import SIMULATED, table, when_and_where, write
from benchmarks.simulation import SIZES, measure_simulation, simulation_table

REPORT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
FULL = 1_000_000


@click.command()
@click.option("--lines", type=click.IntRange(min=30), default=FULL, show_default=True, help="Order lines.")
@click.option("--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="How often each step runs.")
@click.option(
    "--yardstick",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with gen_orders.py and limits.py: measure on its data, and beside its limits.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Where the table goes.")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Where files go (a temporary folder).")
@click.option("--only", type=click.Choice(["job", "simulation"]), help="Measure only this.")
def main(
    lines: int, repeats: int, yardstick: Path | None, report: Path | None, work: Path | None, only: str | None
) -> None:
    """Measure the job and the simulator, and print the tables; full ones are kept in docs/performance.md."""
    if only != "simulation":
        _measure_job(lines, repeats, yardstick, report, work)
    if only != "job":
        _measure_simulation(lines, report, work)


def _measure_simulation(lines: int, report: Path | None, work: Path | None) -> None:
    """Companies of a tenth, three tenths and all of a million orders; for fewer lines, correspondingly smaller ones."""
    sizes = tuple(max(1000, size * min(lines, FULL) // FULL) for size in SIZES)
    with tempfile.TemporaryDirectory() as temporary:
        folder = work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        click.echo("Measuring the simulator", err=True)
        measured = simulation_table(measure_simulation(folder, sizes), when_and_where())
    click.echo(measured)
    if report or lines >= FULL:
        write(report or REPORT, measured, SIMULATED)


def _measure_job(lines: int, repeats: int, yardstick: Path | None, report: Path | None, work: Path | None) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder / "data", folder, yardstick)
        _generate(bench, lines)
        for number in range(repeats):
            click.echo(f"Measuring, {number + 1} of {repeats}", err=True)
            repeat(bench)
            _require_agreement(bench, lines)
    measured = table(bench, lines)
    click.echo(measured)
    if report or lines >= FULL:
        write(report or REPORT, measured)


def _generate(bench: Bench, lines: int) -> None:
    if bench.yardstick is None:
        generate(lines, bench.data)
        return
    script = str(bench.yardstick / "gen_orders.py")
    measure([sys.executable, script, str(lines), str(bench.data), "--csv"], bench.work)


def _require_agreement(bench: Bench, lines: int) -> None:
    different = disagreements(bench, lines)
    if different:
        raise click.ClickException(f"The totals differ, so nothing was measured: {'; '.join(different)}.")


if __name__ == "__main__":
    main()
