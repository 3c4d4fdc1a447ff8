"""What the doctor finds, and what it says to do."""

from __future__ import annotations

import shutil
import socket
from collections import namedtuple

import pytest

from dagster_project import doctor
from dagster_project.doctor import Check, check, has_failed, locked_versions
from dagster_project.publishing.builds import current
from dagster_project.runlock import run_lock
from dagster_project.settings import Settings
from tests.builders import BuildRows, write_build

Usage = namedtuple("Usage", "total used free")


def found(home, name) -> Check:
    return next(item for item in check(home) if item.name == name)


@pytest.fixture
def home(tmp_path):
    write_build(tmp_path, BuildRows(()))
    return tmp_path


def test_a_healthy_home_fails_nothing_and_names_the_build_and_its_age(home):
    assert not has_failed(check(home))
    build = found(home, "published build")
    assert build.status == "ok"
    assert current(home) in build.found
    assert build.found.endswith("old")


def test_a_new_home_is_made_by_the_first_run_and_has_no_build_yet(tmp_path):
    home = tmp_path / "new"
    assert "first run" in found(home, "home folder").found
    assert found(home, "published build") == Check("published build", "warn", "none", "Run `orderlens run`.")
    assert not has_failed(check(home))
    assert not home.exists()


def test_every_finding_that_is_not_ok_has_a_remedy(tmp_path):
    assert all(item.remedy for item in check(tmp_path) if item.status != "ok")


def test_a_build_that_is_gone_fails(home):
    (home / "builds" / f"{current(home)}.duckdb").unlink()
    assert found(home, "published build").status == "fail"
    assert has_failed(check(home))


def test_a_build_that_cannot_be_read_fails(home):
    (home / "builds" / f"{current(home)}.duckdb").write_bytes(b"nothing")
    build = found(home, "published build")
    assert (build.status, build.remedy) == ("fail", "Run `orderlens builds rollback`.")


def test_a_pointer_that_is_no_build_id_fails_without_a_traceback(home):
    (home / "builds" / "CURRENT").write_text("../elsewhere")
    assert found(home, "published build").status == "fail"


def test_a_warehouse_that_cannot_be_read_fails(home):
    warehouse = Settings(home=home).warehouse
    warehouse.parent.mkdir()
    warehouse.write_bytes(b"nothing")
    assert found(home, "warehouse").status == "fail"


def test_a_run_at_work_is_named_and_not_disturbed(home):
    with run_lock(home):
        assert found(home, "run").status == "warn"
        assert "is at work" in found(home, "run").found
    assert found(home, "run").status == "ok"


def test_whether_the_simulated_company_has_been_made_is_told(home):
    assert found(home, "simulated nordhaven").found == "600 orders, made by the first run"
    (home / "simulated" / "nordhaven-0123456789ab").mkdir(parents=True)
    assert "made anew" in found(home, "simulated nordhaven").found


def test_a_home_below_a_file_fails(tmp_path):
    (tmp_path / "file").touch()
    assert found(tmp_path / "file" / "home", "home folder").status == "fail"


@pytest.mark.parametrize(("free", "status"), [(10 * 1024**3, "ok"), (1024**3, "warn"), (1024**2, "fail")])
def test_a_disk_that_runs_full_is_told(home, monkeypatch, free, status):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free, 0, free))
    assert found(home, "disk").status == status


def test_a_version_that_is_not_the_locked_one_is_told(home, monkeypatch):
    monkeypatch.setattr(doctor, "locked_versions", lambda: {"polars": "0.1"})
    assert found(home, "polars").status == "warn"
    assert "locked is 0.1" in found(home, "polars").found


def test_a_package_that_is_not_installed_fails(home, monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package",))
    assert found(home, "no-such-package").status == "fail"


def test_the_lock_file_pins_what_the_doctor_looks_at():
    assert set(doctor.PACKAGES) <= set(locked_versions())


def test_without_a_lock_file_versions_are_only_shown(tmp_path):
    assert locked_versions(tmp_path / "none.lock") == {}


def test_a_port_in_use_is_only_a_warning(home, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(doctor, "DEFAULT_PORT", other.getsockname()[1])
        assert found(home, "port").status == "warn"


def test_no_browser_is_only_a_warning(home, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(home / "none"))
    assert found(home, "Chromium").status == "warn"
    monkeypatch.setenv("BROWSER_PATH", str(home / "builds" / "CURRENT"))
    assert found(home, "Chromium").status == "ok"


def test_a_python_that_is_too_new_fails(home, monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 13, 0, "final", 0))
    assert found(home, "Python").status == "fail"
