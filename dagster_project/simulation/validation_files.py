"""What the rules found of each order when it was entered, and again when what had failed was put right."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .days import DAY, MINUTE, seconds
from .demand import DROP_SHIP, Demand
from .exception_files import Firings
from .life import Life
from .sales_files import order_ids
from .streams import Streams
from .telling import Told, members
from .world import World

_OUTCOMES = ("pass", "fail", "not applicable", "error")
PASS, FAIL, NOT_APPLICABLE, ERROR = range(4)
# Rules of a whole order: how grave a failure is, and the check that fails it.
_ORDER_RULES: dict[str, tuple[str, str | None]] = {
    "ORD-001": ("high", None),
    "ORD-003": ("medium", "price_mismatch"),
    "ORD-007": ("high", "credit_blocked"),
    "ORD-009": ("medium", "address_incomplete"),
    "ORD-010": ("medium", "duplicate_order"),
    "ORD-014": ("high", "quantity_implausible"),
}
_LINE_RULES = {"ORD-005": "low", "ORD-012": "low"}
_RULES = [*_ORDER_RULES, *_LINE_RULES]
_SEVERITIES = [*(severity for severity, _ in _ORDER_RULES.values()), *_LINE_RULES.values()]
_AVAILABLE, _PACK = _RULES.index("ORD-005"), _RULES.index("ORD-012")
_AGREED_PRICE = _RULES.index("ORD-003")
_HAS_ERROR = 0.002


def tell_validation(
    company: Company,
    world: World,
    demand: Demand,
    life: Life,
    found: Firings,
    checked_at: np.ndarray,
    streams: Streams,
) -> Told:
    """Each rule and attempt: of orders, of the availability of lines, and what was tried again or is of lines alone."""
    orders, lines = len(demand.customer), len(demand.order)
    count = len(_ORDER_RULES)
    failed = _failed(company, world, demand, life)
    chance = streams.of("errors of rules").random((2, orders))
    has_error = np.flatnonzero(chance[0] < _HAS_ERROR)
    has_error = has_error[failed[has_error, 0] != FAIL]
    rule = np.floor(chance[1] * count).astype(np.int64)
    has_error = has_error[failed[has_error, rule[has_error]] == PASS]
    failed[has_error, rule[has_error]] = ERROR
    available = np.where(life.promises.is_backorder, FAIL, np.where(demand.mode == DROP_SHIP, NOT_APPLICABLE, PASS))
    more = _More()
    # A rule that could not be evaluated is tried again at once.
    after = 1 + 2 * chance[1][has_error]
    more.add(has_error, -1, rule[has_error], 2, PASS, checked_at[has_error] + seconds(after))
    _again(demand, life, found, failed, checked_at, more)
    _of_lines(demand, life, found, checked_at, more)
    order, line, of_rule, attempt, outcome, at = more.columns()

    def rows(places: np.ndarray) -> pl.DataFrame:
        whole = places[places < orders]
        each = places[(places >= orders) & (places < orders + lines)] - orders
        rest = places[places >= orders + lines] - orders - lines
        of_each = demand.order[each]
        parts = [
            _frame(
                demand,
                np.repeat(whole, count),
                np.full(count * len(whole), -1),
                np.tile(np.arange(count), len(whole)),
                np.ones(count * len(whole), dtype=np.int64),
                failed[whole].ravel(),
                np.repeat(checked_at[whole], count),
            ),
            _frame(
                demand,
                of_each,
                each,
                np.full(len(each), _AVAILABLE),
                np.ones(len(each), dtype=np.int64),
                available[each],
                checked_at[of_each],
            ),
            _frame(demand, order[rest], line[rest], of_rule[rest], attempt[rest], outcome[rest], at[rest]),
        ]
        return pl.concat(parts)

    known_at = np.maximum(checked_at, demand.entered_at)
    return Told("validation_results", np.concatenate([known_at, known_at[demand.order], at]), rows)


class _More:
    """Results one by one, as they are added."""

    def __init__(self) -> None:
        self.found: list[tuple[np.ndarray, ...]] = []

    def add(
        self,
        order: np.ndarray,
        line: np.ndarray | int,
        rule: np.ndarray | int,
        attempt: int,
        outcome: int,
        at: np.ndarray,
    ) -> None:
        """Results of one attempt, one for each place of `order`."""
        columns = (order, line, rule, attempt, outcome, at.astype("datetime64[us]"))
        self.found.append(tuple(np.broadcast_to(np.asarray(one), (len(order),)) for one in columns))

    def columns(self) -> list[np.ndarray]:
        """All of them, column by column."""
        return [np.concatenate(column) for column in zip(*self.found, strict=True)]


def _frame(
    demand: Demand,
    order: np.ndarray,
    line: np.ndarray,
    rule: np.ndarray,
    attempt: np.ndarray,
    outcome: np.ndarray,
    at: np.ndarray,
) -> pl.DataFrame:
    numbers = pl.Series(np.where(line >= 0, demand.line_no[line.clip(0)], 0))
    return pl.DataFrame(
        {
            "side": pl.repeat("sales", len(order), eager=True),
            "order_id": order_ids(order),
            "line_no": pl.select(pl.when(numbers > 0).then(numbers.cast(pl.String))).to_series(),
            "rule_id": members(_RULES, rule),
            "attempt_no": attempt,
            "outcome": members(_OUTCOMES, outcome),
            "severity": members(_SEVERITIES, rule),
            "evaluated_at": at,
        }
    )


def _failed(company: Company, world: World, demand: Demand, life: Life) -> np.ndarray:
    """Of each order, what each rule of orders finds the first time; who has no agreement has no price to compare."""
    found = np.zeros((len(demand.customer), len(_ORDER_RULES)), dtype=np.int8)
    has_none = company.group("segments").array("contract")[world.segment[demand.customer]] == 0
    found[has_none, _AGREED_PRICE] = NOT_APPLICABLE
    for place, (_, check) in enumerate(_ORDER_RULES.values()):
        if check is not None:
            found[life.holds.failed[check], place] = FAIL
    return found


def _again(demand: Demand, life: Life, found: Firings, failed: np.ndarray, checked_at: np.ndarray, more: _More) -> None:
    """What had failed passes when its exception ends; of an order that is cancelled it stays as it is."""
    is_live = life.promises.cancelled.by == 0
    for place, (_, check) in enumerate(_ORDER_RULES.values()):
        if check is not None:
            ended_at = found.ended(len(demand.customer), [check])
            orders = np.flatnonzero((failed[:, place] == FAIL) & is_live & (ended_at > checked_at))
            more.add(orders, -1, place, 2, PASS, ended_at[orders])


def _of_lines(demand: Demand, life: Life, found: Firings, checked_at: np.ndarray, more: _More) -> None:
    """Broken packs, which are accepted; and lines that had no stock, which pass when their goods are there."""
    packs = found.of("pack_broken")
    packs = packs[found.number[packs] == 0]
    order, line = found.order[packs], found.line[packs]
    more.add(order, line, _PACK, 1, FAIL, found.opened_at[packs])
    last = np.zeros(len(demand.order), dtype="datetime64[us]")
    mine = found.of("pack_broken")
    np.maximum.at(last, found.line[mine], found.closed_at[mine])
    more.add(order, line, _PACK, 2, PASS, last[line])
    is_live = life.promises.cancelled.by[demand.order] == 0
    waits = np.flatnonzero(life.promises.is_backorder & is_live)
    there = demand.days.day(life.supply.actual[waits]).astype("datetime64[us]") + np.timedelta64(15 * 60 * MINUTE, "us")
    at = np.maximum(there, checked_at[demand.order[waits]] + np.timedelta64(DAY // 24, "us"))
    more.add(demand.order[waits], waits, _AVAILABLE, 2, PASS, at)
