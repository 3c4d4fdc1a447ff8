"""Perfect orders and fill rates: what is asked of an obligation beside time and quantity."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiRequest, answer
from dashboards.queries.obligations import ObligationsRequest, list_obligations
from tests.builders import END, START, BuildRows, Obligation, Row, SourceRow, day, memory_build

ON_TIME, AFTER = day("2026-01-09"), day("2026-01-13")


def obligation(order: str, line: str = "1", at: date = ON_TIME, quantity: int = 10, **more: Any) -> Obligation:
    return Obligation(order, line, due=day("2026-01-10"), arrivals=((at, quantity),), **more)


def condition(one: Obligation, **told: Any) -> Row:
    return {
        "source_system": one.source,
        "obligation_key": one.obligation_key,
        "promise": "any",
        "known_from": START,
        "known_to": END,
        "delivered_at": datetime(2026, 1, 9),
        **told,
    }


def company(*rows: tuple[Obligation, dict[str, Any]], **more: Any) -> duckdb.DuckDBPyConnection:
    told = [condition(one, **conditions) for one, conditions in rows]
    return memory_build(BuildRows([one for one, _ in rows], tables={"obligation_conditions": told}, **more))


WRONG, DAMAGED = {"documents_wrong_at": datetime(2026, 1, 9)}, {"damaged_at": datetime(2026, 1, 9)}
ORDERS = (
    (obligation("O1"), {}),
    (obligation("O2", at=AFTER), WRONG),
    (obligation("O3", quantity=9), DAMAGED),
    (obligation("O4"), WRONG),
)


def figure(con: duckdb.DuckDBPyConnection, kpi: str, **asked: Any) -> tuple[Any, Any]:
    (row,) = answer(con, KpiRequest(kpi, **asked)).rows
    return row["numerator"], row["denominator"]


@pytest.mark.parametrize(
    ("kpi", "numerator"), [("otif", 2), ("documents_right", 2), ("undamaged", 3), ("perfect_order", 1)]
)
def test_a_joint_order_is_judged_jointly(kpi: str, numerator: int) -> None:
    assert figure(company(*ORDERS), kpi) == (numerator, 4)


def test_the_product_of_the_parts_is_a_labelled_comparison() -> None:
    found = answer(company(*ORDERS), KpiRequest("perfect_order"))
    assert (found.level, found.rows[0]["value"]) == ("order", 0.25)
    assert found.notes == [
        "if the three were independent, their product would be 18.75 %: a comparison, not the figure"
    ]
    assert not answer(company(*ORDERS), KpiRequest("perfect_order", by=("customer",))).notes
    assert not answer(company(*ORDERS), KpiRequest("otif")).notes


def test_one_damaged_obligation_spoils_its_order_and_no_other_obligation() -> None:
    con = company((obligation("O1", "1"), {}), (obligation("O1", "2"), DAMAGED))
    assert figure(con, "undamaged") == (0, 1)
    assert figure(con, "undamaged", level="line") == (1, 2)


def test_a_condition_is_that_of_the_as_of() -> None:
    con = company((obligation("O1"), {"damaged_at": datetime(2026, 1, 20)}))
    assert figure(con, "undamaged", as_of="2026-01-19") == (1, 1)
    assert figure(con, "undamaged", as_of="2026-01-20") == (0, 1)


def test_what_was_not_delivered_is_neither_documented_nor_undamaged() -> None:
    con = company((obligation("O1"), {"delivered_at": None}))
    assert figure(con, "documents_right") == figure(con, "undamaged") == (0, 1)


def test_what_the_line_alone_named_counts_under_the_promise_it_was_allotted_by() -> None:
    one = obligation("O1")
    told = [condition(one, promise="customer_agreed", **DAMAGED), condition(one, promise="requested")]
    con = memory_build(BuildRows([one], tables={"obligation_conditions": told}))
    assert figure(con, "undamaged") == (0, 1)
    assert figure(con, "undamaged", definition="requested") == (1, 1)


def test_the_list_tells_every_reason_of_an_order_that_is_not_perfect() -> None:
    rows = list_obligations(company(*ORDERS), ObligationsRequest(kpi="perfect_order")).rows
    assert {row["order_id"]: (row["state"], row["reasons"]) for row in rows} == {
        "O1": ("due_met", []),
        "O2": ("due_failed", ["late", "documents"]),
        "O3": ("due_failed", ["not_in_full", "damaged"]),
        "O4": ("due_failed", ["documents"]),
    }
    undamaged = list_obligations(company(*ORDERS), ObligationsRequest(kpi="undamaged", state="due_failed")).rows
    assert [(row["order_id"], row["reasons"]) for row in undamaged] == [("O3", ["damaged"])]


def test_without_documents_there_is_no_perfect_order() -> None:
    con = company(*ORDERS, sources=[SourceRow(lacks=("deliveries.documents_ok",))])
    found = answer(con, KpiRequest("perfect_order"))
    assert (found.missing, found.rows[0]["value"]) == (["deliveries.documents_ok"], None)
    assert figure(con, "undamaged") == (3, 4)


def first(quantity: int | None, at: date = ON_TIME) -> dict[str, Any]:
    return {"first_shipped_at": datetime(at.year, at.month, at.day), "first_shipped_quantity": quantity}


def test_fill_rates_are_judged_at_the_dock_by_line_unless_told() -> None:
    found = answer(company((obligation("O1"), first(10))), KpiRequest("first_fill_rate"))
    assert (found.definition, found.level) == ("shipped", "line")
    assert (
        answer(company((obligation("O1"), {})), KpiRequest("fill_rate", definition="default")).definition == "default"
    )


def test_fill_counts_whenever_it_left_and_never_above_what_was_promised() -> None:
    con = company((obligation("O1", at=AFTER, quantity=15), {}), (obligation("O2", quantity=4), {}))
    assert figure(con, "otif", definition="shipped") == (0, 2)
    assert figure(con, "fill_rate") == (1, 2)
    assert figure(con, "fill_rate", level="unit") == (14, 20)


def test_a_second_shipment_does_not_mend_the_first() -> None:
    con = company((obligation("O1"), first(6)), (obligation("O2"), first(None)), (obligation("O3"), first(12)))
    assert figure(con, "fill_rate") == (3, 3)
    assert figure(con, "first_fill_rate") == (1, 3)
    assert figure(con, "first_fill_rate", level="unit") == (16, 30)
    rows = list_obligations(con, ObligationsRequest(kpi="first_fill_rate", state="due_failed")).rows
    assert [row["reasons"] for row in rows] == [["first_shipment_short"]] * 2


def test_only_what_weighs_arrivals_has_a_figure_in_units() -> None:
    with pytest.raises(QueryError, match="perfect_order has no figure at unit level"):
        figure(company(*ORDERS), "perfect_order", level="unit")
