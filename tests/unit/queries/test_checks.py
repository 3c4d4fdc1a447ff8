"""What a build tells of the checks it passed before it was published."""

from __future__ import annotations

import duckdb

from dashboards.queries.checks import checks
from expectations.outcome import CHECK_COLUMNS, CheckResult, GateOutcome, check_rows


def found(status: str, expectation: str, source: str = "acme") -> CheckResult:
    return CheckResult("landing", "orders", expectation, source, "orders have a customer", "warn", status)


def build_with(*results: CheckResult) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create table check_results ({CHECK_COLUMNS})")
    rows = check_rows([GateOutcome("landing", "", list(results))])
    connection.executemany(f"insert into check_results values ({', '.join('?' for _ in rows[0])})", rows)
    return connection


def test_what_did_not_hold_comes_first_and_another_company_is_left_out() -> None:
    connection = build_with(
        found("not_assessed", "a"),
        found("pass", "b"),
        found("note", "c"),
        found("warn", "d"),
        found("warn", "e", "other"),
    )
    assert [(row["status"], row["expectation_id"]) for row in checks(connection, "acme")] == [
        ("warn", "d"),
        ("note", "c"),
        ("pass", "b"),
        ("not_assessed", "a"),
    ]


def test_what_is_of_no_single_company_is_told_of_each() -> None:
    assert [row["expectation_id"] for row in checks(build_with(found("warn", "all", "")), "acme")] == ["all"]


def test_a_build_without_results_tells_of_none() -> None:
    assert checks(duckdb.connect(), "acme") == []
