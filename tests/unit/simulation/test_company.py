"""The simulated company hangs together, is what its seed says, and tells what happened in the order it happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.simulation import load_company, simulate, truth
from dagster_project.simulation.days import to_utc
from dagster_project.simulation.streams import Streams

LINE = ["order_id", "line_no"]


def number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(company: Callable) -> None:
    assert company(5, 300).contents() == company(5, 300).contents()
    assert company(5, 300).contents() != company(6, 300).contents()


def test_a_stream_stays_where_it_is_whatever_else_is_drawn() -> None:
    one, other = Streams(1), Streams(1)
    one.of("something else").random(1000)
    assert one.of("orders").random() == other.of("orders").random()
    assert one.of("orders").random() != one.of("lines").random()
    assert one.of("orders").random() != Streams(2).of("orders").random()


def test_seeds_differ_in_chance_and_agree_in_statistics(simulated) -> None:
    lines = simulated.told("order_lines")
    assert lines.height / 2000 == pytest.approx(3.0, abs=0.15)
    channels = simulated.last("orders").group_by("channel").len()
    shares = {name: count / 2000 for name, count in channels.iter_rows()}
    assert shares["edi"] == pytest.approx(0.46, abs=0.05)
    assert shares["phone"] == pytest.approx(0.03, abs=0.02)


def test_every_file_is_an_entity_with_columns_of_the_contract(simulated) -> None:
    entities = load_contract().entities
    for path in (simulated.folder / "batches").glob("*/*.csv"):
        columns = set(pl.read_csv(path, n_rows=0).columns)
        assert columns <= {item.name for item in entities[path.stem].fields}, path.name
        assert set(entities[path.stem].required) <= columns


def test_the_company_says_that_it_is_simulated(simulated) -> None:
    for path in (simulated.folder / "batches").glob("*/_batch.json"):
        about = json.loads(path.read_text())["about"]
        assert about["is_synthetic"] is True
        assert "simulated" in about["title"]


def test_milestones_stand_in_order(simulated) -> None:
    orders = simulated.last("orders")
    assert (orders["entered_at"] >= orders["received_at"]).all()
    assert (orders["cancelled_at"] > orders["entered_at"]).all()
    shipments = simulated.told("shipments").drop("batch")
    lines = simulated.told("shipment_lines").drop("batch").join(shipments, on="shipment_id")
    shipped = lines.join(orders, on="order_id")
    assert (shipped["shipped_at"] > shipped["entered_at"]).all()
    arrived = simulated.last("deliveries").join(lines, on="shipment_line_id")
    assert (arrived["delivered_at"] > arrived["shipped_at"]).all()


def test_nothing_is_told_before_it_happened(simulated) -> None:
    read = {
        path.parent.name: json.loads(path.read_text())["extracted_at"]
        for path in (simulated.folder / "batches").glob("*/_batch.json")
    }
    for entity, column in (("orders", "entered_at"), ("shipments", "shipped_at"), ("deliveries", "delivered_at")):
        told = simulated.told(entity).with_columns(read_at=pl.col("batch").replace_strict(read))
        assert (told[column] <= told["read_at"]).all(), entity


def test_no_more_leaves_than_was_ordered_and_no_more_arrives_than_left(simulated) -> None:
    ordered = simulated.told("order_lines").select(*LINE, number("quantity"))
    left = simulated.told("shipment_lines").group_by(LINE).agg(number("quantity").sum().alias("left"))
    both = ordered.join(left, on=LINE)
    assert (both["left"] <= both["quantity"]).all()
    told = simulated.last("deliveries").join(simulated.told("shipment_lines"), on="shipment_line_id")
    assert (told["accepted"].cast(pl.Int64) + told["damaged"].cast(pl.Int64) == told["quantity"].cast(pl.Int64)).all()


def test_what_is_cancelled_does_not_leave(simulated) -> None:
    cancelled = simulated.last("orders").filter(pl.col("cancelled_by").is_not_null())
    assert cancelled.height > 0
    assert not set(cancelled["order_id"]) & set(simulated.told("shipment_lines")["order_id"])


def test_some_proofs_come_in_a_later_month_and_some_are_corrected(simulated) -> None:
    told = simulated.told("deliveries")
    assert (told["delivered_at"].str.slice(0, 7) < told["batch"].str.slice(0, 7)).any()
    assert told.height > simulated.last("deliveries").height


def test_every_failure_has_a_reason_and_nothing_else_has(simulated) -> None:
    truth = simulated.obligations()
    failed = truth["state"] == "due_failed"
    assert (truth["why"].is_not_null() == failed).all()
    assert "not_arrived" not in set(truth["why"])


def test_a_chance_that_is_set_to_nothing_breaks_nothing(company: Callable, tmp_path: Path) -> None:
    names = load_company(100, 1, 1).told["chances"]
    config = tmp_path / "calm.yml"
    calm_words = {"causes": "none", "anomalies": {"ten_times": 0, "price": 0}, "headroom": 9}
    config.write_text(json.dumps({"chances": dict.fromkeys(names, 0)} | calm_words))
    calm = company(1, 1000, 12, config)
    assert set(calm.obligations()["state"]) == {"due_met", "not_yet_due"}


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("segments: {oems: {share: 0.2}}", "segments.oems"),
        ("segments: {oem: {share: 0.9}}", "segments: the shares"),
        ("chances: {line_split: 1.5}", "chances.line_split"),
        ("chances: {line_split: often}", "chances.line_split"),
        ("channels: {edi: {capture_minutes: -1}}", "channels.edi.capture_minutes"),
        ("regions: 5", "regions"),
        ("products: 0", "products"),
        ("ends: last summer", "ends"),
        ("causes: many", "causes"),
        ("decoys: often", "decoys"),
        ("anomalies: {silent: 2}", "anomalies.silent"),
        ("products: 1.5", "products is 1.5"),
        ("lines_per_order: 150", "lines_per_order"),
        ("growth_per_year: -2", "growth_per_year"),
        ("families: {seals: {pack: 0}}", "families.seals.pack"),
        ("families: {seals: {lead_days: 1000}}", "families.seals.lead_days"),
        ("segments: {oem: {pays_after: 900}}", "segments.oem.pays_after"),
        ("segments: {oem: {discount: 2}}", "segments.oem.discount"),
        ("regions: {North Europe: {transit: {HAM: 0}}}", "regions.North Europe.transit.HAM"),
        ("regions: {North Europe: {transit: {HAM: 1.5}}}", "whole number"),
        ("regions: {North Europe: {zone: Mars/Base}}", "no time zone"),
        ("regions: {North Europe: {zone: ../x}}", "no time zone"),
        ("regions: {North Europe: {country: NO}}", "in quotes"),
        ("sites: {HAM: {name: }}", "sites.HAM.name"),
        ("source: two words", "source"),
        ("source: 5", "source"),
        ("title: 5", "title"),
        ("ends: 9999-12-31", "ends"),
        ("ends: 1960-06-30", "ends"),
        ("[]", "mapping"),
        ("{", "cannot be read"),
    ],
)
def test_a_company_that_cannot_be_is_refused_by_the_key(tmp_path: Path, written: str, named: str) -> None:
    config = tmp_path / "company.yml"
    config.write_text(written)
    with pytest.raises(UsageError, match=named):
        load_company(100, 12, 1, config)


def test_segments_of_which_none_orders_are_refused(tmp_path: Path) -> None:
    config = tmp_path / "company.yml"
    names = load_company(100, 1, 1).told["segments"]
    config.write_text(json.dumps({"segments": {name: {"weight": 0} for name in names}}))
    with pytest.raises(UsageError, match="segments: none has a share and a weight"):
        load_company(100, 12, 1, config)


@pytest.mark.parametrize(
    "told",
    [
        {"chances": {"order_cancelled_by_customer": 1}},
        {"anomalies": {"ten_times": 1}},
        {"anomalies": {"ten_times": 0, "price": 0, "silent": 0, "new_address": 0}, "bad_rows": 0},
        {"chances": {"line_drop_ship": 1}},
        {"products": 1, "suppliers_per_family": 1, "lines_per_order": 1, "lot_days": 1},
        {"segments": {"oem": {"lead_days": 120, "pays_after": 180}}, "families": {"seals": {"lead_days": 120}}},
        {
            "causes": {
                "all stands": {"kind": "warehouse_overloaded", "where": {"site": "HAM"}, "share": 1, "to": "2099-01-01"}
            }
        },
    ],
    ids=["all cancelled", "all too large", "nothing planted", "none from stock", "small", "slow", "stuck"],
)
def test_an_odd_company_is_written_all_the_same(company: Callable, tmp_path: Path, told: dict[str, object]) -> None:
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": "none"} | told))
    assert company(1, 60, 2, config).obligations().height >= 60


@pytest.mark.parametrize(
    ("orders", "months", "seed", "named"), [(1, 12, 1, "orders"), (100, 0, 1, "months"), (100, 12, -1, "seed")]
)
def test_an_impossible_size_is_refused(orders: int, months: int, seed: int, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        load_company(orders, months, seed)


def test_a_folder_that_is_not_empty_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        simulate(load_company(100, 1, 1), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-03-29T01:30"),
        ("America/New_York", "2026-03-08", "2026-03-08T07:30"),
        ("Europe/Berlin", "2026-03-30", "2026-03-30T00:30"),
    ],
)
def test_what_no_clock_shows_in_spring_is_an_hour_later(zone: str, day: str, utc: str) -> None:
    found = to_utc(np.array([day], "datetime64[D]"), np.array([150.0]), np.array([0]), [zone])
    assert found[0] == np.datetime64(utc)


def test_a_company_that_was_not_finished_has_not_its_name_and_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    company = load_company(100, 2, 1)
    with monkeypatch.context() as patched:
        patched.setattr(truth, "anomalies", broken)
        with pytest.raises(OSError, match="full"):
            simulate(company, tmp_path / "out", counterfactuals=False)
    assert not (tmp_path / "out").exists()
    simulate(company, tmp_path / "out", counterfactuals=False)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_months_are_covered_to_the_last_day(company: Callable) -> None:
    batches = sorted(path.name for path in (company(1, 100, 3).folder / "batches").iterdir())
    assert batches == ["2026-04-30", "2026-05-31", "2026-06-30"]
