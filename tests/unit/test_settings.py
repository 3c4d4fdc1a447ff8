"""Where the home folder is, and which ones are refused."""

from __future__ import annotations

import pytest

from dagster_project.errors import UsageError
from dagster_project.settings import PROJECT_ROOT, Operation, browser_path, load_operation, load_settings


def test_the_flag_wins_over_the_variable_and_the_variable_over_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERLENS_HOME", str(tmp_path / "variable"))
    assert load_settings(str(tmp_path / "flag")).home == tmp_path / "flag"
    assert load_settings().home == tmp_path / "variable"
    monkeypatch.delenv("ORDERLENS_HOME")
    assert load_settings().home == PROJECT_ROOT / ".orderlens"


def test_a_relative_home_or_one_with_a_tilde_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings("data").home == tmp_path / "data"
    assert load_settings("~/data").home == tmp_path / "data"


def test_reading_the_settings_makes_no_folder(tmp_path):
    load_settings(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_everything_of_a_home_lies_inside_it(tmp_path):
    settings = load_settings(tmp_path)
    inside = (
        "raw",
        "quarantine",
        "refused",
        "ledger",
        "warehouse",
        "builds",
        "dbt_target",
        "drop",
        "dagster",
        "simulated",
    )
    paths = [getattr(settings, name) for name in inside]
    assert all(path.is_relative_to(tmp_path) for path in paths)
    assert len(set(paths)) == len(inside)


def test_the_project_has_the_folders_that_the_settings_name(tmp_path):
    settings = load_settings(tmp_path)
    assert settings.dbt_dir.is_dir()
    assert settings.seeds_dir.is_dir()


@pytest.mark.parametrize(("name", "message"), [("file", "is a file"), ("file/below", "cannot be made")])
def test_a_home_that_cannot_be_a_folder_is_refused(tmp_path, name, message):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=message) as refused:
        load_settings(tmp_path / name)
    assert refused.value.exit_code == 2
    assert "--home" in refused.value.remedy


@pytest.mark.parametrize("text", ["9", "-600", "many", "", "²"])
def test_a_simulated_company_of_too_few_orders_is_refused(tmp_path, monkeypatch, text):
    monkeypatch.setenv("ORDERLENS_SIMULATED_ORDERS", text)
    with pytest.raises(UsageError, match="ORDERLENS_SIMULATED_ORDERS"):
        load_settings(tmp_path)


def test_the_simulated_company_has_thirty_thousand_orders_unless_told(tmp_path, monkeypatch):
    monkeypatch.delenv("ORDERLENS_SIMULATED_ORDERS")
    assert load_settings(tmp_path).simulated_orders == 30_000
    monkeypatch.setenv("ORDERLENS_SIMULATED_ORDERS", "1200")
    assert load_settings(tmp_path).simulated_orders == 1200


@pytest.mark.parametrize("text", ["1", "-3", "many", "", "²"])
def test_too_few_builds_to_go_back_to_are_refused(tmp_path, monkeypatch, text):
    monkeypatch.setenv("ORDERLENS_KEEP_BUILDS", text)
    with pytest.raises(UsageError, match="ORDERLENS_KEEP_BUILDS"):
        load_settings(tmp_path)


def test_more_builds_can_be_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERLENS_KEEP_BUILDS", "12")
    assert load_settings(tmp_path).keep_builds == 12


def test_a_browser_is_named_by_its_variable(monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/opt/browser")
    assert browser_path() == "/opt/browser"
    monkeypatch.setenv("BROWSER_PATH", "")
    assert browser_path() is None


def test_the_drop_folder_can_lie_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERLENS_DROP", str(tmp_path / "share"))
    assert load_settings(tmp_path / "home").drop == tmp_path / "share"


def test_runs_that_dagster_starts_land_the_bundled_sources_daily_unless_told(monkeypatch):
    for name in ("ORDERLENS_SOURCES", "ORDERLENS_SCHEDULE", "ORDERLENS_SCHEDULE_ZONE"):
        monkeypatch.delenv(name, raising=False)
    assert load_operation() == Operation(sources=None, cron="0 5 * * *", zone="UTC")


@pytest.mark.parametrize(
    ("told", "sources"), [("none", ()), ("scms", ("scms",)), ("scms, canonical:/data", ("scms", "canonical:/data"))]
)
def test_the_sources_of_dagsters_runs_can_be_named(monkeypatch, told, sources):
    monkeypatch.setenv("ORDERLENS_SOURCES", told)
    assert load_operation().sources == sources


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc", "America"])
def test_a_schedule_in_no_zone_is_refused(monkeypatch, zone):
    monkeypatch.setenv("ORDERLENS_SCHEDULE_ZONE", zone)
    with pytest.raises(UsageError, match="ORDERLENS_SCHEDULE_ZONE"):
        load_operation()
