"""A parsed project is kept under what it depends on, and read back as it was."""

from __future__ import annotations

import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.parsed import keep_parsed, project_key, read_parsed
from dagster_project.settings import PROJECT_ROOT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path / "home", project_root=tmp_path / "project")
    found.dbt_target.mkdir(parents=True)
    shutil.copytree(PROJECT_ROOT / "dbt", found.dbt_dir, ignore=shutil.ignore_patterns("models"))
    (found.dbt_dir / "model.sql").write_text("select 1")
    return found


def test_a_project_that_was_kept_is_read_back_and_replaces_the_one_before(settings: Settings) -> None:
    from dbt.contracts.graph.manifest import Manifest, ManifestMetadata

    for key in ("first", "second"):
        keep_parsed(settings, key, Manifest(metadata=ManifestMetadata(project_name=key)))
    found = read_parsed(settings, "second")
    assert found is not None
    assert found.metadata.project_name == "second"
    assert found.flat_graph["nodes"] == {}
    assert read_parsed(settings, "first") is None
    assert [path.name for path in settings.dbt_target.iterdir()] == ["parsed-second.msgpack"]


def test_a_process_that_has_parsed_nothing_can_write_down_what_it_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.contracts.graph.manifest import Manifest

    from dbt import flags

    real = Settings(home=tmp_path)
    real.dbt_target.mkdir()
    keep_parsed(real, "key", Manifest())
    monkeypatch.setattr(flags, "GLOBAL_FLAGS", Namespace(USE_COLORS=True))
    found = read_parsed(real, "key")
    assert found is not None
    assert found.writable_manifest().metadata.send_anonymous_usage_stats is False


def test_a_damaged_file_is_as_good_as_none(settings: Settings) -> None:
    (settings.dbt_target / "parsed-key.msgpack").write_bytes(b"half")
    assert read_parsed(settings, "key") is None


def test_another_file_engine_or_place_has_another_key(settings: Settings, tmp_path: Path) -> None:
    keys = {project_key(settings, "duckdb"), project_key(settings, "spark")}
    (settings.dbt_dir / "model.sql").write_text("select 2")
    keys.add(project_key(settings, "duckdb"))
    moved = settings.project_root.rename(tmp_path / "moved")
    keys.add(project_key(replace(settings, project_root=moved), "duckdb"))
    assert len(keys) == 4
    assert project_key(replace(settings, project_root=moved, home=tmp_path), "duckdb") in keys


def test_what_was_remembered_of_an_earlier_version_is_dropped_where_it_no_longer_parses(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from dbt.contracts.graph.manifest import Manifest

    from dagster_project import transform

    remembered = settings.dbt_target / "partial_parse.msgpack"
    remembered.write_bytes(b"an earlier version")
    asked: list[bool] = []

    def invoke(*_: object) -> SimpleNamespace:
        asked.append(remembered.is_file())
        return SimpleNamespace(success=not asked[-1], result=Manifest(), exception="two entries for one model")

    monkeypatch.setattr(transform, "_invoke", invoke)
    monkeypatch.setattr(transform, "_PARSED", {})
    assert isinstance(transform.parse_project(settings), Manifest)
    assert asked == [True, False]
