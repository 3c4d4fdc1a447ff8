"""Builds the models of tests/spark/macros on one engine and prints their rows as JSON: model -> rows of texts.

`python -m tests.spark.run_macros duckdb|sail|spark FOLDER`; it runs in the environment of that engine.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from dagster_project.settings import PROJECT_ROOT

PROJECT = Path(__file__).parent / "macros"
MODELS = sorted(path.stem for path in (PROJECT / "models").glob("*.sql"))
Rows = list[dict[str, str | None]]


def build(target: str, folder: Path, variables: dict[str, int]) -> None:
    """Build every model; exits with dbt's own words where one fails."""
    arguments = [
        *("build", "--quiet", "--no-use-colors", "--target", target, "--vars", json.dumps(variables)),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT_ROOT / "dbt")),
        *("--target-path", str(folder / "dbt"), "--log-path", str(folder / "dbt")),
    ]
    with contextlib.redirect_stdout(sys.stderr):
        outcome = dbtRunner().invoke(arguments)
    if not outcome.success:
        raise SystemExit(f"dbt failed: {outcome.exception or 'see above'}")


def as_rows(columns: Sequence[str], values: Sequence[Sequence[Any]]) -> Rows:
    """Rows of texts, so that engines can be compared whatever types their clients hand out."""
    texts = [[None if value is None else str(value) for value in row] for row in values]
    return [dict(zip(columns, row, strict=True)) for row in texts]


def on_duckdb(folder: Path) -> dict[str, Rows]:
    """The rows of every model, from a database of its own."""
    import duckdb

    path = folder / "macros.duckdb"
    os.environ["ORDERLENS_WAREHOUSE"] = str(path)
    build("duckdb", folder, {})
    found = {}
    with duckdb.connect(str(path)) as connection:
        for model in MODELS:
            cursor = connection.execute(f"select * from main.{model} order by name")
            found[model] = as_rows([item[0] for item in cursor.description], cursor.fetchall())
    return found


def on_spark(target: str, folder: Path) -> dict[str, Rows]:
    """The rows of every model, from a session of its own."""
    from dagster_project.engines.sessions import open_engine

    found = {}
    with open_engine(target, folder) as engine:
        build(target, folder, engine.variables)
        for model in MODELS:
            frame = engine.session.sql(f"select * from main.{model} order by name")
            found[model] = as_rows(frame.columns, frame.collect())
    return found


if __name__ == "__main__":
    chosen, where = sys.argv[1], Path(sys.argv[2])
    found = on_duckdb(where) if chosen == "duckdb" else on_spark(chosen, where)
    sys.stdout.write(json.dumps(found))
