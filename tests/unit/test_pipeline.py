"""What a run refuses before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.errors import UsageError
from dagster_project.pipeline import check_as_of, run
from dagster_project.settings import load_settings
from expectations.outcome import CheckResult, GateOutcome, kept_at


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-01-31T12:00:00"])
def test_an_as_of_that_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2026-01-31"):
        check_as_of(text)


@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00"])
def test_a_day_and_an_instant_with_a_zone_are_taken(text: str) -> None:
    check_as_of(text)


def test_building_a_home_in_which_nothing_has_landed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="orderlens run"):
        run(load_settings(tmp_path), steps=("build",))


def test_an_unknown_source_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="scms"):
        run(load_settings(tmp_path / "home"), ["scmss"])
    assert not (tmp_path / "home").exists()


def test_a_run_that_finds_nothing_new_tells_again_what_the_gates_remarked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dagster_project.pipeline.is_up_to_date", lambda settings, as_of: True)
    monkeypatch.setattr("dagster_project.pipeline.source_landed_before", lambda settings, source: object())
    remark = CheckResult("landing", "orders", "orders.late", "scms", "orders come in time", "warn", "warn")
    kept = kept_at(tmp_path, "landing")
    kept.parent.mkdir()
    kept.write_text(GateOutcome("landing", "", [remark]).to_json())
    report = run(load_settings(tmp_path), ["scms"])
    assert report.gates["landing"].remarks == [remark]
