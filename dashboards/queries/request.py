"""What is asked of the KPI query, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KpiRequest:
    """One question.

    `by` are dimensions, `where` pairs of dimension and value (the same dimension twice means either value,
    an empty value means "has none"). `as_of` is a day (its end at each obligation's place) or an instant with
    offset, by default what the source declared; `known_at` likewise (a day ends at 24:00 UTC), by default
    everything known. `date_from` and `date_to` bound the day the figure is booked to, both inclusive; `grain` adds a
    period. Without a `level` a figure is told at the KPI's first; without a `definition` by its default one.
    """

    kpi: str
    source: str | None = None
    definition: str | None = None
    level: str | None = None
    by: tuple[str, ...] = ()
    where: Where = ()
    grain: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    as_of: str | None = None
    known_at: str | None = None


@dataclass(frozen=True)
class Scope:
    """What a reader may see, by id; an empty tuple restricts nothing. Applied like a filter."""

    companies: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()

    def filters(self) -> list[tuple[str, tuple[str, ...]]]:
        """Pairs of dimension and allowed values, for the dimensions that are restricted."""
        pairs = (
            ("source", self.companies),
            ("customer", self.customers),
            ("site", self.sites),
            ("region", self.regions),
            ("supplier", self.suppliers),
        )
        return [(dimension, values) for dimension, values in pairs if values]


EVERYTHING = Scope()


@dataclass
class KpiAnswer:
    """The figure.

    Each row holds the dimensions asked for, `numerator`, `denominator` (counts; Decimal quantities or money
    at unit and value level), `value` (their ratio; None where the denominator is 0) and, where promises are judged,
    `states` (counts of obligations, lines or orders that add up to all of them). A duration's value is the
    Kaplan-Meier median of its spans, with `p90` and counts beside it. `as_of` is None where the sources differ in it.
    With `missing` inputs there is one row without figures per source that lacks them.
    """

    kpi: str
    definition: str
    level: str
    source: str | None
    as_of: str | None
    known_at: str | None
    build_id: str
    promise_in_use: str
    unit: str = "ratio"
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
