"""Masters have a history, agreements hold when they say, and what is known of the market is known in time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from dagster_project.contract.model import load_contract

ENTITIES = (
    *("customers", "products", "suppliers", "sites", "carriers", "addresses", "calendars", "price_agreements"),
    *("credit_limits", "compliance_policies", "fx_rates", "promotions", "external_signals", "cost_rates", "targets"),
    *("benchmarks", "uom_conversions", "forecast_versions"),
)
WHERE = {
    "stale_price_agreements": {"segment": "distributor"},
    "credit_holds": {"segment": "workshop"},
    "wrong_master_data": {"family": "fittings"},
    "ignored_holidays": {"site": "HAM"},
}
FIRST, LAST = "2025-10-01", "2026-02-28"


@pytest.fixture(scope="module")
def pair(company: Callable, tmp_path_factory: pytest.TempPathFactory):
    """A company of many customers with four causes, and the same without any."""
    causes = {
        kind: {"kind": kind, "where": where, "from": FIRST, "to": LAST, "share": 0.5} for kind, where in WHERE.items()
    }
    config = tmp_path_factory.mktemp("many") / "company.yml"
    config.write_text(json.dumps({"causes": causes, "orders_per_customer": 8}))
    return company(7, 3000, 18, config), company(7, 3000, 18, config, without=list(WHERE))


def days(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).str.slice(0, 10).str.to_date() for name in names)


def extracted(files) -> dict[str, str]:
    told = [json.loads(path.read_text()) for path in (files.folder / "batches").glob("*/_batch.json")]
    return {one["batch_id"]: one["extracted_at"] for one in told}


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_key_stands_once_in_a_batch(simulated, entity: str) -> None:
    told = simulated.told(entity)
    key = [name for name in load_contract().entities[entity].key if name in told.columns]
    assert told.select("batch", *key).is_duplicated().sum() == 0


@pytest.mark.parametrize("entity", ["customers", "products", "suppliers", "sites", "price_agreements", "credit_limits"])
def test_no_change_is_told_before_it_holds(simulated, entity: str) -> None:
    told = simulated.told(entity).with_columns(read_at=pl.col("batch").replace_strict(extracted(simulated)))
    assert (told["changed_at"] <= told["read_at"]).all()


def test_a_few_customers_change_their_name_segment_or_sales_region(pair) -> None:
    told = pair[0].told("customers")
    versions = told.group_by("customer_id").agg(pl.col("name", "segment", "region").n_unique(), pl.len())
    share = {name: (versions[name] > 1).mean() for name in ("name", "segment", "region")}
    assert 0 < share["name"] < 0.05
    assert 0 < share["segment"] < 0.05
    assert 0 < share["region"] < 0.06
    moved = told.filter(pl.col("region") == "International Accounts")
    assert moved["customer_id"].is_in(versions.filter(pl.col("region") > 1)["customer_id"].implode()).all()


def test_an_address_stays_where_it_is(pair) -> None:
    addresses = pair[0].told("addresses")
    assert addresses["address_id"].is_unique().all()
    assert addresses["city"].is_not_null().all()
    assert "International Accounts" not in set(addresses["region"])


def test_a_family_is_renamed_and_some_products_are_phased_out(pair) -> None:
    told = pair[0].told("products")
    assert told.filter(pl.col("name").str.ends_with("(phase-out)")).height > 2
    families = told.group_by("product_id").agg(pl.col("family").unique(maintain_order=True))
    renamed = families.filter(pl.col("family").list.len() > 1)
    assert set(renamed["family"].list.first()) == {"drives"}
    assert told["category"].is_not_null().all()


def test_a_site_can_ship_more_in_a_day_than_it_does_on_average(simulated) -> None:
    sites = simulated.told("sites").with_columns(pl.col("daily_capacity").cast(pl.Int64))
    lines = simulated.told("order_lines").group_by("site_id").len()
    least = sites.group_by("site_id").agg(pl.col("daily_capacity").min()).join(lines, on="site_id")
    assert (least["daily_capacity"] * 250 > least["len"]).all()
    changed = sites.filter(pl.col("batch") != sites["batch"].min())
    assert set(changed["changed_at"].str.slice(5, 5)) <= {"01-01", "04-01", "07-01", "10-01"}


def test_the_calendar_does_not_know_the_holidays_that_a_site_stands_still_on(pair) -> None:
    on, off = pair
    assert on.told("calendars").equals(off.told("calendars"))
    assert set(on.told("calendars")["date"].str.slice(5, 2)) == {"01", "05", "12"}
    years = on.told("calendars").group_by("calendar_id", pl.col("date").str.slice(0, 4)).len()
    assert set(years["len"]) == {6}


def covered(files, agreements: pl.DataFrame) -> pl.DataFrame:
    """Lines of orders beside the agreement that holds on their day."""
    orders = days(files.last("orders"), "received_at").select("order_id", "customer_id", pl.col("received_at"))
    lines = files.told("order_lines").join(orders, on="order_id")
    found = lines.join(days(agreements, "valid_from", "valid_to"), on=["customer_id", "product_id"])
    # On a day before or after the turn of the year the place may still have, or have already, the other year.
    inside = pl.col("received_at").is_between(
        pl.col("valid_from") + timedelta(days=1), pl.col("valid_to") - timedelta(days=1)
    )
    # Goods that come back have the price at which they left.
    return found.filter(inside & pl.col("order_id").str.starts_with("SO"))


def test_what_is_ordered_under_an_agreement_has_its_price(simulated) -> None:
    agreements = simulated.told("price_agreements").filter(pl.col("customer_id").is_not_null())
    lines = covered(simulated, agreements)
    assert lines.height > 500
    odd = simulated.truth("anomalies").filter(pl.col("kind") == "price_mismatch").select("order_id", "line_no")
    usual = lines.join(odd, on=["order_id", "line_no"], how="anti")
    assert (usual["unit_price"].cast(pl.Float64) == usual["price"].cast(pl.Float64)).all()


def test_agreements_and_limits_of_one_partner_follow_each_other(pair) -> None:
    for files in pair:
        key = ["supplier_id", "customer_id", "product_id"]
        agreed = days(files.told("price_agreements"), "valid_from", "valid_to").sort(*key, "valid_from")
        limits = files.told("credit_limits").filter(pl.col("batch") == pl.col("batch").max())
        limits = days(limits, "valid_from", "valid_to").sort("customer_id", "valid_from")
        for frame, names in ((agreed, key), (limits, ["customer_id"])):
            following = frame["valid_from"].shift(-1)
            same = frame.select((pl.col(name).eq_missing(pl.col(name).shift(-1))) for name in names)
            same = same.select(pl.all_horizontal(pl.all())).to_series() & following.is_not_null()
            assert (frame["valid_to"] < following).filter(same).all()
            assert (frame["valid_to"] >= frame["valid_from"]).all()


def test_prices_of_the_segment_a_cause_is_on_are_renewed_late_and_no_others(pair) -> None:
    on, off = (files.told("price_agreements") for files in pair)
    key = ["agreement_id", "product_id", "valid_from"]
    assert (off["changed_at"].str.slice(0, 10) < off["valid_from"]).all()
    late = on.filter(pl.col("changed_at").str.slice(0, 10) > pl.col("valid_from"))
    assert late.height > 20
    assert (late["changed_at"].str.slice(0, 10) > LAST).all()
    assert late["valid_from"].is_in([FIRST, "2026-01-01"]).all()
    segment = pair[0].told("customers").unique("customer_id", keep="first").select("customer_id", "segment")
    assert set(late.join(segment, on="customer_id")["segment"]) == {"distributor"}
    others = [frame.join(segment, on="customer_id", how="left").fill_null("") for frame in (on, off)]
    others = [frame.filter(pl.col("segment") != "distributor").sort(*key) for frame in others]
    assert others[0].equals(others[1])


def test_limits_of_the_segment_a_cause_is_on_are_too_low_for_its_time(pair) -> None:
    on, off = (files.told("credit_limits").with_columns(pl.col("limit_amount").cast(pl.Int64)) for files in pair)
    segment = pair[0].told("customers").unique("customer_id", keep="first").select("customer_id", "segment")
    low = on.join(off, on=["customer_id", "valid_from"], how="anti").filter(pl.col("valid_from") == FIRST)
    assert set(low.join(segment, on="customer_id")["segment"]) == {"workshop"}
    usual = off.group_by("customer_id").agg(pl.min("limit_amount"))
    beside = low.join(usual, on="customer_id", suffix="_usual")
    assert (beside["limit_amount"] < beside["limit_amount_usual"]).all()
    restored = on.join(off, on=["customer_id", "valid_from"], how="anti").filter(pl.col("valid_from") > LAST)
    assert set(restored["valid_from"]) == {"2026-03-01"}
    others = [frame.join(segment, on="customer_id").filter(pl.col("segment") != "workshop") for frame in (on, off)]
    assert others[0].equals(others[1])


def test_a_box_is_told_to_hold_too_much_while_a_cause_has_it(pair) -> None:
    on, off = (files.told("uom_conversions") for files in pair)
    assert on.filter(pl.col("batch") == on["batch"].min()).equals(off)
    # A batch is read at noon of the first of the next month.
    wrong = on.filter(pl.col("batch") == "2025-09-30")
    right = on.filter(pl.col("batch") == "2026-02-28")
    assert set(wrong["factor"]) == {"20"}
    assert set(right["factor"]) == {"10"}
    assert wrong.height == right.height > 20


def test_what_is_told_whole_loses_rows(simulated) -> None:
    declared = [json.loads(path.read_text())["full"] for path in (simulated.folder / "batches").glob("*/_batch.json")]
    assert all(full == ["credit_limits", "promotions"] for full in declared)
    told = simulated.told("promotions").group_by("batch").agg(pl.col("promotion_id").unique()).sort("batch")
    lists = [set(one) for one in told["promotion_id"]]
    gone = [before - after for before, after in pairwise(lists)]
    assert any(gone)
    assert len(lists) == 12


def test_accounts_on_which_nothing_is_ordered_any_more_lose_their_limits(pair) -> None:
    told = pair[0].told("credit_limits")
    gone = set(told["customer_id"]) - set(told.filter(pl.col("batch") == told["batch"].max())["customer_id"])
    orders = pair[0].last("orders").filter(pl.col("customer_id").is_in(list(gone)))
    assert gone
    assert (orders["received_at"].str.slice(0, 10) < "2026-03-05").all()


def test_exchange_rates_are_of_every_day_and_move_in_small_steps(simulated) -> None:
    rates = simulated.told("fx_rates").with_columns(pl.col("rate").cast(pl.Float64))
    assert rates.height == 365 * 4
    steps = rates.sort("rate_date").select((pl.col("rate") / pl.col("rate").shift(1).over("to_currency")).alias("step"))
    assert steps["step"].drop_nulls().is_between(0.95, 1.05).all()


def test_a_signal_is_told_when_it_was_published_some_weeks_after_its_month(simulated) -> None:
    signals = days(simulated.told("external_signals"), "signal_date", "published_at", "batch")
    waited = (signals["published_at"] - signals["signal_date"]).dt.total_days()
    assert waited.is_between(45, 55).all()
    assert (signals["published_at"] <= signals["batch"] + timedelta(days=1)).all()
    assert signals["signal_date"].is_unique().all()


def test_the_forecast_is_of_weeks_ahead_and_too_high(pair) -> None:
    files = pair[0]
    told = days(files.told("forecast_versions"), "frozen_at", "target_week_start")
    assert set(told["target_week_start"].dt.weekday()) == {1}
    ahead = (told["target_week_start"] - told["frozen_at"]).dt.total_days()
    assert ((ahead + 6) // 7 == told["horizon_weeks"].cast(pl.Int64)).all()
    assert set(told["horizon_weeks"]) == {"1", "2", "3", "4", "5", "6"}
    assert set(told["batch"].str.slice(0, 7)) == set(told["frozen_at"].dt.strftime("%Y-%m"))
    orders = days(files.last("orders"), "received_at").select(
        "order_id", target_week_start=pl.col("received_at").dt.truncate("1w")
    )
    lines = files.told("order_lines").join(orders, on="order_id")
    week = ["product_id", "site_id", "target_week_start"]
    actual = lines.group_by(week).agg(pl.col("quantity").cast(pl.Int64).sum().alias("actual"))
    settled = told.filter(pl.col("target_week_start").is_between(date(2025, 4, 1), date(2026, 6, 15)))
    both = settled.join(actual, on=week, how="left").with_columns(pl.col("actual").fill_null(0))
    bias = both["quantity"].cast(pl.Int64).sum() / both["actual"].sum()
    assert 1.0 < bias < 1.25


def test_what_an_order_costs_follows_from_rates_of_its_year(simulated) -> None:
    rates = days(simulated.told("cost_rates"), "valid_from").with_columns(pl.col("cost").cast(pl.Float64))
    assert set(rates["valid_from"].dt.year()) == {2025, 2026}
    assert set(rates.filter(pl.col("cost_basis") == "minute")["cost"]) == {0.75}
    year = rates.filter(pl.col("valid_from") == date(2025, 1, 1))
    monthly = year.filter(pl.col("cost_basis") == "month")["cost"].sum()
    assert 1 < monthly / (2000 / 12) < 4
    kinds = {"labour", "systems", "overhead", "outsourced", "error correction"}
    assert set(rates["cost_kind"]) == kinds


def test_targets_come_each_year_and_benchmarks_name_where_they_are_from(simulated) -> None:
    targets = simulated.told("targets").filter((pl.col("kpi") == "otif") & pl.col("dimension").is_null())
    assert targets.select("valid_from", "value").rows() == [("2025-01-01", "0.94"), ("2026-01-01", "0.95")]
    members = simulated.told("targets").filter(pl.col("dimension") == "site")["member"]
    assert set(members) == set(simulated.told("sites")["site_id"])
    assert simulated.told("benchmarks")["source"].str.starts_with("OrderLens product brief").all()


def test_bad_rows_stand_where_the_truth_says(simulated) -> None:
    bad = simulated.truth("bad_rows")
    assert bad.height == 12
    assert bad["batch"].is_unique().all()
    for batch, file, line in bad.select("batch", "file", "line").iter_rows():
        text = (simulated.folder / "batches" / batch / file).read_text(encoding="utf-8").split("\n")
        assert int(line) > 40
        # It is the last record of its file, and may itself run over several lines.
        assert len(list(csv.reader(text[int(line) - 1 : -1]))) == 1


def test_a_company_can_be_without_bad_rows_or_have_many(company: Callable, tmp_path) -> None:
    config = tmp_path / "company.yml"
    for count in (0, 7):
        config.write_text(json.dumps({"bad_rows": count, "causes": "none"}))
        files = company(1, 300, 3, config)
        assert files.truth("bad_rows").height == 3 * count
        assert files.told("fx_rates").height == 4 * 91
