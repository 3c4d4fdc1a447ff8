"""Asks MetricFlow in this process: the semantic manifest as dbt writes it, over the warehouse it was built in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import duckdb
from dbt.parser.manifest import write_semantic_manifest

from dagster_project.settings import Settings
from dagster_project.transform import parse_project

TIMES = {"month": "metric_time__month", "year": "metric_time__year"}
WRITTEN = {"month": "%Y-%m", "year": "%Y"}


def group_name(dimension: str, entity: str = "otif") -> str:
    """How MetricFlow names a dimension of the KPI query, of obligations or of parts."""
    return TIMES.get(dimension, f"{entity}__{'source_system' if dimension == 'source' else dimension}")


class _Renders:
    """What MetricFlow asks of a database to write its SQL; the SQL is then run by the caller."""

    def __init__(self) -> None:
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        self.sql_engine_type = SqlEngine.DUCKDB
        self.sql_plan_renderer = DuckDbSqlPlanRenderer()


class SemanticLayer:
    """Metrics of a home whose models have been built."""

    def __init__(self, settings: Settings) -> None:
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        write_semantic_manifest(manifest=parse_project(settings), target_path=str(settings.dbt_target))
        text = (settings.dbt_target / "semantic_manifest.json").read_text(encoding="utf-8")
        self.metrics = {metric["name"]: metric for metric in json.loads(text)["metrics"]}
        lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text))
        self._engine = MetricFlowEngine(semantic_manifest_lookup=lookup, sql_client=_Renders())
        self._connection = duckdb.connect(str(settings.warehouse), read_only=True)

    def close(self) -> None:
        """Let the warehouse go."""
        self._connection.close()

    def kpis(self) -> dict[str, dict[str, Any]]:
        """The metrics that are KPIs, with what their meta says."""
        found = {name: (metric["config"] or {}).get("meta") or {} for name, metric in self.metrics.items()}
        return {name: meta for name, meta in found.items() if meta.get("kpi")}

    def figures(self, kpi: str, by: Sequence[str]) -> dict[tuple[str | None, ...], tuple[Any, Any, Any]]:
        """Numerator, denominator and value of a KPI by the members of its dimensions."""
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        parts = self.metrics[kpi]["type_params"]
        names = [parts["numerator"]["name"], parts["denominator"]["name"], kpi]
        meta = self.kpis()[kpi]
        entity = "otif" if meta.get("kind", "conformance") == "conformance" else "part"
        groups = [group_name(dimension, entity) for dimension in by]
        request = MetricFlowQueryRequest.create(metric_names=names, group_by_names=groups)
        asked = self._engine.explain(request).sql_statement.sql
        columns = ", ".join(f'"{name}"' for name in [*groups, *names])
        rows = self._connection.execute(f"select {columns} from ({asked})").fetchall()
        size = len(groups)
        return {tuple(map(_member, by, row[:size])): (row[size], row[size + 1], row[size + 2]) for row in rows}


def _member(dimension: str, value: Any) -> str | None:
    return value.strftime(WRITTEN[dimension]) if dimension in WRITTEN and value is not None else value
