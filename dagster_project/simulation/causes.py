"""What can go wrong on purpose: kinds of causes, causes by name, and what a seed draws of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from dagster_project.errors import UsageError

from .config import Company
from .streams import Streams


@dataclass(frozen=True)
class Kind:
    """A kind of cause: what it is in words, the dimensions it is for, how many working days it costs each time, and
    what a seed draws it by: `points` (of order-level OTIF it is to be worth at most) and `months` (how long).
    """

    title: str
    dimensions: tuple[str, ...]
    days: int
    points: float
    months: tuple[int, int]


KINDS = {
    "supplier_slips": Kind("A supplier delivers late", ("supplier",), 25, 5.0, (6, 10)),
    "warehouse_overloaded": Kind("A warehouse has less capacity than work", ("site",), 5, 5.0, (2, 3)),
    "slow_lane": Kind("A carrier is slow on one lane", ("carrier", "region"), 2, 6.0, (8, 12)),
    "wrong_master_data": Kind("Packs of a family are wrong in the master data", ("family",), 4, 6.0, (6, 10)),
    "stale_price_agreements": Kind("Prices agreed with a segment were not renewed", ("segment",), 6, 6.0, (6, 10)),
    "credit_holds": Kind("Credit limits of a segment are too low", ("segment",), 6, 6.0, (6, 10)),
    "early_cut_off": Kind("The last truck leaves a warehouse before all is packed", ("site",), 1, 5.0, (6, 10)),
    "capture_errors": Kind("Documents of one layout are read wrongly", ("layout",), 4, 5.0, (8, 12)),
    "ignored_holidays": Kind("A warehouse is closed on days that promises count", ("site",), 5, 4.0, (22, 24)),
    "promises_re_dated": Kind("A change of the ERP re-dates promises", ("segment",), 4, 5.0, (3, 4)),
}


# What is late by more would leave the days that are simulated.
_MOST_DAYS = 120
# What the truth calls that which only looks like a cause.
RESERVED = ("mix_shift", "confounder")


@dataclass(frozen=True)
class Countermeasure:
    """From its first day on, a share of what the cause would do does not happen."""

    begins: date
    works: float


@dataclass(frozen=True)
class Cause:
    """A cause that is switched on: where (dimension -> member), from when to when, how often, and the days it costs."""

    name: str
    kind: str
    where: Mapping[str, str]
    begins: date
    ends: date
    share: float
    days: int
    countermeasure: Countermeasure | None = None

    def spans(self, days: np.ndarray) -> np.ndarray:
        """Whether each day lies in its time."""
        found: np.ndarray = (days >= np.datetime64(self.begins)) & (days <= np.datetime64(self.ends))
        return found

    def chance(self, applies: np.ndarray, days: np.ndarray) -> np.ndarray:
        """How probably it hits each of the units: those it applies to, in its time, while nothing is done about it."""
        works = np.zeros(len(days))
        if self.countermeasure is not None:
            works[days >= np.datetime64(self.countermeasure.begins)] = self.countermeasure.works
        chance: np.ndarray = np.where(applies & self.spans(days), self.share * (1 - works), 0.0)
        return chance

    def strikes(self, applies: np.ndarray, days: np.ndarray, streams: Streams) -> np.ndarray:
        """Which of the units it hits, by chance. With a countermeasure it hits some of those it would hit without."""
        hit: np.ndarray = streams.of(f"cause {self.name}: hits").random(len(days)) < self.chance(applies, days)
        return hit


@dataclass(frozen=True)
class Causes:
    """The causes that are on, and all that were `planned` (what only looks like a cause follows these)."""

    found: tuple[Cause, ...]
    planned: tuple[Cause, ...] = ()

    @staticmethod
    def all_on(planned: tuple[Cause, ...]) -> Causes:
        """Every planned cause is on."""
        return Causes(planned, planned)

    def of(self, kind: str) -> Iterator[Cause]:
        """Those of one kind that are on."""
        return (cause for cause in self.found if cause.kind == kind)

    def without(self, *names: str) -> Causes:
        """These are off."""
        return replace(self, found=tuple(cause for cause in self.found if cause.name not in names))

    def none(self) -> Causes:
        """All are off."""
        return replace(self, found=())

    def uncountered(self, name: str) -> Causes:
        """The same, but nothing was ever done about the one."""
        return replace(
            self,
            found=tuple(replace(cause, countermeasure=None) if cause.name == name else cause for cause in self.found),
        )


def told_causes(company: Company, members: Mapping[str, list[str]], where: str) -> Causes:
    """The causes a configuration names. UsageError with the key that cannot be."""
    told = company.told["causes"]
    if not isinstance(told, Mapping):
        return Causes(())
    return Causes.all_on(
        tuple(_told(company, str(name), one, members, f"{where}: causes.{name}") for name, one in told.items())
    )


def _told(company: Company, name: str, told: Any, members: Mapping[str, list[str]], path: str) -> Cause:
    if name in RESERVED:
        raise UsageError(f"{path}: {name} is what only looks like a cause.", "Give the cause another name.")
    if not isinstance(told, Mapping):
        raise UsageError(f"{path} must be a mapping.", "Give kind, where, from, to, share, and days if you like.")
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        near = difflib.get_close_matches(str(kind), KINDS, n=1, cutoff=0.4) or list(KINDS)
        raise UsageError(f"{path}.kind is {kind!r}, which is no kind of cause.", f"Kinds are {', '.join(near)}.")
    known = {"kind", "where", "from", "to", "share", "days", "countermeasure"}
    for key in told:
        if key not in known:
            raise UsageError(f"{path}: there is no {key}.", f"Its keys are {', '.join(sorted(known))}.")
    chosen = told.get("where") or {}
    _check_where(chosen, KINDS[kind], members, path)
    if not is_possible(company, kind, chosen):
        raise UsageError(
            f"{path}.where: nothing is agreed with segment {chosen['segment']}.", "Choose one with contract 1."
        )
    begins, ends = (_day(told.get(key), default, f"{path}.{key}") for key, default in _span(company))
    if begins > ends:
        raise UsageError(f"{path}: from is {begins}, after to, {ends}.", "Exchange them.")
    share = _fraction(told.get("share", 0.5), f"{path}.share")
    days = told.get("days", KINDS[kind].days)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= _MOST_DAYS:
        raise UsageError(f"{path}.days is {days!r}, and must be a whole number from 1 to {_MOST_DAYS}.", "Correct it.")
    countermeasure = _countermeasure(told.get("countermeasure"), begins, ends, path)
    return Cause(name, kind, dict(chosen), begins, ends, share, days, countermeasure)


def is_possible(company: Company, kind: str, where: Mapping[str, str]) -> bool:
    """Prices can only be out of date where some are agreed: with a segment that has contracts."""
    return kind != "stale_price_agreements" or bool(company.told["segments"][where["segment"]]["contract"])


def _span(company: Company) -> tuple[tuple[str, date], tuple[str, date]]:
    return ("from", company.begins), ("to", company.ends)


def _check_where(chosen: Any, kind: Kind, members: Mapping[str, list[str]], path: str) -> None:
    if not isinstance(chosen, Mapping) or set(chosen) != set(kind.dimensions):
        raise UsageError(f"{path}.where must name {' and '.join(kind.dimensions)}.", "Say which member it is for.")
    for dimension, member in chosen.items():
        if member not in members[dimension]:
            near = difflib.get_close_matches(str(member), members[dimension], n=1, cutoff=0.4) or members[dimension]
            raise UsageError(f"{path}.where: there is no {dimension} {member!r}.", f"Did you mean {', '.join(near)}?")


def _countermeasure(told: Any, begins: date, ends: date, path: str) -> Countermeasure | None:
    if told is None:
        return None
    if not isinstance(told, Mapping) or set(told) != {"from", "works"}:
        raise UsageError(f"{path}.countermeasure must have from and works.", "Say from when it works, and how often.")
    day = _day(told["from"], begins, f"{path}.countermeasure.from")
    if not begins <= day <= ends:
        raise UsageError(f"{path}.countermeasure.from is {day}, when the cause is not on.", f"From {begins} to {ends}.")
    return Countermeasure(day, _fraction(told["works"], f"{path}.countermeasure.works"))


def _day(value: Any, default: date, path: str) -> date:
    if value is None:
        return default
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{path} is {value!r}, which is no day.", "Write it as 2026-06-30.") from error


def _fraction(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise UsageError(f"{path} is {value!r}, and must lie between 0 and 1.", "Correct it.")
    return float(value)
