"""The pages of figures, headless: value and parts, what they are held against, states, the address, the way down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboards.conftest import card, html_of, words_of
from tests.dashboards.told import CYCLE_PAGE, EXCEPTIONS_PAGE, KPI_PAGE, SUPPLIERS_PAGE, YIELD_PAGE, write_told


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
    assert "No data for the year before, no benchmark known." in told
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
    assert [at.button(key=f"row-step-{number}").label for number in range(3)] == ["Capture", "Validate", "Ship"]


def test_a_row_of_the_breakdown_leads_to_its_rows(shown):
    at = shown(KPI_PAGE, kpi="first_pass_yield", by="Channel")
    at.button(key="row-channel-0").click().run()
    assert at.query_params["section"] == "Rows behind it"
    assert at.query_params["pick"] == "Mail"
    assert "12 of 12 orders shown (Channel: Mail), those that weigh most first." in html_of(at)


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


def test_cycle_time_tells_median_and_ninety_percent_with_open_and_cancelled_counts(shown):
    told = card(shown(CYCLE_PAGE), "Order cycle time")
    assert "22 ended, 2 open, 0 cancelled" in told
    assert "Median; 90% within" in told


def test_stages_stand_in_the_order_of_the_process_with_their_percentiles(shown):
    ladder = html_of(shown(CYCLE_PAGE))
    ladder = ladder[ladder.index("How long each stage takes") :]
    assert ladder.index("Capture") < ladder.index("Validate") < ladder.index("Ship")
    assert "2.0 h" in ladder
    assert "30.0 h" in ladder


def test_the_curve_of_open_orders_has_words(shown):
    at = shown(CYCLE_PAGE)
    at.run()
    figure, alt = at.get("plotly_chart"), html_of(at)
    assert figure or "The chart follows." in alt


def test_the_longest_orders_come_first_and_the_open_ones_can_be_asked_for(shown):
    at = shown(CYCLE_PAGE, section="Rows behind it", failed="true")
    assert "2 of 2 orders shown, only those still open, longest first." in html_of(at)
    assert list(at.dataframe[0].value["Order"]) == ["SO-22", "SO-23"]


def test_a_stage_leads_to_its_orders(shown):
    at = shown(CYCLE_PAGE)
    at.button(key="step-ship").click().run()
    assert at.query_params["show"] == "Stages of orders"
    assert "24 of 24 passages through steps shown (Stage: Ship), longest first." in html_of(at)


def test_both_yields_stand_side_by_side_with_why_they_differ(shown):
    at = shown(YIELD_PAGE)
    assert "75.0%" in card(at, "First pass yield")
    assert "75.0%" in card(at, "Rolled throughput yield")
    assert "First-pass yield is the same as rolled yield." in html_of(at)


def test_steps_tell_their_yield_and_the_yield_rolled_up_to_them(shown):
    ladder = html_of(shown(YIELD_PAGE))
    ladder = ladder[ladder.index("How often each step goes right") :]
    assert ladder.index("Capture") < ladder.index("Validate") < ladder.index("Ship")
    assert "18 of 24" in ladder


def test_orders_that_were_not_first_pass_are_listed_with_their_line(shown):
    at = shown(YIELD_PAGE, section="Rows behind it", failed="true")
    assert "6 of 6 orders shown, only those that count against it" in html_of(at)
    assert set(at.dataframe[0].value["Line"]) == {7}


def test_exceptions_by_type_add_up_to_the_figure(shown):
    at = shown(EXCEPTIONS_PAGE)
    assert "2 types, 12 of 12 exceptions." in html_of(at)
    assert "100.0% so far" in html_of(at)


def test_a_type_leads_to_its_exceptions_and_the_address_says_so(shown):
    at = shown(EXCEPTIONS_PAGE)
    at.button(key="row-reason-1").click().run()
    assert at.query_params["pick"] == "Price mismatch"
    assert "6 of 6 exceptions shown (Type: Price mismatch)" in html_of(at)
    assert set(at.dataframe[0].value["File"]) == {"exceptions.csv"}


def test_cost_per_order_is_told_by_channel_and_component_and_adds_up(shown):
    told = html_of(shown(EXCEPTIONS_PAGE, section="What orders cost"))
    table = told[told.index("Cost per order by channel") :]
    assert "Labour" in table
    assert "Systems" in table
    total = table[table.index("All channels") :]
    assert '<td class="ol-number">24</td>' in total
    assert "<b>5.50 EUR</b>" in total


def test_what_an_exception_adds_is_told_in_money_and_by_how_many_were_matched(shown):
    at = shown(EXCEPTIONS_PAGE, section="What orders cost")
    assert "3.00×" in card(at, "Exception cost multiple")
    assert "6 of 6 orders with an exception matched" in card(at, "Exception cost multiple")
    assert "An order with an exception costs 9.00 EUR" in words_of(at)


def test_suppliers_with_the_worst_promise_come_first_and_small_counts_last(shown):
    table = html_of(shown(SUPPLIERS_PAGE))
    table = table[table.index("Suppliers, worst promise first") :]
    assert table.index("Supplier V1") < table.index("Supplier V2")
    assert "few: under 20" in table
    assert "varies by" in table


def test_one_supplier_is_opened_from_the_address_with_its_own_figures_and_rows(shown):
    at = shown(SUPPLIERS_PAGE, pick="V2", measure="Supplier lead time")
    assert "8 of 8 purchase lines shown (Supplier V2 (V2)), longest first." in html_of(at)
    assert at.selectbox(key="pick").value == "V2"


def test_a_supplier_that_is_not_there_is_said(shown):
    assert "Supplier “V9” is not in what is served" in words_of(shown(SUPPLIERS_PAGE, pick="V9"))


@pytest.mark.parametrize("page", [CYCLE_PAGE, YIELD_PAGE, EXCEPTIONS_PAGE, SUPPLIERS_PAGE])
def test_a_figure_without_rows_is_no_data_on_every_page(tmp_path, opened, page):
    write_told(tmp_path, is_empty=True)
    at = opened(tmp_path, page, source="acme")
    assert "No data" in html_of(at)
    assert ">0.0%<" not in html_of(at)


def test_a_company_without_purchases_is_told_what_the_page_needs(shown):
    at = shown(EXCEPTIONS_PAGE, source="bare")
    assert "Needs <strong>exceptions</strong>, which bare does not have." in card(at, "Exception rate")


@pytest.mark.parametrize("page", [CYCLE_PAGE, YIELD_PAGE, EXCEPTIONS_PAGE, SUPPLIERS_PAGE, KPI_PAGE])
def test_a_period_that_ends_before_it_starts_is_said_on_every_page(shown, page):
    assert "is after" in words_of(shown(page, due_from="Jan 2026", due_to="Dec 2025"))


def test_choices_of_one_page_do_not_trouble_the_next(shown):
    at = shown(CYCLE_PAGE, section="Rows behind it", show="Promises")
    for page in (YIELD_PAGE, EXCEPTIONS_PAGE, KPI_PAGE, SUPPLIERS_PAGE):
        at.switch_page(page).run()
        assert not at.exception
        assert not at.warning


def test_the_catalogue_is_drawn_when_it_is_unfolded(shown):
    at = shown(KPI_PAGE)
    assert not [one for one in at.button if str(one.key).startswith("row-kpi-")]
    at.session_state["catalogue"] = True
    at.run()
    at.button(key="row-kpi-exceptions").click().run()
    assert not at.exception
    assert ">12<" in card(at, "Exceptions")
