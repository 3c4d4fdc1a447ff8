"""Build the star on Spark from what has landed in a home, and hand it to the warehouse file that publishing reads.

`python -m dagster_project.engines.spark --home HOME` runs in the environment of requirements/spark.lock. Landing,
publishing and reading stay what they are: `orderlens land` before it, `orderlens publish` after it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from dagster_project.catalogue import write_catalogue
from dagster_project.engines.raw import register_raw
from dagster_project.engines.sessions import TARGETS, Engine, open_engine
from dagster_project.errors import OrderLensError, RunFailed, UsageError
from dagster_project.freshness import forget
from dagster_project.landing.ledger import read_batches
from dagster_project.runlock import run_lock
from dagster_project.settings import Settings, load_settings
from dagster_project.transform import LEFT_OUT, is_for_analysts
from dagster_project.warehouse import prepare_raw

READ_BY_PUBLISHING = ("staging", "marts", "published")
_FAILED = (NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr)


def build_on_spark(settings: Settings, target: str, as_of: Mapping[str, str]) -> dict[str, Any]:
    """Build and test every model, and replace the home's warehouse file by the result.

    `as_of`: source -> day or instant that overrides the declared one. Returns models, seconds of the build and of the
    hand-over, and the peak memory of this process in MB. UsageError where nothing has landed, RunFailed where a model
    or a data test fails.
    """
    if not read_batches(settings.home):
        raise UsageError("Nothing has landed in this home folder yet.", "Run `orderlens land` first.")
    folder = settings.home / "warehouse" / target
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with open_engine(target, folder) as engine:
        started = time.monotonic()
        register_raw(engine.session, settings.home, as_of)
        manifest, nodes = _build(engine, settings, folder)
        built = time.monotonic()
        _hand_over(engine, settings, manifest, folder / "handed_over", as_of)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = {"build": round(built - started, 1), "hand_over": round(time.monotonic() - built, 1)}
    return {"target": target, "nodes": nodes, "seconds": seconds, "peak_mb": peak}


def _build(engine: Engine, settings: Settings, folder: Path) -> tuple[Manifest, int]:
    runner = dbtRunner()
    common = [
        *("--project-dir", str(settings.dbt_dir), "--profiles-dir", str(settings.dbt_dir), "--target", engine.target),
        *("--target-path", str(folder / "dbt"), "--log-path", str(folder / "dbt" / "logs")),
        *("--vars", json.dumps(engine.variables)),
    ]
    parsed = runner.invoke(["--quiet", "parse", *common]).result
    if not isinstance(parsed, Manifest):
        raise RunFailed("The dbt project does not parse.", f"Read {folder / 'dbt' / 'logs'}.")
    arguments = ["build", "--full-refresh", *LEFT_OUT, *common]
    outcome = dbtRunner(manifest=parsed).invoke(["--quiet", "--no-use-colors", *arguments])
    results = list(getattr(outcome.result, "results", []) or [])
    failed = [item for item in results if item.status in _FAILED]
    if failed or not outcome.success:
        told = "; ".join(f"{item.node.name}: {' '.join(str(item.message).split())[:300]}" for item in failed[:5])
        raise RunFailed(f"The build stopped: {told or outcome.exception}.", "The warehouse file is as it was.")
    return parsed, len(results)


def _hand_over(engine: Engine, settings: Settings, manifest: Manifest, folder: Path, as_of: Mapping[str, str]) -> None:
    """Write what publishing and its gate read as Parquet, and that into a new warehouse file, beside what has landed.

    What the embedded engine would go on from is gone with the old file, so its next build is a full one.
    """
    temporary = settings.warehouse.with_suffix(f".{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    prepare_raw(temporary, settings.home, dict(as_of))
    with duckdb.connect(str(temporary)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for schema in READ_BY_PUBLISHING:
            connection.execute(f"create schema {schema}")
            for node in (node for node in models if node.config.schema == schema and not is_for_analysts(node)):
                table = f"{schema}.{node.alias}"
                frame = engine.session.table(table)
                frame.write.parquet(str(folder / schema / node.alias))
                types = {item.name: item.dataType.simpleString() for item in frame.schema.fields}
                connection.execute(_loading(table, types, folder / schema / node.alias))
    forget(settings)
    (settings.dbt_target / "fingerprint").unlink(missing_ok=True)
    os.replace(temporary, settings.warehouse)
    write_catalogue(settings, dict(manifest.metrics))


def _loading(table: str, types: Mapping[str, str], folder: Path) -> str:
    """Spark writes no file for no row. Its instants carry UTC as their zone, the warehouse's carry none and mean it."""
    if any(folder.rglob("*.parquet")):
        values = {name: f'"{name}"' for name in types}
        rows = "from read_parquet('" + f"{folder}/**/*.parquet".replace("'", "''") + "')"
    else:
        values = dict.fromkeys(types, "null")
        rows = "where false"
    columns = ", ".join(f'cast({values[name]} as {kind}) as "{name}"' for name, kind in types.items())
    return f"create table {table} as select {columns} {rows}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the call and build; the exit code. The summary is printed as JSON."""
    parser = argparse.ArgumentParser(prog="dagster_project.engines.spark", description=__doc__)
    parser.add_argument("--home", help="Home folder (else ORDERLENS_HOME, else .orderlens beside the project)")
    parser.add_argument("--target", choices=TARGETS, default="sail", help="Sail in this process, or a local Spark")
    parser.add_argument(
        "--as-of", action="append", default=[], metavar="SOURCE=D", help="Judge a source as of a day or an instant"
    )
    call = parser.parse_args(arguments)
    try:
        settings = load_settings(call.home)
        with run_lock(settings.home):
            summary = build_on_spark(settings, call.target, dict(item.split("=", 1) for item in call.as_of))
    except OrderLensError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(summary) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
