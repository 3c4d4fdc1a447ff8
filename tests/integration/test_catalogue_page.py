"""The page of all KPIs says what the metrics say."""

from __future__ import annotations

import pytest

from dagster_project.catalogue import catalogue_rows
from dagster_project.catalogue_page import PAGE, page
from dagster_project.settings import load_settings
from dagster_project.transform import parse_project

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]


def test_the_page_of_kpis_is_what_their_metrics_say_now(tmp_path) -> None:
    rows = catalogue_rows(dict(parse_project(load_settings(tmp_path)).metrics))
    assert PAGE.read_text(encoding="utf-8") == page(rows), "run `make kpis`"
    assert all(f"### {row['kpi']}\n" in page(rows) for row in rows)
