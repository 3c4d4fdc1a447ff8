"""Whatever order batches land in, and whenever they are built: the warehouse is that of one full build, row for row.

Of a simulated and a random company, with late rows, repeats, corrections, rows of another order, full extracts and
batches of one instant. `make test` asks it of two orders for the facts that grow; `make test-thorough` of twenty, for
every table of the star and every published one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from dagster_project.landing.ledger import read_batches, read_refused
from tests.landing_orders import GROWING, Companies, build, differences, write_companies

pytestmark = pytest.mark.pipeline
ORDERS_OF_A_COMPANY = 5
THOROUGH = [(seed, 100 * seed + number) for seed in (1, 2, 3, 4) for number in range(ORDERS_OF_A_COMPANY)]
Built = Callable[..., tuple[Companies, Path]]


@pytest.fixture(scope="module")
def built_at_once(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What the companies of a seed told, and the warehouse of one full build of it."""

    @cache
    def built(seed: int, *options: str) -> tuple[Companies, Path]:
        folder = tmp_path_factory.mktemp("companies")
        companies = write_companies(folder, seed)
        warehouse = build(folder / "home", companies.usual(), "--full-refresh", *options)
        assert read_refused(folder / "home") == []
        return companies, warehouse

    return built


def check(built: tuple[Companies, Path], home: Path, order: int, *options: str) -> None:
    companies, at_once = built
    found = build(home, companies.shuffled(order), *options)
    assert read_refused(home) == []
    assert rows(home) == rows(at_once.parents[1])
    assert differences(at_once, found) == {}


def rows(home: Path) -> set[tuple[str, str, int, int]]:
    """Batches with the rows that were landed and quarantined."""
    return {
        (
            batch["source_system"],
            batch["batch_id"],
            sum(file["landed"] for file in batch["files"]),
            sum(file["quarantined"] for file in batch["files"]),
        )
        for batch in read_batches(home)
    }


@pytest.mark.xdist_group("landing-orders")
@pytest.mark.parametrize("order", [1, 2])
def test_facts_that_grow_are_those_of_a_full_build_in_any_order(
    built_at_once: Built, tmp_path: Path, order: int
) -> None:
    check(built_at_once(1, *GROWING), tmp_path, order, *GROWING)


@pytest.mark.thorough
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("seed", "order"),
    [pytest.param(*one, marks=pytest.mark.xdist_group(f"landing-orders-{one[0]}")) for one in THOROUGH],
)
def test_every_table_is_that_of_a_full_build_in_any_order(
    built_at_once: Built, tmp_path: Path, seed: int, order: int
) -> None:
    check(built_at_once(seed), tmp_path, order)
