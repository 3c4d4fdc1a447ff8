"""Renders answers as text: tables for people, JSON for programs, CSV for spreadsheets."""

from __future__ import annotations

import calendar
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from duckdb import DuckDBPyConnection

from dashboards.export import instant_text, to_csv
from dashboards.queries.build import Build
from dashboards.queries.catalogue import Kpi, catalogue, kpi_of_measure
from dashboards.queries.figure_units import Units
from dashboards.queries.kpi import KpiAnswer, KpiRequest, answer
from dashboards.queries.obligations import ObligationsAnswer
from dashboards.queries.records import sides
from dashboards.queries.sources import Source, sources
from dashboards.queries.unit_changes import Moved

HEADLINE_MEASURES = ("otif", "on_time", "in_full")
HEADLINE_FIGURES = {
    "sales": ("order_cycle_time", "first_pass_yield", "exception_rate", "cost_per_order", "backorder_rate"),
    "purchase": ("supplier_lead_time",),
}
HEADLINE_LEVELS = (("schedule_line", "schedule lines"), ("order", "orders"))
CATALOGUE_COLUMNS = ("kpi", "label", "side", "booked_to", "levels", "standard")
QUARANTINE_COLUMNS = ("source_system", "batch_id", "entity", "rule", "column_name", "quarantined", "example")
REFUSED_COLUMNS = ("source_system", "batch_id", "source_file", "message", "remedy")
QUARANTINED_COLUMNS = (
    "source_system",
    "batch_id",
    "entity",
    "row_key",
    "rule",
    "column_name",
    "value",
    "message",
    "source_file",
    "source_line",
    "raw_record",
)
OBLIGATION_COLUMNS = (
    "order_id",
    "line_no",
    "schedule_no",
    "due_date",
    "state",
    "reasons",
    "flags",
    "promised_quantity",
    "window_quantity",
    "delivered_local_date",
    "source_file",
    "source_line",
)
Rows = Sequence[Mapping[str, Any]]


def parse_reading(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Read `--where`, `--from` and `--to` into what a request holds; click.UsageError otherwise."""
    parsed = dict(asked)
    parsed["where"] = tuple(_pair(text) for text in asked["where"])
    parsed["date_from"] = _day(asked["date_from"], "--from")
    parsed["date_to"] = _day(asked["date_to"], "--to")
    return parsed


def _pair(text: str) -> tuple[str, str]:
    dimension, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"--where {text!r} has no '='. Write it as DIM=VALUE, such as customer=C1.")
    return dimension.strip(), value


def _day(text: str | None, option: str) -> date | None:
    """A day as written, or the first (`--from`) or last (`--to`) day of a month."""
    if text is None:
        return None
    try:
        if len(text) != len("2026-01"):
            return date.fromisoformat(text)
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is not a day. Write it as 2026-01-31, or 2026-01.") from None
    is_end = option == "--to"
    return first.replace(day=calendar.monthrange(first.year, first.month)[1]) if is_end else first


def answer_text(found: KpiAnswer, form: str) -> str | bytes:
    """One figure. JSON holds every part of the answer, CSV and table one line per row."""
    if form == "json":
        return json_text(asdict(found))
    rows = [_flat(row) for row in found.rows]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if form == "csv":
        return to_csv(rows, columns)
    known = f", known at {found.known_at}" if found.known_at else ""
    judged = f", definition {found.definition} (promise {found.promise_in_use})" if found.promise_in_use else ""
    title = (
        f"{found.kpi}, {found.level} level{judged}, source {found.source or 'all'},"
        f" as of {found.as_of or 'each source'}{known}, build {found.build_id}"
    )
    for row in rows:
        row["value"] = _with_unit(row["value"], found.unit, row.get("currency"))
        if "p90" in row:
            row["p90"] = _with_unit(row["p90"], found.unit)
    steps = [table(row["steps"], list(row["steps"][0])) for row in found.rows if row.get("steps")]
    return "\n".join([title, table(rows, columns), *steps, *_note_lines(found.notes)]) + "\n"


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is itself rows or states."""
    parts = {name: value for name, value in row.items() if not isinstance(value, (list, dict))}
    return {**parts, **row.get("states", {})}


def _with_unit(value: float | None, unit: str, currency: str | None = None) -> str | None:
    """A figure as people read it: a share in percent, time and money with their unit."""
    if value is None or unit == "ratio":
        return _percent(value)
    if unit == "count":
        return f"{value:,.0f}"
    named = {"hours": "h", "business_hours": "business h", "multiple": "x", "money": currency or ""}.get(unit, unit)
    return f"{value:,.2f} {named}".rstrip()


def obligations_text(found: ObligationsAnswer, form: str) -> str | bytes:
    """The list behind a figure; a table shows fewer columns, and says if rows are left out."""
    if form == "json":
        return json_text(asdict(found))
    if form == "csv":
        return to_csv(found.rows, list(found.rows[0]) if found.rows else OBLIGATION_COLUMNS)
    title = (
        f"{found.total} obligations of {found.source} ({found.side}), definition {found.definition},"
        f" as of {found.as_of}, states of {found.kpi}"
    )
    own_id = "po_id" if found.side == "purchase" else "order_id"
    columns = (own_id, *OBLIGATION_COLUMNS[1:])
    lines = [title, table(found.rows, columns), *_note_lines(found.notes)]
    if len(found.rows) < found.total:
        lines.append(f"{len(found.rows)} of {found.total} shown; more with --limit, all with --format csv")
    return "\n".join(lines) + "\n"


def units_text(found: Units, form: str) -> str | bytes:
    """The rows behind a figure; a table says if rows are left out, and what the figure lacks."""
    if form == "json":
        return json_text(asdict(found))
    columns = list(found.rows[0]) if found.rows else ["unit"]
    if form == "csv":
        return to_csv(found.rows, columns)
    known = f", known at {found.known_at}, build {found.build_id}" if found.known_at else ""
    lines = [f"{found.total} rows behind {found.kpi} of {found.source}{known}"]
    if found.missing:
        lines = [f"{found.kpi} of {found.source}: no figure, {' and '.join(found.missing)} missing"]
    lines += [table(found.rows, [name for name in columns if name != "order_key"]), *_note_lines(found.notes)]
    if len(found.rows) < found.total:
        lines.append(f"{len(found.rows)} of {found.total} shown; more with --limit, all with --format csv")
    return "\n".join(lines) + "\n"


def moved_text(found: Moved, form: str) -> str | bytes:
    """The rows behind a figure that are others now than they were known to be; a table leaves out what did not move."""
    if form == "json":
        return json_text(asdict(found))
    columns = list(found.rows[0]) if found.rows else ["unit"]
    if form == "csv":
        return to_csv(found.rows, columns)
    lines = [
        f"{found.total} rows behind {found.kpi} of {found.source} have moved since {found.known_at},"
        f" as of {found.as_of}, builds {found.build_id} and {found.build_id_now}"
    ]
    if found.missing:
        lines = [f"{found.kpi} of {found.source}: no figure then, {' and '.join(found.missing)} missing"]
    parts = [name.removesuffix("_then") for name in columns if name.endswith("_then")]
    still = {name for name in parts if all(row[f"{name}_then"] == row[f"{name}_now"] for row in found.rows)}
    told = [name for name in columns if name.removesuffix("_then").removesuffix("_now") not in still]
    lines += [table(found.rows, told), *_note_lines(found.notes)]
    if len(found.rows) < found.total:
        lines.append(f"{len(found.rows)} of {found.total} shown; more with --limit, all with --format csv")
    return "\n".join(lines) + "\n"


def catalogue_text(kpis: Iterable[Kpi], form: str) -> str | bytes:
    """The KPI catalogue."""
    return rows_text([asdict(kpi) for kpi in kpis], CATALOGUE_COLUMNS, form)


def quarantine_text(summary: Rows, refused: Rows, form: str) -> str | bytes:
    """Counts of the quarantine; JSON and table name the refused files too."""
    if form == "json":
        return json_text({"rows": summary, "refused_files": refused})
    text = rows_text(summary, QUARANTINE_COLUMNS, form)
    if form == "csv" or not refused:
        return text
    return f"{text!s}\nRefused files\n{table(refused, REFUSED_COLUMNS)}\n"


def rows_text(rows: Rows, columns: Sequence[str], form: str) -> str | bytes:
    """Rows in a format: JSON with every field under `rows`, CSV and table with the named columns."""
    if form == "json":
        return json_text({"rows": rows})
    if form == "csv":
        return to_csv(rows, columns)
    return table(rows, columns) + "\n"


def as_rows(items: Iterable[Any]) -> list[dict[str, Any]]:
    """Data classes or mappings as rows."""
    return [asdict(one) if is_dataclass(one) and not isinstance(one, type) else dict(one) for one in items]


def json_text(content: Any) -> str:
    """JSON with whole numbers as such, dates as days, instants ending in Z."""
    return json.dumps(content, default=_json_value, ensure_ascii=False, indent=1) + "\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return exact_number(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def exact_number(value: Decimal) -> int | float | str:
    """A number where JSON can hold it exactly, otherwise its decimal digits as text."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else format(value, "f")


def table(rows: Rows, columns: Sequence[str]) -> str:
    """Rows aligned under their columns: numbers to the right, everything else to the left."""
    if not rows:
        return "(none)"
    cells = [[_table_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[at]) for line in cells)) for at, column in enumerate(columns)]
    is_number = [_is_numeric(rows, column) for column in columns]
    lines = [list(columns), ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in lines
    )


def _is_numeric(rows: Rows, column: str) -> bool:
    values = [row.get(column) for row in rows if row.get(column) is not None]
    is_told = bool(values) and all(isinstance(value, (int, float, Decimal)) for value in values)
    return is_told or column == "value"


def _table_cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Decimal, float)):
        text = format(value, "f") if isinstance(value, Decimal) else f"{value:.4f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return instant_text(value.replace(microsecond=0))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value) or "-"
    return "".join(sign if sign.isprintable() else " " for sign in str(value))


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.2f} %"


def _note_lines(notes: Iterable[str]) -> list[str]:
    return [f"Note: {note}" for note in notes]


def headline(build: Build) -> list[str]:
    """OTIF, on time and in full of every source by schedule line and by order, or what they lack."""
    con = build.cursor()
    lines: list[str] = []
    for source in sources(con):
        found = sides(con, source.source_system)
        if not found:
            lacking = "no order lines, so no obligations and no figures of a promise"
            lines += ["", f"{source.source_system} ({source.title}): {lacking}"]
            lines += [line for each in HEADLINE_FIGURES for line in _headline_beyond(con, source, each)]
        for side in found:
            lines += ["", *_headline_of(build, source, side)]
    return [*lines, "", f"Build {build.build_id} is published. Look closer with `orderlens serve`."]


def _headline_of(build: Build, source: Source, side: str) -> list[str]:
    con = build.cursor()
    named, notes, head = [], [], f"{source.source_system} ({source.title}), {side}"
    for measure in HEADLINE_MEASURES:
        kpi = kpi_of_measure(con, side, measure)
        if kpi is None:
            continue
        found = [
            answer(con, KpiRequest(kpi.kpi, source=source.source_system, level=level)) for level, _ in HEADLINE_LEVELS
        ]
        head = f"{source.source_system} ({source.title}), {side}, as of {found[0].as_of}"
        notes += found[0].notes if not found[0].missing else []
        named.append(f"  {kpi.label:<18}{_headline_figures(found)}")
    return [head, *named, *_headline_beyond(con, source, side), *(f"  Note: {note}" for note in dict.fromkeys(notes))]


def _headline_beyond(con: DuckDBPyConnection, source: Source, side: str) -> list[str]:
    """Figures beyond the promise that the source can tell: one line each, with its parts."""
    known = {kpi.kpi: kpi for kpi in catalogue(con)}
    lines = []
    for kpi in (known[name] for name in HEADLINE_FIGURES[side] if name in known):
        found = answer(con, KpiRequest(kpi.kpi, source=source.source_system))
        row = found.rows[0]
        if found.missing or row["value"] is None:
            continue
        value = _with_unit(row["value"], kpi.unit, row.get("currency"))
        parts = f"{_table_cell(row['numerator'])} of {_table_cell(row['denominator'])}"
        told = f"median of {row['denominator']:,}, {row['open']:,} of them open" if "open" in row else parts
        lines.append(f"  {kpi.label:<18} {value:>8}  {told}")
    return lines


def _headline_figures(found: Sequence[KpiAnswer]) -> str:
    missing = found[0].missing
    if missing:
        return f"no figure: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    parts = []
    for one, (_, label) in zip(found, HEADLINE_LEVELS, strict=True):
        row = one.rows[0]
        share = _percent(row["value"]) or "no data"
        parts.append(f"{share:>9}  {row['numerator']:,} of {row['denominator']:,} {label}")
    return "   ".join(f"{part:<42}" for part in parts).rstrip()


def landing_lines(landings: Iterable[Any]) -> list[str]:
    """What landing did, source by source: rows landed, accepted, quarantined, and files it ignored."""
    lines = []
    for landing in landings:
        accepted = sum(batch.accepted for batch in landing.batches)
        quarantined = sum(batch.quarantined for batch in landing.batches)
        landed = sum(batch.landed for batch in landing.batches)
        parts = f"{accepted:,} accepted + {quarantined:,} quarantined"
        before = sum(batch.already_landed for batch in landing.batches)
        again = f" ({before} of {len(landing.batches)} batches had landed before)" if before else ""
        lines.append(f"{landing.source_system}: {landed:,} rows landed = {parts}{again}")
        if landing.replaced:
            lines.append(f"  {landing.replaced} batches of the company that was simulated before have gone")
        if quarantined:
            lines.append("  `orderlens quarantine list` says which rules they broke")
        lines += [
            f"  unknown column, kept as x_: {name}" for batch in landing.batches for name in batch.unknown_columns
        ]
        lines += [f"  ignored, not an entity: {name}" for name in landing.ignored]
    return lines


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A function that shows stage, done and total in one line of a terminal, and nothing elsewhere."""
    is_terminal = sys.stderr.isatty()

    def show(stage: str, done: int, total: int) -> None:
        if is_terminal:
            count = f" {done:,} of {total:,}" if total else ""
            click.echo(f"\r\x1b[K{stage}{count}", err=True, nl=False)

    try:
        yield show
    finally:
        if is_terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
