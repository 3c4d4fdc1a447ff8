"""Run dbt in this process through one warm runner, against the warehouse of a home folder."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from dagster_project.errors import RunFailed
from dagster_project.freshness import built_project, project_fingerprint
from dagster_project.parsed import keep_parsed, project_key, read_parsed
from dagster_project.settings import Settings

# Data tests that would read large views again with every run; the project's own tests ask them once.
_THOROUGH = "tag:thorough"
# Writing the whole project down again, and each statement, takes as long as a third of a small company's models.
_UNWRITTEN = ("--no-write-json", "--log-level-file", "info")
LEFT_OUT = ("--exclude-resource-type", "unit_test", "--exclude", _THOROUGH)
_UNTESTED = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
_FAILED = (NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr)


_PARSED: dict[str, Manifest] = {}


def parse_project(settings: Settings) -> Manifest:
    """The parsed project, parsed once per home and content; RunFailed where it does not parse."""
    key = project_key(settings, os.environ.get("ORDERLENS_ENGINE", "duckdb"))
    if key not in _PARSED:
        _PARSED[key] = read_parsed(settings, key) or _parse(settings, key)
    return _PARSED[key]


def _parse(settings: Settings, key: str) -> Manifest:
    remembered = settings.dbt_target / "partial_parse.msgpack"
    had_parsed = remembered.is_file()
    outcome = _invoke(dbtRunner(), settings, ["parse"])
    if not outcome.success and had_parsed:
        # What dbt remembers of an earlier version holds a description that has moved to another file for a second one.
        remembered.unlink(missing_ok=True)
        outcome = _invoke(dbtRunner(), settings, ["parse"])
    if not outcome.success or not isinstance(outcome.result, Manifest):
        raise RunFailed(f"The dbt project does not parse: {outcome.exception}.", "Run `make lint`.")
    keep_parsed(settings, key, outcome.result)
    return outcome.result


def build_star(
    settings: Settings,
    manifest: Manifest,
    *,
    full_refresh: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Any]:
    """Build and test every model; dbt's node results. RunFailed names the models and tests that failed."""
    fingerprint = project_fingerprint(settings)
    known = built_project(settings)
    unchanged = known.is_file() and known.read_text(encoding="utf-8") == fingerprint
    arguments = ["build", *LEFT_OUT, *_UNWRITTEN]
    if full_refresh or not unchanged:
        arguments.append("--full-refresh")
        known.unlink(missing_ok=True)
    results = _built(settings, manifest, arguments, _Counter(progress, len(manifest.nodes)))
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(fingerprint, encoding="utf-8")
    return results


def build_models(settings: Settings, manifest: Manifest, *options: str) -> list[Any]:
    """Build models without asking what must hold of them; dbt's node results. RunFailed names those that failed."""
    return _built(settings, manifest, ["build", *_UNTESTED, *options], _Counter(None, len(manifest.nodes)))


def _built(settings: Settings, manifest: Manifest, arguments: list[str], counter: _Counter) -> list[Any]:
    outcome = _invoke(dbtRunner(manifest=manifest, callbacks=[counter]), settings, arguments)
    results = list(getattr(outcome.result, "results", []) or [])
    if hasattr(outcome.result, "write"):
        outcome.result.write(str(settings.dbt_target / "run_results.json"))
    failed = [item for item in results if item.status in _FAILED]
    if failed:
        told = "; ".join(f"{item.node.name}: {' '.join(str(item.message).split())[:200]}" for item in failed[:5])
        raise RunFailed(f"The build stopped at {len(failed)} failed steps: {told}.", "Nothing was published.")
    if not outcome.success:
        raise RunFailed(f"The build stopped: {outcome.exception}.", "Nothing was published.")
    return results


def run_unit_tests(settings: Settings) -> list[Any]:
    """Run the unit tests of the models in a home whose models have been built; dbt's node results."""
    outcome = _invoke(dbtRunner(parse_project(settings)), settings, ["test", "--select", "test_type:unit"])
    return list(getattr(outcome.result, "results", []) or [])


def run_thorough_tests(settings: Settings) -> list[Any]:
    """Ask the data tests that a run leaves out in a home whose models have been built; dbt's node results."""
    outcome = _invoke(dbtRunner(parse_project(settings)), settings, ["test", "--select", _THOROUGH])
    return list(getattr(outcome.result, "results", []) or [])


def is_for_analysts(node: Any) -> bool:
    """Whether a model is a view of the star: read in the warehouse, and part of no build."""
    return bool(node.config.schema == "marts" and node.config.materialized == "view")


class _Counter:
    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self.done = 0

    def __call__(self, event: Any) -> None:
        if self.progress and event.info.name == "NodeFinished":
            self.done += 1
            self.progress(self.done, self.total)


def _invoke(runner: dbtRunner, settings: Settings, arguments: list[str]) -> dbtRunnerResult:
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    common = [
        *("--project-dir", str(settings.dbt_dir), "--profiles-dir", str(settings.dbt_dir)),
        *("--target-path", str(settings.dbt_target), "--log-path", str(settings.dbt_target / "logs")),
    ]
    with _warehouse_of(settings.warehouse), contextlib.redirect_stdout(io.StringIO()):
        return runner.invoke(["--quiet", "--no-use-colors", *arguments, *common])


@contextlib.contextmanager
def _warehouse_of(path: Path) -> Iterator[None]:
    """Tell the profile the path through the environment; dbt-duckdb keeps its database open, so it is let go after."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    before = os.environ.get("ORDERLENS_WAREHOUSE")
    os.environ["ORDERLENS_WAREHOUSE"] = str(path)
    try:
        yield
    finally:
        DuckDBConnectionManager.close_all_connections()
        DuckDBConnectionManager._ENV = None
        if before is None:
            del os.environ["ORDERLENS_WAREHOUSE"]
        else:
            os.environ["ORDERLENS_WAREHOUSE"] = before
