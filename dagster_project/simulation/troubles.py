"""What goes wrong on the way of an order and is noticed: what, since when, the work it makes, and its true cause."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Trouble:
    """A kind of trouble: its stage, whose it is, the code people give it, and minutes of work in the middle."""

    stage: str
    owner: str
    code: str
    minutes: float


TROUBLES = {
    "capture_error": Trouble("capture", "order desk", "CAPTURE", 25),
    "price_mismatch": Trouble("validate", "pricing", "PRICE", 35),
    "credit_blocked": Trouble("validate", "credit control", "CREDIT", 30),
    "address_incomplete": Trouble("validate", "order desk", "MASTER-CUSTOMER", 15),
    "duplicate_order": Trouble("validate", "order desk", "DUPLICATE", 10),
    "quantity_implausible": Trouble("validate", "order desk", "CAPTURE", 15),
    "pack_broken": Trouble("validate", "order desk", "MASTER-PRODUCT", 12),
    "stock_short": Trouble("allocate", "planning", "SUPPLY", 40),
    "promise_re_dated": Trouble("allocate", "planning", "SYSTEM", 20),
    "dispatch_late": Trouble("ship", "warehouse", "CAPACITY", 20),
    "carrier_late": Trouble("deliver", "transport", "CARRIER", 25),
    "delivered_short": Trouble("deliver", "customer service", "PICKING", 45),
    "damaged": Trouble("deliver", "customer service", "TRANSPORT-DAMAGE", 50),
}
NAMES = list(TROUBLES)


@dataclass(frozen=True)
class Troubles:
    """Each trouble: `kind` (place in NAMES), `order`, `line` (-1: the whole order), `opened_at`, `closed_at`,
    `minutes` of work, `cause` (place among the causes, or -1).
    """

    kind: np.ndarray
    order: np.ndarray
    line: np.ndarray
    opened_at: np.ndarray
    closed_at: np.ndarray
    minutes: np.ndarray
    cause: np.ndarray


@dataclass
class TroubleBook:
    """Troubles as they are found."""

    found: list[tuple[np.ndarray, ...]] = field(default_factory=list)

    def note(
        self,
        kind: str,
        order: np.ndarray,
        line: np.ndarray | int,
        opened_at: np.ndarray,
        hours: np.ndarray,
        chance: np.ndarray,
        cause: np.ndarray | int = -1,
    ) -> None:
        """Troubles of a kind, one for each place of `order`; `chance` (0 to 1) says how much work each makes."""
        count = len(order)
        minutes = np.round(TROUBLES[kind].minutes * np.exp(1.6 * (chance - 0.5)), 1)
        closed_at = opened_at + np.round(hours * 3600).astype(np.int64).astype("timedelta64[s]")
        rows = (np.full(count, NAMES.index(kind)), order, line, opened_at, closed_at, minutes, cause)
        self.found.append(tuple(np.broadcast_to(np.asarray(value), (count,)) for value in rows))

    def closed(self) -> Troubles:
        """All of them, in the order of their opening."""
        columns = [np.concatenate(column) for column in zip(*self.found, strict=True)]
        order = np.lexsort((columns[2], columns[1], columns[0], columns[3]))
        return Troubles(*(column[order] for column in columns))
