"""`orderlens ...`: parses the call, calls one function, prints what it returns.

Every command imports what it needs when it runs, so that reading a build starts in well under a second.
"""

from __future__ import annotations

import gc
import traceback
from typing import Any

import click

from dagster_project.cli_options import Call, Command, common_options, format_option, pass_call, reading_options
from dagster_project.cli_prove import prove
from dagster_project.cli_restate import open_as_known, restate
from dagster_project.cli_simulate import simulate

STEPS = ("land", "build", "publish")
# A run keeps millions of small objects to its end; looking through them was an eighth of a small one.
COLLECT_AFTER = (100_000, 20, 50)
TABLE_LIMIT = 50


class ErrorsAsSentences(click.Group):
    """Turns failures into one sentence with its remedy and an exit code; a traceback only with --debug."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.ensure_object(Call).debug:
                click.echo(traceback.format_exc(), err=True, nl=False)
            click.echo(f"Error: {_sentence(error)}", err=True)
            ctx.exit(getattr(error, "exit_code", 1))


def _sentence(error: Exception) -> str:
    message = getattr(error, "message", None)
    if message is not None and hasattr(error, "exit_code"):
        return f"{message} {getattr(error, 'remedy', '')}".strip()
    return f"{type(error).__name__}: {error}. Run again with --debug to see where."


def run_options(command: Command) -> Command:
    """What a run, or the landing in it, is told."""
    source = click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="NAME | NAME:PATH",
        help="A bundled source or canonical:DIR; may be repeated (default: every bundled source).",
    )
    return source(click.option("--as-of", metavar="D", help="The day or instant to judge at.")(command))


@click.group(cls=ErrorsAsSentences, context_settings={"help_option_names": ["-h", "--help"]})
@common_options
def main() -> None:
    """Order analytics whose figures prove themselves."""


def _run_steps(
    call: Call, sources: tuple[str, ...], as_of: str | None, full_refresh: bool, steps: tuple[str, ...]
) -> None:
    settings = call.settings()
    gc.set_threshold(*COLLECT_AFTER)
    from dagster_project.cli_output import landing_lines, show_progress
    from dagster_project.pipeline import run as run_pipeline
    from expectations.outcome import remark_lines

    with show_progress() as progress:
        report = run_pipeline(settings, sources, as_of=as_of, full_refresh=full_refresh, steps=steps, progress=progress)
    for line in landing_lines(report.landings):
        click.echo(line)
    if report.serves_already:
        click.echo("Nothing new has landed and nothing else has changed: no new build (--full-refresh makes one).")
    for line in remark_lines(report.gates.values()):
        click.echo(line)
    for refusal in report.refused:
        click.echo(f"Error: {refusal}", err=True)
    if report.refused:
        raise click.exceptions.Exit(2)


@main.command()
@run_options
@click.option("--full-refresh", is_flag=True, help="Rebuild every fact instead of what changed.")
@common_options
@pass_call
def run(call: Call, sources: tuple[str, ...], as_of: str | None, full_refresh: bool) -> None:
    """Land, build, validate and publish; then print the headline KPIs."""
    from dagster_project.cli_output import headline

    _run_steps(call, sources, as_of, full_refresh, STEPS)
    with call.open_build() as build:
        for line in headline(build):
            click.echo(line)


@main.command()
@run_options
@common_options
@pass_call
def land(call: Call, sources: tuple[str, ...], as_of: str | None) -> None:
    """Land sources as batches: accepted rows, quarantined rows, ledger."""
    _run_steps(call, sources, as_of, False, ("land",))


@main.command()
@click.option("--full-refresh", is_flag=True, help="Rebuild every fact instead of what changed.")
@common_options
@pass_call
def build(call: Call, full_refresh: bool) -> None:
    """Build the warehouse from what has landed."""
    _run_steps(call, (), None, full_refresh, ("build",))


@main.command()
@common_options
@pass_call
def publish(call: Call) -> None:
    """Publish the warehouse as a new build, audit it, and move the pointer."""
    _run_steps(call, (), None, False, ("publish",))


@main.command()
@click.argument("name")
@reading_options
@click.option("--level", help="schedule_line, line, order, unit, value (default: the KPI's first).")
@click.option("--by", multiple=True, metavar="DIM,...", help="Dimensions of the rows.")
@click.option("--grain", metavar="month|...", help="Add a period: month, year; of most figures day, week, quarter too.")
@format_option
@common_options
@pass_call
def kpi(call: Call, /, name: str, form: str, **asked: Any) -> None:
    """Answer one KPI from the published build; `kpi list` prints the catalogue.

    The rows behind a figure: `orderlens units NAME`, or `orderlens obligations --kpi NAME` where promises are judged.
    """
    from dagster_project import cli_output
    from dashboards.queries.catalogue import catalogue
    from dashboards.queries.kpi import KpiRequest, answer

    if name == "list":
        with call.open_build() as opened:
            click.echo(cli_output.catalogue_text(catalogue(opened.cursor()), form), nl=False)
        return
    parsed = cli_output.parse_reading(asked)
    by = tuple(one.strip() for given in parsed.pop("by") for one in given.split(",") if one.strip())
    with open_as_known(call, name, asked["known_at"], asked["source"]) as (opened, notes):
        found = answer(opened.cursor(), KpiRequest(kpi=name, by=by, **parsed))
    found.notes += notes
    click.echo(cli_output.answer_text(found, form), nl=False)


@main.command()
@reading_options
@click.option("--side", type=click.Choice(["sales", "purchase"]), help="Sales unless told, or the side of --kpi.")
@click.option("--state", help="due_met, due_failed, not_yet_due, unknown, cancelled_by_customer (cancelled_by_buyer).")
@click.option("--kpi", help="The KPI whose states are meant (default: OTIF of the side).")
@click.option("--month", metavar="YYYY-MM", help="The month of the due date.")
@click.option("--limit", type=click.IntRange(min=0), help=f"Rows at most (a table shows {TABLE_LIMIT} unless told).")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Rows to skip.")
@format_option
@common_options
@pass_call
def obligations(call: Call, /, form: str, **asked: Any) -> None:
    """List the obligations behind a figure, with state, reasons, and the file and line each came from."""
    from dagster_project import cli_output
    from dashboards.queries.obligations import ObligationsRequest, list_obligations

    parsed = cli_output.parse_reading(asked)
    if form == "table" and parsed["limit"] is None:
        parsed["limit"] = TABLE_LIMIT
    with call.open_build() as opened:
        found = list_obligations(opened.cursor(), ObligationsRequest(**parsed))
    click.echo(cli_output.obligations_text(found, form), nl=False)


@main.command()
@click.argument("name", metavar="KPI")
@reading_options
@click.option("--against", type=click.Choice(["now"]), help="Of --known-at: only rows that differ, beside those now.")
@click.option("--failed", is_flag=True, help="Only what keeps the figure from being whole; of spans, the open ones.")
@click.option("--limit", type=click.IntRange(min=0), help=f"Rows at most (a table shows {TABLE_LIMIT} unless told).")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Rows to skip.")
@format_option
@common_options
@pass_call
def units(
    call: Call,
    /,
    name: str,
    form: str,
    against: str | None,
    failed: bool,
    limit: int | None,
    offset: int,
    **asked: Any,
) -> None:
    """List the rows behind a figure: each unit with its parts, which add up to it, and the line it came from.

    --known-at T --against now lists those that what has been told since has moved, and the batch, file and line of it.
    """
    from dagster_project import cli_output
    from dashboards.queries.figure_units import units as list_units
    from dashboards.queries.request import KpiRequest
    from dashboards.queries.unit_changes import moved_units

    request = KpiRequest(kpi=name, **cli_output.parse_reading(asked))
    shown = TABLE_LIMIT if limit is None and form == "table" else limit
    if against and (request.known_at is None or failed):
        raise click.UsageError("--against now lists what has moved since --known-at T, and takes no --failed.")
    with open_as_known(call, name, request.known_at, request.source) as (opened, notes):
        if against:
            with call.open_build() as serving:
                moved = moved_units(opened.cursor(), serving.cursor(), request, limit=shown, offset=offset)
            moved.notes.extend(notes)
            click.echo(cli_output.moved_text(moved, form), nl=False)
            return
        found = list_units(opened.cursor(), request, only_failed=failed, limit=shown, offset=offset)
    found.notes.extend(notes)
    click.echo(cli_output.units_text(found, form), nl=False)


@main.group()
def quarantine() -> None:
    """What did not pass the contract, with the rule it broke."""


@quarantine.command("list")
@click.option("--source", help="One source only.")
@format_option
@common_options
@pass_call
def quarantine_list(call: Call, source: str | None, form: str) -> None:
    """Count quarantined rows by batch, entity, rule and column, and name refused files."""
    from dagster_project import cli_output
    from dashboards.queries.records import quarantine_summary, refused_files
    from dashboards.queries.sources import check_source

    with call.open_build() as opened:
        check_source(opened.cursor(), source)
        summary = quarantine_summary(opened.cursor(), source)
        refused = refused_files(opened.cursor(), source)
    click.echo(cli_output.quarantine_text(summary, refused, form), nl=False)


@quarantine.command("show")
@click.option("--source", help="One source only.")
@click.option("--batch", help="One batch_id only.")
@click.option("--entity", help="One entity only.")
@click.option("--rule", help="One rule only.")
@click.option("--limit", type=click.IntRange(min=0), help=f"Rows at most (a table shows {TABLE_LIMIT} unless told).")
@format_option
@common_options
@pass_call
def quarantine_show(call: Call, /, form: str, limit: int | None, **kept: Any) -> None:
    """Show quarantined rows one by one, with file, line and the text as it came."""
    from dagster_project import cli_output
    from dashboards.queries.records import quarantined_rows
    from dashboards.queries.sources import check_source

    limit = TABLE_LIMIT if limit is None and form == "table" else limit
    with call.open_build() as opened:
        check_source(opened.cursor(), kept["source"])
        rows = quarantined_rows(opened.cursor(), limit=limit, **kept)
    click.echo(cli_output.rows_text(rows, cli_output.QUARANTINED_COLUMNS, form), nl=False)


@main.group()
def builds() -> None:
    """The published builds of the home."""


@builds.command("list")
@format_option
@common_options
@pass_call
def builds_list(call: Call, form: str) -> None:
    """List the published builds and which of them is served; then those of what was known at an earlier instant."""
    from dagster_project import cli_output
    from dagster_project.publishing.builds import list_builds
    from dagster_project.settings import restated_home

    home = call.settings().home
    rows = cli_output.as_rows([*list_builds(home), *list_builds(restated_home(home))])
    click.echo(cli_output.rows_text(rows, tuple(rows[0]) if rows else ("build_id",), form), nl=False)


@builds.command("rollback")
@click.argument("build_id", required=False)
@common_options
@pass_call
def builds_rollback(call: Call, build_id: str | None) -> None:
    """Serve an earlier build again: the one named, or the one before the current."""
    from dagster_project.publishing.builds import rollback

    served = rollback(call.settings().home, build_id)
    click.echo(f"Build {getattr(served, 'build_id', served)} is served.")


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@common_options
@pass_call
def serve(call: Call, port: int) -> None:
    """Serve the dashboards over the published build."""
    from dagster_project.serving import serve as serve_pages

    raise click.exceptions.Exit(serve_pages(call.settings().home, port))


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@common_options
@pass_call
def dagster(call: Call, port: int) -> None:
    """Open Dagster's web UI: the graph, runs, the schedule, the drop folder's sensor and its batches."""
    from dagster_project.console import open_console

    raise click.exceptions.Exit(open_console(call.settings(), port))


@main.command()
@common_options
@pass_call
def doctor(call: Call) -> None:
    """Check the home folder and say what to do about what is wrong."""
    from dagster_project import cli_output
    from dagster_project.doctor import check

    rows = cli_output.as_rows(check(call.settings().home))
    click.echo(cli_output.rows_text(rows, ("name", "status", "found", "remedy"), "table"), nl=False)
    if any(row["status"] == "fail" for row in rows):
        raise click.exceptions.Exit(2)


main.add_command(prove)
main.add_command(restate)
main.add_command(simulate)

if __name__ == "__main__":
    main()
