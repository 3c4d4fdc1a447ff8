"""Spark sessions: of a Sail server in this process, or of the Spark this machine is set up for (a local one, else)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import SparkSession

TARGETS = ("sail", "spark")


@dataclass(frozen=True)
class Engine:
    """A session, the dbt target that joins it, and what that target has to be told."""

    session: SparkSession
    target: str
    variables: dict[str, int] = field(default_factory=dict)


@contextlib.contextmanager
def open_engine(target: str, folder: Path) -> Iterator[Engine]:
    """An engine that keeps its tables under `folder`, an empty one; it ends with the block."""
    with contextlib.chdir(folder):
        opened = _sail() if target == "sail" else _spark(folder)
        with opened as engine:
            yield engine


@contextlib.contextmanager
def _sail() -> Iterator[Engine]:
    """Sail lays its tables into the working folder."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    try:
        _, port = server.listening_address
        session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        session.conf.set("spark.sql.session.timeZone", "UTC")
        try:
            yield Engine(session, "sail", {"sail_port": port})
        finally:
            # A client that outlives its server asks for it until the process is killed.
            session.stop()
    finally:
        server.stop()


@contextlib.contextmanager
def _spark(folder: Path) -> Iterator[Engine]:
    builder = SparkSession.builder.appName("orderlens")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
        "spark.sql.warehouse.dir": str(folder / "tables"),
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": f"-Duser.timezone=UTC -Dderby.system.home={folder}",
        "spark.ui.enabled": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield Engine(session, "spark")
    finally:
        session.stop()
