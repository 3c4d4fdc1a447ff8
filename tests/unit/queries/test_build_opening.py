"""Opening the published build: found by its pointer, read-only, locked down, quick to import."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from dashboards.queries.build import open_build
from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiRequest, answer
from tests.builders import BuildRows, Obligation, day, write_build

ROWS = BuildRows([Obligation("O1", due=day("2026-01-10"))])


def test_the_current_build_is_opened_and_an_earlier_one_by_its_name(tmp_path: Path) -> None:
    write_build(tmp_path, ROWS)
    write_build(tmp_path, BuildRows([], build_id="20260202T000000000000Z"))
    with open_build(tmp_path) as build:
        assert build.build_id == "20260202T000000000000Z"
        assert answer(build.cursor(), KpiRequest("otif")).build_id == build.build_id
    with open_build(tmp_path, ROWS.build_id) as build:
        assert answer(build.cursor(), KpiRequest("otif")).rows[0]["denominator"] == 1


@pytest.mark.parametrize(
    "statement",
    [
        "create table intruder (one integer)",
        "copy build_info to 'stolen.csv'",
        "select * from read_csv('/etc/hostname')",
        "set enable_external_access = true",
        "set TimeZone = 'Asia/Tokyo'",
        "attach 'other.duckdb'",
    ],
)
def test_a_reader_can_neither_write_nor_reach_outside(tmp_path: Path, statement: str) -> None:
    write_build(tmp_path, ROWS)
    with open_build(tmp_path) as build, pytest.raises(duckdb.Error):
        build.cursor().execute(statement)


def test_a_home_without_a_build_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="Nothing is published") as caught:
        open_build(tmp_path)
    assert "orderlens run" in caught.value.remedy


@pytest.mark.parametrize("pointer", ["gone", "", "../../elsewhere", "a/b"])
def test_a_pointer_to_nothing_is_refused(tmp_path: Path, pointer: str) -> None:
    (tmp_path / "builds").mkdir()
    (tmp_path / "builds" / "CURRENT").write_text(pointer)
    with pytest.raises(QueryError, match="builds rollback"):
        open_build(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    write_build(tmp_path, ROWS).write_bytes(b"not a database" * 1000)
    with pytest.raises(QueryError, match="cannot be opened"):
        open_build(tmp_path)


def test_threads_with_a_cursor_each_get_their_own_rows(tmp_path: Path) -> None:
    write_build(tmp_path, ROWS)

    def ask(as_of: str) -> int:
        with_due = answer(build.cursor(), KpiRequest("otif", as_of=as_of))
        return with_due.rows[0]["denominator"]

    with open_build(tmp_path) as build, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, ["2026-01-09", "2026-01-10"] * 20)) == [0, 1] * 20


def test_queries_and_the_command_line_import_nothing_heavy() -> None:
    heavy = ("polars", "pandas", "numpy", "pyarrow", "streamlit", "dagster", "dbt", "plotly")
    code = (
        "import sys, dashboards.queries.kpi, dashboards.queries.obligations, dashboards.queries.records,"
        " dashboards.export, dagster_project.cli, dagster_project.cli_output;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_command_line_starts_without_duckdb() -> None:
    code = "import sys, dagster_project.cli; print('duckdb' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
