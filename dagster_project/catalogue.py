"""The KPI catalogue, read from the metrics that dbt knows, written beside the published models."""

from __future__ import annotations

import json
from typing import Any

import duckdb

from dagster_project.settings import Settings

_COLUMNS = ("kpi", "label", "description", "standard", "side", "measure", "unit", "direction", "booked_to")
_JSON_COLUMNS = ("levels", "dimensions", "needs", "traps")
# What a metric need not say, and what holds where it does not.
_OPTIONAL_COLUMNS = {
    "kind": "conformance",
    "figure_table": "",
    "reads": "",
    "part": "numerator",
    "part_unit": "count",
    "numerator": "",
    "denominator": "",
    "clock": "elapsed",
    "cohort": "started",
    "default_definition": "default",
}


def catalogue_rows(metrics: dict[str, Any]) -> list[dict[str, str]]:
    """One row per metric whose meta says that it is a KPI; `metrics` as the manifest holds them."""
    rows = []
    for metric in metrics.values():
        meta = metric.config.meta or metric.meta
        if not meta.get("kpi"):
            continue
        row = {"kpi": metric.name, "label": metric.label, "description": metric.description}
        row.update({name: meta[name] for name in _COLUMNS if name not in row})
        row.update({name: json.dumps(meta[name]) for name in _JSON_COLUMNS})
        row.update({name: str(meta.get(name) or default) for name, default in _OPTIONAL_COLUMNS.items()})
        rows.append(row)
    return sorted(rows, key=lambda item: item["kpi"])


def write_catalogue(settings: Settings, metrics: dict[str, Any]) -> None:
    """Replace published.kpi_catalogue in the warehouse."""
    names = (*_COLUMNS, *_JSON_COLUMNS, *_OPTIONAL_COLUMNS)
    with duckdb.connect(str(settings.warehouse)) as connection:
        typed = ", ".join(f"{name} varchar not null" for name in names)
        connection.execute(f"create or replace table published.kpi_catalogue ({typed})")
        marks = ", ".join("?" for _ in names)
        rows = [[row[name] for name in names] for row in catalogue_rows(metrics)]
        connection.executemany(f"insert into published.kpi_catalogue values ({marks})", rows)
