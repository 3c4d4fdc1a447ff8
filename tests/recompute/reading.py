"""What a folder of batches tells, as it stands in the end: the latest row of every key, without the spoilt rows."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import yaml

Row = dict[str, Any]
ENTITIES = Path(__file__).parents[2] / "dagster_project" / "contract" / "entities"
UTC = ZoneInfo("UTC")
NUMBERS = frozenset(
    [
        "quantity",
        "unit_price",
        "per_quantity",
        "discount",
        "price",
        "cost",
        "rate",
        "factor",
        "amount",
        "net_amount",
        "tax_amount",
        "accepted",
        "rejected",
        "damaged",
        "minutes",
        "on_hand",
        "new_quantity",
        "old_quantity",
    ]
)


@lru_cache(maxsize=64)
def key_of(entity: str) -> tuple[str, ...]:
    """The columns that tell the rows of an entity apart."""
    return tuple(yaml.safe_load((ENTITIES / f"{entity}.yml").read_text(encoding="utf-8"))["key"])


def instant(text: str | None, zone: str = "UTC") -> datetime | None:
    """An instant as naive UTC; of a mere day, the end of that day in the zone."""
    if not text:
        return None
    if len(text) == len("2026-01-31"):
        return midnight(date.fromisoformat(text) + timedelta(days=1), zone)
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a local day begins, as naive UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def local(at: datetime, zone: str) -> datetime:
    """The clock of a zone at an instant, without its zone."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _reader(name: str) -> Callable[[str], Any]:
    if name in NUMBERS:
        return Decimal
    if name.endswith("_at"):
        return instant
    if name.endswith("_date") or name in ("date", "target_week_start"):
        return date.fromisoformat
    return str


@dataclass(frozen=True)
class Batch:
    """One folder of files, and what it says of itself."""

    folder: Path

    @cached_property
    def about(self) -> Row:
        """Its `_batch.json`."""
        told: Row = json.loads((self.folder / "_batch.json").read_text(encoding="utf-8"))
        return told

    def rows(self, entity: str, spoilt: int) -> pl.DataFrame | None:
        """Its rows of an entity, as text, less the last ones, which are spoilt; None without a file."""
        path = self.folder / f"{entity}.csv"
        if not path.exists():
            return None
        told = pl.read_csv(path, infer_schema=False)
        return told.head(told.height - spoilt).with_columns(_extracted=pl.lit(str(self.about["extracted_at"])))


class Company:
    """The files of one simulated company: `told` is every version, `latest` the one that holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        batches = [Batch(path.parent) for path in (folder / "batches").glob("*/_batch.json")]
        self.batches = sorted(batches, key=lambda batch: str(batch.about["extracted_at"]))
        with (folder / "truth" / "bad_rows.csv").open(encoding="utf-8") as lines:
            self._spoilt = Counter((row["batch"], row["entity"]) for row in csv.DictReader(lines))
        self._latest: dict[str, list[Row]] = {}

    def told(self, entity: str) -> pl.DataFrame:
        """Every sound row of an entity in the order of extraction."""
        found = ((batch, self._spoilt[batch.about["batch_id"], entity]) for batch in self.batches)
        frames = [batch.rows(entity, spoilt) for batch, spoilt in found]
        told = [frame for frame in frames if frame is not None]
        if not told:
            return pl.DataFrame()
        whole = pl.concat(told, how="diagonal")
        missing = [name for name in key_of(entity) if name not in whole.columns]
        return whole.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)

    def rows(self, entity: str) -> list[Row]:
        """The rows that hold, with numbers as Decimal, instants as naive UTC and days as dates."""
        if entity not in self._latest:
            self._latest[entity] = typed(self._holding(entity))
        return self._latest[entity]

    def versions(self, entity: str) -> list[Row]:
        """Every version of every row, in the order of extraction, typed."""
        return typed(self.told(entity))

    def _holding(self, entity: str) -> pl.DataFrame:
        told = self.told(entity)
        if told.is_empty():
            return told
        key = list(key_of(entity))
        held = told.unique(key, keep="last", maintain_order=True)
        full = [str(batch.about["extracted_at"]) for batch in self.batches if entity in batch.about.get("full", ())]
        return held.filter(pl.col("_extracted") >= max(full)) if full else held

    def by(self, entity: str, *columns: str) -> dict[Any, list[Row]]:
        """The rows that hold, grouped by one or several columns."""
        return grouped(self.rows(entity), *columns)

    @cached_property
    def orders(self) -> dict[str, Row]:
        """Orders by id; returns are none."""
        return {row["order_id"]: row for row in self.rows("orders") if row["order_type"] != "return"}

    @cached_property
    def lines(self) -> dict[tuple[str, str], Row]:
        """Order lines of these orders by order and line."""
        rows = [row for row in self.rows("order_lines") if row["order_id"] in self.orders]
        assert not any(row.get("continues_order_id") for row in rows), "moved lines are not recomputed here"
        return {(row["order_id"], row["line_no"]): row for row in rows}

    @cached_property
    def _factors(self) -> dict[tuple[str | None, str, str], Fraction]:
        """How many of the second unit one of the first is, by product; the None of all of them."""
        found = {}
        for row in self.rows("uom_conversions"):
            found[row["product_id"], row["to_uom"], row["from_uom"]] = 1 / Fraction(row["factor"])
        for row in self.rows("uom_conversions"):
            found[row["product_id"], row["from_uom"], row["to_uom"]] = Fraction(row["factor"])
        return found

    def in_unit(self, amount: Fraction, product: str, told: str | None, wanted: str | None) -> Fraction | None:
        """An amount told in one unit of measure in another, None where neither way leads there."""
        if told == wanted or told is None or wanted is None:
            return amount
        for owner in (product, None):
            if (owner, told, wanted) in self._factors:
                return amount * self._factors[owner, told, wanted]
        return None

    @cached_property
    def _product_units(self) -> dict[str, str | None]:
        return {row["product_id"]: row["uom"] for row in self.rows("products")}

    def pieces(self, quantity: Decimal, product: str, uom: str | None) -> Decimal:
        """A quantity in the unit of its product."""
        found = self.in_unit(Fraction(quantity), product, uom, self._product_units.get(product))
        assert found is not None, "what leads to no piece is not recomputed here"
        return Decimal(found.numerator) / Decimal(found.denominator)

    @cached_property
    def sites(self) -> dict[str, Row]:
        """Sites by id."""
        return {row["site_id"]: row for row in self.rows("sites")}

    @cached_property
    def zone(self) -> str:
        """The company's zone: that of its only site, else UTC."""
        zones = [site["zone"] for site in self.sites.values()]
        return str(zones[0]) if len(zones) == 1 else "UTC"

    def site_zone(self, *sites: str | None) -> str:
        """The zone of the first site that is known, else the company's."""
        known = [self.sites[site]["zone"] for site in sites if site in self.sites]
        return str(known[0]) if known else self.zone

    @staticmethod
    def day_in(at: datetime, zone: str) -> date:
        """The local day of an instant in a zone."""
        return local(at, zone).date()

    def day(self, at: datetime, zone: str | None = None) -> date:
        """The local day of an instant."""
        return local(at, zone or self.zone).date()


def typed(frame: pl.DataFrame) -> list[Row]:
    """Text read as what its column holds; an empty cell as None."""
    columns = []
    for name in frame.columns:
        read = _reader(name)
        columns.append([read(text) if text else None for text in frame[name].to_list()])
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def grouped(rows: Iterable[Row], *columns: str) -> dict[Any, list[Row]]:
    """Rows by the values of one column, or by a tuple of several."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        values = tuple(row[column] for column in columns)
        groups.setdefault(values if len(columns) > 1 else values[0], []).append(row)
    return groups


def side_of(row: Row) -> str:
    """The side of a row; without one it is a sale's."""
    return str(row.get("side") or "sales")
