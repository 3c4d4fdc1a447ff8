"""The dbt project itself: its unit tests, its agreement with the contract, and the lines between its layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.assets.landing import SYSTEM_TABLES
from dagster_project.contract.model import load_contract
from dagster_project.settings import load_settings
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
