"""`orderlens simulate`: a company of which everything is known, written as the files that its systems would tell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.cli_options import common_options

if TYPE_CHECKING:
    from dagster_project.simulation import Simulated

_SHOWN = {
    **{"cause": "cause", "where": "where", "from": "from", "to": "to", "obligations_broken": "broken"},
    **{"points": "points of OTIF", "days_added": "days", "cost_added": "cost EUR"},
}


@click.command()
@click.option("--orders", type=int, default=30_000, show_default=True, help="How many orders.")
@click.option("--months", type=int, default=24, show_default=True, help="Over how many months.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same company.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="What is different from company.yml.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="An empty folder.")
@click.option("--without", "off", multiple=True, metavar="CAUSE", help="A cause that is off; all else as it was.")
@click.option(
    "--counterfactuals/--no-counterfactuals", default=True, help="Find out what each cause did: one more life for each."
)
@common_options
def simulate(
    orders: int, months: int, seed: int, config: Path | None, out: Path, off: tuple[str, ...], counterfactuals: bool
) -> None:
    """Write a simulated company: batches that `canonical:DIR/batches` lands, and the truth about every obligation.

    \b
      orderlens simulate --orders 5000 --seed 7 --out company
      orderlens run --home company/home --source canonical:company/batches
    """
    from dagster_project.cli_output import show_progress
    from dagster_project.simulation import load_company
    from dagster_project.simulation import simulate as write_company

    company = load_company(orders, months, seed, config)
    with show_progress() as progress:
        written = write_company(company, out, progress, without=off, counterfactuals=counterfactuals)
    click.echo("\n".join(_summary(written)))


def _summary(written: Simulated) -> list[str]:
    rows = ", ".join(f"{count:,} {name}" for name, count in sorted(written.rows.items()))
    folder = written.folder
    states = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in written.states.items())
    return [
        f"{folder}: {written.batches} batches of a simulated company: {rows}",
        f"Its obligations: {states} (truth/obligations.csv says why)",
        *_causes(written.causes),
        f"Land it with `orderlens run --home {folder / 'home'} --source canonical:{folder / 'batches'}`;",
        "a home of its own, since the bundled company has the same name.",
    ]


def _causes(causes: list[dict[str, object]]) -> list[str]:
    """The table of causes: what each broke, in points of OTIF at order level, in days and in cost."""
    from dagster_project.cli_output import table

    if not causes:
        return []
    shown = [{_SHOWN[name]: cause[name] for name in _SHOWN} for cause in causes]
    told = "What each cause did: the same company without it (truth/effects.csv names the obligations)"
    return ["", told, "", table(shown, list(_SHOWN.values())), ""]
