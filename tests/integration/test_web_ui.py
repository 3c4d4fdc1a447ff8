"""Dagster as operators see it: what is defined, and runs that are started through the web UI's own API."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.build import build_definitions
from dagster_project.errors import UsageError
from dagster_project.landing.ledger import read_batches
from dagster_project.publishing.builds import current
from dagster_project.settings import PROJECT_ROOT, Operation, Settings
from dagster_project.transform import parse_project

from .conftest import Orderlens, content

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("operators")]

PATIENCE_SECONDS = 500
STATUS = "query Q($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
BACKFILL = """
mutation B($p: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $p) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PartitionKeysNotFoundError { partitionKeys }
  }
}
"""
BACKFILLED = (
    "query Q($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
)
RUNS = "{ runsOrError { ... on Runs { results { runId status tags { key value } } } } }"
LAUNCH = """
mutation L($p: ExecutionParams!) {
  launchRun(executionParams: $p) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return build_definitions(settings, parse_project(settings), ["scms"], operation=Operation(zone="Europe/Berlin"))


def test_definitions_load_and_name_what_operators_start(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    schedule = definitions.resolve_schedule_def("orderlens_daily")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 5 * * *", "Europe/Berlin")
    assert definitions.resolve_sensor_def("drop_folder").default_status is dg.DefaultSensorStatus.RUNNING


def test_each_job_lands_what_it_is_for_and_both_publish(definitions: dg.Definitions) -> None:
    keys = {
        name: {key.to_user_string() for key in definitions.resolve_job_def(name).asset_layer.selected_asset_keys}
        for name in ("orderlens_run", "orderlens_batch")
    }
    assert keys["orderlens_run"] - keys["orderlens_batch"] == {"landed/scms"}
    assert keys["orderlens_batch"] - keys["orderlens_run"] == {"landed/drop"}
    assert "published_build" in keys["orderlens_run"] & keys["orderlens_batch"]


def test_every_asset_says_what_it_is_and_who_looks_after_it(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    untold = [key for key in graph.get_all_asset_keys() if not (graph.get(key).description and graph.get(key).owners)]
    assert untold == []
    assert "default" not in {graph.get(key).group_name for key in graph.get_all_asset_keys()}


def test_a_schedule_that_is_no_cron_text_is_told_in_a_sentence(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with pytest.raises(UsageError, match="ORDERLENS_SCHEDULE"):
        build_definitions(settings, parse_project(settings), [], operation=Operation(cron="every morning"))


class WebUi:
    """`orderlens dagster` in a process of its own, and its API."""

    def __init__(self, home: Path, sources: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = home
        self.log = (home.parent / f"{home.name}.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dagster_project.cli", "dagster", "--home", str(home), "--port", str(self.port)],
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "ORDERLENS_SOURCES": sources},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def launch(self, job: str) -> str:
        selector = {
            "repositoryName": "__repository__",
            "repositoryLocationName": "dagster_project.definitions",
            "jobName": job,
        }
        told = self.ask(LAUNCH, p={"selector": selector, "runConfigData": {}})["launchRun"]
        assert told["__typename"] == "LaunchRunSuccess", told
        return told["run"]["runId"]

    def wait_for(self, what: Any) -> Any:
        """Ask until there is an answer."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, Path(self.log.name).read_text()
            try:
                if answer := what():
                    return answer
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(1)
        raise AssertionError(Path(self.log.name).read_text())

    def ended(self, run: str) -> str | None:
        status = self.ask(STATUS, id=run)["runOrError"]["status"]
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


@pytest.fixture(scope="module")
def web_ui(tmp_path_factory: pytest.TempPathFactory, two_batches: Path) -> Iterator[WebUi]:
    """The UI over a fresh home; its runs land the two batches, and its drop folder is empty."""
    ui = WebUi(tmp_path_factory.mktemp("ui") / "home", f"canonical:{two_batches}")
    try:
        ui.wait_for(lambda: ui.ask("{ version }"))
        yield ui
    finally:
        ui.close()


@pytest.mark.timeout(1200)
def test_a_run_of_the_web_ui_publishes_what_the_command_line_publishes(web_ui: WebUi, undisturbed: Orderlens) -> None:
    run = web_ui.wait_for(lambda: web_ui.launch("orderlens_run"))
    assert web_ui.wait_for(lambda: web_ui.ended(run)) == "SUCCESS"
    assert content(web_ui.home) == content(undisturbed.home)


def drop(ui: WebUi, batch: str, files: dict[str, str]) -> Path:
    """A folder in the drop folder, whose files come by one rename."""
    written = ui.home.parent / batch
    written.mkdir()
    for name, text in files.items():
        (written / name).write_text(text)
    return written.rename(ui.home / "drop" / batch)


def run_of(ui: WebUi, batch: str) -> str:
    """The run that the sensor has started for a batch."""

    def started() -> list[dict[str, Any]]:
        runs = ui.ask(RUNS)["runsOrError"]["results"]
        return [run for run in runs if {"key": "dagster/partition", "value": batch} in run["tags"]]

    return str(ui.wait_for(started)[0]["runId"])


@pytest.mark.timeout(1200)
def test_a_batch_put_into_the_drop_folder_runs_by_itself(web_ui: WebUi) -> None:
    before, known = current(web_ui.home), len(read_batches(web_ui.home))
    batch = drop(web_ui, "2026-07", {"customers.csv": "customer_id,name\nC-NEW,New\n"})
    assert web_ui.wait_for(lambda: web_ui.ended(run_of(web_ui, "2026-07"))) == "SUCCESS"
    assert len(read_batches(web_ui.home)) == known + 1
    assert current(web_ui.home) != before
    assert [path.name for path in batch.iterdir()] == ["customers.csv"]


@pytest.mark.timeout(1200)
def test_a_back_fill_of_batches_is_one_run_and_lands_no_row_twice(web_ui: WebUi) -> None:
    batches = ["2026-08", "2026-09"]
    for batch in batches:
        drop(web_ui, batch, {"customers.csv": f"customer_id,name\nC-{batch},New\n"})
    for batch in batches:
        run = run_of(web_ui, batch)
        assert web_ui.wait_for(lambda run=run: web_ui.ended(run)) == "SUCCESS"
    known = read_batches(web_ui.home)
    asked = {"assetSelection": [{"path": ["landed", "drop"]}], "partitionNames": batches}
    told = web_ui.ask(BACKFILL, p=asked)["launchPartitionBackfill"]
    assert told["__typename"] == "LaunchBackfillSuccess", told

    def ended() -> str | None:
        status = web_ui.ask(BACKFILLED, id=told["backfillId"])["partitionBackfillOrError"]["status"]
        return status if status.startswith(("COMPLETED", "FAILED", "CANCELED")) else None

    assert web_ui.wait_for(ended) == "COMPLETED_SUCCESS"
    runs = web_ui.ask(RUNS)["runsOrError"]["results"]
    filled = [run for run in runs if {"key": "dagster/backfill", "value": told["backfillId"]} in run["tags"]]
    assert [run["status"] for run in filled] == ["SUCCESS"]
    assert read_batches(web_ui.home) == known
