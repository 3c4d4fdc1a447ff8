"""Great Expectations on DuckDB: what fails without our help, what passes that must not, and that nothing is sent."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.duckdb_session import _KeptDialect, session
from expectations.suite import Expectation

NOT_NULL = Expectation(
    "c", "it is there", "block", ("all figures",), "expect_column_values_to_not_be_null", {"column": "c"}
)
BETWEEN = Expectation(
    "b", "it is small", "warn", ("all figures",), "expect_column_values_to_be_between", {"column": "n", "max_value": 2}
)
ROWS = Expectation(
    "r", "it is no 3", "note", ("all figures",), rows="select n, 'f' as source_file from {batch} as t where n = 3"
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select n, nullif(n, 1) as c from range(1, 5) as numbers (n)")
        connection.execute("create table nothing as select * from t where false")
        connection.execute("create table blank as select n, cast(null as integer) as c from t")
    return path


def ask(warehouse: Path, table: str, *names_rows: str) -> list[Any]:
    with session(warehouse) as opened:
        return opened.ask(table, f"select * from {table}", [NOT_NULL, BETWEEN, ROWS], names_rows)


def test_answers_come_in_the_order_of_the_questions_with_the_failing_rows(warehouse: Path) -> None:
    not_null, between, rows = ask(warehouse, "t", "n")
    assert (not_null.success, between.success, rows.success) == (False, False, False)
    assert not_null.result["unexpected_index_list"] == [{"n": 1, "c": None}]
    assert between.result["unexpected_count"] == 2
    assert rows.result["details"]["unexpected_rows"] == [{"n": 3, "source_file": "f"}]


def test_without_the_kept_connection_every_expectation_fails_with_an_index_error(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    others = tuple(item for item in engine._PERSISTED_CONNECTION_DIALECTS if item != _KeptDialect.DUCKDB)
    monkeypatch.setattr(engine, "_PERSISTED_CONNECTION_DIALECTS", others)
    monkeypatch.setattr("expectations.duckdb_session.keep_duckdb_connections", lambda: None)
    not_null = ask(warehouse, "t", "n")[0]
    assert "list index out of range" in str(not_null.exception_info)


@pytest.mark.parametrize("table", ["nothing", "blank"])
def test_an_empty_table_and_an_empty_column_satisfy_what_must_not_rely_on_it(warehouse: Path, table: str) -> None:
    between = Expectation(
        "c", "it is small", "warn", (), "expect_column_values_to_be_between", {"column": "c", "max_value": 0}
    )
    with session(warehouse) as opened:
        assert opened.ask(table, f"select * from {table}", [between])[0].success


def test_joins_are_made_as_they_are_written(warehouse: Path) -> None:
    setting = Expectation(
        "j",
        "joins keep their order",
        "block",
        (),
        rows="select setting from {batch} as t where setting <> 'join_order'",
    )
    with session(warehouse) as opened:
        asked = opened.ask("settings", "select current_setting('disabled_optimizers') as setting", [setting])
    assert asked[0].success, asked[0].result


def test_the_warehouse_is_let_go_at_the_end(warehouse: Path) -> None:
    ask(warehouse, "t")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table t")


def test_nothing_is_sent(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError(f"a connection was opened: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert ask(warehouse, "t", "n")[0].success is False


def test_reading_suites_and_outcomes_does_not_import_it() -> None:
    code = "import sys, expectations.gates, expectations.outcome; print('great_expectations' in sys.modules)"
    answered = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answered.stdout.strip() == "False"
