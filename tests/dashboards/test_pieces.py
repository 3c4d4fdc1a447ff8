"""Formats, charts and the configuration the pages rely on."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from dashboards import format as fmt
from dashboards.components.markup import table, tag
from dashboards.components.obligations import tally
from dashboards.components.trend import trend_alt, trend_figure, with_gaps
from dashboards.state import Filters, narrowed
from tests.dashboards.conftest import ROOT


@pytest.mark.parametrize(
    ("numerator", "denominator", "written"),
    [
        (9138, 10324, "88.5%"),
        (0, 0, "No data"),
        (0, 5, "0.0%"),
        (9999, 10000, ">99.9%"),
        (1, 10000, "<0.1%"),
        (5, 5, "100.0%"),
    ],
)
def test_a_percentage_never_rounds_to_all_or_nothing(numerator, denominator, written):
    assert fmt.percent(numerator, denominator) == written


def test_quantities_lose_trailing_zeros_only():
    assert [fmt.quantity(Decimal(text)) for text in ("1200.500000", "100", "0.000000")] == ["1,200.5", "100", "0"]


def test_months_in_which_nothing_fell_due_are_gaps_and_not_zero():
    rows = [
        {"month": "2025-11", "numerator": 1, "denominator": 2, "value": 0.5},
        {"month": "2026-02", "numerator": 3, "denominator": 3, "value": 1.0},
    ]
    filled = with_gaps(rows)
    assert [row["month"] for row in filled] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    line = trend_figure(filled, "OTIF").to_plotly_json()["data"][0]
    assert list(line["y"]) == [50.0, None, None, 100.0]
    assert line["connectgaps"] is False
    assert "1 of 2 due" in line["customdata"][0]


def test_a_chart_is_told_in_words():
    rows = [{"month": "2025-11", "numerator": 1, "denominator": 2, "value": 0.5}]
    assert (
        trend_alt(rows, "OTIF") == "OTIF by due month: 50.0% in Nov 2025, 50.0% in Nov 2025, lowest 50.0% in Nov 2025."
    )


def test_markup_escapes_what_it_is_given():
    assert tag("p", "x", "a", title='"<') == '<p class="a" title="&quot;&lt;">x</p>'
    assert "<script>" not in table([{"a": "<script>"}], {"a": "<script>"})


def test_a_list_that_does_not_add_up_says_so():
    assert "do not agree" in tally(3, 4, 3, "Failed", None)
    assert tally(4, 4, 2, "Failed", None) == "4 of 4 failed schedule lines shown, in 2 orders."


def test_a_picked_member_takes_the_place_of_the_filter_on_its_dimension():
    where = (("customer", "C1"), ("customer", "C2"), ("region", "South"))
    assert narrowed(where, (("customer", "C1"),)) == (("region", "South"), ("customer", "C1"))


def test_a_period_covers_its_last_month_whole():
    assert str(Filters("acme", due_to="2024-02").date_to) == "2024-02-29"


def test_garbage_is_not_collected_after_every_run_and_tables_do_not_export_themselves():
    settings = tomllib.loads((ROOT / "dashboards" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False
    assert settings["client"]["disableDataExport"] is True


def test_streamlit_still_knows_the_hidden_option():
    from streamlit import config

    assert config.get_option("runner.postScriptGC") in (True, False)


def test_pages_and_modules_stay_small():
    for path in (ROOT / "dashboards").rglob("*.py"):
        limit = 150 if "app_pages" in path.parts else 400
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit, path
