"""The delivery-promise page, headless: figures with counts, filters in the address, the way down, what is missing."""

from __future__ import annotations

import csv
import io

import pytest

from dashboards.components.obligations import EXPORT_COLUMNS, in_states
from dashboards.export import to_csv
from dashboards.queries.build import open_build
from dashboards.queries.obligations import list_obligations
from dashboards.state import Filters
from tests.dashboards.conftest import DATA_PAGE, acme, card, html_of, words_of, write_acme, write_case


def test_cards_show_the_ratio_with_the_counts_behind_it(home, opened):
    shown = card(opened(home, source="acme"), "OTIF")
    assert "80.0%" in shown
    assert "16 of 20 due schedule lines" in shown


def test_the_order_level_stands_beside_the_line_level(home, opened):
    at = opened(home, source="acme")
    assert "Whole orders: 80.0%, 8 of 10" in card(at, "OTIF")
    at.segmented_control(key="level").set_value("order").run()
    assert "8 of 10 due orders" in card(at, "OTIF")
    assert "Schedule lines: 80.0%, 16 of 20" in card(at, "OTIF")


def test_the_five_states_are_named_and_counted(home, opened):
    shown = card(opened(home, source="acme"), "OTIF")
    said = "23 schedule lines: Met 16, Failed 4, Not yet due 1, Unknown 1, Cancelled by customer 1"
    assert f'aria-label="{said}"' in shown


def test_a_missing_input_is_named_and_there_is_no_figure(home, opened):
    at = opened(home, source="nordic")
    assert "No figure" in card(at, "OTIF")
    assert "Needs <strong>deliveries.accepted</strong>, which nordic does not have." in card(at, "OTIF")
    assert "8 of 10 due schedule lines" in card(at, "On time")
    assert "deliveries.accepted (OTIF, In full)" in html_of(at)


def test_the_header_names_company_definition_and_as_of(home, opened):
    shown = html_of(opened(home, source="acme"))
    assert "<strong>Acme Machines (acme)</strong>" in shown
    assert "as of end of 31 Jan 2026" in shown


def test_a_promise_that_fell_back_is_said_by_name(home, opened):
    shown = html_of(opened(home, source="nordic"))
    assert "Judged against the requested date, delivered at the customer: this company records no customer" in shown


def test_synthetic_data_is_labelled(home, opened):
    assert "Synthetic data, not a real company" in html_of(opened(home, source="nordic"))
    assert "Synthetic" not in html_of(opened(home, source="acme"))


def test_the_trust_strip_tells_build_rows_and_refusals(home, opened):
    shown = html_of(opened(home, source="acme"))
    assert "build-2, audited before it was published" in shown
    assert "25 landed = 23 accepted + 2 quarantined; 1 refused file" in shown
    assert "extract of 31 Jan 2026, 12:00 UTC" in shown


def test_without_a_build_the_page_says_what_to_run(tmp_path, opened):
    at = opened(tmp_path)
    assert "No build to show yet" in html_of(at)
    assert at.code[0].value == "orderlens run"


def test_a_filter_in_the_address_is_applied_and_shown(home, opened):
    at = opened(home, source="acme", region="South")
    assert "8 of 10 due schedule lines" in card(at, "OTIF")
    assert "Region: South" in html_of(at)
    assert at.multiselect(key="region").value == ["South"]


def test_ids_in_the_address_stand_for_their_members(home, opened):
    at = opened(home, source="acme", customer="C1", definition="requested")
    assert at.query_params["customer"] == "Customer C1 (C1)"
    assert at.multiselect(key="customer").value == ["C1"]
    assert at.selectbox(key="definition").value == "requested"
    assert "4 of 8 due schedule lines" in card(at, "OTIF")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("region", "Mars", "Region “Mars” is not in what is served: the filter is not applied."),
        ("source", "gone", "Company “gone” is not in what is served: showing Acme Machines (acme)."),
        ("definition", "nope", "Definition “nope” is not in what is served: showing default."),
        ("due_from", "1999-01", "Due from “1999-01” is not in what is served"),
        ("level", "pallet", "Level “pallet” is not in what is served: showing Schedule lines."),
        ("as_of", "someday", "As-of day “someday” is not in what is served"),
        ("measure", "In time", "Figure “In time” is not in what is served: showing OTIF."),
        ("state", "Lost", "State “Lost” is not in what is served: showing All due."),
    ],
)
def test_an_unknown_value_in_the_address_is_noted_and_not_applied(home, opened, name, value, said):
    at = opened(home, **{"source": "acme", name: value})
    assert said in words_of(at)
    assert "16 of 20 due schedule lines" in card(at, "OTIF")
    assert value not in str(at.query_params.get(name))


def test_a_member_that_a_company_lacks_is_dropped_with_a_note_when_the_company_changes(home, opened):
    at = opened(home, source="acme", customer="C1")
    at.selectbox(key="source").set_value("nordic").run()
    assert "Customer “C1” is not in what is served: the filter is not applied." in words_of(at)
    assert "8 of 10 due schedule lines" in card(at, "On time")


def test_the_company_is_always_written_to_the_address(home, opened):
    assert opened(home).query_params["source"] == "Acme Machines (acme)"


def test_an_as_of_day_changes_what_is_due(home, opened):
    shown = card(opened(home, source="acme", as_of="2026-01-05"), "OTIF")
    assert "Not yet due 14" in shown


def test_a_period_bounds_the_due_months(home, opened):
    shown = card(opened(home, source="acme", due_from="Mar 2026", due_to="Mar 2026"), "OTIF")
    assert "No data" in shown
    assert "Not yet due 1" in shown


def test_a_period_that_ends_before_it_starts_is_said(home, opened):
    assert "is after" in words_of(opened(home, source="acme", due_from="Mar 2026", due_to="Jan 2026"))


def test_filters_that_leave_nothing_say_so_and_can_be_cleared(home, opened):
    at = opened(home, source="acme", customer="C2", due_from="Mar 2026")
    assert "No obligation is left under these filters" in words_of(at)
    at.button(key="clear-nothing").click().run()
    assert "16 of 20 due schedule lines" in card(at, "OTIF")


def test_a_card_leads_to_the_obligations_that_failed(home, opened):
    at = opened(home, source="acme")
    at.button(key="otif-failed").click().run()
    assert "4 of 4 failed schedule lines shown, in 2 orders." in html_of(at)
    assert list(at.dataframe[0].value["Obligation"]) == ["SO-000/10/1", "SO-001/11/1", "SO-000/11/1", "SO-001/10/1"]
    assert at.query_params["state"] == "Failed"
    assert at.query_params["tab"] == "Obligations"


def test_a_row_of_the_breakdown_leads_to_its_obligations(home, opened):
    at = opened(home, source="acme", by="Product")
    at.button(key="row-product-0").click().run()
    assert "1 of 1 failed schedule line shown, in 1 order (Product: Product P0 (P0))." in html_of(at)


def test_an_obligation_shows_its_verdict_its_events_and_their_source_lines(home, opened):
    shown = html_of(opened(home, source="acme", tab="Obligations", obligation="SO-000/10/1"))
    assert "OTIF: ✕ Failed, late" in shown
    assert "orders.csv, line 2 (orders)" in shown
    assert "deliveries.csv, line 7 (deliveries)" in shown
    assert shown.index("Order received") < shown.index("<strong>Due</strong>") < shown.index("Delivered")


def test_an_unknown_obligation_in_the_address_is_said(home, opened):
    at = opened(home, source="acme", tab="Obligations", obligation="SO-9/1/1")
    assert "“SO-9/1/1” is not an obligation of acme" in words_of(at)


def test_an_obligation_outside_the_filters_says_that_it_is(home, opened):
    at = opened(home, source="acme", tab="Obligations", obligation="SO-000/10/1", customer="C2")
    assert "not among those that the present filters leave" in words_of(at)


def test_the_export_holds_the_obligations_behind_the_figure(tmp_path):
    write_case(tmp_path)
    filters = Filters("case", where=(("region", "South"),))
    with open_build(tmp_path) as build:
        found = list_obligations(build.cursor(), filters.obligations_request("otif"))
    text = to_csv(in_states(found.rows, "due"), EXPORT_COLUMNS).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["order_id"] for row in rows] == ["SO-U2", "SO-U3", "SO-U4"]
    assert {row["region"] for row in rows} == {"South"}


def test_what_came_from_data_is_escaped(home, opened):
    shown = html_of(opened(home, source="nordic", tab="Obligations", obligation="N-0/1/1"))
    assert "<b>Co</b>" not in shown
    assert "&lt;b&gt;Co&lt;/b&gt;" in shown


def test_a_rollback_shows_the_earlier_figures_at_the_next_run(tmp_path, opened):
    write_acme(tmp_path, "build-1", acme()[:10])
    write_acme(tmp_path, "build-2")
    at = opened(tmp_path, source="acme")
    assert "16 of 20" in card(at, "OTIF")
    (tmp_path / "builds" / "CURRENT").write_text("build-1", encoding="utf-8")
    at.run()
    assert "6 of 10" in card(at, "OTIF")
    assert "Another build is served now: build-1, until a moment ago build-2." in words_of(at)


def test_the_filters_stay_when_another_page_is_opened(home, opened):
    at = opened(home, source="acme", region="South")
    at.switch_page(DATA_PAGE).run()
    assert at.query_params["region"] == "South"
    assert at.multiselect(key="region").value == ["South"]


def test_the_data_page_lists_batches_quarantined_rows_and_refused_files(home, opened):
    at = opened(home, source="acme")
    at.switch_page(DATA_PAGE).run()
    shown = html_of(at)
    assert "not_a_date" in shown
    assert "shipment_id is missing" in shown
    assert "One by one, 2 of 2 shown:" in words_of(at)
    assert list(at.dataframe[0].value["Line"]) == [8, 9]
