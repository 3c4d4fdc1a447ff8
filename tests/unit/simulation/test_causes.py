"""A planted cause costs what the truth says, changes only what it names, and is refused where it cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dagster_project.errors import UsageError
from dagster_project.simulation import load_company, simulate
from dagster_project.simulation.causes import KINDS
from dagster_project.simulation.company import prepare
from dagster_project.simulation.demand import mix_shift
from dagster_project.simulation.examination import points_met
from dagster_project.simulation.truth import FAILED, MET

KEY = ["order_id", "line_no", "schedule_no"]
SEEDS = (1, 2, 3, 4, 5)
WHERE = {
    "supplier_slips": {"supplier": "V003"},
    "warehouse_overloaded": {"site": "HAM"},
    "slow_lane": {"carrier": "C10", "region": "Central Europe"},
    "wrong_master_data": {"family": "valves"},
    "stale_price_agreements": {"segment": "distributor"},
    "credit_holds": {"segment": "workshop"},
    "early_cut_off": {"site": "HAM"},
    "capture_errors": {"layout": "classic"},
    "ignored_holidays": {"site": "HAM"},
    "promises_re_dated": {"segment": "oem"},
}


def exception_rate(life, orders: int) -> float:
    return len(set(life.troubles.order.tolist())) / orders


@pytest.mark.parametrize("seed", SEEDS)
def test_causes_cost_what_they_are_to_cost_and_a_company_without_is_orderly(seed: int) -> None:
    simulation = prepare(load_company(20_000, 24, seed))
    demand, causes = simulation.demand, simulation.causes
    on, off = (simulation.live(one) for one in (causes, causes.none()))
    with_causes, without = (points_met(demand, simulation.outcome(life).verdicts) for life in (on, off))
    assert 75 <= with_causes <= 88
    assert 95 <= without <= 98
    assert 0.12 <= exception_rate(on, 20_000) <= 0.20
    assert exception_rate(off, 20_000) < 0.05
    assert 2 <= len(causes.found) <= 4
    for cause in causes.found:
        alone = simulation.outcome(simulation.live(causes.without(cause.name)))
        assert points_met(demand, alone.verdicts) - with_causes >= 0.5, cause.name


@pytest.fixture(scope="module")
def pair(company: Callable):
    """A company, and the same without its first cause."""
    on = company(4, 3000, 12)
    name = on.truth("causes")["cause"][0]
    return name, on, company(4, 3000, 12, without=[name])


def test_without_a_cause_only_what_the_truth_names_is_different(pair) -> None:
    name, on, off = pair
    both = on.obligations().join(off.obligations(), on=KEY, suffix="_off")
    assert both.height == on.obligations().height == off.obligations().height
    differs = both.filter((pl.col("state") != pl.col("state_off")) | (pl.col("due_date") != pl.col("due_date_off")))
    named = on.truth("effects").filter(pl.col("cause") == name)
    broken = named.filter(pl.col("change") == "broken")
    assert broken.height > 20
    assert differs.join(named, on=KEY, how="anti").is_empty()
    failed = both.filter((pl.col("state") == "due_failed") & (pl.col("state_off") != "due_failed"))
    assert set(failed.select(KEY).rows()) == set(broken.select(KEY).rows())


def test_without_a_cause_what_it_did_not_touch_is_told_alike_to_the_letter(pair) -> None:
    name, on, off = pair
    touched = on.truth("effects").filter(pl.col("cause") == name)["order_id"].implode()
    for entity in ("deliveries", "shipments", "shipment_lines", "commitment_changes", "order_events"):
        told = [files.told(entity) for files in (on, off)]
        if entity == "shipments":
            lines = [files.told("shipment_lines").select("shipment_id", "order_id").unique() for files in (on, off)]
            told = [frame.join(line, on="shipment_id") for frame, line in zip(told, lines, strict=True)]
        of_sales = pl.col("order_id").str.starts_with("SO")
        one, other = (frame.filter(of_sales & ~pl.col("order_id").is_in(touched)).sort(pl.all()) for frame in told)
        assert one.height > 1000
        assert one.equals(other), entity


def test_without_a_cause_the_same_is_ordered(pair) -> None:
    _, on, off = pair
    assert on.last("customers").equals(off.last("customers"))
    for entity in ("orders", "order_schedule_lines"):
        # What comes back is booked as an order too, and more comes back of what was late.
        asked = [one.last(entity).filter(~pl.col("order_id").str.starts_with("RO")) for one in (on, off)]
        assert asked[0].equals(asked[1]), entity


def test_what_only_looks_like_a_cause_breaks_nothing(pair) -> None:
    _, on, _ = pair
    decoys = on.truth("causes").filter(pl.col("role") != "cause")
    assert set(decoys["role"]) == {"mix shift", "confounder"}
    assert set(decoys["obligations_broken"]) == {"0"}


def test_the_truth_adds_up_to_the_table_of_causes(pair) -> None:
    _, on, _ = pair
    told = on.truth("causes").filter(pl.col("role") == "cause")
    effects = on.truth("effects")
    for cause, broken, days in told.select("cause", "obligations_broken", "days_added").iter_rows():
        mine = effects.filter(pl.col("cause") == cause)
        assert int(broken) == (mine["change"] == "broken").sum()
        assert int(days) == mine["days_added"].cast(pl.Int64).sum()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_cause_breaks_promises_where_it_is_and_in_its_time(kind: str, tmp_path: Path) -> None:
    told = {"kind": kind, "where": WHERE[kind], "from": "2025-07-01", "to": "2026-03-31"}
    told |= {"share": 0.2 if kind == "warehouse_overloaded" else 0.8}
    told |= {"days": 40} if kind == "supplier_slips" else {}
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": {"planted": told}}))
    simulation = prepare(load_company(6000, 18, 2, config))
    on, off = (
        simulation.outcome(simulation.live(one)) for one in (simulation.causes, simulation.causes.without("planted"))
    )
    broken = (on.verdicts.state == 2) & (off.verdicts.state != 2)
    assert broken.sum() > 30
    ordered_on = simulation.demand.ordered_on[simulation.demand.order[broken]]
    assert ordered_on.min() > simulation.demand.ordered_on.min() + 30


@pytest.mark.parametrize("kind", ["early_cut_off", "warehouse_overloaded"])
def test_late_supply_is_no_reason_where_the_goods_were_there_in_time(kind: str, tmp_path: Path) -> None:
    planted = {"kind": kind, "where": WHERE[kind], "share": 0.2 if kind == "warehouse_overloaded" else 0.8}
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": {"planted": planted}, "chances": {"line_cross_dock": 0.1}}))
    simulation = prepare(load_company(2000, 12, 2, config))
    life = simulation.live(simulation.causes)
    said = simulation.outcome(life).verdicts.why == "supply_late"
    assert said.sum() > 10
    assert (life.supply.actual[said] > life.supply.planned[said]).all()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"warehouse_overloaded", "ignored_holidays"}))
def test_a_cause_that_never_strikes_changes_nothing(kind: str, tmp_path: Path) -> None:
    config = tmp_path / "company.yml"
    planted = {"kind": kind, "where": WHERE[kind], "from": "2025-09-01", "to": "2026-03-31", "share": 0}
    config.write_text(json.dumps({"causes": {"planted": planted}, "decoys": False}))
    simulation = prepare(load_company(500, 12, 2, config))
    on, off = (simulation.live(one) for one in (simulation.causes, simulation.causes.none()))
    assert (on.parts.arrives == off.parts.arrives).all()


def test_when_the_mix_shifts_the_total_falls_and_no_segment_does_worse(tmp_path: Path) -> None:
    config = tmp_path / "company.yml"
    fell = {}
    for decoys in (True, False):
        config.write_text(json.dumps({"causes": "none", "decoys": decoys}))
        simulation = prepare(load_company(30_000, 24, 6, config))
        demand, verdicts = simulation.demand, simulation.outcome(simulation.live(simulation.causes)).verdicts
        begins, ends = mix_shift(simulation.company)
        inside = ((demand.ordered_on >= begins) & (demand.ordered_on < ends))[demand.order]
        segment = simulation.world.segment[demand.customer][demand.order]
        due = np.isin(verdicts.state, (MET, FAILED)) & verdicts.is_known
        rates = [
            [100 * (verdicts.state[due & of & (inside == within)] == MET).mean() for within in (False, True)]
            for of in (np.ones(len(due), bool), *(segment == place for place in range(4)))
        ]
        fell[decoys] = [before - after for before, after in rates]
    assert fell[True][0] - fell[False][0] > 0.3
    assert all(abs(one) < 1.0 for one in fell[True][1:])


def test_the_true_cause_of_every_exception_that_is_told_is_known(simulated) -> None:
    told = simulated.told("exceptions").unique("exception_id")
    true = simulated.truth("exceptions")
    both = told.join(true, on="exception_id", suffix="_true")
    assert both.height == told.height
    assert set(true["cause"].drop_nulls()) <= set(simulated.truth("causes")["cause"])
    closed = simulated.told("exceptions").filter(pl.col("closed_at").is_not_null()).unique("exception_id")
    recorded = closed.join(true, on="exception_id", suffix="_true")
    right = (recorded["root_cause_code"] == recorded["root_cause_code_true"]).fill_null(False)
    assert right.mean() == pytest.approx(0.85, abs=0.07)


def test_without_counterfactuals_the_causes_are_named_and_what_they_did_is_not(tmp_path: Path) -> None:
    simulate(load_company(300, 12, 1), tmp_path / "out", counterfactuals=False)
    causes = pl.read_csv(tmp_path / "out" / "truth" / "causes.csv")
    planted = causes.filter(pl.col("role") == "cause")
    assert planted.height >= 2
    assert planted["points"].null_count() == planted.height
    assert not (tmp_path / "out" / "truth" / "effects.csv").exists()


def test_a_countermeasure_saves_some_of_what_the_cause_breaks(tmp_path: Path) -> None:
    planted = {"kind": "slow_lane", "where": WHERE["slow_lane"], "share": 0.8}
    planted["countermeasure"] = {"from": "2026-01-01", "works": 0.9}
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": {"planted": planted}}))
    simulation = prepare(load_company(4000, 12, 2, config))
    causes = simulation.causes
    on, never = (simulation.outcome(simulation.live(one)) for one in (causes, causes.uncountered("planted")))
    saved = (never.verdicts.state == 2) & (on.verdicts.state != 2)
    assert saved.sum() > 20
    assert ((on.verdicts.state == 2) & (never.verdicts.state != 2)).sum() == 0
    first = simulation.demand.ordered_on[simulation.demand.order[saved]].min()
    assert first >= np.datetime64("2026-01-01")


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ({"kind": "bad_luck"}, "kind"),
        ({"kind": "credit_holds", "where": {"segment": "oems"}}, "segment 'oems'"),
        ({"kind": "credit_holds", "where": {"site": "HAM"}}, "where must name segment"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "share": 3}, "share"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "days": 0}, "days"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "from": "soon"}, "from"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "from": "2026-02-01", "to": "2026-01-01"}, "from"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "often": 1}, "often"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "countermeasure": {"works": 1}}, "countermeasure"),
        (
            {"kind": "stale_price_agreements", "where": {"segment": "workshop"}},
            "nothing is agreed with segment workshop",
        ),
        ({"kind": ["credit_holds"], "where": {"segment": "oem"}}, "kind"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "days": 1000}, "days"),
        ({"kind": "credit_holds", "where": {"segment": "oem"}, "days": True}, "days"),
        (
            {"kind": "credit_holds", "where": {"segment": "oem"}, "countermeasure": {"from": "2020-01-01", "works": 1}},
            "countermeasure.from is 2020-01-01, when the cause is not on",
        ),
        ("credit", "must be a mapping"),
    ],
)
def test_a_cause_that_cannot_be_is_refused_by_its_key(tmp_path: Path, planted: object, named: str) -> None:
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": {"mine": planted}}))
    with pytest.raises(UsageError, match=r"causes\.mine") as refused:
        prepare(load_company(100, 12, 1, config))
    assert named in str(refused.value)
    assert str(config) in str(refused.value)


@pytest.mark.parametrize("seed", [1, 2, 4, 7, 11])
def test_prices_that_are_drawn_to_be_out_of_date_were_agreed(seed: int) -> None:
    simulation = prepare(load_company(300, 24, seed))
    segments = simulation.company.told["segments"]
    stale = [cause.where["segment"] for cause in simulation.causes.of("stale_price_agreements")]
    assert stale
    assert all(segments[name]["contract"] for name in stale)


def test_a_cause_is_not_named_as_what_only_looks_like_one(tmp_path: Path) -> None:
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": {"mix_shift": {"kind": "credit_holds", "where": {"segment": "oem"}}}}))
    with pytest.raises(UsageError, match="only looks like a cause"):
        prepare(load_company(100, 12, 1, config))


def test_a_cause_that_is_not_there_cannot_be_off(company: Callable) -> None:
    with pytest.raises(UsageError, match="there is no cause bad_luck"):
        company(1, 300, 12, without=["bad_luck"])
