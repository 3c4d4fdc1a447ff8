"""The shared cases, run from files to figures through the command line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .conftest import CASES, TOGETHER, Orderlens, load

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]

FIGURES = {
    "otif_schedule_line": ("otif", []),
    "otif_order": ("otif", ["--level", "order"]),
    "otif_unit": ("otif", ["--level", "unit"]),
    "otif_value": ("otif", ["--level", "value"]),
    "otif_requested": ("otif", ["--definition", "requested"]),
    "otif_first_committed": ("otif", ["--definition", "first_committed"]),
    "otif_shipped": ("otif", ["--definition", "shipped"]),
    "otif_purchase_schedule_line": ("supplier_otif", []),
    "documents_right": ("documents_right", []),
    "undamaged": ("undamaged", []),
    "perfect_order": ("perfect_order", []),
}
TABLES = (
    *("otif_conformance", "obligations", "obligation_events", "fct_deliveries"),
    *("obligation_versions", "obligation_arrivals", "obligation_changes", "excluded_lines", "source_rows"),
    *("obligation_conditions", "kpi_parts", "kpi_durations", "kpi_balances"),
)
CASES_WITH_STATES = [case for case in TOGETHER if "states" in load(case, "expected.json")["expect"]]


def figure(row: dict[str, Any]) -> dict[str, Any]:
    ratio = row["value"]
    return {
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "ratio": None if ratio is None else round(float(ratio), 6),
    }


def expected_figures() -> list[tuple[str, str]]:
    found = []
    for case in TOGETHER:
        expect = load(case, "expected.json")["expect"]
        found += [(case, name) for name in expect if name in FIGURES and "numerator" in expect[name]]
    return found


@pytest.mark.parametrize(("case", "name"), expected_figures())
def test_a_case_gives_the_figure_it_must(cases_home: Orderlens, case: str, name: str) -> None:
    kpi, options = FIGURES[name]
    answer = cases_home.json("kpi", kpi, "--source", case, *options)
    assert figure(answer["rows"][0]) == load(case, "expected.json")["expect"][name]


@pytest.mark.parametrize("case", CASES_WITH_STATES)
def test_the_states_of_a_case_add_up_to_its_obligations(cases_home: Orderlens, case: str) -> None:
    kpi = "supplier_otif" if case.startswith("supplier") else "otif"
    states = cases_home.json("kpi", kpi, "--source", case)["rows"][0]["states"]
    assert states == load(case, "expected.json")["expect"]["states"]


@pytest.mark.parametrize(
    "case", [case for case in TOGETHER if "by_obligation" in load(case, "expected.json")["expect"]]
)
def test_every_obligation_of_a_case_is_in_its_state(cases_home: Orderlens, case: str) -> None:
    side = "purchase" if case.startswith("supplier") else "sales"
    rows = cases_home.json("obligations", "--source", case, "--side", side)["rows"]
    order = "po_id" if side == "purchase" else "order_id"
    found = {f"{row[order]}/{row['line_no']}/{row['schedule_no']}": row["state"] for row in rows}
    assert found == load(case, "expected.json")["expect"]["by_obligation"]


def test_shipped_without_proof_is_flagged_and_nothing_else_is(cases_home: Orderlens) -> None:
    rows = cases_home.json("obligations", "--source", "states-cancel-and-open")["rows"]
    flagged = [f"{row['order_id']}/{row['line_no']}/{row['schedule_no']}" for row in rows if row["flags"]]
    assert flagged == load("states-cancel-and-open", "expected.json")["expect"]["data_gap_flags"]


def test_a_perfect_order_is_judged_jointly_and_says_what_it_lacks(cases_home: Orderlens) -> None:
    case = "perfect-order-jointly"
    expect = load(case, "expected.json")["expect"]
    answer = cases_home.json("kpi", "perfect_order", "--source", case)
    assert answer["level"] == "order"
    product = f"{100 * expect['product_of_otif_documents_undamaged']:.2f} %"
    assert [note for note in answer["notes"] if product in note and "not the figure" in note]
    rows = cases_home.json("obligations", "--source", case, "--kpi", "perfect_order")["rows"]
    assert [row["order_id"] for row in rows if row["state"] == "due_met"] == expect["perfect_orders"]
    told = {row["order_id"]: [code.replace("_", " ") for code in row["reasons"]] for row in rows if row["reasons"]}
    assert told == expect["reasons"]


def test_what_never_tells_of_documents_has_no_perfect_order(cases_home: Orderlens) -> None:
    answer = cases_home.json("kpi", "perfect_order", "--source", "scms")
    assert answer["missing"] == ["deliveries.documents_ok", "deliveries.damaged", "deliveries.accepted"]
    assert [row["value"] for row in answer["rows"]] == [None]


def test_due_dates_move_only_with_changes_the_customer_asked_for(cases_home: Orderlens) -> None:
    rows = cases_home.json("obligations", "--source", "promise-moved-by-us")["rows"]
    found = {f"{row['order_id']}/{row['line_no']}/{row['schedule_no']}": row["due_date"] for row in rows}
    assert found == load("promise-moved-by-us", "expected.json")["expect"]["due_dates_default"]


def test_a_delivery_day_is_the_day_of_the_destination(cases_home: Orderlens) -> None:
    case = "due-day-in-destination-zone"
    expect = load(case, "expected.json")["expect"]
    rows = cases_home.json("obligations", "--source", case)["rows"]
    found = {f"{row['order_id']}/{row['line_no']}/{row['schedule_no']}": row["delivered_local_date"] for row in rows}
    assert found == expect["delivered_local_date"]
    months = cases_home.json("kpi", "otif", "--source", case, "--by", "month")["rows"]
    assert {row["month"]: figure(row) for row in months} == expect["by_month"]


@pytest.mark.parametrize(
    ("case", "expected", "kpi", "dimension"),
    [
        ("rollup-of-ratios", "by_region", "otif", "region"),
        ("supplier-first-confirmation", "by_supplier", "supplier_otif", "supplier"),
        ("customer-moves-region", "by_region", "otif", "customer_region"),
    ],
)
def test_a_roll_up_adds_parts_and_divides_last(
    cases_home: Orderlens, case: str, expected: str, kpi: str, dimension: str
) -> None:
    rows = cases_home.json("kpi", kpi, "--source", case, "--by", dimension)["rows"]
    assert {row[dimension]: figure(row) for row in rows} == load(case, "expected.json")["expect"][expected]


def test_missing_input_is_named_and_is_not_zero(cases_home: Orderlens) -> None:
    case = "missing-receipts-and-prices"
    for kpi, name in (("otif", "otif_delivered"), ("supplier_otif", "supplier_otif")):
        answer = cases_home.json("kpi", kpi, "--source", case)
        assert answer["missing"] == load(case, "expected.json")["expect"][name]["missing"]
        assert [row["value"] for row in answer["rows"]] == [None]
    answer = cases_home.json("kpi", "otif", "--source", case, "--level", "value", "--definition", "shipped")
    assert answer["missing"] == ["order_lines.unit_price"]


def test_nothing_fans_out(cases_home: Orderlens) -> None:
    from dashboards.queries.build import open_build

    case = "fanout-ship-invoice-return"
    totals = load(case, "expected.json")["expect"]["totals"]
    questions = {
        "ordered_units": "select sum(quantity) from obligations where source_system = ?",
        "ordered_value": "select sum(net_value) from obligations where source_system = ?",
        "shipped_units": "select sum(shipped_quantity) from fct_shipment_lines where source_system = ?",
        "delivered_accepted_units": "select sum(accepted_quantity) from fct_deliveries where source_system = ?",
        "freight_cost": "select sum(freight_amount) from fct_shipments where source_system = ?",
    }
    with open_build(cases_home.home) as build:
        found = {name: build.cursor().execute(sql, [case]).fetchone()[0] for name, sql in questions.items()}
    assert found == {name: Decimal(totals[name]) for name in questions}


def test_quarantine_and_builds_are_listed(cases_home: Orderlens) -> None:
    assert cases_home.json("quarantine", "list")["rows"] == []
    assert cases_home.json("quarantine", "show")["rows"] == []
    assert [row["is_current"] for row in cases_home.json("builds", "list")["rows"]] == [True]


def test_a_moved_line_rolls_up_to_the_order_it_began_in(cases_home: Orderlens) -> None:
    rows = cases_home.json("obligations", "--source", "moves-corrections-and-cancellations")["rows"]
    assert {row["order_id"]: row["origin_order_id"] for row in rows}["MB"] == "MA"


def test_several_companies_are_never_blended(cases_home: Orderlens) -> None:
    message = cases_home.call("kpi", "otif", expect=2)
    assert "--source" in message
    rows = cases_home.json("kpi", "otif", "--by", "source")["rows"]
    assert {row["source"] for row in rows} >= {"rollup-of-ratios", "states-cancel-and-open"}


@pytest.mark.parametrize(
    ("level", "by", "expected"),
    [
        ("schedule_line", None, {None: (9138, 10324)}),
        ("order", None, {None: (5549, 6233)}),
        (
            "schedule_line",
            "mode",
            {
                "Air": (5526, 6113),
                "Air Charter": (575, 650),
                "Ocean": (306, 371),
                "Truck": (2375, 2830),
                "N/A": (356, 360),
            },
        ),
        (
            "schedule_line",
            "year",
            dict(
                zip(
                    map(str, range(2006, 2016)),
                    [
                        *[(65, 65), (658, 672), (1016, 1029), (1208, 1253), (1013, 1204)],
                        *[(773, 1011), (1172, 1273), (1044, 1272), (1292, 1528), (897, 1017)],
                    ],
                    strict=True,
                )
            ),
        ),
    ],
)
def test_scms_gives_its_reference_figures(
    cases_home: Orderlens, level: str, by: str | None, expected: dict[str | None, tuple[int, int]]
) -> None:
    options = ["--by", by] if by else []
    rows = cases_home.json("kpi", "on_time", "--source", "scms", "--level", level, *options)["rows"]
    assert {row.get(by or ""): (row["numerator"], row["denominator"]) for row in rows} == expected


def test_scms_has_no_otif_and_says_why(cases_home: Orderlens) -> None:
    answer = cases_home.json("kpi", "otif", "--source", "scms")
    assert answer["missing"] == ["deliveries.accepted"]
    assert answer["rows"][0]["value"] is None


def test_scms_lacks_what_its_source_declares(cases_home: Orderlens) -> None:
    from dagster_project.landing.sources.registry import source_info
    from dashboards.queries.build import open_build

    with open_build(cases_home.home) as build:
        rows = build.cursor().execute(
            """select entity || case when column_name = '' then '' else '.' || column_name end
            from source_inventory where source_system = 'scms' and non_null_rows = 0"""
        )
        lacking = {row[0] for row in rows.fetchall()}
    assert source_info("scms").lacks
    assert set(source_info("scms").lacks) <= lacking


def test_scms_lands_every_record(cases_home: Orderlens) -> None:
    from dagster_project.landing.ledger import read_batches

    (batch,) = [item for item in read_batches(cases_home.home) if item["source_system"] == "scms"]
    (file,) = batch["files"]
    assert (file["landed"], file["accepted"], file["quarantined"]) == (10324, 10324, 0)


@pytest.mark.parametrize("home", ["usual", "other"])
def test_a_late_proof_counts_whatever_order_batches_landed_in(late_proof: dict[str, Any], home: str) -> None:
    expect = load("late-proof-and-rerun", "expected.json")["expect"]
    now = late_proof[home].json("kpi", "otif")
    assert figure(now["rows"][0]) == expect["otif_as_known_now"]
    then = late_proof[home].json("kpi", "otif", "--known-at", "2026-05-12T23:59:59Z")
    assert figure(then["rows"][0]) == expect["otif_as_known_then"]


def test_batches_in_any_order_give_the_same_star_built_one_after_another_or_in_full(late_proof: dict[str, Any]) -> None:
    usual, other = (star(late_proof[home].home, TABLES) for home in ("usual", "other"))
    assert usual == other


def star(home: Path, tables: tuple[str, ...]) -> dict[str, list[tuple[Any, ...]]]:
    from dashboards.queries.build import open_build

    with open_build(home) as build:
        return {name: sorted(build.cursor().execute(f"select * from {name}").fetchall(), key=str) for name in tables}


def test_the_cases_are_what_was_reported() -> None:
    assert all((CASES / case / "expected.json").is_file() for case in TOGETHER)
