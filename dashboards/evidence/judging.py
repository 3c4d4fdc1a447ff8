"""Recomputes a figure from the facts in the evidence, without a look at the states the build holds.

The same judgement as `docs/evidence/recompute.py`, so that no file leaves whose facts do not give its figure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

Fact = dict[str, Any]

# The least settled obligation speaks for its line or order; a cancelled one only where there is no other.
RANKS = ("due_met", "due_failed", "not_yet_due", "unknown", "cancelled")
_CANCELLED = -1
_MICRO = Decimal("0.000001")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_NEVER = "9"


def rank_of(told: Fact, measure: str) -> int:
    """The place in RANKS of one obligation of the evidence; -1 where the receiver let go of it in time."""
    if _is_let_go(told):
        return _CANCELLED
    if told["due_date"] is None or not Decimal(told["promised_quantity"] or 0):
        return RANKS.index("unknown")
    if told["falls_due_at"] > told["as_of"]:
        return RANKS.index("not_yet_due")
    return 0 if _is_met(told, measure) else 1


def _is_let_go(told: Fact) -> bool:
    cancelled = told["cancelled_by_receiver_at"] or _NEVER
    return bool(told["is_withdrawn"]) or bool(cancelled <= min(told["as_of"], told["falls_due_at"] or _NEVER))


def arrived(told: Fact) -> list[Fact]:
    """The arrivals that the judgement looks at: up to the as-of, or up to the first where only that counts."""
    return [one for one in told["arrivals"] if one["counts_from"] <= told["arrivals_until"]]


def is_inside(told: Fact, arrival: Fact) -> bool:
    """Whether an arrival's local day lies inside the window."""
    return (told["window_opens"] or "0") <= (arrival["day"] or "") <= (told["due_date"] or "")


def quantity(arrivals: list[Fact]) -> Decimal:
    """What counts of some arrivals, units; a quantity that is not told adds nothing."""
    return sum((Decimal(one["quantity"] or 0) for one in arrivals), Decimal(0))


def _is_met(told: Fact, measure: str) -> bool:
    came = arrived(told)
    inside = [one for one in came if is_inside(told, one)]
    required = Decimal(told["required_quantity"])
    is_otif, is_full = quantity(inside) >= required, quantity(came) >= required
    is_last_inside = bool(came) and is_inside(told, came[-1])
    return {"otif": is_otif, "in_full": is_full, "on_time": is_otif if is_full else is_last_inside}[measure]


@dataclass
class Recount:
    """Adds up obligations of the evidence, one by one, to the figure that their facts give."""

    measure: str
    obligations: int = 0
    ranks: dict[str, int] = field(default_factory=dict)
    inside: Decimal = Decimal(0)
    promised: Decimal = Decimal(0)
    is_weighed: bool = False

    def add(self, told: Fact) -> None:
        """Count one more obligation."""
        self.obligations += 1
        rank = rank_of(told, self.measure)
        self.ranks[told["unit"]] = max(rank, self.ranks.get(told["unit"], _CANCELLED))
        if told["weight"] is not None:
            self.is_weighed = True
            if rank in (0, 1):
                self._weigh(told)

    def _weigh(self, told: Fact) -> None:
        promised = Decimal(told["promised_quantity"])
        inside = quantity([one for one in arrived(told) if is_inside(told, one)])
        weight = Decimal(told["weight"])
        self.inside += _worth(min(inside, promised), weight)
        self.promised += _worth(promised, weight)

    def states(self, cancelled: str) -> dict[str, int]:
        """Units by state; `cancelled` is the name of the fifth state on the side."""
        counts = Counter(self.ranks.values())
        named = {name: counts[place] for place, name in enumerate(RANKS[:-1])}
        return {**named, cancelled: counts[_CANCELLED]}

    def parts(self) -> tuple[Decimal, Decimal]:
        """Numerator and denominator: units met and due, or what they weigh at unit and value level."""
        if self.is_weighed:
            return self.inside, self.promised
        counts = Counter(self.ranks.values())
        return Decimal(counts[0]), Decimal(counts[0] + counts[1])


def _worth(units: Decimal, weight: Decimal) -> Decimal:
    return _EXACT.quantize(_EXACT.multiply(units, weight), _MICRO)
