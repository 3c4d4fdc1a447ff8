"""Find the source a name stands for: a bundled one, whose files lie here or are simulated, or a canonical folder."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dagster_project.errors import UsageError
from dagster_project.yaml_files import read_yaml

from . import SourceBatch, SourceInfo
from .canonical.folder import canonical_batches
from .mapped import mapped_batches

HERE = Path(__file__).parent
SEEDS = HERE.parents[2] / "seeds" / "sources"
CANONICAL = "canonical"


@cache
def bundled_sources() -> tuple[str, ...]:
    """Names of the sources that `run` lands when none is named."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/source.yml")))


@cache
def simulated_sources() -> tuple[str, ...]:
    """Names of the bundled sources that have no files of their own: a home folder holds what is simulated of them."""
    return tuple(name for name in bundled_sources() if "simulated" in _read(HERE / name / "source.yml"))


def mapped_sources() -> tuple[str, ...]:
    """Names of the bundled sources whose files are mapped to the contract."""
    return tuple(name for name in bundled_sources() if name not in simulated_sources())


def simulation_of(name: str) -> dict[str, int]:
    """Over how many `months` and from which `seed` a source is simulated."""
    told: dict[str, int] = _read(HERE / name / "source.yml")["simulated"]
    return told


def source_info(source_system: str, about: Mapping[str, Any] = MappingProxyType({})) -> SourceInfo:
    """What a source says of itself; a canonical folder's own name where nothing is declared.

    `about`: what its newest batch says of its company. A simulated one of the bundled name may be another company, so
    what its batches say goes before what is declared here.
    """
    path = HERE / source_system / "source.yml"
    if path.is_file():
        own = _read(path)
        return SourceInfo.of({**own, **about} if source_system in simulated_sources() else own)
    unnamed = {"title": source_system, "description": "Files named after the entities of the data contract"}
    return SourceInfo.of({**unnamed, **about})


def source_batches(spec: str) -> list[SourceBatch]:
    """Batches of "scms", of "scms:FOLDER" or of "canonical:FOLDER"; UsageError names the nearest where none fits.

    A simulated source comes with the folder in which its batches lie.
    """
    name, _, location = spec.partition(":")
    if name == CANONICAL:
        if not location:
            raise UsageError("The source canonical needs a folder.", "Write --source canonical:FOLDER.")
        return canonical_batches(Path(location).expanduser())
    if name not in bundled_sources():
        known = [*bundled_sources(), f"{CANONICAL}:FOLDER"]
        near = [*difflib.get_close_matches(name, known, n=1, cutoff=0.5), *known]
        raise UsageError(f"There is no source {name!r}.", f"Known sources: {', '.join(dict.fromkeys(near))}.")
    if name in simulated_sources():
        return [replace(batch, source_system=name, origin=name) for batch in canonical_batches(Path(location))]
    folder = Path(location).expanduser() if location else SEEDS / name
    return mapped_batches(name, _read(HERE / name / "source.yml"), folder)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(path)
    return content
