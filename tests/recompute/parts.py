"""Parts of figures, and what they add up to: exact sums by total and by dimension."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True)
class Part:
    """One additive part: counts from an instant, booked to a day, with the dimensions it is told by."""

    kpi: str
    counts_from: datetime
    booked: date
    numerator: Decimal
    denominator: Decimal
    dims: Mapping[str, Any] = field(default_factory=dict)
    order_id: str | None = None

    def get(self, dimension: str) -> Any:
        """The value of a dimension; `month` is that of the booked day."""
        return f"{self.booked:%Y-%m}" if dimension == "month" else self.dims.get(dimension)


def rounded(amount: Fraction) -> Decimal:
    """Half away from zero, to 6 decimals."""
    whole = int(abs(amount) * 10**6 + Fraction(1, 2))
    return Decimal(whole if amount >= 0 else -whole).scaleb(-6)


def counted(parts: Iterable[Part], until: datetime) -> list[Part]:
    """The parts that count at an instant."""
    return [part for part in parts if part.counts_from <= until]


Roll = Callable[[Sequence[Any]], Row]


def ratio(parts: Sequence[Part]) -> Row:
    """Sum over sum."""
    numerator, denominator = _sums(parts)
    value = Fraction(numerator) / Fraction(denominator) if denominator else None
    return {"numerator": numerator, "denominator": denominator, "value": None if value is None else float(value)}


def total(parts: Sequence[Part]) -> Row:
    """A mere sum."""
    numerator, _ = _sums(parts)
    return {"numerator": numerator, "denominator": None, "value": float(numerator)}


def root(parts: Sequence[Part]) -> Row:
    """The root of a ratio."""
    found = ratio(parts)
    return {**found, "value": None if found["value"] is None else found["value"] ** 0.5}


def rolled(parts: Sequence[Part]) -> Row:
    """The product of the ratios of the steps."""
    product = Fraction(1)
    for step in {part.dims["step"] for part in parts}:
        numerator, denominator = _sums([part for part in parts if part.dims["step"] == step])
        product *= Fraction(numerator) / Fraction(denominator)
    return {"value": float(product) if parts else None}


def _sums(parts: Sequence[Part]) -> tuple[Decimal, Decimal]:
    return sum((part.numerator for part in parts), ZERO), sum((part.denominator for part in parts), ZERO)


def roll_up(items: Sequence[Any], roll: Roll, dimensions: Sequence[str]) -> list[Row]:
    """The row of the total, then rows by each dimension."""
    rows = [roll(items)]
    for dimension in dimensions:
        groups: dict[Any, list[Any]] = {}
        for item in items:
            groups.setdefault(item.get(dimension), []).append(item)
        rows += [{dimension: member, **roll(groups[member])} for member in sorted(groups, key=str)]
    return rows
