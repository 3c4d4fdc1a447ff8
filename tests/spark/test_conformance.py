"""The star built on Spark is the star built by the embedded engine: row for row, and figure for figure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from dagster_project.landing.sources.registry import bundled_sources
from dashboards.queries.build import open_build
from tests.integration.conftest import TOGETHER, Orderlens, write_batches

from .conftest import ENVIRONMENT, build_on_spark, call_python, copy_landed

pytestmark = [pytest.mark.spark, pytest.mark.timeout(3600)]

# Told by the run itself, not by what has landed.
OF_THE_RUN = {"build_info"}
LEVELS = ("schedule_line", "line", "order", "unit", "value")
MOST_MEMORY_MB = 4_000


class Both(NamedTuple):
    """A home of each engine, and what the build on Sail told of itself."""

    embedded: Orderlens
    spark: Orderlens
    summary: dict[str, Any]


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The bundled sources and every case as a company of its own: built by the embedded engine, and on Sail."""
    folder = tmp_path_factory.mktemp("cases")
    sources = [part for source in bundled_sources() for part in ("--source", source)]
    for case in TOGETHER:
        write_batches(case, folder / case, source_system=case)
        sources += ["--source", f"canonical:{folder / case}"]
    embedded = Orderlens(tmp_path_factory.mktemp("embedded"))
    embedded.call("land", *sources)
    spark = Orderlens(copy_landed(embedded.home, tmp_path_factory.mktemp("spark") / "home"))
    summary = build_on_spark(spark.home, "sail")
    print("Sail:", json.dumps(summary))  # noqa: T201
    spark.call("publish")
    embedded.call("build", "--full-refresh")
    embedded.call("publish")
    return Both(embedded, spark, summary)


@pytest.fixture
def connection(both: Both) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both published builds in one connection, as `embedded` and `spark`."""
    with duckdb.connect() as opened:
        for name, orderlens in (("embedded", both.embedded), ("spark", both.spark)):
            opened.execute(f"attach '{build_file(orderlens.home)}' as {name} (read_only)")
        yield opened


def build_file(home: Path) -> Path:
    return home / "builds" / f"{(home / 'builds' / 'CURRENT').read_text(encoding='utf-8').strip()}.duckdb"


def columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, list[tuple[str, str]]]:
    """Table -> names and types of its columns, in their order."""
    query = """
        select table_name, column_name, data_type from information_schema.columns
        where table_catalog = ? order by table_name, ordinal_position
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in connection.execute(query, [catalog]).fetchall():
        if table not in OF_THE_RUN:
            found.setdefault(table, []).append((name, kind))
    return found


def differences(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, list[Any]]:
    """(rows, up to three rows that one build has and the other has not)."""
    found: list[Any] = []
    for one, other in (("embedded", "spark"), ("spark", "embedded")):
        query = f'select * from {one}.main."{table}" except all select * from {other}.main."{table}" limit 3'
        found += [(one, row) for row in connection.execute(query).fetchall()]
    counted = connection.execute(f'select count(*) from embedded.main."{table}"').fetchall()
    return counted[0][0], found


def test_every_obligation_is_judged_alike_at_every_instant(connection: duckdb.DuckDBPyConnection) -> None:
    rows, different = differences(connection, "otif_conformance")
    assert rows > 100_000
    assert different == []


def test_every_published_table_holds_the_same_rows(connection: duckdb.DuckDBPyConnection) -> None:
    names = columns(connection, "embedded")
    assert names == columns(connection, "spark")
    assert len(names) > 20
    assert {name: found for name in sorted(names) if (found := differences(connection, name)[1])} == {}


def test_every_figure_of_the_catalogue_is_the_same(both: Both) -> None:
    """Asked of the bundled sources: between them they have what every figure is told from."""
    with open_build(both.embedded.home) as build:
        catalogue = build.cursor().execute("select kpi, levels from kpi_catalogue").fetchall()
    assert {level for _, levels in catalogue for level in json.loads(levels)} >= set(LEVELS)
    for kpi, levels in catalogue:
        for source in bundled_sources():
            for level in json.loads(levels):
                arguments = ("kpi", kpi, "--source", source, "--level", level)
                assert told(both.embedded, *arguments) == told(both.spark, *arguments), arguments


def test_the_build_keeps_within_the_memory_of_a_small_machine(both: Both) -> None:
    assert both.summary["peak_mb"] < MOST_MEMORY_MB


def told(orderlens: Orderlens, *arguments: str) -> dict[str, Any]:
    answer = orderlens.json(*arguments)
    return {name: value for name, value in answer.items() if name != "build_id"}


def test_a_home_where_nothing_has_landed_is_refused(tmp_path: Path) -> None:
    done = call_python(ENVIRONMENT, "-m", "dagster_project.engines.spark", "--home", str(tmp_path / "home"))
    assert done.returncode == 2
    assert "Nothing has landed in this home folder yet. Run `orderlens land` first." in done.stderr
