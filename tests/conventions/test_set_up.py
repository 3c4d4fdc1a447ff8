"""The set-up script: which Python it takes, what it says where there is none, and that it does not install twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT

SCRIPT = PROJECT_ROOT / "requirements" / "install.sh"
TOOLS = ("sh", "dirname", "cat", "cmp", "grep", "sed", "awk", "tail", "rm", "pwd")


@pytest.fixture
def machine(tmp_path):
    """A machine with the usual tools and no Python at all."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = next((Path(folder) / name for folder in ("/bin", "/usr/bin") if (Path(folder) / name).exists()), None)
        if found is not None:
            (tools / name).symlink_to(found)
    return tmp_path


def add_python(machine: Path, name: str, script: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def set_up(machine: Path, python: str = "", lock: str = "runtime") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine / "bin"), "VENV": str(machine / "venv"), "PYTHON": python}
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), lock], env=environment, capture_output=True, text=True, check=False, cwd=machine
    )


def test_a_machine_without_python_is_told_which_one_is_needed(machine):
    done = set_up(machine)
    assert done.returncode == 2
    assert "needs Python 3.11 or 3.12, and none was found" in done.stderr
    assert "make install PYTHON=" in done.stderr


def test_a_name_on_the_path_that_starts_nothing_is_passed_over(machine):
    for name in ("python3.12", "python3.11", "python3"):
        add_python(machine, name, "echo 'version is not installed' >&2; exit 127")
    done = set_up(machine, lock="dev")
    assert done.returncode == 2
    assert "version is not installed" not in done.stderr
    assert "make install-dev PYTHON=" in done.stderr


def test_a_python_without_its_venv_module_is_explained(machine):
    add_python(machine, "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = set_up(machine)
    assert done.returncode == 2
    assert "python3 comes without its venv module" in done.stderr
    assert "python3-venv" in done.stderr


def test_a_python_that_was_named_and_does_not_fit_is_not_replaced_by_another(machine):
    add_python(machine, "python3", "exit 0")
    done = set_up(machine, python="/no/such/python")
    assert done.returncode == 2
    assert "PYTHON=/no/such/python is not a Python 3.11 or 3.12" in done.stderr


@pytest.mark.parametrize(
    ("installed", "asked", "is_done"),
    [("runtime", "runtime", True), ("dev", "runtime", True), ("dev", "dev", True), ("runtime", "dev", False)],
)
def test_what_is_installed_is_not_installed_again(machine, installed, asked, is_done):
    venv = machine / "venv"
    (venv / "bin").mkdir(parents=True)
    add_python(machine, "../venv/bin/python", 'case "$*" in *"pip --version"*|-c*) ;; *) echo pip; exit 1;; esac')
    parts = (f"requirements/{installed}.lock", "pyproject.toml")
    told = "".join((PROJECT_ROOT / part).read_text(encoding="utf-8") for part in parts)
    (venv / f".installed-{installed}").write_text(f"{PROJECT_ROOT}\n{told}", encoding="utf-8")
    done = set_up(machine, lock=asked)
    assert (done.returncode == 0) is is_done
    assert (done.stdout == "") is is_done


def test_a_failed_installation_shows_its_end_and_is_tried_again(machine):
    (machine / "venv" / "bin").mkdir(parents=True)
    add_python(
        machine, "../venv/bin/python", 'case "$*" in *"pip --version"*|-c*) ;; *) echo no space left; exit 1;; esac'
    )
    for _ in range(2):
        done = set_up(machine)
        assert done.returncode == 1
        assert "no space left" in done.stderr
        assert "install.log" in done.stderr


def test_make_needs_no_other_shell_than_sh():
    for script in (SCRIPT,):
        assert subprocess.run(["/bin/sh", "-n", str(script)], check=False).returncode == 0
    assert sys.version_info >= (3, 11)
    assert os.access(SCRIPT, os.X_OK)


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_share_a_worker(request: pytest.FixtureRequest) -> None:
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("tests are not shared out over workers")
    assert request.node.nodeid.endswith("@together")
