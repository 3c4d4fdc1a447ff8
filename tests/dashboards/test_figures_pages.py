"""The pages of figures, headless: value and parts, what they are held against, states, the address, the way down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboards.conftest import card, html_of, words_of
from tests.dashboards.told import KPI_PAGE, write_told


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Path:
    """A home whose company has every figure."""
    home = tmp_path_factory.mktemp("told")
    write_told(home)
    return home


@pytest.fixture
def shown(told, opened):
    """A page of that home, at an address; the company is acme unless told otherwise."""

    def run(page: str, **address):
        return opened(told, page, **{"source": "acme", **address})

    return run


def test_any_kpi_shows_its_value_with_both_parts_in_words(shown):
    told = card(shown(KPI_PAGE, kpi="first_pass_yield"), "First pass yield")
    assert "75.0%" in told
    assert "<b>18</b> orders right first time" in told
    assert "of <b>24</b> orders ended" in told


def test_a_target_is_told_with_its_line_and_in_words_whether_it_is_reached(shown):
    told = card(shown(KPI_PAGE, kpi="first_pass_yield"), "First pass yield")
    assert "<b>Target</b> 90.0%: missed by 15.0 points" in told
    assert "targets.csv, line 4; from 1 Jan 2026" in told
    assert "<b>Year before</b> no data" in told
    assert "<b>Target</b> 30.0%: reached" in card(shown(KPI_PAGE, kpi="exception_rate"), "Exception rate")


def test_a_benchmark_names_where_it_was_published(shown):
    told = card(shown(KPI_PAGE, kpi="exception_rate"), "Exception rate")
    assert "best in class</b> 5.0% – 10.0%: worse than that" in told
    assert "a study, 2024" in told


def test_a_kpi_that_lacks_an_input_names_it_and_still_says_what_it_means(shown):
    at = shown(KPI_PAGE, source="bare", kpi="exception_rate")
    assert "No figure" in card(at, "Exception rate")
    assert "Needs <strong>exceptions</strong>, which bare does not have." in card(at, "Exception rate")
    assert "orderlens kpi exception_rate" in html_of(at)


def test_the_choices_of_the_kpi_page_live_in_the_address(shown):
    at = shown(KPI_PAGE, kpi="step_yield", by="Step", grain="Week", failed="true", section="Rows behind it")
    assert at.selectbox(key="kpi").value == "step_yield"
    assert at.segmented_control(key="by").value == "step"
    assert at.segmented_control(key="grain").value == "week"
    assert "6 of 6 passages through steps shown, only those that count against it" in html_of(at)
    assert set(at.dataframe[0].value["File"]) == {"orders.csv"}


def test_an_unknown_kpi_in_the_address_is_said(shown):
    at = shown(KPI_PAGE, kpi="first_pas")
    assert "KPI “first_pas” is not in what is served: showing Quality › First pass yield." in words_of(at)


def test_steps_stand_in_the_order_of_the_process(shown):
    at = shown(KPI_PAGE, kpi="step_yield", by="Step")
    assert [at.button(key=f"row-step-{number}").label for number in range(3)] == ["capture", "validate", "ship"]


def test_a_row_of_the_breakdown_leads_to_its_rows(shown):
    at = shown(KPI_PAGE, kpi="first_pass_yield", by="Channel")
    at.button(key="row-channel-0").click().run()
    assert at.query_params["section"] == "Rows behind it"
    assert at.query_params["pick"] == "mail"
    assert "12 of 12 orders shown (Channel: mail), those that weigh most first." in html_of(at)


def test_another_kpi_without_the_dimension_chosen_starts_from_its_own(shown):
    at = shown(KPI_PAGE, kpi="step_yield", by="Step")
    at.selectbox(key="kpi").set_value("first_pass_yield").run()
    assert not at.exception
    assert at.segmented_control(key="by").value == "customer"
    assert not at.warning


def test_a_figure_of_the_promise_leads_to_its_obligations(shown):
    at = shown(KPI_PAGE, kpi="supplier_otif")
    assert "80.0%" in card(at, "Supplier OTIF")
    assert any("Delivery promise" in str(link.proto) for link in at.get("page_link"))


def test_filters_that_do_not_apply_are_said(shown):
    at = shown(KPI_PAGE, kpi="first_pass_yield", customer="C1", product="P1")
    assert "Definition, side and level are those of promises and do not change these figures" in words_of(at)
    at = shown(KPI_PAGE, kpi="exceptions", product="P1")
    assert "Product does not narrow Exceptions" in words_of(at)


def test_orders_with_at_least_one_line_of_a_product_are_said_to_be_that(shown):
    at = shown(KPI_PAGE, kpi="first_pass_yield", product="P1")
    assert "Orders with at least one line of product P1" in words_of(at)


def test_a_figure_without_rows_is_no_data_and_not_zero(tmp_path, opened):
    write_told(tmp_path, is_empty=True)
    at = opened(tmp_path, KPI_PAGE, source="acme", kpi="first_pass_yield")
    assert "No data" in card(at, "First pass yield")
    assert "No period has data under these filters." in words_of(at)
