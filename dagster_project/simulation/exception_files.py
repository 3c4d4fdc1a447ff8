"""Exceptions as people work on them: every firing, what was done about it, and the cause that was written down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .demand import Demand
from .life import Life
from .sales_files import order_ids
from .staff import ACCOUNTS, ACTOR_KINDS, HUMAN, RULE, member_of, system
from .streams import Streams
from .telling import Told, ids, members
from .troubles import NAMES, TROUBLES, Troubles


@dataclass(frozen=True)
class _Way:
    """How people work on a kind: the rule it comes from, how grave it is, how it ends, and what is done first, next and
    last.
    """

    rule: str | None
    severity: str
    ends: str
    actions: tuple[str, str, str]


_TOLD: dict[str, _Way] = {
    "capture_error": _Way(
        None,
        "high",
        "RECAPTURED",
        ("compared the order with its document", "asked the customer to confirm", "corrected what was captured"),
    ),
    "price_mismatch": _Way(
        "ORD-003",
        "medium",
        "PRICE-AGREED",
        ("looked up the price agreement", "asked sales for the agreed price", "set the agreed price and released"),
    ),
    "credit_blocked": _Way(
        "ORD-007",
        "high",
        "CREDIT-RELEASED",
        ("checked open items and payments", "asked for a higher limit", "released the order"),
    ),
    "address_incomplete": _Way(
        "ORD-009",
        "medium",
        "ADDRESS-COMPLETED",
        (
            "looked at earlier orders",
            "asked the customer for what is missing",
            "completed the address",
        ),
    ),
    "duplicate_order": _Way(
        "ORD-010",
        "medium",
        "NOT-A-DUPLICATE",
        ("compared both orders", "called the customer", "confirmed that both orders stand"),
    ),
    "quantity_implausible": _Way(
        "ORD-014",
        "high",
        "QUANTITY-CONFIRMED",
        ("compared with earlier orders", "called the customer", "confirmed the quantity"),
    ),
    "pack_broken": _Way(
        "ORD-012",
        "low",
        "PACK-ACCEPTED",
        ("checked the pack in the master data", "asked the warehouse", "released the quantity as ordered"),
    ),
    "stock_short": _Way(
        None,
        "high",
        "STOCK-RECEIVED",
        ("chased the supplier", "looked for stock at another warehouse", "allocated the receipt"),
    ),
    "promise_re_dated": _Way(
        None,
        "medium",
        "DATE-CONFIRMED",
        ("compared the dates before and after the run", "asked the ERP team", "confirmed the new date"),
    ),
    "dispatch_late": _Way(
        None,
        "medium",
        "SHIPPED-LATE",
        ("moved the order up in the pick list", "asked for a later truck", "loaded it on the next truck"),
    ),
    "carrier_late": _Way(
        None,
        "medium",
        "DELIVERED-LATE",
        ("opened a trace with the carrier", "informed the customer", "received the proof of delivery"),
    ),
    "delivered_short": _Way(
        None,
        "high",
        "REST-DELIVERED",
        ("counted the stock that is left", "told the customer when the rest comes", "sent the rest"),
    ),
    "damaged": _Way(
        None,
        "high",
        "CLAIM-SETTLED",
        ("asked for photos", "filed a claim with the carrier", "agreed with the customer what happens to the goods"),
    ),
}
_CANCELLED = ("CANCELLATION-ASKED", "agreed with the customer to cancel the order")
# What people write down instead of the true cause; an empty one is as likely as any other.
_MISTAKEN = {
    "capture": ("MASTER-CUSTOMER", "CUSTOMER", None),
    "validate": ("SYSTEM", "CUSTOMER", None),
    "allocate": ("CAPACITY", "CUSTOMER", None),
    "ship": ("CARRIER", "SUPPLY", None),
    "deliver": ("CAPACITY", "CUSTOMER", None),
}
_RIGHT, _FIRES_AGAIN, _LEAST_SPAN = 0.85, 0.03, 1800
_ACTIONS = (0.35, 0.75)
_SHARES = np.array([[0, 0, 100], [35, 0, 65], [25, 30, 45]])
_MOMENTS = np.array([[0, 0, 100], [30, 0, 100], [20, 60, 100]])
_BY_RULE = 0.4
_WIDE = np.int64(1) << 33


@dataclass(frozen=True)
class Firings:
    """Each firing of an exception: `kind` (place in NAMES), `order`, `line` (-1: the whole order), `number` (which of
    the exception's it is), `opened_at` and `closed_at` (whole seconds), `tenths` (of a minute of work).
    """

    kind: np.ndarray
    order: np.ndarray
    line: np.ndarray
    number: np.ndarray
    opened_at: np.ndarray
    closed_at: np.ndarray
    tenths: np.ndarray

    def of(self, kind: str) -> np.ndarray:
        """Places of those of a kind."""
        return np.flatnonzero(self.kind == NAMES.index(kind))

    def ended(self, orders: int, kinds: list[str]) -> np.ndarray:
        """Of each order, when the last of these kinds was closed; the epoch where there is none."""
        at = np.zeros(orders, dtype="datetime64[us]")
        mine = np.isin(self.kind, [NAMES.index(kind) for kind in kinds])
        np.maximum.at(at, self.order[mine], self.closed_at[mine])
        return at


def make_firings(demand: Demand, troubles: Troubles, streams: Streams) -> Firings:
    """Troubles of one kind with one thing are one exception; it fires again with a new one, or if closed too early."""
    order = np.lexsort((troubles.opened_at, troubles.line, troubles.kind, troubles.order))
    kind, of, line = troubles.kind[order], troubles.order[order], troubles.line[order]
    opened, closed = (
        at[order].astype("datetime64[s]").astype(np.int64) for at in (troubles.opened_at, troubles.closed_at)
    )
    changes = (np.diff(kind) != 0) | (np.diff(of) != 0) | (np.diff(line) != 0)
    exception = np.cumsum(np.concatenate([[False], changes])) if len(order) else np.zeros(0, np.int64)
    # What opens while it is open already is the same firing.
    upto = np.maximum.accumulate(closed + exception * _WIDE) - exception * _WIDE
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = changes | (opened[1:] > upto[:-1])
    starts = np.flatnonzero(begins)
    if not len(starts):
        return Firings(kind, of, line, kind, troubles.opened_at, troubles.closed_at, kind)
    tenths = np.add.reduceat(np.rint(troubles.minutes[order] * 10).astype(np.int64), starts)
    first = Firings(
        kind[starts],
        of[starts],
        line[starts],
        2 * (np.arange(len(starts)) - np.searchsorted(exception[starts], exception[starts])),
        opened[starts],
        np.maximum.reduceat(closed, starts),
        tenths,
    )
    return _fired_again(demand, first, streams)


def _fired_again(demand: Demand, found: Firings, streams: Streams) -> Firings:
    """A few are closed too early: they fire again, and end when they would have ended."""
    span = found.closed_at - found.opened_at
    again = np.flatnonzero((drawn(demand, found, "fires again", streams) < _FIRES_AGAIN) & (span >= _LEAST_SPAN))
    closed, tenths = found.closed_at.copy(), found.tenths.copy()
    closed[again] = found.opened_at[again] + span[again] * 35 // 100
    tenths[again] = found.tenths[again] * 6 // 10
    columns = {
        "kind": (found.kind, found.kind[again]),
        "order": (found.order, found.order[again]),
        "line": (found.line, found.line[again]),
        "number": (found.number, found.number[again] + 1),
        "opened_at": (found.opened_at, found.opened_at[again] + span[again] * 55 // 100),
        "closed_at": (closed, found.closed_at[again]),
        "tenths": (tenths, found.tenths[again] - tenths[again]),
    }
    both = {name: np.concatenate(parts) for name, parts in columns.items()}
    for name in ("opened_at", "closed_at"):
        both[name] = both[name].astype("datetime64[s]").astype("datetime64[us]")
    order = np.lexsort((both["line"], both["kind"], both["order"], both["opened_at"]))
    return Firings(**{name: values[order] for name, values in both.items()})


def drawn(demand: Demand, found: Firings, name: str, streams: Streams) -> np.ndarray:
    """A chance for each firing that is the same whatever else fires: by its order or line, its kind and its number."""
    orders = len(demand.customer)
    chance = streams.of(f"exceptions: {name}").random(orders + len(demand.order))
    mine = chance[np.where(found.line >= 0, orders + found.line, found.order)]
    spread: np.ndarray = (mine + 0.6180339887 * found.kind + 0.4142135624 * found.number) % 1
    return spread


def tell_exceptions(demand: Demand, life: Life, found: Firings, streams: Streams) -> list[Told]:
    """Exceptions when they open and when they are closed, and what was done about each."""
    is_cancelled = life.promises.cancelled.by[found.order] > 0
    return [*_exceptions(demand, found, is_cancelled, streams), _actions(demand, found, is_cancelled, streams)]


def true_causes(demand: Demand, life: Life, read_at: np.datetime64) -> pl.DataFrame:
    """Of each exception that is told by then: exception_id, the planted cause (none: it came by chance), and the root
    cause code that is right.
    """
    troubles = life.troubles
    _, number = _numbers(demand, troubles)
    names = [cause.name for cause in life.causes.found]
    frame = pl.DataFrame(
        {
            "exception_id": ids("EX", number, 12),
            "cause": members(names, troubles.cause),
            "root_cause_code": members([TROUBLES[name].code for name in NAMES], troubles.kind),
        }
    )
    told = frame.filter(pl.Series(troubles.opened_at <= read_at))
    return told.sort("exception_id", "cause", nulls_last=True).unique("exception_id", keep="first", maintain_order=True)


def _numbers(demand: Demand, found: Firings | Troubles) -> tuple[np.ndarray, np.ndarray]:
    """Line numbers (0: the whole order), and what exceptions are numbered by: order, kind and line."""
    line_no = np.where(found.line >= 0, demand.line_no[found.line.clip(0)], 0)
    return line_no, (found.order.astype(np.int64) * 100 + found.kind) * 1000 + line_no


def _exceptions(demand: Demand, found: Firings, is_cancelled: np.ndarray, streams: Streams) -> list[Told]:
    codes = sorted({trouble.code for trouble in TROUBLES.values()} | {"CUSTOMER", "SYSTEM"})
    code = _recorded(demand, found, codes, streams)
    line_no, number = _numbers(demand, found)
    ways = [_TOLD[name] for name in NAMES]
    resolutions = [*(way.ends for way in ways), _CANCELLED[0]]

    def opened(places: np.ndarray) -> pl.DataFrame:
        kind = found.kind[places]
        numbers = pl.Series(line_no[places])
        return pl.DataFrame(
            {
                "exception_id": ids("EX", number[places], 12),
                "opened_at": found.opened_at[places],
                "side": "sales",
                "order_id": order_ids(found.order[places]),
                "line_no": pl.select(pl.when(numbers > 0).then(numbers.cast(pl.String))).to_series(),
                "rule_id": members([way.rule for way in ways], kind),
                "type": members(NAMES, kind),
                "severity": members([way.severity for way in ways], kind),
                "stage": members([TROUBLES[name].stage for name in NAMES], kind),
                "owner": members([TROUBLES[name].owner for name in NAMES], kind),
            }
        )

    def is_open(places: np.ndarray) -> pl.DataFrame:
        nothing = pl.lit(None)
        return opened(places).with_columns(
            root_cause_code=nothing.cast(pl.String),
            closed_at=nothing.cast(pl.Datetime("us")),
            minutes=nothing.cast(pl.Float64),
            resolution_code=nothing.cast(pl.String),
        )

    def closed(places: np.ndarray) -> pl.DataFrame:
        ending = np.where(is_cancelled[places], len(ways), found.kind[places])
        return opened(places).with_columns(
            root_cause_code=members(codes, code[places]),
            closed_at=pl.Series(found.closed_at[places]),
            minutes=pl.Series(found.tenths[places] / 10),
            resolution_code=members(resolutions, ending),
        )

    return [Told("exceptions", found.opened_at, is_open), Told("exceptions", found.closed_at, closed)]


def _recorded(demand: Demand, found: Firings, codes: list[str], streams: Streams) -> np.ndarray:
    """The cause that was written down for each (place in the codes, or -1): mostly the true one."""
    true = np.array([codes.index(TROUBLES[name].code) for name in NAMES])
    others = [_MISTAKEN[TROUBLES[name].stage] for name in NAMES]
    mistaken = np.array([[codes.index(one) if one else -1 for one in options] for options in others])
    mistaken = np.where(mistaken == true[:, None], -1, mistaken)
    chance = drawn(demand, found, "causes written down", streams)
    other = np.minimum((chance - _RIGHT) / (1 - _RIGHT) * 3, 2).clip(0).astype(int)
    recorded: np.ndarray = np.where(chance < _RIGHT, true[found.kind], mistaken[found.kind, other])
    return recorded


def _actions(demand: Demand, found: Firings, is_cancelled: np.ndarray, streams: Streams) -> Told:
    """One to three actions; their minutes add up to the exception's, and the last one closes it."""
    more = np.searchsorted(_ACTIONS, drawn(demand, found, "actions", streams))
    more = np.where((found.tenths < 30) | is_cancelled, 0, more)
    # A rule that looks something up costs nobody a minute.
    by_rule = (drawn(demand, found, "looked up by a rule", streams) < _BY_RULE) & (more > 0)
    of, turn = np.nonzero(_SHARES[more] > 0)
    minutes = found.tenths[:, None] * _SHARES[more] // 100
    minutes[by_rule, 0] = 0
    minutes[:, 2] = found.tenths - minutes[:, :2].sum(axis=1)
    span = (found.closed_at - found.opened_at).astype("timedelta64[s]").astype(np.int64)
    acted_at = found.opened_at[of] + (span[of] * _MOMENTS[more[of], turn] // 100).astype("timedelta64[s]")
    is_rule = by_rule[of] & (turn == 0)
    owners = [TROUBLES[name].owner for name in NAMES]
    person = (drawn(demand, found, "who acts", streams) * (1 << 16)).astype(np.int64)
    actor = np.select([found.kind == kind for kind in range(len(NAMES))], [member_of(one, person) for one in owners])
    texts = [text for name in NAMES for text in _TOLD[name].actions]
    text = np.where(is_cancelled[of], len(texts), 3 * found.kind[of] + turn)
    exception = _numbers(demand, found)[1]
    number = (exception * 100 + found.number)[of] * 10 + turn
    tenths = minutes[of, turn]

    def rows(places: np.ndarray) -> pl.DataFrame:
        here = of[places]
        return pl.DataFrame(
            {
                "action_id": ids("AC", number[places], 15),
                "exception_id": ids("EX", exception[here], 12),
                "action": members([*texts, _CANCELLED[1]], text[places]),
                "actor": members(ACCOUNTS, np.where(is_rule[places], system("order-rules"), actor[here])),
                "actor_kind": members(ACTOR_KINDS, np.where(is_rule[places], RULE, HUMAN)),
                "acted_at": acted_at[places],
                "minutes": tenths[places] / 10,
            }
        )

    return Told("exception_actions", acted_at, rows)
