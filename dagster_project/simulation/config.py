"""What company is simulated: the bundled description, with what a file says otherwise, refused where it cannot be."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dagster_project.errors import UsageError

BUNDLED = Path(__file__).parent / "company.yml"
_SHARED = ("segments", "channels", "families", "layouts", "regions", "carriers")
_POSITIVE = ("products", "orders_per_customer", "lines_per_order", "suppliers_per_family", "lot_days", "headroom")
CAUSES = ("drawn", "none")
_CHANCES = ("chances", "anomalies")
_LEAST_ORDERS, _MOST_MONTHS = 10, 120


@dataclass(frozen=True)
class Group:
    """Members of a group in their order, with the value each has of what is asked."""

    members: dict[str, dict[str, Any]]

    @property
    def names(self) -> list[str]:
        """Names of the members."""
        return list(self.members)

    def array(self, key: str) -> np.ndarray:
        """What each member has under the key."""
        return np.array([member[key] for member in self.members.values()])

    @property
    def shares(self) -> np.ndarray:
        """Shares, which add up to 1."""
        shares = self.array("share").astype(float)
        adding_up: np.ndarray = shares / shares.sum()
        return adding_up


@dataclass(frozen=True)
class Company:
    """A company to simulate: how many orders in how many months, from which seed, and what it is like
    (`where` says which file told).
    """

    orders: int
    months: int
    seed: int
    told: dict[str, Any]
    where: str = BUNDLED.name

    def group(self, name: str) -> Group:
        """Segments, channels, families, sites, regions or carriers."""
        return Group(self.told[name])

    def chance(self, name: str) -> float:
        """How often something happens, 0 to 1."""
        return float(self.told["chances"][name])

    @cached_property
    def ends(self) -> date:
        """The last day that is simulated."""
        return date.fromisoformat(str(self.told["ends"]))

    @cached_property
    def begins(self) -> date:
        """The first day: so many calendar months before the day after the last one."""
        after = np.datetime64(self.ends) + 1
        month = after.astype("datetime64[M]") - self.months
        day: date = (
            month.astype("datetime64[D]") + (after - after.astype("datetime64[M]").astype("datetime64[D]"))
        ).item()
        return day


def load_company(orders: int, months: int, seed: int, file: Path | None = None) -> Company:
    """The bundled company, with what the file says otherwise. UsageError names the key that cannot be."""
    if orders < _LEAST_ORDERS:
        raise UsageError(f"orders: {orders} are too few to simulate a company.", f"Ask for {_LEAST_ORDERS} or more.")
    if not 1 <= months <= _MOST_MONTHS:
        raise UsageError(f"months: {months} is not between 1 and {_MOST_MONTHS}.", "Ask for 24, say.")
    if seed < 0:
        raise UsageError(f"seed: {seed} is below zero.", "Any whole number from 0 on will do.")
    told = yaml.safe_load(BUNDLED.read_text(encoding="utf-8"))
    where = str(file) if file else BUNDLED.name
    if file is not None:
        told = _merged(told, _read(file), where, "")
    _check(told, where)
    return Company(orders, months, seed, told, where)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{file} cannot be read: {error}.", "Give a YAML file with keys of company.yml.") from error
    if not isinstance(content, dict):
        raise UsageError(f"{file} must be a mapping of keys.", "Give a YAML file with keys of company.yml.")
    return content


def _merged(base: Mapping[str, Any], own: Mapping[str, Any], where: str, path: str) -> dict[str, Any]:
    """The base with the values of one's own in it; a key that the base does not know is refused."""
    merged = deepcopy(dict(base))
    for key, value in own.items():
        named = f"{path}{key}"
        if key not in base:
            near = difflib.get_close_matches(str(key), [str(name) for name in base], n=1, cutoff=0.5)
            known = ", ".join(near or [str(name) for name in base])
            raise UsageError(f"{where}: there is no {named}.", f"Did you mean {known}?")
        if isinstance(base[key], Mapping):
            if not isinstance(value, Mapping):
                raise UsageError(
                    f"{where}: {named} must be a mapping.", f"Its keys are {', '.join(map(str, base[key]))}."
                )
            merged[key] = _merged(base[key], value, where, f"{named}.")
        else:
            merged[key] = value
    return merged


def _check(told: dict[str, Any], where: str) -> None:
    """UsageError with the key of the first value that cannot be."""
    for name, value in _numbers(told):
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or (value < 0 and name != "growth_per_year"):
            raise UsageError(f"{where}: {name} is {value!r}, and must be a number from 0 on.", "Correct it.")
    for group in _SHARED:
        total = math.fsum(member["share"] for member in told[group].values())
        if not math.isclose(total, 1, abs_tol=1e-6):
            raise UsageError(f"{where}: {group}: the shares add up to {total:g}, not to 1.", "Correct a share.")
    for name in _POSITIVE:
        if told[name] < 1:
            raise UsageError(f"{where}: {name} is {told[name]}, and must be 1 or more.", "Correct it.")
    for group in _CHANCES:
        for name, chance in told[group].items():
            if chance > 1:
                raise UsageError(f"{where}: {group}.{name} is {chance}, and cannot be more than 1.", "Correct it.")
    _check_words(told, where)


def _check_words(told: dict[str, Any], where: str) -> None:
    """The same for what is not a number."""
    if not isinstance(told["causes"], Mapping) and told["causes"] not in CAUSES:
        raise UsageError(f"{where}: causes is {told['causes']!r}.", "Say drawn or none, or give causes by name.")
    if not isinstance(told["decoys"], bool):
        raise UsageError(f"{where}: decoys is {told['decoys']!r}.", "Say true or false.")
    try:
        date.fromisoformat(str(told["ends"]))
    except ValueError as error:
        raise UsageError(f"{where}: ends is {told['ends']!r}, which is no day.", "Write it as 2026-06-30.") from error


def _numbers(told: Mapping[str, Any], path: str = "") -> list[tuple[str, Any]]:
    """Every value that stands where the bundled company has a number, with its path."""
    texts = ["source", "title", "ends", "name", "zone", "region", "country", "mode", "document_format"]
    texts += ["causes", "decoys", "hubs"]
    found: list[tuple[str, Any]] = []
    for key, value in told.items():
        if key in texts:
            continue
        if isinstance(value, Mapping):
            found += _numbers(value, f"{path}{key}.")
        else:
            found.append((f"{path}{key}", value))
    return found
