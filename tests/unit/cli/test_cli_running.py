"""The commands that hand over to the pipeline, its builds, its pages: what they pass on, what they print."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dagster_project.cli import main
from dagster_project.errors import RunFailed
from tests.builders import BuildRows, Obligation, day, write_build


@dataclass
class Batch:
    landed: int = 3
    accepted: int = 2
    quarantined: int = 1
    already_landed: bool = False
    unknown_columns: tuple[str, ...] = ("orders.csv: promo",)


@dataclass
class Landing:
    source_system: str = "acme"
    batches: list[Batch] = field(default_factory=lambda: [Batch(), Batch(1, 1, 0, True, ())])
    ignored: list[str] = field(default_factory=lambda: ["notes.txt"])
    replaced: int = 2


@dataclass
class Report:
    landings: list[Landing] = field(default_factory=lambda: [Landing()])
    refused: list[str] = field(default_factory=list)
    serves_already: str | None = None
    gates: dict[str, Any] = field(default_factory=dict)


@dataclass
class Pipeline:
    """Stands in for the pipeline: keeps how it was called."""

    report: Report = field(default_factory=Report)
    error: Exception | None = None
    called: dict[str, Any] = field(default_factory=dict)

    def run(self, settings: Any, sources: Any = (), **options: Any) -> Report:
        self.called = {"home": settings.home, "sources": tuple(sources), **options}
        if self.error is not None:
            raise self.error
        return self.report


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    stand_in = Pipeline()
    module = ModuleType("dagster_project.pipeline")
    module.run = stand_in.run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dagster_project.pipeline", module)
    return stand_in


def call(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--home", str(home)])


def test_run_passes_everything_on_and_prints_the_headline(tmp_path: Path, pipeline: Pipeline) -> None:
    write_build(tmp_path, BuildRows([Obligation("O1", due=day("2026-01-10"))]))
    words = ["--source", "scms", "--source", "canonical:folder", "--as-of", "2026-01-31", "--full-refresh"]
    found = call(tmp_path, "run", *words)
    assert found.exit_code == 0, found.output
    progress = pipeline.called.pop("progress")
    progress("land", 1, 2)
    assert pipeline.called == {
        "home": tmp_path.resolve(),
        "sources": ("scms", "canonical:folder"),
        "as_of": "2026-01-31",
        "full_refresh": True,
        "steps": ("land", "build", "publish"),
    }
    assert "acme: 4 rows landed = 3 accepted + 1 quarantined" in found.output
    assert "1 of 2 batches had landed before" in found.output
    assert "unknown column, kept as x_: orders.csv: promo" in found.output
    assert "notes.txt" in found.output
    assert "2 batches of the company that was simulated before have gone" in found.output
    assert "0 of 1 schedule lines" in found.output


@pytest.mark.parametrize("step", ["land", "build", "publish"])
def test_a_part_of_the_run_is_that_step_alone(tmp_path: Path, pipeline: Pipeline, step: str) -> None:
    assert call(tmp_path, step).exit_code == 0
    assert pipeline.called["steps"] == (step,)


def test_a_refused_file_is_named_and_the_exit_code_is_2(tmp_path: Path, pipeline: Pipeline) -> None:
    pipeline.report.refused = ["acme: orders.csv was refused: no column order_id. Add it."]
    found = call(tmp_path, "land", "--source", "canonical:folder")
    assert found.exit_code == 2
    assert "no column order_id" in found.stderr


def test_a_failed_run_is_exit_code_1_in_one_sentence(tmp_path: Path, pipeline: Pipeline) -> None:
    pipeline.error = RunFailed("An audit refused to publish.", "Yesterday's build still serves.")
    found = call(tmp_path, "run")
    assert found.exit_code == 1
    assert found.stderr == "Error: An audit refused to publish. Yesterday's build still serves.\n"


def test_builds_are_listed_and_rolled_back(tmp_path: Path) -> None:
    first, second = "20260201T000000000000Z", "20260202T000000000000Z"
    write_build(tmp_path, BuildRows([], build_id=first))
    write_build(tmp_path, BuildRows([], build_id=second))
    listed = call(tmp_path, "builds", "list")
    assert listed.exit_code == 0, listed.output
    assert first in listed.output
    rolled = call(tmp_path, "builds", "rollback")
    assert rolled.exit_code == 0, rolled.output
    assert (tmp_path / "builds" / "CURRENT").read_text() == first
    assert first in rolled.output


def test_instants_of_builds_end_in_one_z(tmp_path: Path) -> None:
    write_build(tmp_path, BuildRows([], build_id=datetime(2026, 2, 1, tzinfo=UTC).strftime("%Y%m%dT%H%M%S%fZ")))
    assert "2026-02-01T00:00:00Z" in call(tmp_path, "builds", "list", "--format", "json").output


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("warn", 0), ("fail", 2)])
def test_the_doctor_says_what_to_do_and_fails_when_a_check_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, code: int
) -> None:
    found = [{"name": "disk", "status": status, "found": "little room", "remedy": "Make room."}]
    monkeypatch.setattr("dagster_project.doctor.check", lambda home: found)
    told = call(tmp_path, "doctor")
    assert told.exit_code == code
    assert "Make room." in told.output


def test_serve_hands_over_home_and_port_and_ends_with_the_exit_code_of_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[Any] = []

    def serve(*arguments: Any) -> int:
        called.extend(arguments)
        return 3

    monkeypatch.setattr("dagster_project.serving.serve", serve)
    assert call(tmp_path, "serve", "--port", "8600").exit_code == 3
    assert called == [tmp_path.resolve(), 8600]


def test_a_run_that_finds_nothing_new_says_so_and_prints_the_figures(tmp_path: Path, pipeline: Pipeline) -> None:
    build_id = write_build(tmp_path, BuildRows([Obligation("O1", due=day("2026-01-10"))]))
    pipeline.report.serves_already = str(build_id)
    found = call(tmp_path, "run")
    assert found.exit_code == 0, found.output
    assert "Nothing new has landed" in found.output
    assert "--full-refresh" in found.output
    assert "0 of 1 schedule lines" in found.output
