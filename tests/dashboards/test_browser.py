"""The pages in a real browser: filters survive every step, the way down survives a reload, a rollback shows."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.conftest import acme, write_acme, write_case, write_companies
from tests.dashboards.told import write_told

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WAIT = 60_000
LIST_TAB = "Obligations"


@pytest.fixture(scope="session")
def case_address(tmp_path_factory, serve) -> str:
    home = tmp_path_factory.mktemp("case")
    write_case(home)
    return serve(home)


@pytest.fixture(scope="session")
def acme_address(tmp_path_factory, serve) -> str:
    home = tmp_path_factory.mktemp("acme")
    write_acme(home)
    return serve(home)


@pytest.fixture(scope="session")
def companies_address(tmp_path_factory, serve) -> str:
    home = tmp_path_factory.mktemp("companies")
    write_companies(home)
    return serve(home)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def visit(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".ol-card")


def card_says(page: Any, label: str, words: str) -> None:
    page.locator(f'.ol-card[aria-label="{label}"]', has_text=words).wait_for()


def exported(page: Any, folder: Path) -> tuple[str, list[dict[str, str]]]:
    page.get_by_role("tab", name=LIST_TAB).click()
    with page.expect_download() as waiting:
        page.locator(".st-key-export button").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        return path.name, list(csv.DictReader(file))


def south_is_what_is_shown(page: Any, folder: Path) -> None:
    """What the filter says and what the figure and the export cover agree."""
    page.locator(".st-key-region", has_text="South").wait_for()
    page.locator(".ol-chip", has_text="Region: South").wait_for()
    card_says(page, "OTIF", "1 of 3 due schedule lines")
    assert "region=South" in page.url
    name, rows = exported(page, folder)
    assert "region-South" in name
    assert [row["order_id"] for row in rows] == ["SO-U2", "SO-U3", "SO-U4"]
    assert {row["region"] for row in rows} == {"South"}


def be_whole(page: Any) -> None:
    """Wait until nothing runs and no chart is to follow, as readers do."""
    page.locator(".ol-follows").wait_for(state="detached")
    page.locator('[data-test-script-state="notRunning"]').wait_for()


def open_page(page: Any, name: str) -> None:
    be_whole(page)
    page.locator('[data-testid="stSidebarNav"]').get_by_text(name).click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def test_filters_survive_navigation(case_address, page, browser, tmp_path):
    visit(page, case_address)
    card_says(page, "OTIF", "2 of 4 due schedule lines")
    # The browser shows the page anew once it has the code of charts, and a list that was opened before is closed; so
    # is one that scrolls.
    page.locator(".js-plotly-plot").first.wait_for()
    be_whole(page)
    region = page.locator(".st-key-region input")
    region.evaluate("field => field.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait_for_timeout(300)
    region.click()
    page.get_by_role("option", name="South").click()
    page.keyboard.press("Escape")
    south_is_what_is_shown(page, tmp_path)

    open_page(page, "Data & trust")
    assert "region=South" in page.url
    open_page(page, "Delivery promise")
    south_is_what_is_shown(page, tmp_path)

    page.reload()
    south_is_what_is_shown(page, tmp_path)

    elsewhere = browser.new_context(accept_downloads=True)
    elsewhere.set_default_timeout(WAIT)
    other = elsewhere.new_page()
    other.goto(page.url)
    south_is_what_is_shown(other, tmp_path)
    elsewhere.close()


def test_the_link_of_the_trust_strip_keeps_the_filters(case_address, page):
    visit(page, f"{case_address}/?region=South")
    page.get_by_role("link", name="What landed, and what did not").click()
    page.get_by_role("heading", name="Data & trust", level=1).wait_for()
    page.locator(".st-key-region", has_text="South").wait_for()
    assert "region=South" in page.url


def test_the_way_down_leads_to_the_source_line_and_survives_a_reload(acme_address, page):
    visit(page, acme_address)
    page.get_by_role("button", name=re.compile("Failed 4")).first.click()
    page.get_by_text("4 of 4 failed schedule lines shown, in 2 orders.").wait_for()
    page.locator(".dvn-scroller").first.click(position={"x": 20, "y": 55})
    for _ in range(2):
        page.get_by_role("heading", name="Obligation SO-000/10/1").wait_for()
        page.locator(".ol-timeline", has_text="deliveries.csv, line 7 (deliveries)").wait_for()
        page.get_by_text("4 of 4 failed schedule lines shown, in 2 orders.").wait_for()
        assert "obligation=SO-000%2F10%2F1" in page.url
        assert "state=Failed" in page.url
        page.reload()


def test_a_breakdown_row_is_reached_by_keyboard(acme_address, page):
    visit(page, f"{acme_address}/?by=Customer")
    row = page.locator(".st-key-row-customer-0 button")
    row.wait_for()
    row.focus()
    page.keyboard.press("Enter")
    page.get_by_text("4 of 4 failed schedule lines shown, in 2 orders (Customer: Customer C1 (C1)).").wait_for()
    assert "pick=Customer" in page.url


def test_the_way_down_survives_another_page(acme_address, page):
    visit(page, f"{acme_address}/?tab=Obligations&state=Failed&obligation=SO-000/10/1")
    page.get_by_role("heading", name="Obligation SO-000/10/1").wait_for()
    open_page(page, "Data & trust")
    open_page(page, "Delivery promise")
    page.get_by_role("heading", name="Obligation SO-000/10/1").wait_for()
    page.get_by_text("4 of 4 failed schedule lines shown").wait_for()


def test_the_browser_back_button_returns_to_the_page_as_it_was(acme_address, page):
    visit(page, f"{acme_address}/?region=South")
    card_says(page, "OTIF", "8 of 10 due schedule lines")
    open_page(page, "Data & trust")
    page.go_back()
    card_says(page, "OTIF", "8 of 10 due schedule lines")
    page.locator(".st-key-region", has_text="South").wait_for()


def test_a_rollback_while_the_page_is_open_shows_the_earlier_figures(tmp_path_factory, serve, page):
    home = tmp_path_factory.mktemp("rollback")
    write_acme(home, "build-1", acme()[:10])
    write_acme(home, "build-2")
    visit(page, serve(home))
    card_says(page, "OTIF", "16 of 20 due schedule lines")
    (home / "builds" / "CURRENT").write_text("build-1", encoding="utf-8")
    page.get_by_role("tab", name=LIST_TAB).click()
    card_says(page, "OTIF", "6 of 10 due schedule lines")
    page.get_by_text("Another build is served now: build-1").wait_for()


@pytest.fixture(scope="session")
def told_address(tmp_path_factory, serve) -> str:
    home = tmp_path_factory.mktemp("told")
    write_told(home)
    return serve(home)


def test_any_kpi_leads_from_its_card_to_its_rows_and_the_address_survives_a_reload(told_address, page):
    visit(page, f"{told_address}/yields?source=acme")
    card_says(page, "First pass yield", "18 of 24 orders")
    page.locator(".st-key-card-first_pass_yield").get_by_role("link", name="What it means, and more of it").click()
    page.get_by_role("heading", name="Any KPI", level=1).wait_for()
    card_says(page, "First pass yield", "18 orders right first time")
    page.locator(".st-key-by").get_by_text("Channel").click()
    page.locator(".st-key-row-channel-0 button", has_text="Mail").click()
    for _ in range(2):
        page.get_by_text("12 of 12 orders shown (Channel: Mail), those that weigh most first.").wait_for()
        assert "kpi=first_pass_yield" in page.url or "kpi=Quality" in page.url
        assert "pick=Mail" in page.url
        assert "by=Channel" in page.url
        page.reload()


def test_the_curve_follows_the_cards_of_cycle_time(told_address, page):
    visit(page, f"{told_address}/cycle_time?source=acme")
    card_says(page, "Order cycle time", "22 ended, 2 open, 0 cancelled")
    page.locator(".js-plotly-plot").wait_for()
    page.locator(".ol-ladder", has_text="Validate").wait_for()


def test_page_titles_name_the_page(acme_address, page):
    visit(page, acme_address)
    page.wait_for_function("document.title.startsWith('Delivery promise')")


def test_figures_are_there_before_the_code_of_charts_is_asked_for(acme_address, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/PlotlyChart*", lambda route: route.abort())
    visit(page, acme_address)
    card_says(page, "OTIF", "16 of 20 due schedule lines")
    for _ in range(120):
        if any("PlotlyChart" in url for url in asked):
            break
        page.wait_for_timeout(500)
    assert any("PlotlyChart" in url for url in asked)


def test_the_chart_follows_the_figures(acme_address, page):
    visit(page, acme_address)
    page.locator(".js-plotly-plot").wait_for()
    page.locator(".ol-follows").wait_for(state="detached")


def test_a_company_is_switched_by_keyboard_and_remembered_across_pages(companies_address, page):
    visit(page, f"{companies_address}/?source=acme&region=South")
    card_says(page, "OTIF", "8 of 10 due schedule lines")
    page.locator(".st-key-source input").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="Synthetic: Buyer Works (buyer)").wait_for()
    page.keyboard.type("Buyer")
    page.keyboard.press("Enter")
    card_says(page, "Supplier OTIF", "6 of 9 due schedule lines")
    page.get_by_text("does not apply to purchases").wait_for()
    page.locator(".ol-chip", has_text="Synthetic data, not a real company").wait_for()
    assert "region=" not in page.url
    for name in ("Data & trust", "Companies side by side", "Delivery promise"):
        open_page(page, name)
        assert "buyer" in page.url
    page.reload()
    card_says(page, "Supplier OTIF", "6 of 9 due schedule lines")


def test_a_definition_that_has_a_figure_is_one_click_away(companies_address, page):
    visit(page, f"{companies_address}/?source=dock")
    page.locator(".st-key-offer-shipped button").click()
    card_says(page, "OTIF", "4 of 5 due schedule lines")
    page.reload()
    card_says(page, "OTIF", "4 of 5 due schedule lines")


def test_the_table_of_companies_leads_to_the_page_of_each(companies_address, page):
    page.goto(f"{companies_address}/companies?source=acme")
    page.locator(".ol-compared tr", has_text="Buyer Works").wait_for()
    page.get_by_role("link", name="Buyer Works").click()
    card_says(page, "Supplier OTIF", "6 of 9 due schedule lines")
