"""Names, filters, sources and missing inputs of a KPI request: what is refused, and what is said."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiRequest, answer
from dashboards.queries.request import Scope
from dashboards.queries.sources import lacks, sources
from tests.builders import BuildRows, Obligation, SourceRow, day, memory_build

MET = Obligation("O1", "1", due=day("2026-01-10"), arrivals=((day("2026-01-09"), 10),))
LATE = Obligation("O1", "2", due=day("2026-01-12"), arrivals=((day("2026-01-13"), 10),), product="P2", site="S2")
OTHER = Obligation("O2", "1", due=day("2026-01-12"), arrivals=((day("2026-01-12"), 10),), customer="C2", region=None)
ONE = BuildRows([MET, LATE, OTHER], definition_ids=["default", "requested"])
ZETA = Obligation("O1", due=day("2026-01-20"), source="zeta", is_fallback=True)
TWO = BuildRows(
    [MET, LATE, OTHER, ZETA],
    sources=[
        SourceRow(),
        SourceRow("zeta", day("2026-01-15"), ("deliveries.accepted", "commitment_changes"), has_commitments=False),
    ],
)


def refusal(rows: BuildRows = ONE, **asked: Any) -> QueryError:
    asked.setdefault("kpi", "otif")
    with pytest.raises(QueryError) as caught:
        answer(memory_build(rows), KpiRequest(**asked))
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ({"kpi": "otiff"}, "otif"),
        ({"definition": "requestd"}, "requested"),
        ({"level": "orders"}, "order"),
        ({"by": ("produkt",)}, "product"),
        ({"where": (("custmer", "C1"),)}, "customer"),
        ({"source": "acmee"}, "acme"),
        ({"grain": "months"}, "month"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_offered(asked: dict[str, Any], offered: str) -> None:
    assert f"Did you mean {offered}" in refusal(**asked).remedy


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": "31.01.2026"},
        {"as_of": "2026-02-30"},
        {"as_of": "2026-01-31T12:00:00"},
        {"known_at": "soon"},
        {"where": (("month", "2026-1"),)},
        {"date_from": day("2026-02-01"), "date_to": day("2026-01-01")},
        {"source": "acme", "where": (("source", "zeta"),)},
    ],
)
def test_a_value_that_cannot_be_read_one_way_is_refused(asked: dict[str, Any]) -> None:
    refusal(TWO if "source" in asked else ONE, **asked)


@pytest.mark.parametrize("kpi", ["on_time", "in_full"])
@pytest.mark.parametrize("level", ["unit", "value"])
def test_only_otif_is_weighed_in_units_and_value(kpi: str, level: str) -> None:
    assert "only OTIF" in refusal(kpi=kpi, level=level).message


@pytest.mark.parametrize(
    ("level", "dimension"), [("order", "product"), ("order", "site"), ("order", "mode"), ("line", "carrier")]
)
def test_a_dimension_that_an_order_can_have_several_of_is_no_roll_up(level: str, dimension: str) -> None:
    assert "several" in refusal(level=level, by=(dimension,)).message


@pytest.mark.parametrize(("level", "dimension"), [("line", "product"), ("line", "site"), ("order", "customer")])
def test_a_dimension_that_is_constant_at_the_level_is_a_roll_up(level: str, dimension: str) -> None:
    assert answer(memory_build(ONE), KpiRequest("otif", level=level, by=(dimension,))).rows


def test_a_filter_by_product_at_order_level_keeps_whole_orders_and_says_so() -> None:
    found = answer(memory_build(ONE), KpiRequest("otif", level="order", where=(("product", "P1"),)))
    assert (found.rows[0]["numerator"], found.rows[0]["denominator"]) == (1, 2)
    assert found.notes == ["orders with at least one line of product P1; the whole order is judged"]


def test_two_filters_by_what_an_order_has_several_of_must_hold_on_one_line() -> None:
    con = memory_build(ONE)
    both = KpiRequest("otif", level="order", where=(("product", "P1"), ("site", "S2")))
    assert answer(con, both).rows[0]["denominator"] == 0


def test_values_of_the_same_dimension_are_alternatives_and_an_empty_one_means_none() -> None:
    con = memory_build(ONE)
    either = KpiRequest("otif", where=(("customer", "C1"), ("customer", "C2")))
    assert answer(con, either).rows[0]["denominator"] == 3
    assert answer(con, KpiRequest("otif", where=(("region", ""),))).rows[0]["denominator"] == 1


def test_a_value_is_bound_and_never_becomes_sql() -> None:
    found = answer(memory_build(ONE), KpiRequest("otif", where=(("customer", "' or 1=1 --"),)))
    assert found.rows[0]["denominator"] == 0


def test_figures_of_several_sources_are_not_blended() -> None:
    assert "acme, zeta" in refusal(TWO).message


def test_by_source_each_is_told_at_its_own_as_of_and_a_missing_input_is_named() -> None:
    found = answer(memory_build(TWO), KpiRequest("otif", by=("source",)))
    acme, zeta = found.rows
    assert (acme["source"], acme["numerator"], acme["denominator"]) == ("acme", 2, 3)
    assert zeta == {"source": "zeta", "numerator": None, "denominator": None, "value": None}
    assert found.missing == ["deliveries.accepted"]
    assert found.as_of is None
    assert "each source at its own as-of: acme 2026-01-31, zeta 2026-01-15" in found.notes


def test_each_source_is_judged_at_its_own_as_of() -> None:
    found = answer(memory_build(TWO), KpiRequest("on_time", by=("source",)))
    assert [row["denominator"] for row in found.rows] == [3, 0]


def test_a_filter_by_source_names_it() -> None:
    found = answer(memory_build(TWO), KpiRequest("on_time", where=(("source", "zeta"),), as_of="2026-01-31"))
    assert found.source == "zeta"
    assert found.rows[0]["states"]["due_failed"] == 1


def test_a_source_without_commitments_falls_back_to_the_requested_date_by_name() -> None:
    found = answer(memory_build(TWO), KpiRequest("on_time", source="zeta"))
    assert found.promise_in_use == "requested"
    assert found.missing == []
    assert found.notes == [
        "zeta has no commitments: customer_agreed falls back to requested, the date the customer asked for"
    ]


def test_the_requested_definition_is_no_fallback() -> None:
    assert answer(memory_build(TWO), KpiRequest("on_time", source="zeta", definition="requested")).notes == []


def missing(lacking: tuple[str, ...], has_commitments: bool = True, **asked: Any) -> list[str]:
    rows = BuildRows([MET], sources=[SourceRow(lacks=lacking, has_commitments=has_commitments)])
    found = answer(memory_build(rows), KpiRequest(**{"kpi": "otif", **asked}))
    assert all(row["value"] is None and row["numerator"] is None for row in found.rows) or not found.missing
    return found.missing


@pytest.mark.parametrize(
    ("lacking", "asked", "named"),
    [
        (("deliveries",), {}, ["deliveries"]),
        (("deliveries", "deliveries.accepted"), {}, ["deliveries"]),
        (("deliveries.accepted",), {}, ["deliveries.accepted"]),
        (("deliveries.accepted",), {"kpi": "on_time"}, []),
        (("deliveries",), {"definition": "shipped"}, []),
        (("shipments",), {"definition": "shipped"}, ["shipments"]),
        (("order_lines.unit_price",), {"level": "value"}, ["order_lines.unit_price"]),
        (("order_lines.unit_price",), {"level": "unit"}, []),
        (("order_schedule_lines.requested_date",), {}, []),
        (
            ("order_schedule_lines.requested_date",),
            {"definition": "requested"},
            ["order_schedule_lines.requested_date"],
        ),
    ],
)
def test_a_missing_input_is_named_by_entity_or_column(
    lacking: tuple[str, ...], asked: dict[str, Any], named: list[str]
) -> None:
    assert missing(lacking, **asked) == named


def test_the_fallback_needs_what_the_requested_promise_needs() -> None:
    lacking = ("commitment_changes", "order_schedule_lines.requested_date")
    assert missing(lacking, has_commitments=False) == ["order_schedule_lines.requested_date"]


def test_a_source_tells_which_kpis_it_has_no_figure_for() -> None:
    con = memory_build(TWO)
    zeta = sources(con)[1]
    assert [(one["kpi"], one["missing"]) for one in lacks(con, zeta)] == [
        ("otif", ["deliveries.accepted"]),
        ("in_full", ["deliveries.accepted"]),
        *((kpi, ["deliveries.accepted"]) for kpi in ("documents_right", "perfect_order", "undamaged")),
    ]


def test_a_scope_hides_what_lies_outside_it() -> None:
    con = memory_build(TWO)
    scoped = answer(con, KpiRequest("otif"), Scope(companies=("acme",), customers=("C2",)))
    assert (scoped.source, scoped.rows[0]["denominator"]) == ("acme", 1)
    with pytest.raises(QueryError, match="no source in this build 'zeta'"):
        answer(con, KpiRequest("otif", source="zeta"), Scope(companies=("acme",)))
    sites = answer(con, KpiRequest("otif", source="acme", level="order"), Scope(sites=("S2",)))
    assert sites.rows[0]["denominator"] == 1
    assert sites.notes == ["orders with at least one line of site S2; the whole order is judged"]
