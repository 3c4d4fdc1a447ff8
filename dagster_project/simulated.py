"""The bundled company that is simulated: made once in a home folder, landed as any source, replaced whole.

Its folder is named by a fingerprint of all that decides its bytes: a changed simulator makes a new company, and a run
with nothing new simulates nothing.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from dagster_project.errors import UsageError
from dagster_project.freshness import require_full_build
from dagster_project.landing import LandingResult, land, landed_before
from dagster_project.landing.contents import ledger_name_of
from dagster_project.landing.ledger import LEDGER
from dagster_project.landing.replacing import replaced_records, require_one_company, withdraw
from dagster_project.landing.sources.registry import simulated_sources, simulation_of, source_batches
from dagster_project.settings import PROJECT_ROOT, Settings

Progress = Callable[[str, int, int], None]

_PROJECT = PROJECT_ROOT / "dagster_project"
# The contract says by which keys a row is told again; the libraries draw and write.
_MAKERS, _LIBRARIES = ("simulation", "contract"), ("numpy", "polars")
_CODE = (".py", ".yml")
_BATCHES = "batches"


def source_systems(settings: Settings, sources: Sequence[str]) -> set[str]:
    """Companies that the sources land; UsageError where one cannot be used, before anything is written for it."""
    found: set[str] = set()
    for source in sources:
        if _is_simulated(source):
            require_one_company(source, source, settings.home)
            found.add(source)
        else:
            found.update(batch.source_system for batch in source_batches(source))
    return found


def land_source(settings: Settings, source: str, progress: Progress) -> LandingResult:
    """Land a source, and first simulate the company where that is what it is and it has not been made yet.

    The caller holds the home's run lock. Batches of a company that was simulated before go when the new one is there.
    """
    if not _is_simulated(source):
        return land(source, settings.home)
    require_one_company(source, source, settings.home)
    folder = _folder(settings, source)
    if not folder.is_dir():
        _make(settings, source, folder, progress)
    replaced = _replaced(settings, source, folder)
    if replaced:
        require_full_build(settings)
        withdraw(replaced, settings.home)
    _keep_only(folder)
    result = land(_specification(source, folder), settings.home, lambda done, total: progress("Landing", done, total))
    result.replaced = len(replaced)
    return result


def source_landed_before(settings: Settings, source: str) -> LandingResult | None:
    """The result of landing a source of which nothing is left to land or to replace; None where something is."""
    if not _is_simulated(source):
        return landed_before(source, settings.home)
    folder = _folder(settings, source)
    found = landed_before(_specification(source, folder), settings.home) if folder.is_dir() else None
    in_ledger = len(list((settings.home / LEDGER / source).glob("*.json")))
    return found if found is not None and len(found.batches) == in_ledger else None


def told_of_company(settings: Settings, source: str) -> tuple[str, str]:
    """Whether the company has been made in the home: "made", "to be made" or "to be replaced", and how large it is."""
    folder = _folder(settings, source)
    beside = [path for path in settings.simulated.glob(f"{source}-*") if path != folder]
    state = "made" if folder.is_dir() else "to be replaced" if beside else "to be made"
    return state, f"{settings.simulated_orders:,} orders"


def _is_simulated(source: str) -> bool:
    name, colon, _ = source.partition(":")
    if name in simulated_sources() and colon:
        raise UsageError(f"The source {name} is simulated and takes no folder.", "Write --source canonical:FOLDER.")
    return name in simulated_sources()


def _specification(source: str, folder: Path) -> str:
    return f"{source}:{folder / _BATCHES}"


def _folder(settings: Settings, source: str) -> Path:
    parts = {
        "orders": settings.simulated_orders,
        **simulation_of(source),
        "simulator": {
            path.relative_to(_PROJECT).as_posix(): sha256(path.read_bytes()).hexdigest()
            for maker in _MAKERS
            for path in sorted((_PROJECT / maker).rglob("*"))
            if path.suffix in _CODE
        },
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    fingerprint = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return settings.simulated / f"{source}-{fingerprint[:12]}"


def _make(settings: Settings, source: str, folder: Path, progress: Progress) -> None:
    """Simulate under another name, and give the folder its own in one step when it is whole."""
    from dagster_project.simulation import load_company, simulate

    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    for left in settings.simulated.glob(".*.tmp"):
        shutil.rmtree(left)
    asked = simulation_of(source)
    company = load_company(settings.simulated_orders, asked["months"], asked["seed"])
    simulate(company, unfinished, progress, counterfactuals=False)
    unfinished.rename(folder)


def _replaced(settings: Settings, source: str, folder: Path) -> list[Path]:
    if not (settings.home / LEDGER / source).is_dir():
        return []
    batches = source_batches(_specification(source, folder))
    return replaced_records(source, {ledger_name_of(batch) for batch in batches}, settings.home)


def _keep_only(folder: Path) -> None:
    """Remove companies of the same name that were made before."""
    name = folder.name.rpartition("-")[0]
    for other in folder.parent.glob(f"{name}-*"):
        if other != folder:
            shutil.rmtree(other)
