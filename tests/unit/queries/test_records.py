"""What stands beside the figures: batches, quarantine, members of dimensions."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashboards.queries import records
from dashboards.queries.catalogue import MEASURES, catalogue, definitions, find_definition
from dashboards.queries.errors import QueryError
from dashboards.queries.request import Scope
from dashboards.queries.sources import check_source, sources
from tests.builders import BuildRows, Obligation, day, memory_build

EXTRACTED = datetime(2026, 1, 31, 12)
BROKEN = {
    "source_system": "acme",
    "batch_id": "b1",
    "extracted_at": EXTRACTED,
    "entity": "orders",
    "row_key": "O9",
    "rule": "required",
    "column_name": "customer_id",
    "message": "customer_id is empty",
    "source_file": "orders.csv",
    "source_line": 7,
    "raw_record": '{"order_id": "O9"}',
}
BATCH = {
    "source_system": "acme",
    "batch_id": "b1",
    "content_hash": "abc",
    "extracted_at": EXTRACTED,
    "entity": "orders",
    "source_file": "orders.csv",
    "landed": 3,
    "accepted": 1,
    "quarantined": 2,
}
ROWS = BuildRows(
    [
        Obligation("O1", due=day("2026-01-10")),
        Obligation("O2", due=day("2026-01-10"), customer="C2"),
        Obligation("O3", due=day("2026-01-10"), customer="C2", region="US"),
        Obligation("PO1", due=day("2026-01-10"), side="purchase", customer=None, supplier="V1"),
    ],
    batches=[BATCH],
    quarantined=[BROKEN, {**BROKEN, "row_key": "O10", "source_line": 8}, {**BROKEN, "rule": "repeat"}],
    refused=[
        {"source_system": "acme", "batch_id": "b1", "source_file": "x.csv", "message": "unreadable", "remedy": "fix"}
    ],
)


def test_the_quarantine_is_counted_by_rule_and_shown_row_by_row() -> None:
    con = memory_build(ROWS)
    assert [(row["rule"], row["quarantined"]) for row in records.quarantine_summary(con)] == [
        ("required", 2),
        ("repeat", 1),
    ]
    assert records.quarantine_summary(con, "zeta") == []
    shown = records.quarantined_rows(con, source="acme", entity="orders", rule="required", limit=1, offset=1)
    assert [row["source_line"] for row in shown] == [8]
    assert records.quarantined_rows(con, batch="b2") == []


def test_batches_and_refused_files_are_listed_with_their_counts() -> None:
    con = memory_build(ROWS)
    assert records.batches(con, "acme") == [BATCH]
    assert [row["message"] for row in records.refused_files(con)] == ["unreadable"]
    (source,) = sources(con)
    assert (source.landed_rows, source.accepted_rows, source.quarantined_rows, source.refused_files) == (3, 1, 2, 1)


def test_members_of_a_dimension_carry_their_names_and_counts_within_the_scope() -> None:
    con = memory_build(ROWS)
    assert records.dimension_values(con, "acme", "customer") == [
        {"value": "C2", "label": "Customer C2", "obligations": 2},
        {"value": "C1", "label": "Customer C1", "obligations": 1},
    ]
    scoped = records.dimension_values(con, "acme", "customer", scope=Scope(regions=("US",)))
    assert [row["obligations"] for row in scoped] == [1]
    assert [row["value"] for row in records.dimension_values(con, "acme", "supplier", "purchase")] == ["V1"]
    with pytest.raises(QueryError, match="month"):
        records.dimension_values(con, "acme", "month")


def test_the_build_says_what_it_is_and_which_sides_a_source_has() -> None:
    con = memory_build(ROWS)
    assert records.build_info(con)["build_id"] == ROWS.build_id
    assert records.sides(con, "acme") == ["sales", "purchase"]


def test_the_catalogue_runs_from_otif_on_the_sales_side_and_definitions_from_the_default() -> None:
    con = memory_build(ROWS)
    headline = [kpi.kpi for kpi in catalogue(con) if kpi.measure in MEASURES]
    assert headline[:4] == ["otif", "on_time", "in_full", "supplier_otif"]
    assert next(one.definition_id for one in definitions(con, "sales")) == "default"
    con.execute("update kpi_definitions set definition_id = 'agreed' where definition_id = 'default'")
    assert find_definition(con, "sales", "default").definition_id == "agreed"


def test_a_source_that_the_build_does_not_hold_is_refused() -> None:
    con = memory_build(ROWS)
    check_source(con, None)
    with pytest.raises(QueryError, match="acme"):
        check_source(con, "acne")
