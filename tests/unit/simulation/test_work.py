"""Documents, checks, exceptions, events and messages of the simulated company agree with what happened to orders."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

STEPS = ["capture", "validate", "allocate", "pick", "ship", "deliver"]
READ = ["mail", "spreadsheet"]
FIELD = ["document_id", "line_no", "field_name"]


def last_told(simulated, entity: str, key: list[str]) -> pl.DataFrame:
    return simulated.told(entity).unique(key, keep="last", maintain_order=True)


def read_fields(simulated) -> pl.DataFrame:
    orders = simulated.last("orders").select("order_id", "channel", "received_at", "entered_at")
    documents = simulated.told("capture_documents").select("document_id", "order_id", "layout", sure="confidence")
    fields = last_told(simulated, "capture_fields", FIELD)
    return fields.join(documents, on="document_id", validate="m:1").join(orders, on="order_id", validate="m:1")


def events(simulated) -> pl.DataFrame:
    return simulated.told("order_events").with_columns(place=pl.col("step").replace_strict(STEPS, range(len(STEPS))))


def test_each_order_has_one_document_and_only_those_of_readers_have_fields(simulated) -> None:
    documents = simulated.told("capture_documents")
    orders = simulated.last("orders").filter(pl.col("order_type") != "return")
    assert documents["document_id"].is_unique().all()
    assert sorted(documents["order_id"]) == sorted(orders["order_id"])
    fields = read_fields(simulated)
    assert set(fields["channel"]) == set(READ)
    assert fields["document_id"].n_unique() == orders.filter(pl.col("channel").is_in(READ)).height
    heads = fields.filter(pl.col("line_no").is_null()).group_by("document_id").len()
    assert set(heads["len"]) == {3, 4}
    assert fields.filter(pl.col("line_no").is_not_null()).group_by("document_id").len()["len"].max() <= 2


def test_about_one_document_in_twelve_is_corrected_when_nothing_else_goes_wrong(calm) -> None:
    fields = read_fields(calm)
    corrected = fields.filter(pl.col("actor_kind").is_not_null())
    documents = fields["document_id"].n_unique()
    by = {kind: count / documents for kind, count in corrected.group_by("actor_kind").len().iter_rows()}
    assert by["human"] == pytest.approx(0.05, abs=0.025)
    assert by["rule"] == pytest.approx(0.03, abs=0.02)
    assert (corrected["extracted_value"] != corrected["corrected_value"]).all()
    assert (corrected["corrected_at"] >= corrected["received_at"]).all()
    assert (corrected["corrected_at"] <= corrected["entered_at"]).all()


def test_what_a_layout_made_misread_is_corrected_late_or_shipped_as_it_was_read(misread) -> None:
    fields = read_fields(misread)
    late = fields.filter(pl.col("corrected_at") > pl.col("entered_at"))
    assert late.height > 10
    assert set(late["layout"]) == {"table"}
    assert late["sure"].cast(pl.Float64).max() < 0.8
    ordered = misread.told("order_lines").select("order_id", "line_no", "quantity")
    read = fields.filter(pl.col("field_name") == "quantity").join(ordered, on=["order_id", "line_no"])
    unseen = read.filter((pl.col("extracted_value") != pl.col("quantity")) & pl.col("corrected_value").is_null())
    first = misread.told("shipment_lines").group_by("order_id", "line_no").agg(shipped=pl.col("quantity").first())
    both = unseen.join(first, on=["order_id", "line_no"])
    assert both.height > 10
    assert (both["extracted_value"] == both["shipped"]).all()


def test_values_that_stand_in_the_end_are_those_of_the_order(simulated) -> None:
    fields = read_fields(simulated)
    is_open = simulated.told("exceptions").filter(pl.col("type") == "capture_error")["order_id"].implode()
    fields = fields.filter(pl.col("actor_kind").is_not_null() | ~pl.col("order_id").is_in(is_open))
    said = fields.with_columns(value=pl.coalesce("corrected_value", "extracted_value"))
    orders = simulated.last("orders").select("order_id", "customer_id", "ship_to_address_id")
    for name in ("customer_id", "ship_to_address_id"):
        both = said.filter(pl.col("field_name") == name).join(orders, on="order_id")
        assert (both["value"] == both[name]).all()


def test_what_fails_a_check_passes_later_unless_the_order_is_cancelled(simulated) -> None:
    results = simulated.told("validation_results").with_columns(pl.col("line_no").fill_null(""))
    of = ["order_id", "line_no", "rule_id"]
    assert results.select(*of, "attempt_no").is_unique().all()
    assert 8 <= results.height / 2000 <= 11
    tried = results.filter(pl.col("attempt_no") == "1").join(
        results.filter(pl.col("attempt_no") == "2"), on=of, how="full", suffix="_again", coalesce=True
    )
    assert tried.filter(pl.col("outcome_again").is_not_null())["outcome"].is_in(["fail", "error"]).all()
    assert (tried["outcome_again"].drop_nulls() == "pass").all()
    assert (tried["evaluated_at_again"] >= tried["evaluated_at"]).drop_nulls().all()
    cancelled = simulated.last("orders").filter(pl.col("cancelled_by").is_not_null())["order_id"]
    stuck = tried.filter((pl.col("outcome") == "fail") & pl.col("outcome_again").is_null())
    waiting = stuck.filter(~pl.col("order_id").is_in(cancelled.implode()))
    last_quarter = results["evaluated_at"].max()[:4] + "-03-01"
    assert (waiting["evaluated_at"] > last_quarter).all()


def test_every_failed_check_of_an_order_has_its_exception(simulated) -> None:
    failed = simulated.told("validation_results").filter((pl.col("outcome") == "fail") & pl.col("line_no").is_null())
    found = simulated.told("exceptions").select("order_id", "rule_id").unique()
    assert failed.join(found, on=["order_id", "rule_id"], how="anti").is_empty()


def test_exceptions_are_told_open_and_closed_and_their_actions_add_up(simulated) -> None:
    found = last_told(simulated, "exceptions", ["exception_id", "opened_at"])
    closed = found.filter(pl.col("closed_at").is_not_null())
    assert (closed["closed_at"] >= closed["opened_at"]).all()
    assert closed["minutes"].is_not_null().all()
    assert found.height > found["exception_id"].n_unique()
    firings = found.sort("exception_id", "opened_at").with_columns(
        before=pl.col("closed_at").shift().over("exception_id")
    )
    assert (firings["opened_at"] > firings["before"]).drop_nulls().all()
    actions = simulated.told("exception_actions")
    assert actions["action_id"].is_unique().all()
    ended = found.group_by("exception_id").agg(pl.col("closed_at").is_not_null().all().alias("ended"))
    ended = ended.filter("ended")["exception_id"].implode()
    work = pl.col("minutes").cast(pl.Float64).sum().round(1)
    spent, told = (
        frame.filter(pl.col("exception_id").is_in(ended)).group_by("exception_id").agg(work)
        for frame in (actions, found)
    )
    both = told.join(spent, on="exception_id", suffix="_spent")
    assert both.height == told.height
    assert (both["minutes"] == both["minutes_spent"]).all()
    per = actions.group_by("exception_id").len().join(found.group_by("exception_id").len(), on="exception_id")
    assert (per["len"] <= 3 * per["len_right"]).all()


def test_people_write_down_the_true_cause_mostly(large) -> None:
    codes = {
        "price_mismatch": "PRICE",
        "delivered_short": "PICKING",
        "carrier_late": "CARRIER",
        "stock_short": "SUPPLY",
    }
    found = last_told(large, "exceptions", ["exception_id", "opened_at"])
    closed = found.filter(pl.col("closed_at").is_not_null() & pl.col("type").is_in(list(codes)))
    right = closed["type"].replace_strict(codes) == closed["root_cause_code"]
    assert right.fill_null(False).mean() == pytest.approx(0.85, abs=0.06)
    assert 0.0 < closed["root_cause_code"].is_null().mean() < 0.12


def test_orders_with_an_exception_are_some_with_causes_and_few_without(simulated, calm) -> None:
    # Wider than for a large company: chance weighs more in one of 2,000 orders.
    for files, least, most in ((simulated, 0.10, 0.30), (calm, 0.01, 0.09)):
        share = files.told("exceptions")["order_id"].n_unique() / files.told("capture_documents").height
        assert least <= share <= most


def test_orders_go_through_the_steps_in_their_order_and_in_time(simulated) -> None:
    told = events(simulated)
    assert told["event_id"].is_unique().all()
    assert 10 <= told.height / 2000 <= 14
    way = told.sort("order_id", "occurred_at", "event_id").with_columns(
        earlier=pl.col("place").shift().over("order_id"), last=pl.col("activity").shift().over("order_id")
    )
    assert (way["place"] >= way["earlier"]).drop_nulls().all()
    entering = way.filter(pl.col("activity") == "enter")
    assert (entering["last"].drop_nulls() == "pass").all()
    assert entering.filter(pl.col("last").is_null())["step"].unique().to_list() == ["capture"]
    rest = way.filter(pl.col("activity") != "enter")
    assert (
        rest.filter(pl.col("activity") != "end")["place"] == rest.filter(pl.col("activity") != "end")["earlier"]
    ).all()
    assert way.group_by("order_id", "step", "activity").len().filter(pl.col("activity") != "rework")["len"].max() == 1


def test_events_agree_with_the_milestones(simulated) -> None:
    told, orders = events(simulated), simulated.last("orders")
    captured = told.filter((pl.col("step") == "capture") & (pl.col("activity") == "enter")).join(orders, on="order_id")
    assert (captured["occurred_at"] == captured["received_at"]).all()
    lines = simulated.told("shipment_lines").join(simulated.told("shipments"), on="shipment_id")
    left = lines.group_by("order_id").agg(pl.col("shipped_at").max())
    shipped = told.filter((pl.col("step") == "ship") & (pl.col("activity") == "pass")).join(left, on="order_id")
    assert shipped.height > 1000
    assert (shipped["occurred_at"] >= shipped["shipped_at"]).all()
    cancelled = told.join(orders.filter(pl.col("cancelled_at").is_not_null()), on="order_id")
    assert (cancelled["occurred_at"] < cancelled["cancelled_at"]).all()


def test_an_order_ends_when_all_of_it_was_accepted(simulated) -> None:
    told = events(simulated)
    ended = set(told.filter(pl.col("activity") == "end")["order_id"])
    ordered = simulated.told("order_lines").group_by("order_id").agg(pl.col("quantity").cast(pl.Int64).sum())
    got = simulated.last("deliveries").group_by("order_id").agg(pl.col("accepted").cast(pl.Int64).sum())
    both = ordered.join(got, on="order_id", how="left")
    whole = set(both.filter(pl.col("accepted") == pl.col("quantity"))["order_id"])
    assert ended <= whole
    assert len(whole - ended) < 0.05 * len(whole)


def test_a_correction_and_an_exception_are_a_rework_of_their_step(calm) -> None:
    rework = events(calm).filter(pl.col("activity") == "rework")
    by = read_fields(calm).filter(pl.col("corrected_at").is_not_null()).select("order_id", kind="actor_kind")
    captured = rework.filter(pl.col("step") == "capture").select("order_id", "actor_kind")
    both = by.join(captured, on="order_id", how="full", coalesce=True)
    assert (both["kind"] == both["actor_kind"]).all()
    stages = calm.told("exceptions").select("order_id", step="stage").unique()
    others = rework.filter(pl.col("step") != "capture")
    assert others.join(stages, on=["order_id", "step"], how="anti").is_empty()


def test_events_are_about_the_document_the_shipments_and_the_lines(simulated) -> None:
    objects = simulated.told("order_event_objects")
    assert objects.select("event_id", "object_type", "object_id").is_unique().all()
    assert objects.height / 2000 < 4
    assert set(objects["event_id"]) <= set(simulated.told("order_events")["event_id"])
    lines = simulated.told("order_lines").select(object_id=pl.concat_str("order_id", "line_no", separator="/"))
    known = {
        "document": simulated.told("capture_documents")["document_id"],
        "shipment": simulated.told("shipments")["shipment_id"],
        "line": lines["object_id"],
    }
    for kind, keys in known.items():
        assert set(objects.filter(pl.col("object_type") == kind)["object_id"]) <= set(keys)


def test_messages_answer_each_other_and_leave_no_gap_in_the_text(simulated) -> None:
    messages = simulated.told("communications").sort("thread_id", "sent_at")
    assert messages["message_id"].is_unique().all()
    for column in ("sender", "recipient", "subject", "body"):
        assert messages[column].is_not_null().all()
        assert not messages[column].str.contains(r"[{}]").any()
    first = messages.group_by("thread_id", maintain_order=True).first()
    assert (first["direction"] == "inbound").all()
    people = pl.concat([messages["sender"], messages["recipient"]])
    assert people.str.ends_with(".example").all()
    about = messages.filter(pl.col("order_id").is_not_null())
    inbound = about.filter(pl.col("direction") == "inbound").group_by("thread_id").first()
    assert inbound.filter(~pl.col("subject").str.contains(pl.col("order_id"))).is_empty()


def test_customers_ask_about_late_orders_before_these_arrive(simulated) -> None:
    asked = (
        simulated.told("communications")
        .filter(pl.col("order_id").is_not_null())
        .group_by("order_id")
        .agg(pl.col("sent_at").min().alias("asked_at"))
    )
    ordered = simulated.told("order_lines").group_by("order_id").agg(pl.col("quantity").cast(pl.Int64).sum())
    count = (pl.col("accepted").cast(pl.Int64) + pl.col("damaged").cast(pl.Int64)).sum()
    arrived = simulated.last("deliveries").group_by("order_id").agg(pl.col("delivered_at").max(), got=count)
    both = asked.join(arrived, on="order_id").join(ordered, on="order_id").filter(pl.col("got") == pl.col("quantity"))
    assert both.height > 50
    assert (both["asked_at"] < both["delivered_at"]).all()
    failed = simulated.obligations().group_by("order_id").agg((pl.col("state") == "due_failed").any().alias("failed"))
    judged = failed.join(asked, on="order_id", how="left").with_columns(asked=pl.col("asked_at").is_not_null())
    shares = dict(judged.group_by("failed").agg(pl.col("asked").mean()).iter_rows())
    assert shares[True] > 0.2
    assert shares[False] < 0.05


def test_suppliers_announce_late_goods_under_the_purchase_order(large) -> None:
    notices = large.told("communications").filter(pl.col("po_id").is_not_null())
    assert notices.height > 20
    assert notices["po_id"].str.contains(r"^PO\d{7}$").all()
    assert set(notices["supplier_id"]) <= set(large.told("suppliers")["supplier_id"])


def test_scores_depend_on_what_happened(large) -> None:
    told = large.told("feedback").with_columns(pl.col("score").cast(pl.Int64))
    assert told["feedback_id"].is_unique().all()
    assert told.height / 8000 == pytest.approx(0.08, abs=0.015)
    assert told["score"].is_between(0, 10).all()
    failed = large.obligations().group_by("order_id").agg((pl.col("state") == "due_failed").any().alias("failed"))
    means = dict(told.join(failed, on="order_id").group_by("failed").agg(pl.col("score").mean()).iter_rows())
    assert means[False] - means[True] > 1.2
    assert told.filter(pl.col("comment").is_null()).height > told.height / 3


def test_nothing_people_wrote_is_told_before_it_happened(simulated) -> None:
    moments = {
        "capture_fields": "corrected_at",
        "validation_results": "evaluated_at",
        "exceptions": "closed_at",
        "exception_actions": "acted_at",
        "order_events": "occurred_at",
        "communications": "sent_at",
        "feedback": "answered_at",
    }
    for entity, column in moments.items():
        told = simulated.told(entity).filter(pl.col(column).is_not_null())
        read_at = told["batch"].str.to_date() + pl.duration(days=2)
        assert (told[column].str.to_datetime().dt.date() <= told.select(read_at.alias("at"))["at"]).all(), entity


def test_ids_of_exceptions_do_not_depend_on_other_causes(company: Callable, tmp_path) -> None:
    config = tmp_path / "causes.yml"
    config.write_text(
        "causes:\n"
        "  lane: {kind: slow_lane, where: {carrier: C10, region: Central Europe}, share: 0.5}\n"
        "  prices: {kind: stale_price_agreements, where: {segment: oem}, share: 0.3}\n"
    )
    both = company(4, 1500, 12, config)
    one = company(4, 1500, 12, config, without=["lane"])
    key = ["exception_id", "opened_at"]
    checks = pl.col("stage") == "validate"
    with_lane, without = (last_told(files, "exceptions", key).filter(checks).drop("batch") for files in (both, one))
    assert with_lane.height > 20
    assert with_lane.sort(key).equals(without.sort(key))


@pytest.fixture(scope="module")
def calm(company: Callable, tmp_path_factory: pytest.TempPathFactory):
    config = tmp_path_factory.mktemp("calm") / "calm.yml"
    config.write_text("causes: none\n")
    return company(1, 3000, 12, config)


@pytest.fixture(scope="module")
def misread(company: Callable, tmp_path_factory: pytest.TempPathFactory):
    config = tmp_path_factory.mktemp("misread") / "misread.yml"
    config.write_text("causes:\n  reader: {kind: capture_errors, where: {layout: table}, share: 0.8}\n")
    return company(1, 3000, 12, config)


@pytest.fixture(scope="module")
def large(company: Callable, tmp_path_factory: pytest.TempPathFactory):
    config = tmp_path_factory.mktemp("large") / "large.yml"
    config.write_text(
        "causes:\n"
        "  lane: {kind: slow_lane, where: {carrier: C10, region: Central Europe}, share: 0.5}\n"
        "  packs: {kind: wrong_master_data, where: {family: valves}, share: 0.1}\n"
        "  slips: {kind: supplier_slips, where: {supplier: V001}, share: 0.8}\n"
    )
    return company(1, 8000, 12, config)
