"""The dbt project itself: its unit tests, its agreement with the contract, and the lines between its layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dagster_project.assets.landing import SYSTEM_TABLES
from dagster_project.contract.model import load_contract
from dagster_project.settings import load_settings
from dagster_project.star_page import PAGE, page
from dagster_project.warehouse import raw_columns

from .conftest import Orderlens

DBT = Path(__file__).parents[2] / "dbt"


def raw_tables() -> dict[str, dict[str, Any]]:
    declared = yaml.safe_load((DBT / "models" / "staging" / "_raw.yml").read_text(encoding="utf-8"))
    return {table["name"]: table for table in declared["sources"][0]["tables"]}


def test_the_contract_and_dbt_name_the_same_entities() -> None:
    assert set(raw_tables()) - set(SYSTEM_TABLES) == set(load_contract().entities)


@pytest.mark.parametrize("entity", sorted(load_contract().entities))
def test_the_contract_and_dbt_name_the_same_columns_and_types(entity: str) -> None:
    declared = {column["name"]: column["data_type"] for column in raw_tables()[entity]["columns"]}
    assert declared == {name: kind for name, (kind, _) in raw_columns(load_contract().entity(entity)).items()}


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_the_unit_tests_of_the_models_pass(cases_home: Orderlens) -> None:
    from dagster_project.transform import run_unit_tests

    outcome = run_unit_tests(load_settings(cases_home.home))
    assert len(outcome) >= 13
    assert {item.node.name: item.status for item in outcome if item.status != "pass"} == {}


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_the_tests_that_a_run_leaves_out_pass(cases_home: Orderlens) -> None:
    from dagster_project.transform import run_thorough_tests

    outcome = run_thorough_tests(load_settings(cases_home.home))
    assert len(outcome) > 100
    assert {item.node.name: item.message for item in outcome if item.status != "pass"} == {}


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_marts_never_read_staging_and_only_staging_reads_raw(cases_home: Orderlens) -> None:
    from dagster_project.transform import parse_project

    manifest = parse_project(load_settings(cases_home.home))
    layers = {key: node.config.schema for key, node in manifest.nodes.items() if node.resource_type == "model"}
    allowed_raw = {"staging", "published"}
    for key, layer in layers.items():
        parents = manifest.nodes[key].depends_on.nodes
        if any(parent.startswith("source.") for parent in parents) and layer not in allowed_raw:
            system = {parent.rsplit(".", 1)[-1] for parent in parents if parent.startswith("source.")}
            assert system <= set(SYSTEM_TABLES), key
        if layer in ("marts", "published"):
            assert not [parent for parent in parents if layers.get(parent) == "staging"], key


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_every_model_and_every_published_column_is_described(cases_home: Orderlens) -> None:
    from dagster_project.transform import parse_project

    manifest = parse_project(load_settings(cases_home.home))
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    assert [node.name for node in models if not node.description] == []
    published = [node for node in models if node.config.schema == "published"]
    assert [node.name for node in published if not node.config.contract.enforced] == []
    assert [
        (node.name, column.name) for node in published for column in node.columns.values() if not column.description
    ] == []


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_every_model_says_its_grain_and_the_grain_of_every_mart_is_tested(cases_home: Orderlens) -> None:
    from dagster_project.transform import parse_project

    manifest = parse_project(load_settings(cases_home.home))
    models = {key: node for key, node in manifest.nodes.items() if node.resource_type == "model"}
    assert [node.name for node in models.values() if "Grain: " not in node.description] == []
    tested = {node for node, _ in _tests(manifest, "unique_combination")}
    # Two lines of one shipment may be two events that nothing tells apart.
    untestable = {"model.orderlens.fct_obligation_events"}
    marts = {key for key, node in models.items() if node.config.schema == "marts"}
    assert sorted(marts - tested) == sorted(untestable)


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_every_key_of_a_dimension_is_tested_to_be_a_member(cases_home: Orderlens) -> None:
    from dagster_project.transform import parse_project

    settings = load_settings(cases_home.home)
    tested = {(node, known["column"]) for node, known in _tests(parse_project(settings), "known_member")}
    dimensions = ("customer", "product", "supplier", "site", "return_site", "address", "carrier")
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        found = connection.execute(
            """
            select table_name, column_name from information_schema.columns
            where table_schema = 'marts' and not starts_with(table_name, 'dim_') and list_contains(?, column_name)
            """,
            [[f"{dimension}_key" for dimension in dimensions]],
        ).fetchall()
    assert len(found) > 60
    assert [(table, key) for table, key in found if (f"model.orderlens.{table}", key) not in tested] == []


def _tests(manifest: Any, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Model -> arguments of the data tests of a name."""
    return [
        (node.attached_node, node.test_metadata.kwargs)
        for node in manifest.nodes.values()
        if node.resource_type == "test" and node.test_metadata and node.test_metadata.name == name
    ]


@pytest.mark.pipeline
@pytest.mark.xdist_group("cases")
def test_every_published_model_has_an_owner_a_contract_and_somebody_who_reads_it(cases_home: Orderlens) -> None:
    from dagster_project.transform import parse_project

    manifest = parse_project(load_settings(cases_home.home))
    published = {
        key: node
        for key, node in manifest.nodes.items()
        if node.resource_type == "model" and node.config.schema == "published"
    }
    read = {parent for exposure in manifest.exposures.values() for parent in exposure.depends_on.nodes}
    assert [node.name for node in published.values() if not (node.group and node.config.contract.enforced)] == []
    assert sorted(set(published) - read) == []


def test_the_page_about_the_star_says_what_its_models_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make star`"
