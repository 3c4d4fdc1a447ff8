"""What company is simulated: the bundled description, with what a file says otherwise, refused where it cannot be."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import yaml

from dagster_project.errors import UsageError

BUNDLED = Path(__file__).parent / "company.yml"
_SHARED = ("segments", "channels", "families", "layouts", "regions", "carriers")
# Whole numbers; and between which values some must lie, wherever they stand. Ids have room for three digits of a line's
# number, and days are known until two years after the last.
_WHOLE = ("products", "suppliers_per_family", "bad_rows", "pack", "contract", "transit")
_RANGES = {
    **{"products": (1, 100_000), "orders_per_customer": (1, 1e6), "lines_per_order": (1, 40)},
    **{"suppliers_per_family": (1, 1000), "lot_days": (1, 1000), "headroom": (1, 1000), "safety": (0, 100)},
    **{"growth_per_year": (-0.9, 9), "bad_rows": (0, 1000), "lead_days": (0, 120), "pays_after": (0, 180)},
    **{
        "discount": (0, 1),
        "contract": (0, 1),
        "pack": (1, 1_000_000),
        "transit": (1, 40),
        "capture_minutes": (0, 10_080),
    },
}
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
# As landing has it.
_SOURCE = re.compile(r"(?!refused$)[A-Za-z0-9][A-Za-z0-9._-]*")
_TEXTS = ("title", "name", "zone", "country", "mode", "document_format", "hubs")
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
    for path, value in _values(told):
        if set(path) & set(_TEXTS):
            _check_text(path, value, where)
        elif path[0] not in ("source", "ends", "causes", "decoys"):
            _check_number(path, value, where)
    for group in _SHARED:
        total = math.fsum(member["share"] for member in told[group].values())
        if not math.isclose(total, 1, abs_tol=1e-6):
            raise UsageError(f"{where}: {group}: the shares add up to {total:g}, not to 1.", "Correct a share.")
    reached = [one for one in told["segments"].values() if one["share"] > 0 and one["weight"] > 0]
    if not reached:
        raise UsageError(f"{where}: segments: none has a share and a weight above 0.", "Give one of them a weight.")
    _check_words(told, where)


def _check_number(path: tuple[str, ...], value: Any, where: str) -> None:
    name = ".".join(path)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or (value < 0 and name != "growth_per_year"):
        raise UsageError(f"{where}: {name} is {value!r}, and must be a number from 0 on.", "Correct it.")
    if path[0] in _CHANCES and value > 1:
        raise UsageError(f"{where}: {name} is {value}, and cannot be more than 1.", "Correct it.")
    if set(path) & set(_WHOLE) and value != int(value):
        raise UsageError(f"{where}: {name} is {value}, and must be a whole number.", "Correct it.")
    for key in set(path) & set(_RANGES):
        least, most = _RANGES[key]
        if not least <= value <= most:
            raise UsageError(f"{where}: {name} is {value}, and must lie between {least:g} and {most:g}.", "Correct it.")


def _check_text(path: tuple[str, ...], value: Any, where: str) -> None:
    name = ".".join(path)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{where}: {name} is {value!r}, and must be a text.", "Put it in quotes.")
    if path[-1] == "zone":
        try:
            ZoneInfo(value)
        except (OSError, ValueError, LookupError) as error:
            raise UsageError(f"{where}: {name} is {value!r}, which is no time zone.", "Say Europe/Berlin.") from error


def _check_words(told: dict[str, Any], where: str) -> None:
    """The same for what is not a number."""
    if not isinstance(told["causes"], Mapping) and told["causes"] not in CAUSES:
        raise UsageError(f"{where}: causes is {told['causes']!r}.", "Say drawn or none, or give causes by name.")
    if not isinstance(told["decoys"], bool):
        raise UsageError(f"{where}: decoys is {told['decoys']!r}.", "Say true or false.")
    if not isinstance(told["source"], str) or not _SOURCE.fullmatch(told["source"]):
        raise UsageError(f"{where}: source is {told['source']!r}, which is no name for a source.", "Say westmoor.")
    try:
        ends = date.fromisoformat(str(told["ends"]))
    except ValueError as error:
        raise UsageError(f"{where}: ends is {told['ends']!r}, which is no day.", "Write it as 2026-06-30.") from error
    if not _FIRST_YEAR <= ends.year <= _LAST_YEAR:
        raise UsageError(f"{where}: ends is {ends}.", f"Choose a day of the years {_FIRST_YEAR} to {_LAST_YEAR}.")


def _values(told: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value with the keys that lead to it; causes are looked at where they are made."""
    for key, value in told.items():
        if isinstance(value, Mapping) and (*path, key) != ("causes",):
            yield from _values(value, (*path, str(key)))
        else:
            yield (*path, str(key)), value
