"""Whatever is ordered, each line is served once from goods that are there; warehouses ship no more than they can."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.simulation import load_company
from dagster_project.simulation.company import prepare
from dagster_project.simulation.demand import FROM_STOCK
from dagster_project.simulation.dispatch import _served
from dagster_project.simulation.supply import OPENING

SLIPS = {"kind": "supplier_slips", "where": {"supplier": "V003"}, "share": 1, "days": 40}
TROUBLED = {"late": SLIPS, "full": {"kind": "warehouse_overloaded", "where": {"site": "HAM"}, "share": 0.3}}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("company") / "company.yml"
    file.write_text(json.dumps({"causes": TROUBLED, "products": 40}))
    return file


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), orders=st.integers(50, 900), months=st.integers(2, 20))
def test_stock_serves_each_line_once_and_never_falls_below_zero(
    config: Path, seed: int, orders: int, months: int
) -> None:
    simulation = prepare(load_company(orders, months, seed, config))
    life, demand = simulation.live(simulation.causes), simulation.demand
    supply, kept = life.supply, life.promises.cancelled.by[demand.order] == 0
    pegged = np.bincount(supply.peg_line, supply.peg_quantity, len(demand.order))
    assert (pegged == np.where(kept, demand.quantity, 0)).all()
    bought = supply.peg_receipt != OPENING
    given_out = np.bincount(supply.peg_receipt[bought], supply.peg_quantity[bought], len(supply.receipts.line))
    assert (given_out <= supply.receipts.accepted).all()
    assert (supply.receipts.accepted + supply.receipts.rejected == supply.receipts.quantity).all()
    stocked = np.isin(supply.peg_line, np.flatnonzero(demand.mode == FROM_STOCK))
    there = supply.receipts.received[supply.peg_receipt[bought & stocked]]
    assert (life.parts.leaves[supply.peg_line[bought & stocked]] > there).all()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), orders=st.integers(50, 900))
def test_milestones_of_every_part_stand_in_order_and_its_quantities_add_up(
    config: Path, seed: int, orders: int
) -> None:
    simulation = prepare(load_company(orders, 10, seed, config))
    life, demand = simulation.live(simulation.causes), simulation.demand
    parts = life.parts
    entered = demand.entered_at[demand.order[parts.line]]
    assert (demand.received_at <= demand.entered_at).all()
    assert (entered < parts.shipped_at).all()
    assert (parts.shipped_at < parts.delivered_at).all()
    assert (parts.delivered_at < parts.told_at).all()
    shipped = np.bincount(parts.line, parts.quantity, len(demand.order))
    kept = life.promises.cancelled.by[demand.order] == 0
    assert (shipped == np.where(kept, demand.quantity, 0)).all()
    assert (parts.accepted + parts.damaged == parts.quantity).all()
    assert (parts.accepted >= 0).all()
    assert (life.troubles.closed_at >= life.troubles.opened_at).all()


@given(
    due=st.lists(st.integers(0, 30), min_size=1, max_size=60),
    room=st.lists(st.integers(0, 20), min_size=60, max_size=60),
)
def test_a_warehouse_ships_what_is_due_in_turn_and_no_more_than_it_can(due: list[int], room: list[int]) -> None:
    arrived, capacity = np.array(due), np.array(room[: len(due)], dtype=float)
    served = _served(arrived, capacity)
    assert served.sum() == arrived.sum()
    assert (np.cumsum(served) <= np.cumsum(arrived)).all()
    assert (served[:-1] <= capacity[:-1]).all()
    waiting = np.cumsum(arrived) - np.cumsum(served)
    # It never idles while something waits.
    assert ((waiting[:-1] == 0) | (served[:-1] == np.floor(capacity[:-1]))).all()
