"""Batches of the drop folder in Dagster: requested once, landed once, tried again only where it can help."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.assets import dropping, landing, publication
from dagster_project.assets.dropping import DROP_KEY
from dagster_project.errors import RunFailed, UsageError
from dagster_project.gatekeeper import Gatekeeper
from dagster_project.landing.ledger import read_batches
from dagster_project.partitions import BATCHES
from dagster_project.report import RunReport
from dagster_project.resources import RUN_LOCK, RunLock
from dagster_project.runlock import run_lock
from dagster_project.sensors import drop_sensor
from dagster_project.settings import Settings
from expectations.outcome import GateOutcome

from .conftest import write_batches

CASE = "late-proof-and-rerun"


class Drop:
    """A home with a drop folder, and Dagster's memory of it."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.settings = Settings(home=home)
        self.instance = instance
        self.cursor: str | None = None
        self.lock = RunLock(home=str(home), wait_seconds=0.1)

    def evaluate(self) -> dg.SensorResult:
        @dg.asset(partitions_def=BATCHES)
        def anything() -> None: ...

        job = dg.define_asset_job("anything_job", [anything])
        definitions = dg.Definitions(assets=[anything], jobs=[job], sensors=[drop_sensor(self.settings.drop, job)])
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor, definitions=definitions)
        result = definitions.resolve_sensor_def("drop_folder")(context)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        for request in result.dynamic_partitions_requests or []:
            self.instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
        return result

    def land(self, *names: str, tags: dict[str, str] | None = None) -> dg.ExecuteInProcessResult:
        span = {"dagster/asset_partition_range_start": names[0], "dagster/asset_partition_range_end": names[-1]}
        return dg.materialize(
            [dropping.dropped_batches(self.settings, RunReport())],
            instance=self.instance,
            resources={RUN_LOCK: self.lock},
            partition_key=names[0] if len(names) == 1 else None,
            tags={**(tags or {}), **(span if len(names) > 1 else {})},
            raise_on_error=False,
        )

    def told(self, name: str) -> dict[str, Any]:
        wanted = dg.AssetRecordsFilter(asset_key=DROP_KEY, asset_partitions=[name])
        told = self.instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
        assert told is not None
        return {key: value.value for key, value in told.metadata.items()}


@pytest.fixture
def drop(tmp_path: Path):
    with dg.DagsterInstance.ephemeral() as instance:
        found = Drop(tmp_path / "home", instance)
        write_batches(CASE, found.settings.drop)
        yield found


@pytest.fixture
def known(drop: Drop) -> Drop:
    drop.instance.add_dynamic_partitions("batches", ["B1", "B2"])
    return drop


def requested(result: Any) -> list[str | None]:
    return [request.partition_key for request in result.run_requests or []]


def test_each_new_batch_is_one_run_and_one_partition_and_the_same_content_none(drop: Drop) -> None:
    found = [requested(drop.evaluate()) for _ in range(4)]
    assert found == [[], ["B1", "B2"], [], []]
    assert drop.instance.get_dynamic_partitions("batches") == ["B1", "B2"]


def test_a_run_is_known_by_the_content_of_its_batch(drop: Drop) -> None:
    drop.evaluate()
    keys = [request.run_key for request in drop.evaluate().run_requests or []]
    drop.cursor = None
    drop.evaluate()
    assert [request.run_key for request in drop.evaluate().run_requests or []] == keys
    assert len(set(keys)) == 2


def test_foreign_and_waiting_files_stand_where_an_operator_looks(drop: Drop) -> None:
    (drop.settings.drop / "readme.txt").write_text("x")
    (drop.settings.drop / "B1" / "photo.jpg").write_text("x")
    (drop.settings.drop / "empty").mkdir()
    told = str([drop.evaluate() for _ in range(3)][-1].skip_reason)
    assert "B1/photo.jpg, readme.txt" in told
    assert "empty waits" in told
    assert json.loads(drop.cursor or "")["foreign"] == ["B1/photo.jpg", "readme.txt"]
    assert (drop.settings.drop / "readme.txt").exists()


def test_a_drop_folder_that_is_not_there_is_told(drop: Drop, tmp_path: Path) -> None:
    drop.settings = Settings(home=tmp_path, drop_folder=tmp_path / "nowhere")
    assert "no folder" in str(drop.evaluate().skip_reason)


def test_a_partition_lands_its_batch_and_no_row_the_second_time(known: Drop) -> None:
    (known.settings.drop / "readme.txt").write_text("x")
    assert known.land("B1").success
    first = known.told("B1")
    assert known.land("B1").success
    again = known.told("B1")
    assert first["landed rows"] == first["accepted rows"] + first["quarantined rows"] > 0
    assert again["landed rows"] == 0
    assert [batch["batch_id"] for batch in read_batches(known.settings.home)] == ["B1"]
    assert first["foreign files"] == "readme.txt"


def test_many_partitions_land_in_one_run_and_each_tells_its_own_rows(known: Drop) -> None:
    assert known.land("B1", "B2").success
    counted = [batch["files"] for batch in read_batches(known.settings.home)]
    rows = [sum(file["landed"] for file in files) for files in counted]
    assert [known.told(name)["landed rows"] for name in ("B1", "B2")] == rows
    assert rows[0] != rows[1]


def test_a_batch_that_changed_after_it_was_found_waits_for_the_sensor(known: Drop) -> None:
    known.evaluate()
    tags = {request.partition_key: request.tags for request in known.evaluate().run_requests or []}
    assert known.land("B1", tags={"orderlens/content": tags["B1"]["orderlens/content"]}).success
    with (known.settings.drop / "B2" / "deliveries.csv").open("a") as handle:
        handle.write("\n")
    refused = known.land("B2", tags={"orderlens/content": tags["B2"]["orderlens/content"]})
    assert "has changed" in _failure(refused)
    assert known.land("B2").success


def test_a_refused_file_fails_its_run_without_a_retry_and_lands_the_others(known: Drop) -> None:
    (known.settings.drop / "B1" / "customers.csv").write_text("name\nx\n")
    outcome = known.land("B1")
    assert "customers.csv was refused" in _failure(outcome)
    assert _attempts(outcome) == 1
    assert len(read_batches(known.settings.home)) == 1


def test_a_run_that_finds_the_home_locked_is_refused_with_the_process_at_work(known: Drop) -> None:
    with run_lock(known.settings.home):
        outcome = known.land("B1")
    assert not outcome.success
    assert "Another run is at work" in str([event.event_specific_data for event in outcome.all_events])
    assert read_batches(known.settings.home) == []
    assert known.land("B1").success


def _failure(outcome: dg.ExecuteInProcessResult) -> str:
    assert not outcome.success
    failed = [event.step_failure_data for event in outcome.all_events if event.is_step_failure]
    return str(failed[0].user_failure_data.description) if failed[0].user_failure_data else str(failed[0].error)


def _attempts(outcome: dg.ExecuteInProcessResult) -> int:
    return 1 + sum(event.is_step_up_for_retry for event in outcome.all_events)


class Faulty:
    """Fails with the errors given, one call each, then answers."""

    def __init__(self, answer: Any, *errors: Exception) -> None:
        self.answer, self.errors = answer, list(errors)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        return self.answer(*args, **kwargs)


def _land_scms(settings: Settings, report: RunReport) -> dg.ExecuteInProcessResult:
    return _land(settings, report, "scms")


def _land(settings: Settings, report: RunReport, *sources: str) -> dg.ExecuteInProcessResult:
    assets = [landing.landed_assets(settings, sources, report)]
    return dg.materialize(assets, resources={RUN_LOCK: RunLock(home=str(settings.home))}, raise_on_error=False)


class OpenGates(Gatekeeper):
    """Lets everything pass."""

    def __init__(self) -> None: ...

    def ask(self, gate: str) -> GateOutcome:
        return GateOutcome(gate, "")


def _busy() -> OSError:
    return OSError(errno.EBUSY, "busy")


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def test_the_simulated_company_is_made_by_the_run_that_lands_it_and_not_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, simulated_orders=60)
    first, second = RunReport(), RunReport()
    outcome = _land(settings, first, "nordhaven")
    assert outcome.success
    assert outcome.asset_materializations_for_node("land")[0].asset_key == dg.AssetKey(["landed", "nordhaven"])
    (made,) = settings.simulated.iterdir()
    written = made.stat().st_mtime_ns
    assert _land(settings, second, "nordhaven").success
    assert [path.stat().st_mtime_ns for path in settings.simulated.iterdir()] == [written]
    assert sum(batch.landed for batch in first.landings[0].batches) > 0
    assert sum(batch.landed for batch in second.landings[0].batches) == 0


@pytest.mark.parametrize("error", [_busy(), _caused(RunFailed("The build could not be written."), _busy())])
def test_what_can_pass_is_tried_again(tmp_path, monkeypatch, error: Exception) -> None:
    monkeypatch.setattr(landing, "land_source", Faulty(landing.land_source, error))
    report = RunReport()
    outcome = _land_scms(Settings(home=tmp_path), report)
    assert outcome.success
    assert _attempts(outcome) == 2
    assert report.error is None
    assert len(report.landings) == 1


@pytest.mark.parametrize(
    "error",
    [
        UsageError("The file is unusable.", "Repair it."),
        RunFailed("The build was not published."),
        PermissionError(errno.EACCES, "denied"),
        ValueError("a fault of ours"),
    ],
)
def test_what_cannot_pass_fails_at_once_in_its_own_words(tmp_path, monkeypatch, error: Exception) -> None:
    monkeypatch.setattr(landing, "land_source", Faulty(landing.land_source, error))
    report = RunReport()
    outcome = _land_scms(Settings(home=tmp_path), report)
    assert _attempts(outcome) == 1
    assert str(error) in _failure(outcome)
    assert report.error is error


def test_a_build_that_could_not_be_written_is_tried_again_and_a_refused_one_is_not(tmp_path, monkeypatch) -> None:
    def publish(*errors: Exception) -> dg.ExecuteInProcessResult:
        monkeypatch.setattr(publication, "publish", Faulty(publication.publish, *errors))
        asset = publication.publication_asset(Settings(home=tmp_path), [], (), OpenGates(), RunReport())
        return dg.materialize([asset], resources={RUN_LOCK: RunLock(home=str(tmp_path))}, raise_on_error=False)

    busy = _caused(RunFailed("The build could not be written."), _busy())
    assert _attempts(publish(busy)) == 2
    assert _attempts(publish(RunFailed("An audit is broken."))) == 1
