"""The lock files: complete, hashed, tied to no index, and one a superset of the other."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dagster_project.settings import PROJECT_ROOT

LOCKS = ("runtime", "dev", "spark")


def text(name: str) -> str:
    return (PROJECT_ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def entries(name: str) -> list[str]:
    """One text per locked package: the pin, its marker and its hashes."""
    return [entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text(name)) if "==" in entry]


def pins(name: str) -> dict[str, set[str]]:
    """Package -> versions; more than one where they differ by Python version."""
    found: dict[str, set[str]] = {}
    for entry in entries(name):
        package, _, rest = entry.partition("==")
        found.setdefault(canonicalize_name(package), set()).add(re.split(r"[\s;\\]", rest)[0])
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name):
    assert [entry.split()[0] for entry in entries(name) if "--hash=sha256:" not in entry] == []
    assert len(entries(name)) > 50


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_index_or_an_address(name):
    assert re.findall(r"--(?:extra-)?index-url|--find-links|https?:|file:", text(name)) == []


def test_the_development_lock_holds_the_runtime_lock_at_the_same_versions():
    development = pins("dev")
    assert {name: found for name, found in pins("runtime").items() if development.get(name) != found} == {}


def test_what_the_project_declares_is_what_is_locked():
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = pins("runtime")
    declared = [Requirement(item) for item in project["dependencies"]]
    outside = [
        str(item)
        for item in declared
        if not all(item.specifier.contains(found) for found in locked.get(canonicalize_name(item.name), {"0"}))
    ]
    assert outside == []
    assert [str(item) for item in declared if canonicalize_name(item.name) not in locked] == []


def test_everything_installed_without_isolation_is_locked():
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["build-system"]["requires"]) | {"editables"} <= set(pins("runtime"))
