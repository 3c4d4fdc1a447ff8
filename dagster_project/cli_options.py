"""What the commands of `orderlens` share: the call they are part of, and the options that several of them take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from dagster_project.settings import Settings
    from dashboards.queries.build import Build

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv")


@dataclass
class Call:
    """What every command is told: the home folder, and whether a failure shows its traceback."""

    home: str | None = None
    debug: bool = False

    def settings(self) -> Settings:
        """The settings of the home that was named, or of the default one."""
        from dagster_project.settings import load_settings

        return load_settings(self.home)

    def open_build(self) -> Build:
        """The published build of the home."""
        from dashboards.queries.build import open_build

        return open_build(self.settings().home)


pass_call = click.make_pass_decorator(Call, ensure=True)


def _set_home(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    call = ctx.ensure_object(Call)
    call.home = call.home if value is None else value


def _set_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    call = ctx.ensure_object(Call)
    call.debug = call.debug or value


def common_options(command: Command) -> Command:
    """--home and --debug, which are accepted before and after the name of a command."""
    home = click.option(
        "--home",
        type=click.Path(file_okay=False),
        callback=_set_home,
        expose_value=False,
        help="Home folder (else ORDERLENS_HOME, else .orderlens beside the project).",
    )
    debug = click.option(
        "--debug",
        is_flag=True,
        callback=_set_debug,
        expose_value=False,
        help="Show the traceback of a failure.",
    )
    return home(debug(command))


def format_option(command: Command) -> Command:
    """--format table, json or csv."""
    return click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)(command)


def reading_options(command: Command) -> Command:
    """What a figure and the list behind it are asked with."""
    options = (
        click.option("--source", help="The company (source) to read; needed where a build holds several."),
        click.option("--definition", help="Definition id (default: the KPI's own)."),
        click.option("--where", multiple=True, metavar="DIM=VALUE", help="Keep one value; may be repeated."),
        click.option("--from", "date_from", metavar="D", help="First due day (or month) to count."),
        click.option("--to", "date_to", metavar="D", help="Last due day (or month) to count."),
        click.option("--as-of", metavar="D", help="A day or an instant (default: what the source declares)."),
        click.option("--known-at", metavar="T", help="Count only what was known then."),
    )
    for option in reversed(options):
        command = option(command)
    return command
