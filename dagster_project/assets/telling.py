"""What assets show of themselves in the web UI: counts, batches, foreign files, and who looks after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.landing import LandingResult
from dagster_project.publishing import PublishedBuild

OWNERS = ["team:orderlens"]
_COUNTS = ("landed", "accepted", "quarantined")
_LANDED_TABLE = dg.TableSchema(
    [
        *(dg.TableColumn(name, "string") for name in ("source", "batch", "outcome")),
        *(dg.TableColumn(name, "int") for name in _COUNTS),
    ]
)
_ENTITY_TABLE = dg.TableSchema(
    [
        *(dg.TableColumn(name, "string") for name in ("source", "batch", "extracted at")),
        *(dg.TableColumn(name, "int") for name in _COUNTS),
    ]
)
_BUILD_TABLE = dg.TableSchema([dg.TableColumn("table", "string"), dg.TableColumn("rows", "int")])


def landing_metadata(landings: Sequence[LandingResult]) -> dict[str, Any]:
    """Rows landed, accepted and quarantined by this step, its batches, and files that are no entity."""
    batches = [batch for landing in landings for batch in landing.batches]
    records = [
        dg.TableRecord(
            {
                "source": batch.source_system,
                "batch": batch.batch_id,
                "outcome": "had landed before" if batch.already_landed else "landed",
                **{name: getattr(batch, name) for name in _COUNTS},
            }
        )
        for batch in batches
    ]
    counts = {f"{name} rows": sum(getattr(batch, name) for batch in batches) for name in _COUNTS}
    foreign = [name for landing in landings for name in landing.ignored]
    return {
        **counts,
        "batches": dg.MetadataValue.table(records, _LANDED_TABLE),
        "foreign files": ", ".join(foreign) if foreign else "none",
    }


def batch_table(batches: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> dg.TableMetadataValue:
    """An entity's rows batch by batch, from (ledger record, its part about the entity)."""
    records = [
        dg.TableRecord(
            {
                "source": batch["source_system"],
                "batch": batch["batch_id"],
                "extracted at": batch["extracted_at"],
                **{name: item[name] for name in _COUNTS},
            }
        )
        for batch, item in batches
    ]
    return dg.MetadataValue.table(records, _ENTITY_TABLE)


def build_metadata(published: PublishedBuild) -> dict[str, Any]:
    """The build's id and file, and the rows of its tables."""
    records = [dg.TableRecord({"table": name, "rows": rows}) for name, rows in published.tables.items()]
    return {
        "build": published.build_id,
        "file": dg.MetadataValue.path(published.path),
        "MiB": round(published.path.stat().st_size / 1024**2, 1),
        "tables": dg.MetadataValue.table(records, _BUILD_TABLE),
    }


def figures_metadata(home: Path) -> dict[str, Any]:
    """The headline figures of the build that serves, as `orderlens run` prints them."""
    from dagster_project.cli_output import headline
    from dashboards.queries.build import open_build

    with open_build(home) as build:
        lines = headline(build)
    return {"figures": dg.MetadataValue.md("\n".join(["```", *lines, "```"]))}
