"""Ask the suites of a gate of a warehouse: once for everybody, and company by company where something breaks.

What a company does not have is not assessed, never passed: an empty table and a column without any value satisfy
almost every expectation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from .duckdb_session import EXAMPLES, Session, session
from .outcome import FAIL, NOT_ASSESSED, NOTE, PASS, UNASKED, WARN, CheckResult, plain
from .suite import LANDING, PUBLISHING, Expectation, Suite
from .working_tables import drop_working_tables, landing_tables, publishing_tables

# Fewer failing rows never escalate to a block: in a small company one row is a large share.
FEWEST_TO_ESCALATE = 5
_STATUS = {"block": FAIL, "warn": WARN, "note": NOTE}
EVERYBODY = ""


@dataclass
class Asked:
    """What became of a gate's questions: the results, and for Data Docs what Great Expectations said of each."""

    results: list[CheckResult] = field(default_factory=list)
    answers: list[tuple[CheckResult, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Facts:
    """Rows of a suite's table by company, values of its columns, and why it cannot be asked, if so."""

    rows: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[tuple[str, str], int] = field(default_factory=dict)
    problem: str = ""


def ask_gate(gate: str, warehouse: Path, suites: Sequence[Suite], serving: Path | None = None) -> Asked:
    """Ask the suites of one gate. `serving` is the build that serves, which the publishing gate compares with."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        if gate == LANDING:
            landing_tables(connection)
        else:
            publishing_tables(connection, serving)
        facts = {suite.name: _facts(connection, suite) for suite in suites}
        sources = _column(connection, f"select source_system from {_SOURCES[gate]} order by 1")
        has = set(
            connection.execute(
                "select source_system, entity, column_name from gates.inventory where non_null_rows > 0"
            ).fetchall()
        )
    asked = Asked()
    try:
        with session(warehouse) as opened:
            for suite in suites:
                _ask_suite(opened, suite, facts[suite.name], sources, has, asked)
    finally:
        with duckdb.connect(str(warehouse)) as connection:
            drop_working_tables(connection)
    return asked


_SOURCES = {LANDING: "raw.sources", PUBLISHING: "published.data_sources"}


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query).fetchall()]


def _facts(connection: duckdb.DuckDBPyConnection, suite: Suite) -> _Facts:
    """One query for the rows of each company and the values of every column the suite's built-ins read."""
    columns = list(dict.fromkeys(name for item in suite.expectations for name in item.columns))
    counts = "".join(f', count("{name}")' for name in columns)
    whose = "coalesce(source_system, '')" if suite.by_source else "''"
    try:
        found = connection.execute(f"select {whose}, count(*){counts} from {suite.table} group by 1").fetchall()
    except duckdb.Error as error:
        return _Facts(problem=f"{suite.table} cannot be read: {str(error).splitlines()[0]}")
    rows = {row[0]: row[1] for row in found}
    values = {(row[0], name): count for row in found for name, count in zip(columns, row[2:], strict=True)}
    return _Facts(rows, values)


def _ask_suite(
    opened: Session,
    suite: Suite,
    facts: _Facts,
    sources: Sequence[str],
    has: set[tuple[str, str, str]],
    asked: Asked,
) -> None:
    companies = sorted({*sources, *facts.rows}) if suite.by_source else [EVERYBODY]
    assessed: dict[str, list[str]] = {item.id: [] for item in suite.expectations}
    for item in suite.expectations:
        for company in companies:
            reason = _not_assessed(item, company, facts, sources, has)
            if facts.problem:
                asked.results.append(_broken(suite, item, company, facts.problem))
            elif reason:
                asked.results.append(_result(suite, item, company, NOT_ASSESSED, facts, reason=reason))
            else:
                assessed[item.id].append(company)
    open_ones = [item for item in suite.expectations if assessed[item.id]]
    if not open_ones:
        return
    first = opened.ask(f"{suite.gate} {suite.name}", f"select * from {suite.table}", open_ones)
    doubtful: dict[str, list[Expectation]] = {}
    for item, answer in zip(open_ones, first, strict=True):
        for company in assessed[item.id]:
            if answer.success:
                result = _result(suite, item, company, PASS, facts)
                asked.results.append(result)
                asked.answers.append((result, answer))
            else:
                doubtful.setdefault(company, []).append(item)
    for company, items in doubtful.items():
        _ask_company(opened, suite, company, items, facts, asked)


def _ask_company(
    opened: Session, suite: Suite, company: str, items: Sequence[Expectation], facts: _Facts, asked: Asked
) -> None:
    """Ask again what did not hold of everybody together, now with the rows that break it."""
    query = f"select * from {suite.table}"
    if suite.by_source:
        escaped = company.replace("'", "''")
        query += f" where source_system = '{escaped}'"
    name = f"{suite.gate} {suite.name} {company}".strip()
    for item, answer in zip(items, opened.ask(name, query, items, suite.names_rows), strict=True):
        problem = _problem(answer)
        if problem:
            asked.results.append(_broken(suite, item, company, problem))
            continue
        result = _judged(_result(suite, item, company, PASS, facts), item, answer)
        asked.results.append(result)
        asked.answers.append((result, answer))


def _not_assessed(
    item: Expectation, company: str, facts: _Facts, sources: Sequence[str], has: set[tuple[str, str, str]]
) -> str:
    """Why a company cannot be judged by an expectation: what it does not have; empty where it can."""
    if item.is_of_the_table or (item.rows and item.is_expected):
        return ""
    whose = sources if company == EVERYBODY else [company]
    for need in item.needs:
        entity, _, column = need.partition(".")
        if not any((source, entity, column) in has for source in whose):
            return f"{need} is missing"
    if not facts.rows.get(company):
        return "there are no rows"
    empty = [name for name in item.columns if not facts.values.get((company, name))]
    return f"{empty[0]} has no value" if empty and not item.is_expected else ""


def _result(
    suite: Suite, item: Expectation, company: str, status: str, facts: _Facts, *, reason: str = ""
) -> CheckResult:
    return CheckResult(
        gate=suite.gate,
        suite=suite.name,
        expectation_id=item.id,
        source_system=company,
        sentence=" ".join(item.sentence.split()),
        severity=item.severity,
        status=status,
        assessed_rows=0 if status == NOT_ASSESSED else facts.rows.get(company, 0),
        withholds=item.withholds,
        reason=reason,
    )


def _broken(suite: Suite, item: Expectation, company: str, problem: str) -> CheckResult:
    """A question that cannot be put blocks: nobody knows whether the data is fit."""
    return replace(_result(suite, item, company, FAIL, _Facts()), reason=f"{UNASKED}: {problem}")


def _judged(result: CheckResult, item: Expectation, answer: Any) -> CheckResult:
    """The verdict on a company: shares are of all its rows, those without a value included."""
    if answer.success:
        return result
    failing, examples = _failing(item, answer)
    share = failing / result.assessed_rows if result.assessed_rows else 1.0
    status = _STATUS[item.severity]
    if not item.is_of_the_table and share <= item.at_most:
        status = PASS
    elif item.block_above is not None and share > item.block_above and failing >= FEWEST_TO_ESCALATE:
        status = FAIL
    return replace(result, status=status, failing_rows=failing, examples=plain(examples[:EXAMPLES]))


def _failing(item: Expectation, answer: Any) -> tuple[int, Sequence[Any]]:
    """How many rows break an expectation, and the rows that were told."""
    found = answer.result
    if item.rows:
        return int(found["observed_value"]), found["details"]["unexpected_rows"]
    if item.is_of_the_table:
        return 1, [{"rows": found.get("observed_value")}]
    told = found.get("unexpected_index_list") or found.get("partial_unexpected_list") or []
    return int(found["unexpected_count"]), [row if isinstance(row, Mapping) else {"value": row} for row in told]


def _problem(answer: Any) -> str:
    """What kept Great Expectations from an answer; empty where it has one."""
    if answer.success or answer.result:
        return ""
    told: Iterable[Any] = answer.exception_info.values() if answer.exception_info else ()
    messages = [str(item["exception_message"]) for item in told if isinstance(item, Mapping)]
    messages += [str(answer.exception_info.get("exception_message") or "")] if answer.exception_info else []
    return next((text.splitlines()[0] for text in messages if text), "Great Expectations gave no answer")
