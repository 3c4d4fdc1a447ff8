"""Pieces of the pages of figures: how values are written, gaps, what a figure is held against, groups, tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dashboards import format_figures as figs
from dashboards.answers import in_process_order, weight
from dashboards.components.cost_table import by_currency, cost_table_html
from dashboards.components.figure_trend import figure_alt, figure_over_time
from dashboards.components.groups import GROUPS, group_of
from dashboards.components.held_against import held_against_html
from dashboards.components.meaning import formula
from dashboards.components.pareto import by_type
from dashboards.components.survival import survival_alt, survival_figure
from dashboards.components.trust import lacking
from dashboards.components.units_table import failed_words, units_frame
from dashboards.periods import between, with_gaps
from dashboards.queries.catalogue import Kpi
from dashboards.queries.comparing import Compared

RATE = Kpi(
    **{"kpi": "exception_rate", "label": "Exception rate", "description": "", "standard": None, "side": "sales"},
    **{"measure": "exception_rate", "unit": "ratio", "direction": "lower_is_better", "booked_to": "a day"},
    **{"levels": ("order",), "dimensions": ("month", "channel"), "needs": {}, "traps": (), "kind": "ratio"},
    **{"figure_table": "parts", "numerator": "orders with an exception", "denominator": "orders validated"},
)
CYCLE = replace(RATE, kpi="cycle", label="Cycle time", kind="duration", unit="hours", figure_table="durations")
COST = replace(RATE, kpi="cost_per_order", label="Cost", unit="money", part_unit="money")


@pytest.mark.parametrize(
    ("number", "unit", "written"),
    [
        (None, "ratio", "No data"),
        (0.99999, "ratio", ">99.9%"),
        (0.0001, "ratio", "<0.1%"),
        (-0.05, "ratio", "-5.0%"),
        (0.5, "hours", "30 min"),
        (47.9, "hours", "47.9 h"),
        (507.5, "hours", "21.1 d"),
        (36, "business_hours", "36.0 business h"),
        (23.87, "days", "23.9 d"),
        (Decimal("5.5"), "money", "5.50 EUR"),
        (Decimal("1234567.891"), "money", "1,234,568 EUR"),
        (0.3216, "multiple", "0.32"),
        (644, "count", "644"),
        (24596.9, "count", "24,597"),
    ],
)
def test_figures_are_written_in_their_unit(number, unit, written):
    assert figs.value(number, unit, "EUR" if unit == "money" else None) == written


def test_a_ratio_of_money_divides_money_by_a_count():
    row = {"numerator": Decimal("132.00"), "denominator": Decimal(24), "value": 5.5, "currency": "EUR"}
    assert figs.parts(row, COST) == "132.00 EUR of 24"


@pytest.mark.parametrize(
    ("first", "last", "grain", "found"),
    [
        ("2026-W52", "2027-W01", "week", ["2026-W52", "2026-W53", "2027-W01"]),
        ("2025-Q4", "2026-Q2", "quarter", ["2025-Q4", "2026-Q1", "2026-Q2"]),
        ("2025-11", "2026-01", "month", ["2025-11", "2025-12", "2026-01"]),
        ("2026-02-27", "2026-03-01", "day", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("2024", "2026", "year", ["2024", "2025", "2026"]),
    ],
)
def test_the_periods_between_two_are_all_named(first, last, grain, found):
    assert list(between(first, last, grain)) == found


def test_a_period_without_data_is_a_gap_in_the_chart_and_not_zero():
    rows = [
        {"month": "2025-11", "numerator": 1, "denominator": 2, "value": 0.5},
        {"month": "2026-01", "numerator": 30, "denominator": 40, "value": 0.75},
        {"month": "2026-03", "numerator": 0, "denominator": 0, "value": None},
    ]
    filled = with_gaps(rows, "month")
    assert [row["month"] for row in filled] == ["2025-11", "2025-12", "2026-01"]
    line = figure_over_time(filled, RATE, "month").to_plotly_json()["data"][0]
    assert list(line["y"]) == [50.0, None, 75.0]
    assert line["connectgaps"] is False
    assert line["marker"]["symbol"][0] == "circle-open"
    assert figure_alt(filled, RATE, "month").endswith("lowest 50.0% in Nov 2025, highest 75.0% in Jan 2026.")


def test_a_share_above_one_is_not_cut_off_by_its_axis():
    rows = [{"month": "2026-01", "numerator": 134, "denominator": 100, "value": 1.34}]
    assert "range" not in figure_over_time(rows, RATE, "month").to_plotly_json()["layout"]["yaxis"]


def test_horizons_stand_by_number_and_steps_by_the_process():
    steps = [{"step": name} for name in ("10", "2", "ship", "capture", None)]
    assert [row["step"] for row in in_process_order(steps)] == ["capture", "ship", None, "2", "10"]
    assert figs.dimension(replace(RATE, kpi="forecast_wape"), "step") == "Horizon"


def test_a_line_and_the_line_of_its_file_are_two_columns():
    kpi = replace(RATE, levels=("line",), side="purchase")
    row = {"unit": "PO-1/10", "numerator": 1, "denominator": 1, "source_file": "orders.csv", "source_line": 7}
    frame = units_frame([row], kpi, {})
    assert list(frame.columns) == ["Purchase line", "Numerator", "Denominator", "File", "Line"]
    assert frame.iloc[0]["Purchase line"] == "PO-1/10"


def compared(now: float, then: float | None, **more) -> Compared:
    told = {"target": None, "benchmarks": [], **more}
    rows = [{"numerator": 1, "denominator": 2, "value": value} for value in (now, then)]
    return Compared(date(2025, 7, 1), date(2026, 6, 30), *rows, told["target"], told["benchmarks"], [])


def a_benchmark(low: float, high: float, currency: str | None = None) -> dict:
    return {
        **{"statistic": "manual", "low_value": low, "high_value": high, "currency": currency},
        **{"published_in": "a study", "published_year": None},
    }


def test_less_is_better_where_the_figure_says_so_and_the_year_before_names_its_days():
    told = held_against_html(RATE, {"value": 0.2}, compared(0.2, 0.3), is_bounded=True)
    assert "<b>Year before</b> 30.0%: 10.0 points better" in told
    assert "1 Jul 2025 – 30 Jun 2026 against the same days a year earlier" in told
    assert "No target held, no benchmark known." in told
    assert "10.0 points worse" in held_against_html(RATE, {"value": 0.3}, compared(0.3, 0.2), is_bounded=True)


def test_a_difference_too_small_to_be_written_is_none():
    told = held_against_html(RATE, {"value": 0.2}, compared(0.2, 0.20001), is_bounded=True)
    assert "<b>Year before</b> 20.0%: the same" in told


def test_without_a_period_the_twelve_months_that_are_compared_are_told():
    told = held_against_html(RATE, {"value": 0.25}, compared(0.2, 0.3), is_bounded=False)
    assert "these twelve months: 20.0%" in told


@pytest.mark.parametrize(("value", "said"), [(0.1, "better than that"), (0.17, "within it"), (0.3, "worse than that")])
def test_a_benchmark_is_a_range_with_a_place_for_the_figure(value, said):
    found = compared(value, None, benchmarks=[a_benchmark(0.15, 0.2)])
    assert f"15.0% – 20.0%: {said}" in held_against_html(RATE, {"value": value}, found, is_bounded=True)


def test_money_is_not_held_against_a_benchmark_in_another_currency():
    found = compared(11.0, None, benchmarks=[a_benchmark(5, 25, "USD")])
    told = held_against_html(COST, {"value": 11.0, "currency": "EUR"}, found, is_bounded=True)
    assert "5.00 USD – 25.00 USD: in another currency" in told


def test_a_kpi_that_nobody_placed_falls_into_the_group_of_its_kind():
    assert group_of(RATE) == "quality"
    assert group_of(replace(CYCLE, kpi="some_time")) == "flow"
    assert group_of(replace(RATE, kpi="new_supplier_rate", side="purchase")) == "supply"
    assert group_of(replace(RATE, kpi="new_promise", kind="conformance")) == "promise"
    assert group_of(replace(RATE, kpi="dso", kind="balance")) in GROUPS


def test_a_formula_says_what_is_divided_by_what():
    assert formula(RATE) == "orders with an exception ÷ orders validated; added first, divided last"
    assert "what is still open counts" in formula(CYCLE)


def test_the_curve_marks_its_median_and_says_it_in_words():
    points = [
        {"t": 24.0, "survival": 0.5, "cancelled": 0.0, "completed": 0.5, "at_risk": 4},
        {"t": 96.0, "survival": 0.25, "cancelled": 0.1, "completed": 0.65, "at_risk": 2},
    ]
    row = {"value": 24.0, "p90": None}
    curve = survival_figure(points, row, CYCLE).to_plotly_json()["data"]
    assert list(curve[0]["y"]) == [100.0, 50.0, 25.0]
    assert list(curve[2]["text"]) == ["median: 1.0 d"]
    assert survival_alt(points, row, CYCLE) == (
        "Cycle time, share still open: 100.0% open at the start, half after 24.0 h, 25.0% after 4.0 d."
    )


def test_of_a_bias_what_is_furthest_off_on_either_side_comes_first():
    bias = replace(RATE, kpi="forecast_bias", direction="closer_to_zero_is_better", part_unit="quantity")
    over, under = ({"numerator": Decimal(one), "denominator": Decimal(10), "value": one / 10} for one in (40, -50))
    assert weight(under, bias) > weight(over, bias) > weight({**over, "numerator": Decimal(0)}, bias)
    assert failed_words(bias) == "Only those that are off"


def test_types_of_exceptions_gather_their_stages_and_minutes():
    rows = [
        {"reason": "late", "step": "ship", "numerator": 2},
        {"reason": "late", "step": "deliver", "numerator": 3},
        {"reason": None, "step": None, "numerator": 1},
    ]
    late, unnamed = by_type(rows, [{"reason": "late", "step": "ship", "numerator": Decimal(30)}])
    assert (late["count"], late["minutes"], late["stages"]) == (5, 30.0, [("Deliver", 3), ("Ship", 2)])
    assert (unnamed["reason"], unnamed["count"]) == (None, 1)


def cost_rows(currency: str = "EUR") -> list[dict]:
    return [
        {"channel": "edi", "reason": None, "numerator": 0, "denominator": Decimal(4), "currency": "EUR"},
        {"channel": "edi", "reason": "labour", "numerator": Decimal(8), "denominator": 0, "currency": "EUR"},
        {"channel": None, "reason": "systems", "numerator": Decimal(4), "denominator": 0, "currency": currency},
    ]


def test_costs_of_a_month_without_orders_stay_in_the_whole():
    told = cost_table_html(cost_rows(), "EUR")
    assert "All channels" in told
    assert "<b>3.00 EUR</b>" in told


def test_costs_of_each_currency_have_a_table_of_their_own():
    placed = {"channel": None, "reason": None, "numerator": 0, "denominator": Decimal(2), "currency": "USD"}
    without = {**placed, "denominator": Decimal(9), "currency": None}
    told = by_currency([*cost_rows("USD"), placed, without])
    assert list(told) == ["EUR", "USD"]
    assert "<b>2.00 EUR</b>" in cost_table_html(told["EUR"], "EUR")
    assert "<b>2.00 USD</b>" in cost_table_html(told["USD"], "USD")


def test_a_long_list_of_missing_inputs_names_the_first_and_counts_the_rest():
    lacks = [{"label": f"K{number}", "missing": ["orders"]} for number in range(5)]
    lacks += [{"label": "K", "missing": [f"e{number}"]} for number in range(4)]
    assert lacking(lacks) == [
        "orders (K0, K1, K2 and 2 more)",
        "e0 (K)",
        "e1 (K)",
        "and 2 more inputs, see Data & trust",
    ]
