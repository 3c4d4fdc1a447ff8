"""Rows that break the contract, written on purpose at the end of a batch's files, and what must be found of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from .streams import Streams

# From so many rows on a file can bear a bad one: less than a twentieth of it.
_ENOUGH = 40
# A sound row is taken from the first so many.
_FIRST = 1000
_SCHEMA = {
    **{"batch": pl.String, "entity": pl.String, "file": pl.String, "line": pl.Int64},
    **{"rule": pl.String, "column": pl.String},
}


@dataclass(frozen=True)
class _Kind:
    """A way to spoil a sound row of an entity, and the rule and column that must be named.

    No figure of a promise kept reads such a row, and its key is that of no sound row, which would be in conflict with
    it.
    """

    entity: str
    rule: str
    column: str
    spoil: Callable[[dict[str, str], date], dict[str, str]]


_KINDS = (
    _Kind("fx_rates", "no_such_day", "rate_date", lambda row, day: {"rate_date": f"{day.year}-02-30"}),
    _Kind("fx_rates", "minimum", "rate", lambda row, day: {"to_currency": "NOK", "rate": "0"}),
    _Kind(
        "forecast_versions",
        "minimum",
        "quantity",
        lambda row, day: {"version_id": row["version_id"] + "-DRAFT", "quantity": "-12"},
    ),
    _Kind("forecast_versions", "required", "product_id", lambda row, day: {"product_id": ""}),
    _Kind("deliveries", "repeat", "", lambda row, day: {}),
    _Kind(
        "credit_limits",
        "not_a_number",
        "limit_amount",
        lambda row, day: {"valid_from": "2000-01-01", "limit_amount": "as agreed"},
    ),
    _Kind(
        "promotions",
        "no_such_day",
        "valid_to",
        lambda row, day: {"promotion_id": row["promotion_id"] + "-2", "valid_to": f"{day.year}-06-31"},
    ),
    _Kind(
        "price_agreements",
        "not_a_number",
        "price",
        lambda row, day: {"valid_from": "2000-01-01", "price": "on request"},
    ),
    _Kind(
        "communications",
        "not_an_instant",
        "sent_at",
        lambda row, day: {"message_id": row["message_id"] + "-2", "sent_at": "yesterday"},
    ),
    _Kind(
        "feedback",
        "not_an_instant",
        "answered_at",
        lambda row, day: {"feedback_id": row["feedback_id"] + "-2", "answered_at": f"{day.year}-02-30T10:00:00Z"},
    ),
)


def plant_bad_rows(count: int, folder: Path, streams: Streams) -> pl.DataFrame:
    """Add so many bad rows to the files of a batch: of each its batch, entity, file, line, rule and column.

    `folder` is named by the batch's last day. What is spoilt differs from batch to batch, and no kind comes twice
    before every kind that can be has come once.
    """
    day = date.fromisoformat(folder.name)
    draw = streams.of(f"bad rows {day}")
    order, places = draw.permutation(len(_KINDS)), draw.random(count)
    kinds = [_KINDS[place] for place in order if _bears(folder / f"{_KINDS[place].entity}.csv")]
    rows = []
    for turn in range(count if kinds else 0):
        kind = kinds[turn % len(kinds)]
        path = folder / f"{kind.entity}.csv"
        line = _append(path, kind, float(places[turn]), day)
        rows.append((folder.name, kind.entity, path.name, line, kind.rule, kind.column or None))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _bears(path: Path) -> bool:
    return path.exists() and pl.read_csv(path, infer_schema=False, n_rows=_ENOUGH).height == _ENOUGH


def _append(path: Path, kind: _Kind, chance: float, day: date) -> int:
    """Write one of the sound rows again, spoilt, at the end of the file; its line."""
    sound = pl.read_csv(path, infer_schema=False, n_rows=_FIRST)
    row = {name: value or "" for name, value in sound.row(int(chance * sound.height), named=True).items()}
    row |= kind.spoil(row, day)
    with path.open("r+b") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(row.values())
    return lines + 1
