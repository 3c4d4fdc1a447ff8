"""What figures of parts, spans and balances are read with: sources at their as-of, dimensions, filters, booked days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dashboards.queries.catalogue import Kpi
from dashboards.queries.dimensions import FIGURE_COLUMNS, FIGURE_PERIODS, OBLIGATION_COLUMNS, Filter
from dashboards.queries.sql import Steps, condition

UNTOLD_CURRENCY = ""
# A part, or a balance, counts from its instant on.
COUNTS = "rows.counts_from <= asked.as_of_instant"


@dataclass(frozen=True)
class Reading:
    """A checked question: `instants` are sources with the instant up to which parts count; `finer` filters ask for
    orders with at least one line of something; where a scope restricts what the figure is not told by (`untold`),
    nothing of it is read.
    """

    instants: list[tuple[str, datetime]]
    by: tuple[str, ...] = ()
    filters: list[Filter] = field(default_factory=list)
    finer: list[Filter] = field(default_factory=list)
    untold: list[Filter] = field(default_factory=list)
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True)
class Found:
    """Rows of an answer, and what must be said about them."""

    rows: list[dict[str, Any]]
    notes: list[str]


def add_only_one_currency(row: dict[str, Any], kpi: Kpi, notes: list[str]) -> None:
    """Take the row's `currencies`, as `currency_of` names them: money of several, or of an untold one beside others,
    is not added up; that of one is told with it.
    """
    currencies = [one for one in row.pop("currencies") or () if one is not None]
    if kpi.part_unit != "money":
        return
    if len(currencies) > 1:
        row["numerator"] = None
        row["denominator"] = None
        named = [one if one != UNTOLD_CURRENCY else "an untold currency" for one in currencies]
        remedy = ": ask --by currency" if "currency" in kpi.dimensions else ""
        notes.append(f"money in {' and '.join(named)} is not added up{remedy}")
    elif currencies and "currency" not in row:
        row["currency"] = currencies[0] or None


def currency_of(amount: str) -> str:
    """SQL for the currency of an amount; of no amount it may be null, which nothing hangs on."""
    return f"case when {amount} <> 0 then coalesce(currency, '{UNTOLD_CURRENCY}') else currency end"


def quoted(by: tuple[str, ...]) -> str:
    """Dimensions as a list of columns."""
    return ", ".join(f'"{name}"' for name in by)


def grouping(by: tuple[str, ...]) -> str:
    """The tail of a select over `by`."""
    return f"\ngroup by {quoted(by)}\norder by " + ", ".join(f'"{one}" nulls last' for one in by) if by else ""


def leading(by: tuple[str, ...]) -> str:
    """Dimensions as the first columns of a select."""
    return f"{quoted(by)}, " if by else ""


def period(name: str, column: str) -> str:
    """The period that a day lies in; a week is an ISO week, named by its ISO year."""
    if name == "quarter":
        return f"cast(year({column}) as varchar) || '-Q' || cast(quarter({column}) as varchar)"
    return f"strftime({column}, '{FIGURE_PERIODS[name]}')"


def read(reading: Reading, kpi: str, table: str, counts: str, booked: str = "booked_date") -> Steps:
    """Steps up to `read`: the rows of a figure that count at the as-of of their source and that the filters leave.

    `counts` is the condition under which a row counts, over `rows` and `asked.as_of_instant`; `booked` the column of
    the day it is booked to.
    """
    steps = Steps()
    values = ", ".join(f"({steps.bind(source)}, {steps.bind(at, 'timestamp')})" for source, at in reading.instants)
    steps.add("asked", f"select * from (values {values}) as asked (source_system, as_of_instant)")
    mentioned = dict.fromkeys([*reading.by, *(one.dimension for one in reading.filters)])
    told = {name: FIGURE_COLUMNS[name] for name in mentioned if name in FIGURE_COLUMNS}
    named = [f'rows.{column} as "{name}"' for name, column in told.items() if column != name]
    named += [f'{period(name, "rows." + booked)} as "{name}"' for name in mentioned if name in FIGURE_PERIODS]
    named += ['rows.source_system as "source"'] if "source" in mentioned else []
    conditions = [f"rows.kpi = {steps.bind(kpi)}", counts]
    if reading.date_from is not None:
        conditions.append(f"rows.{booked} >= {steps.bind(reading.date_from, 'date')}")
    if reading.date_to is not None:
        conditions.append(f"rows.{booked} <= {steps.bind(reading.date_to, 'date')}")
    conditions += [_with_a_line(steps, one) for one in reading.finer]
    renamed = "".join(f", {one}" for one in named)
    steps.add(
        "counted",
        f"""select rows.*, rows.{booked} as booked_day, asked.as_of_instant{renamed}
from {table} as rows
inner join asked on rows.source_system = asked.source_system
where {" and ".join(conditions)}""",
    )
    kept = ["false"] if reading.untold else [condition(steps, one) for one in reading.filters]
    steps.add("read", f"select * from counted where {' and '.join(kept) or 'true'}")
    return steps


def add_latest(steps: Steps, reading: Reading) -> None:
    """A step `latest`: of what was read, the rows at the last month's end that the figure has in each period.

    Which month's end that is does not hang on whom the filters leave: who has no balance there owes nothing any more.
    """
    periods = tuple(name for name in reading.by if name in FIGURE_PERIODS)
    within = ", ".join(["source_system", *([quoted(periods)] if periods else [])])
    kept = [condition(steps, one) for one in reading.filters if one.dimension in FIGURE_PERIODS]
    steps.add(
        "month_ends",
        f"""select {within}, max(booked_day) as last_day
from counted
where {" and ".join(kept) or "true"}
group by {within}""",
    )
    steps.add(
        "latest",
        f"select * from read inner join month_ends using ({within}) where read.booked_day = month_ends.last_day",
    )


def _with_a_line(steps: Steps, one: Filter) -> str:
    inner = condition(steps, one, OBLIGATION_COLUMNS)
    return f"rows.order_key in (select order_key from obligations where {inner})"
