"""When the build that serves is what a run would make anew, and when it must not be taken for that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.freshness import forget, inputs, is_up_to_date, note_built, note_published
from dagster_project.publishing.builds import rollback
from dagster_project.settings import PROJECT_ROOT, Settings
from tests.builders import BuildRows, write_build

FIRST, SECOND = "20260201T000000000000Z", "20260202T000000000000Z"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a published build and the note of it, over a small project of its own."""
    project = tmp_path / "project"
    for name in ("dbt", "seeds/reference", "dagster_project"):
        (project / name).mkdir(parents=True)
    (project / "dbt" / "model.sql").write_text("select 1")
    (project / "dagster_project" / "module.py").write_text("ONE = 1")
    found = Settings(home=tmp_path / "home", project_root=project)
    land(found, "first")
    publish(found, FIRST)
    return found


def land(settings: Settings, batch: str) -> None:
    record = settings.ledger / "acme" / f"{batch}.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(f'{{"batch_id": "{batch}"}}')


def publish(settings: Settings, build_id: str, as_of: dict[str, str] | None = None) -> None:
    note_built(settings, inputs(settings, as_of or {}))
    write_build(settings.home, BuildRows([], build_id=build_id))
    note_published(settings, build_id)


def test_a_build_is_up_to_date_until_something_changes(settings: Settings) -> None:
    assert is_up_to_date(settings, {})


def another_batch(settings: Settings) -> None:
    land(settings, "second")


def another_model(settings: Settings) -> None:
    (settings.dbt_dir / "model.sql").write_text("select 2")


def a_renamed_model(settings: Settings) -> None:
    (settings.dbt_dir / "model.sql").rename(settings.dbt_dir / "other.sql")


def another_definition(settings: Settings) -> None:
    (settings.seeds_dir / "reference" / "otif_definitions.csv").write_text("definition_id")


def something_let_pass(settings: Settings) -> None:
    (settings.home / "let_pass.yml").write_text("[]")


def other_code(settings: Settings) -> None:
    (settings.project_root / "dagster_project" / "module.py").write_text("ONE = 2")


def a_stage_that_began_and_did_not_end(settings: Settings) -> None:
    forget(settings)


def a_build_of_the_warehouse_that_was_not_published(settings: Settings) -> None:
    forget(settings)
    note_built(settings, inputs(settings, {}))


def a_lost_build(settings: Settings) -> None:
    (settings.builds / f"{FIRST}.duckdb").unlink()


def a_damaged_build(settings: Settings) -> None:
    (settings.builds / f"{FIRST}.duckdb").write_bytes(b"half a file")


def a_damaged_note(settings: Settings) -> None:
    (settings.builds / "made-of.json").write_text('{"build_id": "2026')


@pytest.mark.parametrize(
    "change",
    [
        another_batch,
        another_model,
        a_renamed_model,
        another_definition,
        something_let_pass,
        other_code,
        a_stage_that_began_and_did_not_end,
        a_build_of_the_warehouse_that_was_not_published,
        a_lost_build,
        a_damaged_build,
        a_damaged_note,
    ],
)
def test_what_could_give_other_figures_asks_for_a_build(settings: Settings, change: Callable[[Settings], None]) -> None:
    change(settings)
    assert not is_up_to_date(settings, {})


def test_another_as_of_asks_for_a_build_and_the_same_one_does_not(settings: Settings) -> None:
    assert not is_up_to_date(settings, {"acme": "2026-01-31"})
    publish(settings, SECOND, {"acme": "2026-01-31"})
    assert is_up_to_date(settings, {"acme": "2026-01-31"})
    assert not is_up_to_date(settings, {})


def test_a_build_gone_back_to_is_not_what_a_run_would_make(settings: Settings) -> None:
    land(settings, "second")
    publish(settings, SECOND)
    assert is_up_to_date(settings, {})
    rollback(settings.home)
    assert not is_up_to_date(settings, {})


def test_a_warehouse_that_does_not_say_what_it_was_built_of_leaves_no_note(settings: Settings) -> None:
    forget(settings)
    note_published(settings, FIRST)
    assert not is_up_to_date(settings, {})


def test_where_a_home_lies_and_how_many_builds_it_keeps_change_no_figure(settings: Settings) -> None:
    moved = settings.home.with_name("elsewhere")
    shutil.copytree(settings.home, moved)
    assert is_up_to_date(replace(settings, home=moved, keep_builds=9), {})


def test_what_decides_the_figures_of_this_project_is_found() -> None:
    real = Settings(home=PROJECT_ROOT / "no-such-home")
    assert inputs(real, {}) == inputs(real, {})
    assert inputs(real, {}) != inputs(replace(real, project_root=PROJECT_ROOT / "tests"), {})
