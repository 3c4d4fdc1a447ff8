"""What is billed, paid, credited and sent back adds up to the cent, at the end and after every batch."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from dagster_project.contract.model import load_contract

INVOICE = ["side", "invoice_id"]
LINE = ["order_id", "line_no"]
SIDES = ("sales", "purchase")


def cents(name: str) -> pl.Expr:
    """Whole cents of an amount that was written as text."""
    text = pl.col(name)
    written = text.is_null() | text.str.contains(r"^-?\d+\.\d{2}$")
    digits = pl.when(written).then(text.str.replace(".", "", literal=True)).otherwise(pl.lit("not cents"))
    # An amount with a digit too few or too many would otherwise be left out of what is compared.
    return digits.cast(pl.Int64)


def whole(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64)


def instant(name: str) -> pl.Expr:
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ")


def last_told(told: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return told.unique(key, keep="last", maintain_order=True)


def balances(simulated, until: str) -> pl.DataFrame:
    """Every invoice told up to a batch: what it is about, what was paid and credited, and what is still owed."""
    up_to = pl.col("batch") <= until
    invoices = last_told(simulated.told("invoices").filter(up_to), INVOICE)
    paid = (
        simulated.told("payment_applications").filter(up_to).group_by(INVOICE).agg(cents("amount").sum().alias("paid"))
    )
    credit = (cents("net_amount") + cents("tax_amount")).sum().alias("credited")
    credited = simulated.told("credit_notes").filter(up_to).group_by(INVOICE).agg(credit)
    return (
        invoices.with_columns(
            billed=cents("net_amount") + cents("tax_amount"),
            owed=cents("outstanding_amount"),
        )
        .join(paid, on=INVOICE, how="left")
        .join(credited, on=INVOICE, how="left")
        .with_columns(pl.col("paid", "credited").fill_null(0))
    )


def batches(simulated) -> list[str]:
    return sorted(path.name for path in (simulated.folder / "batches").iterdir())


def sales_lines(simulated) -> pl.DataFrame:
    return simulated.told("invoice_lines").filter(pl.col("side") == "sales")


def test_every_invoice_is_paid_credited_or_owed_to_the_cent_after_every_batch(simulated) -> None:
    for until in batches(simulated):
        told = balances(simulated, until)
        assert (told["billed"] == told["paid"] + told["credited"] + told["owed"]).all(), until
        assert (told["owed"] >= 0).all()
        assert (told["paid"] >= 0).all()
        assert (told["credited"] <= told["billed"]).all()


def test_what_each_customer_and_supplier_was_billed_is_paid_credited_or_owed(simulated) -> None:
    told = balances(simulated, batches(simulated)[-1])
    paid = simulated.told("payments").with_columns(cents("amount"))
    for side, party in (("sales", "customer_id"), ("purchase", "supplier_id")):
        of_side = told.filter(pl.col("side") == side).group_by(party).agg(pl.col("billed", "credited", "owed").sum())
        paid_by = paid.filter(pl.col("side") == side).group_by(party).agg(pl.col("amount").sum())
        both = of_side.join(paid_by, on=party, how="left").with_columns(pl.col("amount").fill_null(0))
        assert both.height > 10
        assert (both["billed"] == both["amount"] + both["credited"] + both["owed"]).all()
        assert set(paid_by[party]) <= set(of_side[party])


def test_every_payment_is_set_against_invoices_of_who_paid_it_and_to_the_cent(simulated) -> None:
    key, party = ["side", "payment_id"], ["customer_id", "supplier_id"]
    payments = simulated.told("payments")
    applied = simulated.told("payment_applications")
    assert payments.select(key).is_unique().all()
    assert applied.select([*key, "invoice_id"]).is_unique().all()
    sums = applied.group_by(key).agg(cents("amount").sum().alias("applied"))
    both = payments.join(sums, on=key, how="left")
    assert (both["applied"] == both.select(cents("amount"))["amount"]).all()
    invoices = simulated.last("invoices").select([*INVOICE, *party, "invoiced_at"])
    joined = applied.join(payments.select([*key, *party]), on=key, how="left").join(invoices, on=INVOICE, how="left")
    for name in party:
        assert joined[name].eq_missing(joined[f"{name}_right"]).all()
    assert joined.filter(instant("applied_at") <= instant("invoiced_at")).is_empty()


def test_an_invoice_is_the_sum_of_its_lines(simulated) -> None:
    lines = simulated.told("invoice_lines")
    assert lines.select([*INVOICE, "invoice_line_id"]).is_unique().all()
    sums = lines.group_by(INVOICE).agg(cents("net_amount").sum().alias("net"), cents("tax_amount").sum().alias("tax"))
    both = last_told(simulated.told("invoices"), INVOICE).join(sums, on=INVOICE, how="full")
    assert (both["net"] == both.select(cents("net_amount"))["net_amount"]).all()
    assert (both["tax"] == both.select(cents("tax_amount"))["tax_amount"]).all()


def test_an_order_line_is_billed_open_or_cancelled_to_the_cent(simulated) -> None:
    kept = (10_000 - (pl.col("discount").cast(pl.Float64) * 10_000).round().cast(pl.Int64)).alias("kept")
    ordered = (
        simulated.told("order_lines")
        .filter(pl.col("order_id").str.starts_with("SO"))
        .with_columns(kept, whole("quantity"), cents("unit_price"))
        .with_columns(worth=(2 * pl.col("quantity") * pl.col("unit_price") * pl.col("kept") + 10_000) // 20_000)
    )
    cancelled = simulated.last("orders").filter(pl.col("cancelled_by").is_not_null())
    billed = (
        sales_lines(simulated)
        .group_by(LINE)
        .agg(
            cents("net_amount").sum().alias("billed"),
            whole("quantity").sum().alias("billed_quantity"),
            (cents("unit_price").unique().sort()).alias("prices"),
        )
    )
    assert billed.join(ordered, on=LINE, how="anti").is_empty()
    assert billed.join(cancelled, on="order_id", how="semi").is_empty()
    both = ordered.join(billed, on=LINE)
    assert (both["prices"].list.len() == 1).all()
    assert (both["prices"].list.first() == both["unit_price"]).all()
    is_whole = both["billed_quantity"] == both["quantity"]
    assert (both["billed_quantity"] <= both["quantity"]).all()
    assert (both.filter(is_whole)["billed"] == both.filter(is_whole)["worth"]).all()
    part = pl.col("worth") * pl.col("billed_quantity") / pl.col("quantity")
    assert both.filter((pl.col("billed") - part).abs() > 1).is_empty()
    left = simulated.told("shipment_lines").join(cancelled, on="order_id", how="anti")
    shipped = left.group_by(LINE).agg(whole("quantity").sum().alias("shipped"))
    assert (both.join(shipped, on=LINE)["billed_quantity"] <= both.join(shipped, on=LINE)["shipped"]).all()


def test_one_invoice_follows_each_shipment_within_a_few_days(simulated) -> None:
    lines = sales_lines(simulated).group_by("invoice_id").agg(pl.col("order_id").n_unique(), pl.len())
    assert (lines["order_id"] == 1).all()
    number = pl.col("invoice_id").str.replace("IN", "SH").alias("shipment_id")
    billed = simulated.last("invoices").filter(pl.col("side") == "sales").with_columns(number)
    both = billed.join(simulated.told("shipments"), on="shipment_id", how="left")
    waited = both.select((instant("invoiced_at") - instant("shipped_at")).dt.total_hours().alias("hours"))["hours"]
    assert waited.min() >= 0
    assert waited.max() <= 24 * 8
    late = simulated.told("shipments").join(billed, on="shipment_id", how="anti")
    assert late.height < 0.03 * billed.height


def test_goods_that_stay_in_the_country_are_taxed_and_nothing_else(simulated) -> None:
    invoices = simulated.last("invoices")
    for side, masters, key in (("sales", "customers", "customer_id"), ("purchase", "suppliers", "supplier_id")):
        mine = invoices.filter(pl.col("side") == side).join(simulated.told(masters), on=key)
        taxed = mine.with_columns(net=cents("net_amount"), tax=cents("tax_amount"), home=pl.col("country") == "DE")
        assert (taxed.filter(~pl.col("home"))["tax"] == 0).all()
        home = taxed.filter("home")
        assert home.height > 0
        assert ((home["tax"] - home["net"] * 0.19).abs() <= 10).all()


@pytest.fixture(scope="module")
def larger(company: Callable):
    return company(2, 6000, 12)


def test_only_planted_prices_are_credited_and_most_of_those_that_were_too_high(larger) -> None:
    planted = larger.truth("anomalies").filter(pl.col("kind") == "price_mismatch")
    notes = larger.told("credit_notes").filter(pl.col("reason") == "price differs from agreement")
    assert 0 < notes.height <= planted.height
    orders = larger.last("invoices").join(notes, on=INVOICE, how="semi")
    assert set(orders["order_id"]) <= set(planted["order_id"])
    assert (notes.select(cents("net_amount"))["net_amount"] > 0).all()


def test_no_more_comes_back_than_arrived_and_it_comes_back_within_sixty_days(simulated) -> None:
    lines = last_told(simulated.told("return_lines"), ["return_line_id"])
    arrived = last_told(simulated.told("deliveries"), ["delivery_id"])
    both = lines.join(arrived, on="shipment_line_id", how="left", suffix="_delivery")
    assert lines["shipment_line_id"].is_unique().all()
    assert (both.select(whole("quantity") <= whole("accepted") + whole("damaged"))["quantity"]).all()
    assert (both.select(whole("quantity") > 0)["quantity"]).all()
    days = both.select((instant("received_at") - instant("delivered_at")).dt.total_hours().alias("hours"))["hours"]
    assert days.min() >= 3 * 24
    assert days.max() <= 61 * 24
    assert 0.010 < lines.height / arrived.height < 0.035
    returns = last_told(simulated.told("returns"), ["return_id"]).filter(pl.col("received_at").is_not_null())
    asked = lines.join(returns, on="return_id", how="left", suffix="_return")
    assert (asked["received_at"] == asked["received_at_return"]).all()
    assert (asked["requested_at"] < asked["received_at"]).all()


def test_goods_that_came_back_are_looked_at_later_and_told_again(simulated) -> None:
    told = simulated.told("return_lines")
    last = last_told(told, ["return_line_id"])
    allowed = {item.name: item.allowed for item in load_contract().entities["return_lines"].fields}
    for name in ("disposition", "resolution"):
        assert set(last[name].drop_nulls()) <= set(allowed[name])
    assert last.filter(pl.col("disposition").is_null()).height < 0.2 * last.height
    assert (last["disposition"].is_null() == last["resolution"].is_null()).all()
    assert told.filter(pl.col("disposition").is_null()).height > 0


def test_every_return_is_booked_by_an_order_of_its_own_with_its_lines(simulated) -> None:
    returns = last_told(simulated.told("returns"), ["return_id"])
    orders = simulated.last("orders").filter(pl.col("order_type") == "return")
    assert set(returns["order_id"]) == set(orders["order_id"])
    assert returns["order_id"].is_unique().all()
    booked = simulated.told("order_lines").join(orders, on="order_id", how="semi")
    schedules = simulated.told("order_schedule_lines").join(orders, on="order_id", how="semi")
    assert set(booked.select(LINE).rows()) == set(schedules.select(LINE).rows())
    asked = booked.group_by("order_id").agg(whole("quantity").sum().alias("asked"))
    back = last_told(simulated.told("return_lines"), ["return_line_id"]).group_by("return_id")
    both = returns.join(back.agg(whole("quantity").sum().alias("back")), on="return_id").join(asked, on="order_id")
    assert both.height > 0
    assert (both["asked"] == both["back"]).all()
    assert not set(orders["order_id"]) & set(simulated.obligations()["order_id"])


def test_what_came_back_for_credit_is_credited_once_and_after_it_was_looked_at(simulated) -> None:
    notes = simulated.told("credit_notes")
    assert notes.select(["side", "credit_note_id"]).is_unique().all()
    about = notes.filter(pl.col("return_id").is_not_null())
    assert about["return_id"].is_unique().all()
    lines = last_told(simulated.told("return_lines"), ["return_line_id"])
    to_credit = lines.filter(pl.col("resolution") == "credit")
    assert set(about["return_id"]) <= set(to_credit["return_id"])
    assert len(set(about["return_id"])) > 0.8 * to_credit["return_id"].n_unique()
    returns = last_told(simulated.told("returns"), ["return_id"])
    both = about.join(returns, on="return_id", suffix="_return")
    assert (both["issued_at"] > both["received_at"]).all()
    assert (both["customer_id"] == both["customer_id_return"]).all()
    left = lines.join(simulated.told("shipment_lines"), on="shipment_line_id", suffix="_left")
    billed = left.join(simulated.last("invoices"), on="order_id").select("return_id", "invoice_id")
    assert about.join(billed, on=["return_id", "invoice_id"], how="anti").is_empty()


def test_customers_pay_when_their_segment_does_some_weekly_and_some_late(simulated) -> None:
    applied = simulated.told("payment_applications").filter((pl.col("side") == "sales") & (cents("amount") > 0))
    paid = applied.join(simulated.last("invoices"), on=INVOICE)
    waited = paid.select((instant("applied_at") - instant("invoiced_at")).dt.total_days().alias("days"))["days"]
    assert 25 <= waited.median() <= 42
    assert waited.quantile(0.99) > 55
    assert applied.group_by("payment_id").len()["len"].max() > 3
    assert applied.group_by("invoice_id").len()["len"].max() == 2


def test_a_refund_gives_back_what_was_credited_after_it_was_paid(larger) -> None:
    refunds = larger.told("payments").filter(pl.col("amount").str.starts_with("-"))
    assert set(refunds["side"]) == set(SIDES)
    assert set(refunds["payment_method"]) == {"refund"}
    back = larger.told("payment_applications").join(refunds.select("side", "payment_id"), on=["side", "payment_id"])
    same = back.join(larger.told("credit_notes"), on=INVOICE).filter(pl.col("applied_at") == pl.col("issued_at"))
    assert back.join(same, on=["side", "payment_id"], how="anti").is_empty()


@pytest.mark.parametrize(
    ("entity", "column"),
    [
        ("invoices", "invoiced_at"),
        ("payments", "paid_at"),
        ("payment_applications", "applied_at"),
        ("credit_notes", "issued_at"),
        ("returns", "received_at"),
        ("returns", "requested_at"),
        ("return_lines", "received_at"),
    ],
)
def test_money_and_returns_are_not_told_before_they_happened(simulated, entity: str, column: str) -> None:
    told = simulated.told(entity).filter(pl.col(column).is_not_null())
    read_at = pl.col("batch").str.to_datetime("%Y-%m-%d") + pl.duration(hours=36)
    assert told.height > 0
    assert told.filter(instant(column) > read_at).is_empty()


def test_each_receipt_is_billed_by_its_supplier_and_few_bills_differ(simulated) -> None:
    lines = simulated.told("invoice_lines").filter(pl.col("side") == "purchase")
    invoices = simulated.last("invoices").filter(pl.col("side") == "purchase")
    assert lines.height == invoices.height > 500
    assert invoices.filter(
        ~pl.col("supplier_id").is_in(simulated.told("suppliers")["supplier_id"].implode())
    ).is_empty()
    assert lines.filter(cents("net_amount") != whole("quantity") * cents("unit_price")).is_empty()
    applied = simulated.told("payment_applications").filter((pl.col("side") == "purchase") & (cents("amount") > 0))
    paid = applied.join(invoices, on=INVOICE)
    waited = paid.select((instant("applied_at") - instant("invoiced_at")).dt.total_days().alias("days"))["days"]
    assert waited.min() >= 29
    assert waited.max() <= 45 + 6
    notes = simulated.told("credit_notes").filter(pl.col("side") == "purchase")
    assert {"goods rejected at receipt"} <= set(notes["reason"])
    assert notes.height < 0.05 * invoices.height
