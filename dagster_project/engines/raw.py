"""The raw schema in a Spark session: views over the same Parquet files, and the ledger's tables beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from pyspark.sql import DataFrame, SparkSession

from dagster_project.contract.model import load_contract
from dagster_project.landing.ledger import accepted_files, quarantine_files
from dagster_project.warehouse import QUARANTINE_COLUMNS, prepare_raw, raw_columns

LEDGER_TABLES = ("batch_files", "full_extracts", "batches", "sources", "refused_files", "source_inventory")


def register_raw(session: SparkSession, home: Path, as_of: Mapping[str, str]) -> None:
    """Make every raw table of the home a global temporary view of the session; no accepted row is copied.

    `as_of`: source -> day or instant that overrides the declared one.
    """
    files = accepted_files(home)
    for entity in load_contract().entities.values():
        columns = {name: kind for name, (kind, _) in raw_columns(entity).items()}
        _parquet(session, columns, files.get(entity.name, ())).createOrReplaceGlobalTempView(entity.name)
    _parquet(session, QUARANTINE_COLUMNS, quarantine_files(home)).createOrReplaceGlobalTempView("quarantine")
    _ledger(session, home, as_of)


def _parquet(session: SparkSession, columns: Mapping[str, str], files: Sequence[Path]) -> DataFrame:
    """Columns a file does not have are null. Instants are stored without a zone and mean UTC, as the session does."""
    schema = ", ".join(f"`{name}` {_stored(kind)}" for name, kind in columns.items())
    if files:
        frame = session.read.schema(schema).parquet(*(str(path) for path in files))
    else:
        frame = session.createDataFrame([], schema)
    return frame.selectExpr(*(f"cast(`{name}` as {_spark(kind)}) as `{name}`" for name, kind in columns.items()))


def _spark(kind: str) -> str:
    return {"varchar": "string"}.get(kind, kind)


def _stored(kind: str) -> str:
    return {"timestamp": "timestamp_ntz"}.get(kind, _spark(kind))


def _ledger(session: SparkSession, home: Path, as_of: Mapping[str, str]) -> None:
    """The ledger is small: the embedded engine reads it, so that both engines are told the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.duckdb"
        prepare_raw(path, home, dict(as_of))
        with duckdb.connect(str(path), read_only=True) as connection:
            for table in LEDGER_TABLES:
                described = connection.execute(f"describe raw.{table}").fetchall()
                columns = {str(row[0]): str(row[1]).lower() for row in described}
                rows = connection.execute(f"select * from raw.{table}").fetchall()
                schema = ", ".join(f"`{name}` {_stored(kind)}" for name, kind in columns.items())
                frame = session.createDataFrame(rows, schema)
                cast = (f"cast(`{name}` as {_spark(kind)}) as `{name}`" for name, kind in columns.items())
                frame.selectExpr(*cast).createOrReplaceGlobalTempView(table)
