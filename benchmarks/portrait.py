"""A portrait of a simulated company: pictures and tables by which somebody who knows the trade can judge it.

Read from the files that its systems tell and from the truth beside them, as anybody would.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import plotly.graph_objects as go
import polars as pl

from benchmarks.pictures import PICTURES, Told, save
from dagster_project.simulation import Simulated, load_company, simulate

PAGE = Path(__file__).resolve().parents[1] / "docs" / "simulated-company.md"
_ORDERS, _MONTHS, _SEED = 30_000, 24, 1


@dataclass(frozen=True)
class Picture:
    """A picture: its name, what it shows in a sentence, and how to draw it."""

    name: str
    caption: str
    draw: Callable[[Told], go.Figure]


@click.command()
@click.option("--orders", type=int, default=_ORDERS, show_default=True)
@click.option("--months", type=int, default=_MONTHS, show_default=True)
@click.option("--seed", type=int, default=_SEED, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=PAGE, help="The page that is written.")
def main(orders: int, months: int, seed: int, out: Path) -> None:
    """Simulate a company and write the page about it, with a folder of pictures beside it."""
    with tempfile.TemporaryDirectory() as folder:
        written = simulate(load_company(orders, months, seed), Path(folder) / "company")
        told = Told(written.folder)
        pictures = out.with_suffix("")
        pictures.mkdir(parents=True, exist_ok=True)
        save({picture.name: picture.draw(told) for picture in _pictures()}, pictures)
        out.write_text(_page(written, told, pictures.name, orders, months, seed), encoding="utf-8")
    click.echo(f"Written: {out}")


def _pictures() -> list[Picture]:
    return [Picture(name, caption, draw) for name, (caption, draw) in PICTURES.items()]


def _page(written: Simulated, told: Told, folder: str, orders: int, months: int, seed: int) -> str:
    parts = [
        "# The simulated company in pictures",
        "",
        f"Nordhaven Pumps & Valves is simulated: {orders:,} orders in {months} months from seed {seed}.",
        "`make portrait` writes this page from the files of its systems and the truth beside them, of the company that",
        "`make run` lands; [simulation.md](simulation.md) says how it is made.",
        "",
    ]
    for picture in _pictures():
        parts += [f"![{picture.caption}]({folder}/{picture.name}.svg)", "", f"*{picture.caption}*", ""]
    parts += ["## What was planted", ""]
    parts += ["Each cause against the same company without it; points are of OTIF at order level.", ""]
    parts += [_markdown(told.truth("causes"), _CAUSES), ""]
    parts += ["Two causes that overlap break fewer or more together than one by one:", ""]
    parts += [_markdown(told.truth("interactions"), _INTERACTIONS), ""]
    parts += ["What was done about them, and what it truly saved:", ""]
    parts += [_markdown(told.truth("countermeasures"), _COUNTERMEASURES), ""]
    parts += ["## How many rows", "", "| entity | rows |", "| --- | ---: |"]
    parts += [f"| {name} | {count:,} |" for name, count in sorted(written.rows.items())]
    return "\n".join(parts) + "\n"


_CAUSES = {
    **{"cause": "cause", "role": "role", "where": "where", "from": "from", "to": "to"},
    **{"obligations_broken": "broken", "points": "points", "days_added": "days", "cost_added": "cost EUR"},
}
_INTERACTIONS = {
    **{"cause": "cause", "other": "other", "points": "points", "points_of_other": "points of the other"},
    **{"points_of_both": "points of both", "interaction": "interaction"},
}
_COUNTERMEASURES = {
    **{"cause": "cause", "from": "from", "works": "works", "obligations_saved": "saved", "points": "points"},
    **{"cost_saved": "cost saved EUR"},
}


def _markdown(frame: pl.DataFrame, columns: dict[str, str]) -> str:
    if frame.is_empty():
        return "None."
    lines = [f"| {' | '.join(columns.values())} |", f"| {' | '.join('---' for _ in columns)} |"]
    lines += [f"| {' | '.join(row)} |" for row in frame.select(pl.col(list(columns)).fill_null("")).iter_rows()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
