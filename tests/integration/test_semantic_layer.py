"""MetricFlow, asked for any KPI by any dimension, gives the figures that the generic query gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dagster_project.settings import load_settings
from tests.integration.semantic_layer import SemanticLayer

from .conftest import Orderlens

pytestmark = pytest.mark.pipeline

KPIS = (
    *("otif", "on_time", "in_full", "perfect_order", "documents_right", "undamaged", "fill_rate", "first_fill_rate"),
    *("supplier_otif", "supplier_on_time", "supplier_in_full"),
)
# What the real companies tell of under the default definition; none of them has accepted quantities of deliveries.
TOLD_OF_BUNDLED = ("on_time", "fill_rate", "first_fill_rate", "supplier_otif", "supplier_on_time", "supplier_in_full")
OF_CASES, OF_BUNDLED = pytest.mark.xdist_group("cases"), pytest.mark.xdist_group("bundled")
Figures = dict[tuple[str | None, ...], tuple[Any, Any, Any]]


def opened(orderlens: Orderlens) -> Iterator[SemanticLayer]:
    pytest.importorskip("metricflow", reason="MetricFlow is a development dependency")
    asked = SemanticLayer(load_settings(orderlens.home))
    yield asked
    asked.close()


@pytest.fixture(scope="module")
def layer(cases_home: Orderlens) -> Iterator[SemanticLayer]:
    yield from opened(cases_home)


@pytest.fixture(scope="module")
def bundled_layer(bundled_home: Orderlens) -> Iterator[SemanticLayer]:
    yield from opened(bundled_home)


def generic(orderlens: Orderlens, kpi: str, by: tuple[str, ...]) -> tuple[Figures, set[str]]:
    """What `orderlens kpi` says, and the sources of which it says that an input is missing."""
    level = ("--level", "schedule_line") if kpi in KPIS else ()
    rows = orderlens.json("kpi", kpi, *level, "--by", ",".join(by))["rows"]
    untold = {row["source"] for row in rows if row["denominator"] is None}
    told = {
        tuple(row[name] for name in by): (row["numerator"], row["denominator"], row["value"])
        for row in rows
        if row["source"] not in untold
    }
    return told, untold


def assert_same_figures(orderlens: Orderlens, layer: SemanticLayer, kpi: str) -> None:
    dimensions = layer.kpis()[kpi]["dimensions"]
    assert len(dimensions) >= 3
    for dimension in dimensions:
        by = ("source",) if dimension == "source" else ("source", dimension)
        expected, untold = generic(orderlens, kpi, by)
        found = layer.figures(kpi, by)
        assert expected, f"{kpi} by {dimension} compares nothing"
        assert {key: row for key, row in found.items() if key[0] not in untold} == expected, dimension


@OF_CASES
def test_every_kpi_of_a_promise_is_compared(layer: SemanticLayer) -> None:
    judged = {name for name, meta in layer.kpis().items() if meta.get("kind", "conformance") == "conformance"}
    assert judged == set(KPIS)


@OF_CASES
@pytest.mark.parametrize("kpi", ["first_pass_yield", "step_yield", "return_rate"])
def test_metricflow_adds_the_same_parts(cases_home: Orderlens, layer: SemanticLayer, kpi: str) -> None:
    expected, untold = generic(cases_home, kpi, ("source", "month"))
    found = layer.figures(kpi, ("source", "month"))
    assert expected
    assert {key: row for key, row in found.items() if key in expected and key[0] not in untold} == expected


@OF_CASES
@pytest.mark.parametrize("kpi", KPIS)
def test_metricflow_gives_the_same_figures_by_every_dimension(
    cases_home: Orderlens, layer: SemanticLayer, kpi: str
) -> None:
    assert_same_figures(cases_home, layer, kpi)


@OF_BUNDLED
@pytest.mark.parametrize("kpi", TOLD_OF_BUNDLED)
def test_metricflow_gives_the_same_figures_of_the_real_companies(
    bundled_home: Orderlens, bundled_layer: SemanticLayer, kpi: str
) -> None:
    assert_same_figures(bundled_home, bundled_layer, kpi)


@OF_CASES
@pytest.mark.parametrize("kpi", KPIS)
def test_metricflow_has_no_figure_where_an_input_is_missing(
    cases_home: Orderlens, layer: SemanticLayer, kpi: str
) -> None:
    _, untold = generic(cases_home, kpi, ("source",))
    assert untold
    found = layer.figures(kpi, ("source", "month"))
    of_untold = [row for key, row in found.items() if key[0] in untold]
    assert {(numerator, value) for numerator, _, value in of_untold} <= {(None, None)}


@OF_CASES
def test_a_company_without_quantities_has_due_obligations_and_no_otif(layer: SemanticLayer) -> None:
    assert layer.figures("otif", ("source",))[("scms",)] == (None, 10_324, None)
    assert layer.figures("on_time", ("source",))[("scms",)][:2] == (9_138, 10_324)
