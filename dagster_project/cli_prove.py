"""`orderlens prove`: the evidence of one figure as a file that can be recomputed without OrderLens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.cli_options import Call, common_options, pass_call, reading_options

if TYPE_CHECKING:
    from dashboards.evidence import Written


@click.command()
@click.argument("name", metavar="KPI")
@reading_options
@click.option("--level", help="schedule_line, line, order, unit, value (default: the KPI's first).")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; compressed where it ends in .gz (default: evidence-KPI-SOURCE.json here).",
)
@click.option("--force", is_flag=True, help="Replace the file where there is one.")
@common_options
@pass_call
def prove(call: Call, /, name: str, out: Path | None, force: bool, **asked: Any) -> None:
    """Write the evidence of a figure: one file that lets anybody recompute it without OrderLens.

    The figure is the one that `orderlens kpi` gives for the same options; one month of it is --where month=2026-01.
    The file holds the question, the definition, every obligation with the deliveries, promises and cancellations that
    decided it, the file and line each of them came from, what was left out and why, and a SHA-256 of it all.

    \b
      orderlens prove otif --source acme --where customer=C1 --where month=2026-01 --out otif.json.gz
      python docs/evidence/recompute.py otif.json.gz
    """
    from dagster_project import cli_output
    from dashboards.evidence import prove as write_evidence
    from dashboards.queries.kpi import KpiRequest

    request = KpiRequest(kpi=name, **cli_output.parse_reading(asked))
    with call.open_build() as opened, cli_output.show_progress() as show:
        written = write_evidence(
            opened, request, out, is_forced=force, progress=lambda done, total: show("obligations", done, total)
        )
    click.echo("\n".join(_summary(written)))


def _summary(written: Written) -> list[str]:
    told = written.head
    figure = told["figure"]
    question = told["question"]
    shown = (
        f"no figure: {' and '.join(told['missing'])} {'is' if len(told['missing']) == 1 else 'are'} missing"
        if told["missing"]
        else f"{figure['numerator']} of {figure['denominator']} = {_percent(figure['value'])}"
    )
    return [
        f"{told['kpi']['label']} of {question['source']}, {question['level']} level, definition"
        f" {told['definition']['definition_id']}, as of {question['as_of']['given']}: {shown}",
        f"Obligations  {written.obligations:,}",
        f"File         {written.path} ({written.size:,} bytes)",
        f"SHA-256      {written.sha256} of the content",
        *([] if told["missing"] else [f"Recompute    python docs/evidence/recompute.py {written.path}"]),
        *(f"Note: {note}" for note in told["notes"]),
    ]


def _percent(value: str | None) -> str:
    return "no data" if value is None else f"{100 * float(value):.2f} %"
