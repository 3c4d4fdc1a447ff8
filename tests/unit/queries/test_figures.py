"""Figures of parts, spans and balances, asked of a build of a few rows: what counts, when, and what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiRequest, answer
from dashboards.queries.request import Scope
from tests.builders import BuildRows, SourceRow, memory_build
from tests.figure_builds import FIGURES, ask, balance, behind, part
from tests.published_tables import CATALOGUE, figure

STANDING_IN = {
    "stand_ins": {"purchase_orders.released_at": "purchase_orders.approved_at"},
    "where_every_row_tells": {"forecast_versions.site_id": ["order_lines.site_id"]},
}
RELEASE = "acme has no purchase_orders.released_at: purchase_orders.approved_at stands for it"
NO_SITE = "acme: no figure, order_lines.site_id is missing"


def test_parts_are_added_first_and_divided_last() -> None:
    parts = [part("first_pass_yield", f"A{n}", 1, 1, customer_id="A") for n in range(3)]
    parts += [part("first_pass_yield", "B1", 0, 1, customer_id="B")]
    assert ask("first_pass_yield", parts).rows == [{"numerator": 3, "denominator": 4, "value": 0.75}]
    rows = ask("first_pass_yield", parts, by=("customer",)).rows
    assert [(row["customer"], row["value"]) for row in rows] == [("A", 1.0), ("B", 0.0)]


def test_a_part_counts_from_its_instant_on_and_an_as_of_day_ends_at_24_00_utc() -> None:
    parts = [part("first_pass_yield", "A", 1, 1, at="2026-01-05 23:59:59"), part("first_pass_yield", "B", 1, 1, 6)]
    assert ask("first_pass_yield", parts, as_of="2026-01-05").rows[0]["denominator"] == 1
    assert ask("first_pass_yield", parts, as_of="2026-01-05T23:00:00Z").rows[0]["denominator"] == 0
    assert ask("first_pass_yield", parts, as_of="2026-01-06").rows[0]["denominator"] == 2


def test_nothing_that_counts_is_no_data_and_not_zero() -> None:
    assert ask("first_pass_yield").rows == [{"numerator": 0, "denominator": 0, "value": None}]
    assert ask("exceptions").rows == [{"numerator": None, "denominator": None, "value": None}]
    assert ask("cycle_time").rows[0]["value"] is None
    assert ask("dso").rows[0]["value"] is None
    assert ask("rolled_yield").rows == [{"numerator": None, "denominator": None, "value": None}]


def test_missing_inputs_are_named_once_and_inputs_that_stand_for_each_other_together() -> None:
    found = ask("untold")
    assert found.missing == ["nowhere", "one or other.thing"]
    assert found.rows == [{"numerator": None, "denominator": None, "value": None}]
    assert any("nowhere and one or other.thing are missing" in note for note in found.notes)


@pytest.mark.parametrize(
    ("lacks", "missing", "said"),
    [
        ((), [], []),
        (("purchase_orders.released_at",), [], [RELEASE]),
        (("purchase_orders.released_at", "purchase_orders.approved_at"), [], []),
        (("order_lines.site_id",), ["order_lines.site_id"], [NO_SITE]),
        (("order_lines.site_id", "forecast_versions.site_id"), [], []),
    ],
)
def test_what_stands_in_is_named_and_some_inputs_are_needed_only_beside_others(
    lacks: tuple[str, ...], missing: list[str], said: list[str]
) -> None:
    asked = figure("stood_in", "ratio", "line", (), needs=STANDING_IN)
    sources = (SourceRow("acme", lacks=lacks),)
    build = memory_build(BuildRows(obligations=(), sources=sources, tables={"kpi_catalogue": [*CATALOGUE, asked]}))
    found = answer(build, KpiRequest("stood_in", source="acme"))
    assert found.missing == missing
    assert found.notes == said


def test_periods_are_those_of_the_booked_day() -> None:
    parts = [part("exceptions", "X", 1, 0, booked_date="2027-01-03", at="2026-01-01 00:00:00")]
    for grain, told in {"day": "2027-01-03", "week": "2026-W53", "quarter": "2027-Q1", "year": "2027"}.items():
        assert ask("exceptions", parts, grain=grain).rows[0][grain] == told
    assert ask("exceptions", parts, where=(("week", "2026-W53"),)).rows[0]["value"] == 1
    assert ask("exceptions", parts, where=(("week", "2027-W01"),)).rows[0]["value"] is None


def test_money_of_several_currencies_is_not_added_up() -> None:
    parts = [part("price_variance", "A", 1, 0, currency="EUR"), part("price_variance", "B", 2, 0, currency="USD")]
    found = ask("price_variance", parts)
    assert found.rows[0]["value"] is None
    assert "EUR and USD is not added up" in found.notes[0]
    assert [row["value"] for row in ask("price_variance", parts, by=("currency",)).rows] == [1.0, 2.0]
    assert ask("price_variance", parts[:1]).rows[0]["currency"] == "EUR"


def test_money_without_a_currency_is_not_added_to_that_of_the_only_known_one() -> None:
    parts = [part("price_variance", "A", 1, 0, currency="EUR"), part("price_variance", "B", 2, 0)]
    found = ask("price_variance", parts)
    assert found.rows[0]["value"] is None
    assert "money in an untold currency and EUR is not added up" in found.notes[0]
    assert [row["value"] for row in ask("price_variance", parts, by=("currency",)).rows] == [1.0, 2.0]
    (alone,) = ask("price_variance", parts[1:]).rows
    assert (alone["value"], alone["currency"]) == (2.0, None)
    nothing = part("price_variance", "B", 0, 0)
    assert ask("price_variance", [parts[0], nothing]).rows[0]["currency"] == "EUR"
    both = [parts[0], part("price_variance", "A", 2, 0)]
    assert [row["numerator"] for row in behind("price_variance", both).rows] == [None]


def cost_of(unit: str, currency: str | None, **amounts: float) -> list[dict[str, Any]]:
    costs = [
        part("cost_per_order", unit, amount, 0, currency=currency, reason=name.replace("_", " "))
        for name, amount in amounts.items()
    ]
    return [part("cost_per_order", unit, 0, 1, currency=currency), *costs]


def test_a_cost_per_order_says_what_it_is_made_of_and_what_is_not_in_it() -> None:
    found = ask("cost_per_order", [*cost_of("A", "EUR", overhead=3, labour=1), *cost_of("B", "EUR")])
    assert (found.rows[0]["value"], found.rows[0]["currency"]) == (2.0, "EUR")
    assert found.notes == [
        "acme: labour 0.50, overhead 1.50 EUR per order placed",
        "acme: no cost of error correction and systems and outsourced is told, so none is in it",
    ]


def test_each_currency_of_a_cost_per_order_is_told_over_its_own_orders() -> None:
    every = {"error_correction": 1, "systems": 1, "overhead": 1, "outsourced": 1}
    parts = [*cost_of("A", "EUR", labour=3, **every), *cost_of("B", "EUR", labour=1), *cost_of("B", "USD", labour=6)]
    found = ask("cost_per_order", parts)
    assert (found.rows[0]["value"], found.rows[0]["denominator"]) == (None, None)
    assert found.notes[-1] == "money in EUR and USD is not added up: ask --by currency"
    told = ask("cost_per_order", parts, by=("currency",))
    assert [(row["currency"], row["denominator"], row["value"]) for row in told.rows] == [
        ("EUR", 2, 4.0),
        ("USD", 1, 6.0),
    ]
    assert told.notes[1:] == ["acme: labour 6.00 USD per order placed"]
    behind_it = {row["unit"]: (row["numerator"], row["denominator"]) for row in behind("cost_per_order", parts).rows}
    assert behind_it == {"A": (7, 1), "B": (None, None)}


def test_where_more_was_credited_than_billed_there_are_no_days() -> None:
    found = ask("dso", balances=[balance("A", "2026-01-31", -20, -10)], as_of="2026-03-15")
    assert (found.rows[0]["numerator"], found.rows[0]["value"]) == (-20, None)
    assert "where more was credited than billed there is no figure" in found.notes


def test_a_balance_in_an_untold_currency_is_not_added_to_others() -> None:
    of_both = [balance("A", "2026-01-31", 5, 9, currency="EUR"), balance("B", "2026-01-31", 0, 9)]
    assert ask("dso", balances=of_both, as_of="2026-03-15").rows[0]["value"] is None


def test_a_rolled_yield_is_the_product_of_the_yields_of_its_steps() -> None:
    parts = [part("step_yield", f"{step}{n}", int(n > 0), 1, step=step) for step in ("one", "two") for n in range(5)]
    (row,) = ask("rolled_yield", parts).rows
    assert row["value"] == pytest.approx(0.64)
    assert [(one["step"], one["numerator"], one["denominator"]) for one in row["steps"]] == [
        ("one", 4, 5),
        ("two", 4, 5),
    ]


def test_the_root_is_taken_of_the_ratio_of_sums() -> None:
    parts = [part("rmsse", "A", 8, 1), part("rmsse", "B", 10, 1)]
    assert ask("rmsse", parts).rows[0]["value"] == 3.0


def test_a_cohort_says_whether_it_can_still_change() -> None:
    parts = [part("return_rate", "A", 0, 10, matures_at="2026-01-20 00:00:00")]
    assert ask("return_rate", parts, as_of="2026-01-10").rows[0]["mature"] is False
    assert ask("return_rate", parts, as_of="2026-01-20").rows[0]["mature"] is True


def test_a_cohort_of_a_period_is_not_mature_before_the_period_is_over() -> None:
    parts = [part("return_rate", "A", 0, 10, matures_at="2026-01-20 00:00:00")]
    asked = {"by": ("product", "month"), "grain": "year"}
    assert ask("return_rate", parts, as_of="2026-01-30", grain="year").rows[0]["mature"] is False
    assert ask("return_rate", parts, as_of="2026-12-31", grain="year").rows[0]["mature"] is True
    assert ask("return_rate", parts, as_of="2026-01-30", **asked).rows[0]["mature"] is False
    assert ask("return_rate", parts, as_of="2026-01-31", **asked).rows[0]["mature"] is True


def test_quantities_of_several_units_of_measure_are_said_to_be_added_up() -> None:
    parts = [part("return_rate", "A", 1, 10, uom="EA", product_id="P")]
    parts += [part("return_rate", "B", 1, 2, uom="BOX", product_id="Q"), part("return_rate", "C", 1, 2, product_id="Q")]
    assert ask("return_rate", parts).notes == ["several units of measure (BOX, EA) are added up as they stand"]
    assert ask("return_rate", parts, by=("product",)).notes == []


def test_forecasts_of_sites_and_of_all_sites_are_said_to_be_added_up() -> None:
    parts = [part("bias", "A", 1, 10, site_id="N"), part("bias", "B", 2, 10)]
    said = "forecasts of single sites and of all sites together are added up: ask --by site"
    assert ask("bias", parts).notes == [said]
    assert ask("bias", parts, by=("site",)).notes == []


def cost(unit: str, amount: float, stratum: str, is_troubled: bool) -> list[dict[str, Any]]:
    parts = [part("cost_multiple", unit, 0, 1, stratum=stratum), part("cost_multiple", unit, amount, 0, currency="EUR")]
    return [*parts, part("cost_multiple", unit, 0, 0, reason="exception")] if is_troubled else parts


def test_orders_with_an_exception_are_compared_with_clean_ones_like_them() -> None:
    parts = [*cost("A", 30, "small", True), *cost("B", 10, "small", False), *cost("C", 100, "large", False)]
    (row,) = ask("cost_multiple", parts).rows
    assert (row["numerator"], row["denominator"], row["value"]) == (30, 10, 3.0)
    lonely = [*parts, *cost("D", 500, "huge", True)]
    found = ask("cost_multiple", lonely)
    assert (found.rows[0]["value"], found.rows[0]["matched_orders"]) == (3.0, 1)
    assert "1 orders with an exception have no clean order like them" in found.notes[0]


def test_costs_of_several_currencies_are_not_compared() -> None:
    parts = [*cost("A", 30, "small", True), *cost("B", 10, "small", False)]
    abroad = [*parts, part("cost_multiple", "A", 7, 0, currency="USD", reason="labour")]
    found = ask("cost_multiple", abroad)
    assert found.rows[0]["value"] is None
    # It is told by no currency, so there is nothing to ask for.
    assert found.notes[0] == "money in EUR and USD is not added up"
    assert ask("cost_multiple", parts).rows[0]["currency"] == "EUR"


def test_what_a_sum_cannot_add_is_said() -> None:
    parts = [part("price_variance", "A", 1, 0), part("price_variance", "B", 2, 0) | {"numerator": None}]
    found = ask("price_variance", parts)
    assert (found.rows[0]["value"], found.notes) == (1.0, ["1 row has no price variance: left out"])


def test_a_balance_is_that_of_the_last_month_unless_months_are_asked_for() -> None:
    balances = [
        balance("A", "2026-01-31", 50, 90),
        balance("A", "2026-02-28", 20, 90),
        balance("B", "2026-02-28", 10, 0),
    ]
    found = ask("dso", balances=balances, as_of="2026-03-15")
    (row,) = found.rows
    assert (row["numerator"], row["denominator"], row["value"]) == (30, 90, 30.0)
    assert "the flow of 3 months stands for that of 12" in found.notes[0]
    assert ask("dso", balances=balances, as_of="2026-02-10").rows[0]["value"] == 50.0
    months = ask("dso", balances=balances, as_of="2026-03-15", grain="month").rows
    assert [(one["month"], one["value"]) for one in months] == [("2026-01", 50.0), ("2026-02", 30.0)]
    named = ask("dso", balances=balances, as_of="2026-03-15", by=("customer",)).rows
    assert [(one["customer"], one["value"]) for one in named] == [("A", 20.0), ("B", None)]


def test_who_owes_nothing_any_more_has_no_balance_of_an_earlier_month() -> None:
    balances = [
        balance("A", "2026-01-31", 5, 9),
        balance("B", "2026-01-31", 50, 90),
        balance("B", "2026-02-28", 20, 90),
    ]
    of_a: Any = {"balances": balances, "as_of": "2026-03-15", "where": (("customer", "A"),)}
    assert ask("dso", **of_a).rows[0]["value"] is None
    assert behind("dso", **of_a).total == 0
    (january,) = ask("dso", **of_a, grain="month").rows
    assert (january["month"], january["value"]) == ("2026-01", 50.0)
    in_january = (*of_a["where"], ("month", "2026-01"))
    assert ask("dso", **{**of_a, "where": in_january}).rows[0]["value"] == 50.0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kpi": "first_pas_yield"}, "Did you mean first_pass_yield"),
        ({"by": ("product",)}, "one order can have several of them"),
        ({"by": ("currency",)}, "what it counts, the order, has none"),
        ({"by": ("chanel",)}, "Did you mean channel?"),
        ({"grain": "mont"}, "Did you mean month?"),
        ({"level": "ordr"}, "Did you mean order?"),
        ({"level": "line"}, "has no figure at line level"),
        ({"definition": "shipped"}, "There is no definition of first_pass_yield 'shipped'"),
        ({"known_at": "2026-01-01"}, "has not been restated. Run `orderlens restate --known-at 2026-01-01`"),
        ({"date_from": datetime(2026, 2, 1).date(), "date_to": datetime(2026, 1, 1).date()}, "is after"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason_and_the_nearest_names(asked: Any, said: str) -> None:
    question = {"kpi": "first_pass_yield", **asked}
    with pytest.raises(QueryError, match=said.replace("?", r"\?").replace("(", r"\(")):
        ask(question.pop("kpi"), **question)


def test_the_rows_behind_a_figure_add_up_to_it() -> None:
    parts = [part("first_pass_yield", f"A{n}", n % 2, 1, source_file="o.csv", source_line=n) for n in range(5)]
    found = behind("first_pass_yield", parts)
    (figure_of,) = ask("first_pass_yield", parts).rows
    assert (sum(row["numerator"] for row in found.rows), found.total) == (figure_of["numerator"], 5)
    failed = behind("first_pass_yield", parts, only_failed=True)
    assert [row["unit"] for row in failed.rows] == ["A0", "A2", "A4"]
    assert failed.rows[0]["source_line"] == 0
    assert [row["unit"] for row in behind("first_pass_yield", parts, limit=2, offset=1).rows] == ["A2", "A4"]


def test_a_unit_with_money_of_several_currencies_has_no_sum_of_them() -> None:
    parts = [part("price_variance", "A", 1, 0, currency="EUR"), part("price_variance", "A", 2, 0, currency="USD")]
    assert [row["numerator"] for row in behind("price_variance", parts).rows] == [None]
    by_currency = behind("price_variance", parts, where=(("currency", "USD"),)).rows
    assert [(float(row["numerator"]), row["currency"]) for row in by_currency] == [(2.0, "USD")]


def test_what_is_off_on_either_side_counts_against_a_bias() -> None:
    parts = [part("bias", unit, error, 10) for unit, error in {"over": 40, "under": -3, "exact": 0}.items()]
    assert [row["unit"] for row in behind("bias", parts, only_failed=True).rows] == ["over", "under"]


def test_the_balances_behind_a_figure_are_those_of_its_month() -> None:
    balances = [balance("A", "2026-01-31", 50, 90), balance("A", "2026-02-28", 20, 90)]
    rows = behind("dso", balances=balances, as_of="2026-03-15").rows
    assert [(row["unit"], int(row["balance"])) for row in rows] == [("A", 20)]


def test_what_is_behind_a_promise_is_asked_for_as_obligations() -> None:
    with pytest.raises(QueryError, match="orderlens obligations --kpi otif"):
        behind("otif")


def test_a_source_that_is_named_is_not_filtered_to_another() -> None:
    with pytest.raises(QueryError, match="filtered to other"):
        ask("first_pass_yield", [part("first_pass_yield", "A", 1, 1)], where=(("source", "other"),))


def scoped(kpi: str, scope: Scope, where: Any = (), **tables: Any) -> Any:
    rows = {name: list(tables.get(name, ())) for name in ("kpi_parts", "kpi_balances")}
    con = memory_build(BuildRows(obligations=(), tables={"kpi_catalogue": [*CATALOGUE, *FIGURES], **rows}))
    if "obligations" in tables:
        for order_key, site in tables["obligations"]:
            con.execute("insert into obligations (order_key, site_id) values (?, ?)", [order_key, site])
    return answer(con, KpiRequest(kpi, as_of="2026-03-15", where=where), scope)


def test_a_reader_of_a_company_may_name_it() -> None:
    parts = [part("first_pass_yield", "A", 1, 1)]
    found = scoped("first_pass_yield", Scope(companies=("acme",)), (("source", "acme"),), kpi_parts=parts)
    assert found.rows[0]["value"] == 1.0


def test_a_reader_of_a_site_sees_the_orders_with_a_line_of_it() -> None:
    parts = [part("first_pass_yield", unit, 1, 1, order_key=unit) for unit in ("A", "B")]
    found = scoped("first_pass_yield", Scope(sites=("N",)), kpi_parts=parts, obligations=[("A", "N"), ("B", "S")])
    assert found.rows[0]["denominator"] == 1
    assert "orders with at least one line of site N" in found.notes[0]


def test_a_reader_sees_nothing_of_a_figure_that_is_not_told_by_what_restricts_him() -> None:
    found = scoped("dso", Scope(regions=("West",)), kpi_balances=[balance("A", "2026-02-28", 20, 90)])
    assert found.rows[0]["value"] is None
    assert "dso is not told by region: nothing of it is shown" in found.notes
