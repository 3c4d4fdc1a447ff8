"""Several companies in one build, headless: switching, the buy side, what cannot be told, side by side."""

from __future__ import annotations

from tests.dashboards.conftest import COMPANIES_PAGE, DATA_PAGE, card, html_of, words_of


def labels_of(at, key):
    return at.selectbox(key=key).options


def compared(at, company):
    """The row of one company in the table of companies."""
    return next(row for row in html_of(at).split("<tr>") if f"<strong>{company}</strong>" in row)


def test_companies_are_chosen_by_title_and_synthetic_ones_are_named_so(four, opened):
    assert labels_of(opened(four), "source") == [
        "Acme Machines (acme)",
        "Synthetic: Buyer Works (buyer)",
        "Synthetic: Dock Traders (dock)",
        "Synthetic: Nordic Parts (nordic)",
    ]


def test_a_company_in_the_address_is_found_by_its_id_and_by_an_older_title(four, opened):
    assert "Dock Traders" in html_of(opened(four, source="dock"))
    assert "Dock Traders" in html_of(opened(four, source="Dock & Sons (dock)"))


def test_the_company_stays_when_another_page_is_opened(four, opened):
    at = opened(four, source="dock")
    for page in (COMPANIES_PAGE, DATA_PAGE):
        at.switch_page(page).run()
        assert not at.exception
        assert at.selectbox(key="source").value == "dock"
        assert at.query_params["source"] == "Synthetic: Dock Traders (dock)"


def test_the_data_page_labels_synthetic_data(four, opened):
    at = opened(four, source="dock")
    at.switch_page(DATA_PAGE).run()
    assert "Synthetic data, not a real company" in html_of(at)


def test_a_company_that_only_buys_shows_its_suppliers_promises(four, opened):
    at = opened(four, source="buyer")
    assert "66.7%" in card(at, "Supplier OTIF")
    assert "6 of 9 due schedule lines" in card(at, "Supplier OTIF")
    assert "Cancelled by buyer 1" in card(at, "Supplier OTIF")
    assert "Purchases" in html_of(at)
    assert "Judged against the due date of the purchase line, accepted at our site" in html_of(at)


def test_the_buy_side_is_broken_down_by_supplier_down_to_its_obligations(four, opened):
    at = opened(four, source="buyer")
    assert at.button(key="row-supplier-0").label == "Supplier V1 (V1)"
    at.button(key="row-supplier-0").click().run()
    assert "3 of 3 failed schedule lines shown, in 2 orders (Supplier: Supplier V1 (V1))." in html_of(at)
    assert "Supplier" in at.dataframe[0].value
    assert "Customer" not in at.dataframe[0].value


def test_an_obligation_of_the_buy_side_opens_with_its_supplier(four, opened):
    at = opened(four, source="buyer", tab="Obligations", obligation="PO-0/1/1")
    shown = html_of(at)
    assert "Supplier OTIF: ✕ Failed, late" in shown
    assert "Supplier V1 (V1)" in shown


def test_an_opened_obligation_closes_with_another_company_only(four, opened):
    at = opened(four, source="buyer", tab="Obligations", obligation="PO-0/1/1")
    at.selectbox(key="source").set_value("buyer").run()
    assert at.text_input(key="obligation").value == "PO-0/1/1"
    at.selectbox(key="source").set_value("acme").run()
    assert at.text_input(key="obligation").value == ""


def test_what_the_buyer_cancelled_is_listed(four, opened):
    at = opened(four, source="buyer", tab="Obligations", state="Cancelled")
    assert "1 of 1 cancelled schedule line shown" in html_of(at)


def test_a_filter_that_does_not_apply_to_the_other_side_is_dropped_with_a_note(four, opened):
    at = opened(four, source="acme", region="South")
    at.selectbox(key="source").set_value("buyer").run()
    assert "Region “South” does not apply to purchases: the filter is not applied." in words_of(at)
    assert "6 of 9 due schedule lines" in card(at, "Supplier OTIF")
    at.selectbox(key="source").set_value("acme").run()
    assert "16 of 20 due schedule lines" in card(at, "OTIF")
    assert at.multiselect(key="region").value == []


def test_a_filter_of_the_other_side_in_the_address_is_noted(four, opened):
    at = opened(four, source="buyer", region="South")
    assert "Region “South” does not apply to purchases" in words_of(at)
    assert "region" not in at.query_params


def test_a_company_without_deliveries_is_offered_the_definition_that_has_a_figure(four, opened):
    at = opened(four, source="dock")
    assert "No figure" in card(at, "OTIF")
    assert "OTIF, On time and In full need deliveries, which this company does not record." in html_of(at)
    assert at.button(key="offer-shipped").label == "shipped: OTIF, On time and In full"
    at.button(key="offer-shipped").click().run()
    assert "4 of 5 due schedule lines" in card(at, "OTIF")
    assert at.query_params["definition"] == "shipped"
    assert "need deliveries" not in html_of(at)


def test_where_no_definition_tells_more_it_is_said(four, opened):
    at = opened(four, source="nordic", definition="requested")
    assert "OTIF and In full need deliveries.accepted, which this company does not record." in html_of(at)


def test_companies_stand_side_by_side_each_with_its_own_as_of_and_parts(four, opened):
    at = opened(four, source="acme")
    at.switch_page(COMPANIES_PAGE).run()
    assert not at.exception
    assert "16 of 20" in compared(at, "Acme Machines")
    assert "end of 31 Jan 2026" in compared(at, "Acme Machines")
    assert "shown now" in compared(at, "Acme Machines")
    assert "6 of 9" in compared(at, "Buyer Works")
    assert "end of 28 Feb 2026" in compared(at, "Buyer Works")
    assert "Synthetic data" in compared(at, "Buyer Works")
    assert "needs deliveries" in compared(at, "Dock Traders")
    assert "has one by shipped" in compared(at, "Dock Traders")
    assert "needs deliveries.accepted" in compared(at, "Nordic Parts")
    assert "8 of 10" in compared(at, "Nordic Parts")


def test_each_company_of_the_comparison_leads_to_its_own_page(four, opened):
    at = opened(four, source="acme", level="Whole orders")
    at.switch_page(COMPANIES_PAGE).run()
    href = "./?source=buyer&amp;side=Purchases&amp;definition=default&amp;level=Whole+orders"
    assert f'href="{href}"' in compared(at, "Buyer Works")


def test_the_comparison_has_one_row_per_company_and_no_total(four, opened):
    at = opened(four, source="acme")
    at.switch_page(COMPANIES_PAGE).run()
    table = next(body for body in (one.proto.body for one in at.get("html")) if "ol-compared" in body)
    assert table.count("<tr>") == 5
    assert "otal" not in table


def test_the_comparison_says_that_filters_of_one_company_do_not_apply(four, opened):
    at = opened(four, source="acme", region="South")
    at.switch_page(COMPANIES_PAGE).run()
    assert "Filters of one company are not applied here: Region: South." in words_of(at)
    assert "16 of 20" in compared(at, "Acme Machines")


def test_the_first_page_of_a_session_shows_its_figures_before_any_chart(four, opened):
    at = opened(four, source="acme")
    assert "16 of 20 due schedule lines" in card(at, "OTIF")
    assert "The chart follows." in html_of(at)
    assert not at.get("plotly_chart")
    at.run()
    assert len(at.get("plotly_chart")) == 1
    assert "The chart follows." not in html_of(at)
