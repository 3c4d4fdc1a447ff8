"""The company as its systems tell it: rows that came to be known one by one, written batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from dagster_project.contract.model import load_contract

INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Told:
    """Rows of an entity: when each came to be known, and how to say those at some places.

    Rows are only made for a batch when it is written, so that the text of all of them is never held at once. A row
    that changes is told again as it is from then on, by another Told of the same entity: where `again_at` says when, it
    is left out of a batch that tells it again anyway.
    """

    entity: str
    known_at: np.ndarray
    rows: Callable[[np.ndarray], pl.DataFrame]
    again_at: np.ndarray | None = None

    @cached_property
    def order(self) -> np.ndarray:
        """Places in the order in which they came to be known."""
        return np.argsort(self.known_at, kind="stable")

    @cached_property
    def known(self) -> np.ndarray:
        """The instants in that order."""
        known: np.ndarray = self.known_at[self.order]
        return known

    def between(self, after: np.datetime64 | None, until: np.datetime64) -> np.ndarray:
        """Places of what came to be known in the span, in the order of the rows."""
        first = 0 if after is None else int(np.searchsorted(self.known, after, side="right"))
        places = self.order[first : int(np.searchsorted(self.known, until, side="right"))]
        if self.again_at is not None:
            places = places[~(self.again_at[places] <= until)]
        return np.sort(places)


@dataclass(frozen=True)
class Full:
    """An entity that every batch tells whole: the rows that hold at an instant. A row that is gone was deleted."""

    entity: str
    rows: Callable[[np.datetime64], pl.DataFrame]


def of_frame(entity: str, frame: pl.DataFrame, known_at: np.ndarray) -> Told:
    """Rows that stand ready in a frame."""
    return Told(entity, known_at, lambda places: frame[places])


def from_day(entity: str, frame: pl.DataFrame, day: date) -> Told:
    """Rows of a frame that are known from the beginning of a day on."""
    return of_frame(entity, frame, np.full(frame.height, np.datetime64(day, "us")))


def with_history(entity: str, frame: pl.DataFrame, changes: Sequence[pl.DataFrame], begins: date) -> Told:
    """A master as it was at first, and its rows again as they change: each change has the key (the first column of the
    frame), `changed_at` and what is different from then on. In one batch only the last version of a row is told.
    """
    key = frame.columns[0]
    first = frame.with_columns(changed_at=pl.lit(datetime(begins.year, begins.month, begins.day)))
    versions = pl.concat([first, *changes], how="diagonal_relaxed").sort("changed_at", maintain_order=True)
    versions = versions.with_columns(pl.exclude(key).forward_fill().over(key))

    def rows(places: np.ndarray) -> pl.DataFrame:
        return versions[places].unique(key, keep="last", maintain_order=True)

    return Told(entity, versions["changed_at"].to_numpy(), rows)


def decimals(values: np.ndarray, places: int) -> pl.Series:
    """Numbers as text with so many decimals at most, where two are not enough."""
    return pl.Series(values, dtype=pl.Float64).round(places).cast(pl.String)


def ids(prefix: str, places: np.ndarray, width: int) -> pl.Series:
    """Ids by place: a letter and a number of so many digits."""
    return pl.select(pl.lit(prefix) + pl.lit(pl.Series(places)).cast(pl.String).str.zfill(width)).to_series()


def optional_ids(prefix: str, places: np.ndarray, width: int) -> pl.Series:
    """Ids by place; none where the place is below zero."""
    named = ids(prefix, np.maximum(places, 0), width)
    return pl.select(pl.when(pl.lit(pl.Series(places >= 0))).then(pl.lit(named))).to_series()


def members(names: Sequence[str | None], places: np.ndarray) -> pl.Series:
    """Names by place; none where the place is below zero."""
    listed = pl.Series([*names, None], dtype=pl.String)
    return listed.gather(np.where(places < 0, len(names), places))


def nobody(places: np.ndarray) -> pl.Series:
    """No id at all, for what an entity says of its other rows only."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(places))


def mail_addresses(mailbox: str, names: pl.Series) -> pl.Series:
    """Addresses of a mailbox at each of the organisations; nobody can have one under `.example`."""
    domain = names.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "-").str.strip_chars("-")
    return mailbox + "@" + domain + ".example"


def write_batch(
    told: Sequence[Told | Full], folder: Path, after: datetime | None, until: datetime
) -> Mapping[str, int]:
    """Write the rows of each entity that came to be known in the span; how many there are of each."""
    frames: dict[str, list[pl.DataFrame]] = {}
    since = None if after is None else np.datetime64(after, "us")
    for one in told:
        if isinstance(one, Full):
            frames.setdefault(one.entity, []).append(one.rows(np.datetime64(until, "us")))
            continue
        places = one.between(since, np.datetime64(until, "us"))
        if len(places):
            frames.setdefault(one.entity, []).append(one.rows(places))
    return {entity: _write(entity, parts, folder / f"{entity}.csv") for entity, parts in frames.items()}


def _write(entity: str, parts: list[pl.DataFrame], path: Path) -> int:
    """Write the parts; a key that two of them have, only as it was told last."""
    frame = parts[0]
    if len(parts) > 1:
        key = [name for name in load_contract().entities[entity].key if name in frame.columns]
        frame = pl.concat(parts, how="diagonal_relaxed").unique(key, keep="last", maintain_order=True)
    frame.write_csv(path, datetime_format=INSTANT, float_precision=2)
    return frame.height
