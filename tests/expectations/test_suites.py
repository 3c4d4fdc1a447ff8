"""Suites as data: what they name exists, nothing in them can only pass, and mistakes are refused by name."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.settings import PROJECT_ROOT
from dagster_project.warehouse import prepare_raw
from expectations.suite import ALL_FIGURES, LANDING, NO_FIGURE, PUBLISHING, Expectation, Suite, load_suites
from expectations.working_tables import landing_tables, publishing_tables

from .conftest import Star

SUITES = [suite for gate in (LANDING, PUBLISHING) for suite in load_suites(gate)]
ASKED = [(suite, item) for suite in SUITES for item in suite.expectations]
MINIMAL = """
table: gates.orders
description: Orders
names_rows: [order_id]
expectations:
  - id: orders.one
    sentence: an order is an order
    severity: block
    withholds: all figures
    rows: select * from {batch} as orders
"""


def kpis() -> set[str]:
    """KPIs of the catalogue, as dbt's YAML defines them."""
    found: set[str] = set()
    for path in (PROJECT_ROOT / "dbt" / "models" / "kpis").glob("*.yml"):
        metrics = yaml.safe_load(path.read_text(encoding="utf-8")).get("metrics", [])
        found |= {item["name"] for item in metrics if item.get("config", {}).get("meta", {}).get("kpi")}
    return found


@pytest.fixture(scope="module")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every table that the landing gate reads, and no row in them."""
    home = tmp_path_factory.mktemp("empty")
    warehouse = home / "warehouse.duckdb"
    prepare_raw(warehouse, home, {})
    with duckdb.connect(str(warehouse)) as connection:
        landing_tables(connection)
    return warehouse


def question(suite: Suite, item: Expectation) -> str:
    """A query that fails where an expectation names a table or column that is not there."""
    if item.rows:
        rows = item.rows.replace("{batch}", "batch_rows")
        source = ", source_system" if suite.by_source else ""
        return f"with batch_rows as (select * from {suite.table}) select *{source} from ({rows}) as broken"
    return f"select {', '.join((*item.columns, *suite.names_rows)) or '*'} from {suite.table}"


@pytest.mark.parametrize("suite", load_suites(LANDING), ids=lambda suite: suite.name)
def test_an_expectation_of_landed_rows_reads_what_exists(empty_warehouse: Path, suite: Suite) -> None:
    with duckdb.connect(str(empty_warehouse), read_only=True) as connection:
        for item in suite.expectations:
            connection.execute(f"describe {question(suite, item)}")


@pytest.mark.pipeline
@pytest.mark.xdist_group("gates")
def test_an_expectation_of_the_star_reads_what_exists(star: Star) -> None:
    with duckdb.connect(str(star.warehouse)) as connection:
        publishing_tables(connection, None)
        for suite in load_suites(PUBLISHING):
            for item in suite.expectations:
                connection.execute(f"describe {question(suite, item)}")


@pytest.mark.parametrize(("suite", "item"), ASKED, ids=[item.id for _, item in ASKED])
def test_an_expectation_withholds_figures_that_exist_and_needs_what_the_contract_has(
    suite: Suite, item: Expectation
) -> None:
    assert item.withholds in ((ALL_FIGURES,), (NO_FIGURE,)) or set(item.withholds) <= kpis()
    for need in item.needs:
        entity, _, column = need.partition(".")
        assert not column or column in load_contract().entity(entity).by_name, need
        assert entity in load_contract().entities, need


def test_every_entity_of_the_contract_has_a_suite() -> None:
    asked = {suite.table.removeprefix("gates.") for suite in load_suites(LANDING)}
    assert set(load_contract().entities) <= asked


def test_a_sentence_reads_on_from_it_does_not_hold_that() -> None:
    unfit = [item.id for _, item in ASKED if not item.sentence[0].islower() or item.sentence.endswith(".")]
    assert unfit == []


def write(folder: Path, text: str) -> Path:
    (folder / "orders.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_suite_as_it_should_be_is_read(tmp_path: Path) -> None:
    (suite,) = load_suites(LANDING, write(tmp_path, MINIMAL))
    assert [item.id for item in suite.expectations] == ["orders.one"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (MINIMAL[MINIMAL.index("expectations:") :], "expectations: []", "has no expectations"),
        ("severity: block", "severity: fatal", "severity 'fatal'"),
        ("    rows: select * from {batch} as orders", "", "either `expect` or `rows`"),
        ("from {batch} as orders", "from gates.orders", "does not read {batch}"),
        ("withholds: all figures", "withhold: all figures", "unknown entries: withhold"),
        ("    withholds: all figures\n", "", "lacks withholds"),
        ("withholds: all figures", "withholds: no figure", "blocks for no figure"),
        (
            "rows: select * from {batch} as orders",
            "expect: expect_column_values_to_not_be_null\n    arguments: {column: order_id, mostly: 0.9}",
            "uses `mostly`",
        ),
    ],
)
def test_a_mistake_in_a_suite_is_refused_by_name(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in MINIMAL
    with pytest.raises(UsageError, match=re.escape(told)) as refused:
        load_suites(LANDING, write(tmp_path, MINIMAL.replace(before, after)))
    assert "orders" in str(refused.value)


def test_a_gate_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no suites"):
        load_suites(LANDING, tmp_path)


def test_two_expectations_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = MINIMAL + MINIMAL[MINIMAL.index("  - id:") :]
    with pytest.raises(UsageError, match=r"Two expectations are called orders\.one"):
        load_suites(LANDING, write(tmp_path, twice))
