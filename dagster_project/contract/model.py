"""Typed view of the contract files: fields, entities, and the schemas derived from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.yaml_files import read_yaml

CONTRACT_DIR = Path(__file__).parent
DECIMAL = pl.Decimal(18, 6)
TEXT_TYPES = ("id", "text", "code", "zone")

_POLARS: dict[str, Any] = {
    **dict.fromkeys(TEXT_TYPES, pl.String),
    "decimal": DECIMAL,
    "integer": pl.Int64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "moment": pl.Datetime("us"),
}
_WAREHOUSE: dict[str, str] = {
    **dict.fromkeys(TEXT_TYPES, "varchar"),
    "decimal": "decimal(18,6)",
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "moment": "timestamp",
}

SYSTEM_COLUMNS: dict[str, tuple[Any, str, str]] = {
    "source_system": (pl.String, "varchar", "System the row came from; part of every key"),
    "batch_id": (pl.String, "varchar", "Batch the row was landed in, as the source names it"),
    "extracted_at": (pl.Datetime("us"), "timestamp", "UTC instant the source was read; the latest wins"),
    "row_key": (pl.String, "varchar", "Values of the key, joined by '/'"),
    "row_hash": (pl.String, "varchar", "Hash of the row's content; equal hashes are one version"),
    "source_file": (pl.String, "varchar", "File the row came from, relative to its batch"),
    "source_line": (pl.Int64, "bigint", "Physical line (or row number) in that file, from 1"),
}


@dataclass(frozen=True)
class Field:
    """One field of an entity: its type, and the rules a value must keep.

    `also`: names that canonical files use for it as well. `is_ahead`: it may lie ahead of all that has happened, and
    says nothing of when the data was read.
    """

    name: str
    dtype: str
    description: str
    unit: str | None = None
    personal: bool = False
    required: bool = False
    allowed: tuple[str, ...] = ()
    minimum: int | None = None
    exclusive: bool = False
    also: tuple[str, ...] = ()
    is_ahead: bool = False

    @property
    def day_column(self) -> str | None:
        """Name of the companion that holds a day told without a time; None unless the field is a moment."""
        return f"{self.name.removesuffix('_at')}_date" if self.dtype == "moment" else None


@dataclass(frozen=True)
class Entity:
    """One entity of the contract: grain, key and fields in their order.

    `key_without`: fields that stand in the key for a part of it that a row leaves empty.
    """

    name: str
    description: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    waits_for: str | None = None
    key_without: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    by_name: dict[str, Field] = field(default_factory=dict, compare=False, repr=False)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns a file must have, and values a row must have."""
        return tuple(item.name for item in self.fields if item.required)

    def polars_schema(self) -> dict[str, Any]:
        """Column -> polars type, companions of moments included, personal fields left out."""
        schema: dict[str, Any] = {}
        for item in self.kept_fields:
            schema[item.name] = _POLARS[item.dtype]
            if item.day_column:
                schema[item.day_column] = pl.Date
        return schema

    def warehouse_schema(self) -> dict[str, tuple[str, str]]:
        """Column -> (SQL type, description) of a raw table, system columns included."""
        schema: dict[str, tuple[str, str]] = {}
        for item in self.kept_fields:
            schema[item.name] = (_WAREHOUSE[item.dtype], item.description)
            if item.day_column:
                schema[item.day_column] = (
                    "date",
                    f"{item.description}: the local day, where that is all that is known",
                )
        for name, (_, sql_type, description) in SYSTEM_COLUMNS.items():
            schema[name] = (sql_type, description)
        return schema

    @property
    def other_names(self) -> dict[str, str]:
        """Name that files use as well -> name of the field."""
        return {other: item.name for item in self.fields for other in item.also}

    @property
    def kept_fields(self) -> tuple[Field, ...]:
        """Fields that land: all but personal ones, which no KPI needs."""
        return tuple(item for item in self.fields if not item.personal)


@dataclass(frozen=True)
class Contract:
    """All entities by name."""

    entities: dict[str, Entity]

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError where the contract has none."""
        return self.entities[name]


@cache
def load_contract(folder: Path = CONTRACT_DIR) -> Contract:
    """Read the contract files; ValueError names a field that is defined twice, or used and not defined."""
    fields: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "fields").glob("*.yml")):
        for item in read_yaml(path):
            if item["name"] in fields:
                raise ValueError(f"{path.name}: field {item['name']} is defined twice")
            fields[item["name"]] = item
    entities = {}
    for path in sorted((folder / "entities").glob("*.yml")):
        entity = _entity(read_yaml(path), fields, path.name)
        entities[entity.name] = entity
    return Contract(entities)


def _entity(data: dict[str, Any], fields: dict[str, dict[str, Any]], where: str) -> Entity:
    unknown = [item["name"] for item in data["fields"] if item["name"] not in fields]
    if unknown:
        raise ValueError(f"{where}: no such field: {', '.join(unknown)}")
    built = []
    for item in data["fields"]:
        merged = {**fields[item["name"]], **item}
        merged.update({name: tuple(merged.get(name, ())) for name in ("allowed", "also")})
        built.append(Field(**merged))
    return Entity(
        name=data["entity"],
        description=data["description"],
        grain=data["grain"],
        key=tuple(data["key"]),
        fields=tuple(built),
        waits_for=data.get("waits_for"),
        key_without={part: tuple(names) for part, names in data.get("key_without", {}).items()},
        by_name={item.name: item for item in built},
    )
