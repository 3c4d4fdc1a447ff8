"""The one graph: its lineage reaches from a source's files to the published build."""

from __future__ import annotations

import pytest

from dagster_project.settings import load_settings

from .conftest import Orderlens

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]


def test_lineage_reaches_from_the_files_to_the_published_build(cases_home: Orderlens) -> None:
    import dagster as dg

    from dagster_project.build import build_definitions
    from dagster_project.transform import parse_project

    settings = load_settings(cases_home.home)
    definitions = build_definitions(settings, parse_project(settings), ["scms"])
    graph = definitions.resolve_asset_graph()
    ancestors = graph.get_ancestor_asset_keys(dg.AssetKey(["published_build"]))
    for path in (["files", "scms"], ["raw", "deliveries"], ["staging", "stg_deliveries"], ["published", "obligations"]):
        assert dg.AssetKey(path) in ancestors, path
