"""Great Expectations on DuckDB: the one module that imports it, makes its SQL engine work there, and asks a suite.

Importing it takes seconds, so it is imported when a session opens and by nothing else. Its SQL engine opens a new
connection for every query unless the dialect is one whose connection it keeps; results of duckdb-engine are gone when
theirs closes, and every expectation then fails with "list index out of range". Table assets fail too, since DuckDB's
types cannot be reflected: every batch is a query.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from .suite import Expectation

EXAMPLES = 5
_SEVERITY = {"block": "critical", "warn": "warning", "note": "info"}


class _KeptDialect(StrEnum):
    """What the engine compares dialects with: a text that has a `value`."""

    DUCKDB = "duckdb"


def keep_duckdb_connections() -> None:
    """Add DuckDB to the dialects whose connection the SQL engine keeps."""
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    kept: tuple[Any, ...] = engine._PERSISTED_CONNECTION_DIALECTS
    if _KeptDialect.DUCKDB not in kept:
        engine._PERSISTED_CONNECTION_DIALECTS = (*kept, _KeptDialect.DUCKDB)


class Session:
    """One ephemeral context over one warehouse file. Nothing is stored, nothing is sent."""

    def __init__(self, warehouse: Path) -> None:
        import great_expectations as gx
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )
        from sqlalchemy import URL

        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        keep_duckdb_connections()
        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        )
        self._gx = gx
        self._context = gx.get_context(mode="ephemeral", project_config=config)
        # Joins are made as they are written: raw views have no statistics, and an optimizer that knows only that all
        # rows share a source once joined two tables by it alone, into as many rows as both have together multiplied.
        settings = {"disabled_optimizers": "join_order"}
        address = URL.create("duckdb", database=str(warehouse), query=settings).render_as_string()
        self._source = self._context.data_sources.add_sql("warehouse", connection_string=address)
        self._batches = 0

    def ask(self, name: str, query: str, asked: Sequence[Expectation], names_rows: Sequence[str] = ()) -> list[Any]:
        """Validate expectations over the rows of a query; one result of Great Expectations each, in their order.

        With `names_rows`, failing rows are told by these columns; without, only whether each holds.
        """
        self._batches += 1
        asset = self._source.add_query_asset(f"{name} {self._batches}", query=query)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        suite = self._gx.ExpectationSuite(name=name, expectations=[self._build(item) for item in asked])
        told: dict[str, Any] = {"result_format": "BOOLEAN_ONLY"}
        if names_rows:
            told = {
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(names_rows),
                "partial_unexpected_count": EXAMPLES,
            }
        outcome = batch.validate(suite, result_format=told)
        by_id = {result.expectation_config.meta["id"]: result for result in outcome.results}
        return [by_id[item.id] for item in asked]

    def _build(self, item: Expectation) -> Any:
        from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

        # The engine gives the batch an alias of its own; named once, a suite can give it the name it reads best with.
        # In order, so that the rows told first are the same each time.
        rows = item.rows.replace("{batch}", "batch_rows")
        query = f"with batch_rows as (select * from {{batch}}) select * from ({rows}) as broken order by all"
        arguments = {"unexpected_rows_query": query} if item.rows else dict(item.arguments)
        return ExpectationConfiguration(
            type=item.expect or "unexpected_rows_expectation",
            kwargs=arguments,
            meta={"id": item.id},
            description=item.sentence,
            severity=_SEVERITY[item.severity],
        ).to_domain_obj()

    def close(self) -> None:
        """Let the warehouse go."""
        asking = self._source.get_execution_engine()
        if asking._connection is not None:
            asking._connection.close()
        asking.engine.dispose()
        self._source.get_engine().dispose()


@contextlib.contextmanager
def session(warehouse: Path) -> Iterator[Session]:
    """A session that lets the warehouse go at its end, however it ends."""
    opened = Session(warehouse)
    try:
        yield opened
    finally:
        opened.close()
