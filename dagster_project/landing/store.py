"""Append-only storage of a batch: Parquet under new names first, the ledger's record last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from .conform import Conformed
from .ledger import LEDGER, REFUSED, batch_path, utc_text, write_json


def store_batch(home: Path, record: dict[str, Any], entities: Mapping[str, Conformed], extracted_at: datetime) -> None:
    """Write the entities of a batch and record it; the batch does not exist before the last rename.

    `record` is the ledger's record without `entities`; it is completed here.
    """
    source, batch = record["source_system"], record["batch_file_id"]
    stamped: dict[str, dict[str, Any]] = {}
    for name, conformed in entities.items():
        system = [
            pl.lit(source).alias("source_system"),
            pl.lit(record["batch_id"]).alias("batch_id"),
            pl.lit(batch).alias("batch_file_id"),
            pl.lit(extracted_at, dtype=pl.Datetime("us")).alias("extracted_at"),
        ]
        accepted = _write(home / "raw" / source / name / f"{batch}.parquet", conformed.accepted, system)
        broken = [*system, pl.lit(name).alias("entity")]
        kept = _write(home / "quarantine" / source / f"{batch}__{name}.parquet", conformed.quarantined, broken)
        stamped[name] = {
            "accepted_path": str(accepted.relative_to(home)) if accepted else None,
            "quarantine_path": str(kept.relative_to(home)) if kept else None,
            "accepted": conformed.accepted.height,
            "quarantined": conformed.quarantined.height,
            "landed": conformed.accepted.height + conformed.quarantined.height,
        }
    landed_at = utc_text(datetime.now(UTC).replace(tzinfo=None))
    write_json(batch_path(home, source, batch), {**record, "landed_at": landed_at, "entities": stamped})


def _write(path: Path, frame: pl.DataFrame, system: Sequence[pl.Expr]) -> Path | None:
    if frame.height == 0:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    frame.with_columns(system).write_parquet(temporary, compression="zstd", statistics=True)
    os.replace(temporary, path)
    return path


def keep_refused(
    home: Path, source: str, batch_id: str, path: Path, name: str, sha256: str, message: str, remedy: str
) -> None:
    """Keep a refused file as it came, and record why it was refused."""
    target = home / REFUSED / source / f"{sha256[:16]}__{path.name}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        shutil.copyfile(path, temporary)
        os.replace(temporary, target)
    record = {
        "source_system": source,
        "batch_id": batch_id,
        "file": name,
        "kept_as": str(target.relative_to(home)),
        "sha256": sha256,
        "message": message,
        "remedy": remedy,
        "refused_at": utc_text(datetime.now(UTC).replace(tzinfo=None)),
    }
    write_json(home / LEDGER / REFUSED / f"{source}__{sha256[:16]}.json", record)
