"""MetricFlow, asked for any KPI by any dimension, gives the figures that the generic query gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dagster_project.settings import load_settings
from tests.integration.semantic_layer import SemanticLayer

from .conftest import Orderlens

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]

KPIS = ("otif", "on_time", "in_full", "supplier_otif", "supplier_on_time", "supplier_in_full")
Figures = dict[tuple[str | None, ...], tuple[Any, Any, Any]]


@pytest.fixture(scope="module")
def layer(cases_home: Orderlens) -> Iterator[SemanticLayer]:
    pytest.importorskip("metricflow", reason="MetricFlow is a development dependency")
    asked = SemanticLayer(load_settings(cases_home.home))
    yield asked
    asked.close()


def generic(orderlens: Orderlens, kpi: str, by: tuple[str, ...]) -> tuple[Figures, set[str]]:
    """What `orderlens kpi` says, and the sources of which it says that an input is missing."""
    rows = orderlens.json("kpi", kpi, "--by", ",".join(by))["rows"]
    untold = {row["source"] for row in rows if row["denominator"] is None}
    told = {
        tuple(row[name] for name in by): (row["numerator"], row["denominator"], row["value"])
        for row in rows
        if row["source"] not in untold
    }
    return told, untold


def test_every_kpi_of_the_catalogue_is_compared(layer: SemanticLayer) -> None:
    assert set(layer.kpis()) == set(KPIS)


@pytest.mark.parametrize("kpi", KPIS)
def test_metricflow_gives_the_same_figures_by_every_dimension(
    cases_home: Orderlens, layer: SemanticLayer, kpi: str
) -> None:
    dimensions = layer.kpis()[kpi]["dimensions"]
    assert len(dimensions) >= 3
    for dimension in dimensions:
        by = ("source",) if dimension == "source" else ("source", dimension)
        expected, untold = generic(cases_home, kpi, by)
        found = layer.figures(kpi, by)
        assert expected, f"{kpi} by {dimension} compares nothing"
        assert {key: row for key, row in found.items() if key[0] not in untold} == expected, dimension


@pytest.mark.parametrize("kpi", KPIS)
def test_metricflow_has_no_figure_where_an_input_is_missing(
    cases_home: Orderlens, layer: SemanticLayer, kpi: str
) -> None:
    _, untold = generic(cases_home, kpi, ("source",))
    assert untold
    found = layer.figures(kpi, ("source", "month"))
    of_untold = [row for key, row in found.items() if key[0] in untold]
    assert {(numerator, value) for numerator, _, value in of_untold} <= {(None, None)}


def test_a_company_without_quantities_has_due_obligations_and_no_otif(layer: SemanticLayer) -> None:
    assert layer.figures("otif", ("source",))[("scms",)] == (None, 10_324, None)
    assert layer.figures("on_time", ("source",))[("scms",)][:2] == (9_138, 10_324)
