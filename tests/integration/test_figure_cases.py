"""The shared cases on yields, times, returns, backorders, prices and forecasts, asked through the command line."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Orderlens, load

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]


def expected(case: str) -> dict[str, Any]:
    return load(case, "expected.json")["expect"]


def parts(row: dict[str, Any]) -> dict[str, Any]:
    ratio = None if row["value"] is None else round(row["value"], 6)
    return {"numerator": row["numerator"], "denominator": row["denominator"], "ratio": ratio}


def rows(home: Orderlens, case: str, kpi: str, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.json("kpi", kpi, "--source", case, *options)["rows"]
    return found


def behind(home: Orderlens, case: str, kpi: str, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.json("units", kpi, "--source", case, *options)["rows"]
    return found


def test_open_orders_are_censored_and_a_percentile_not_reached_is_no_data(cases_home: Orderlens) -> None:
    case, kpi = "cycle-time-open-orders", "order_cycle_time"
    expect = expected(case)
    (row,) = rows(cases_home, case, kpi, "--from", "2026-03", "--to", "2026-03")
    assert (row["denominator"], row["numerator"], row["censored"]) == (
        expect["orders"],
        expect["events"],
        expect["censored"],
    )
    assert {str(int(one["t"])): one["survival"] for one in row["survival"]} == expect["km_survival"]
    assert (row["value"], row["p90"]) == (expect["km_median_hours"], expect["km_p90_hours"])
    assert [one["unit"] for one in behind(cases_home, case, kpi, "--failed")] == ["SO-K5", "SO-K4"]


@pytest.mark.parametrize("kpi", ["order_cycle_time", "order_cycle_time_net", "supplier_lead_time"])
def test_what_came_later_ends_no_span_at_an_earlier_as_of(cases_home: Orderlens, kpi: str) -> None:
    case = "spans-as-known-then"
    for as_of, wanted in expected(case)[kpi].items():
        (row,) = rows(cases_home, case, kpi, "--as-of", as_of)
        assert {name: row[name] for name in wanted} == wanted, as_of


def test_a_wait_counts_from_the_day_it_was_agreed_and_never_after_the_end(cases_home: Orderlens) -> None:
    case = "spans-as-known-then"
    for as_of, wanted in expected(case)["durations_net"].items():
        found = behind(cases_home, case, "order_cycle_time_net", "--as-of", as_of)
        assert {one["unit"]: one["duration"] for one in found} == wanted, as_of


def test_delivered_orders_are_booked_to_their_delivery(cases_home: Orderlens) -> None:
    case = "spans-as-known-then"
    found = behind(cases_home, case, "order_cycle_time_delivered")
    assert {one["unit"]: one["booked_date"] for one in found} == expected(case)["delivered_booked_to"]


def test_stages_end_when_they_did_and_what_is_out_of_order_is_counted(cases_home: Orderlens) -> None:
    case, kpi = "spans-as-known-then", "stage_cycle_time"
    for as_of, wanted in expected(case)["stages"].items():
        found = behind(cases_home, case, kpi, "--as-of", as_of)
        assert {one["unit"]: [one["status"], one["duration"]] for one in found} == wanted, as_of
    (note,) = cases_home.json("kpi", kpi, "--source", case)["notes"]
    assert note.startswith(f"{expected(case)['stages_left_out']} end or are cancelled before they start")


def test_a_company_that_never_tells_rework_has_no_first_pass_yield(cases_home: Orderlens) -> None:
    case = "spans-as-known-then"
    found = cases_home.json("kpi", "first_pass_yield", "--source", case)
    assert found["missing"] == expected(case)["first_pass_yield_missing"]
    assert [row["value"] for row in found["rows"]] == [None]


def test_first_pass_yield_and_rolled_yield_are_two_figures(cases_home: Orderlens) -> None:
    case = "fpy-and-rolled-yield"
    expect = expected(case)
    (row,) = rows(cases_home, case, "first_pass_yield")
    assert parts(row) == expect["fpy_end_to_end"]
    steps = rows(cases_home, case, "step_yield", "--by", "step")
    assert {one["step"]: parts(one) for one in steps} == expect["step_yield"]
    (rolled,) = rows(cases_home, case, "rolled_throughput_yield")
    assert round(rolled["value"], 6) == expect["rolled_throughput_yield"]
    whole = [one["unit"] for one in behind(cases_home, case, "first_pass_yield") if one["numerator"]]
    assert sorted(whole) == expect["first_pass_orders"]


def test_returns_belong_to_the_month_that_shipped_them_and_a_young_one_says_so(cases_home: Orderlens) -> None:
    case = "return-rate-young-cohort"
    found = rows(cases_home, case, "return_rate", "--grain", "month")
    assert {one["month"]: {**parts(one), "mature": one["mature"]} for one in found} == expected(case)


@pytest.mark.parametrize(("kpi", "age"), [("return_rate", "age_30_days"), ("return_rate_60", "age_60_days")])
def test_returns_count_by_their_age_and_never_twice(cases_home: Orderlens, kpi: str, age: str) -> None:
    case = "fanout-ship-invoice-return"
    (row,) = rows(cases_home, case, kpi, "--where", "month=2026-05")
    assert parts(row) == {"ratio": None, **expected(case)["return_rate_ship_month_2026-05"][age]}


def test_a_backorder_is_what_the_first_attempt_left_short(cases_home: Orderlens) -> None:
    case = "backorder-first-attempt"
    (row,) = rows(cases_home, case, "backorder_rate")
    assert parts(row) == expected(case)["backorder_rate"]
    short = [one["unit"] for one in behind(cases_home, case, "backorder_rate", "--failed")]
    assert sorted(short) == expected(case)["short_lines"]


def test_a_price_is_judged_by_the_agreement_of_the_order_day_in_its_own_unit(cases_home: Orderlens) -> None:
    case, kpi = "price-variance-uom-and-date", "price_variance"
    expect = expected(case)
    found = {one["unit"].partition("/")[0]: one["numerator"] for one in behind(cases_home, case, kpi)}
    (total,) = rows(cases_home, case, kpi)
    assert {**found, "total": total["numerator"]} == {name: float(text) for name, text in expect["variance"].items()}
    months = {one["month"]: one["numerator"] for one in rows(cases_home, case, kpi, "--grain", "month")}
    assert months == {month: float(text) for month, text in expect["by_receipt_month"].items()}
    assert total["currency"] == "EUR"


def test_absolute_errors_and_actuals_are_added_before_they_are_divided(cases_home: Orderlens) -> None:
    case = "forecast-zero-weeks-week53"
    expect = expected(case)
    by_product = {one["product"]: one for one in rows(cases_home, case, "forecast_wape", "--by", "product")}
    (total,) = rows(cases_home, case, "forecast_wape")
    found = {name: parts(row) for name, row in {**by_product, "all": total}.items()}
    assert found == expect["wape"]
    errors = {one["product"]: one["numerator"] for one in rows(cases_home, case, "forecast_bias", "--by", "product")}
    (bias,) = rows(cases_home, case, "forecast_bias")
    assert {**errors, "all": bias["numerator"]} == expect["sum_forecast_minus_actual"]
    weeks = rows(cases_home, case, "forecast_wape", "--by", "product", "--grain", "week")
    demand: dict[str, dict[str, int]] = {}
    for row in weeks:
        demand.setdefault(row["product"], {})[row["week"]] = row["denominator"]
    assert demand == expect["demand"]


def test_what_was_ordered_is_told_in_units_and_lacks_its_price_by_name(cases_home: Orderlens) -> None:
    case = "missing-receipts-and-prices"
    expect = expected(case)
    answer = cases_home.json("kpi", "ordered_value", "--source", case)
    assert answer["missing"] == expect["ordered_value"]["missing"]
    assert answer["rows"][0]["value"] is None
    (units,) = rows(cases_home, case, "ordered_units")
    assert units["numerator"] == expect["ordered_units"]


@pytest.mark.parametrize(("kpi", "name"), [("ordered_units", "ordered_units"), ("ordered_value", "ordered_value")])
def test_what_was_ordered_does_not_fan_out(cases_home: Orderlens, kpi: str, name: str) -> None:
    case = "fanout-ship-invoice-return"
    (row,) = rows(cases_home, case, kpi)
    assert row["numerator"] == float(expected(case)["totals"][name])


def in_days(row: dict[str, Any]) -> list[Any]:
    value = None if row["value"] is None else round(row["value"], 6)
    return [row["numerator"], row["denominator"], row["days"], value]


def test_days_outstanding_are_the_balance_over_the_flow_of_months_with_all_their_days(cases_home: Orderlens) -> None:
    case, expect = "money-by-hand", expected("money-by-hand")
    found: dict[str, dict[str, Any]] = {}
    for row in rows(cases_home, case, "dso", "--by", "currency", "--grain", "month"):
        found.setdefault(row["month"], {})[row["currency"]] = in_days(row)
    assert found == expect["dso"]
    assert {row["month"]: in_days(row) for row in rows(cases_home, case, "dpo", "--grain", "month")} == expect["dpo"]
    of_c2 = ("--where", "customer=C2", "--where", "month=2024-03")
    assert [in_days(row) for row in rows(cases_home, case, "dso", *of_c2)] == [expect["dso_of_C2_in_march"]]
    answer = cases_home.json("kpi", "dso", "--source", case)
    assert answer["rows"][0]["value"] is None
    assert "money in EUR and USD is not added up: ask --by currency" in answer["notes"]


def test_each_currency_costs_what_its_own_orders_do_and_names_what_is_in_it(cases_home: Orderlens) -> None:
    case, expect = "money-by-hand", expected("money-by-hand")["cost_per_order"]
    answer = cases_home.json("kpi", "cost_per_order", "--source", case, "--by", "currency")
    told = {row["currency"]: [row["numerator"], row["denominator"], round(row["value"], 6)] for row in answer["rows"]}
    assert told == expect
    assert answer["notes"] == [
        "money-by-hand: labour 1.33, error correction 4.00, overhead 3.00 EUR per order placed",
        "money-by-hand: labour 5.00, systems 4.00 USD per order placed",
        "money-by-hand: no cost of outsourced is told, so none is in it",
    ]
    (whole,) = rows(cases_home, case, "cost_per_order")
    assert (whole["numerator"], whole["denominator"], whole["value"]) == (None, None, None)


def test_a_cost_without_steps_or_minutes_is_no_cost_per_order(cases_home: Orderlens) -> None:
    answer = cases_home.json("kpi", "cost_per_order", "--source", "fanout-ship-invoice-return")
    assert answer["missing"] == ["cost_rates", "order_events", "exception_actions.minutes or exceptions.minutes"]
    assert [row["value"] for row in answer["rows"]] == [None]


def test_an_exception_counts_alike_in_every_figure_and_with_the_minutes_of_all_its_firings(
    cases_home: Orderlens,
) -> None:
    case, expect = "money-by-hand", expected("money-by-hand")
    (counted,) = rows(cases_home, case, "exceptions")
    (of_orders,) = rows(cases_home, case, "exceptions_per_order")
    (minutes,) = rows(cases_home, case, "exception_minutes")
    assert counted["numerator"] == expect["exceptions"]
    assert [of_orders["numerator"], of_orders["denominator"]] == expect["exceptions_per_order"]
    assert minutes["numerator"] == expect["exception_minutes"]


def test_figures_beyond_the_promise_are_told_as_known_earlier_once_that_is_restated(cases_home: Orderlens) -> None:
    message = cases_home.call(
        *("kpi", "first_pass_yield", "--source", "fpy-and-rolled-yield", "--known-at", "2026-01-01"), expect=2
    )
    assert "Run `orderlens restate --known-at 2026-01-01 --source fpy-and-rolled-yield`" in message
