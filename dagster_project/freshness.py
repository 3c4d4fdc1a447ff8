"""Whether the build that serves is what a run would make anew: what a build is made of, and what was noted of it.

A note is removed before the warehouse is touched and written again by one rename once everything has been built, and
published. A run that fails or is killed in between leaves no note, so the next one builds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_project.landing.ledger import write_json
from dagster_project.publishing.builds import build_path, current, is_database
from dagster_project.settings import Settings
from expectations.outcome import LET_PASS

_MODELS = (".sql", ".yml", ".csv")
_CODE = (".py", ".yml")
_CODE_FOLDERS = ("dagster_project", "expectations")
_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
# Where things lie and how many builds are kept changes no figure; what is simulated does once it has landed.
_NOT_IN_FIGURES = ("home", "project_root", "keep_builds", "drop_folder", "simulated_orders")


def project_fingerprint(settings: Settings) -> str:
    """Hash of everything that decides what the models say; another one asks for a full rebuild."""
    return _fingerprint((settings.dbt_dir, settings.seeds_dir / "reference"), _MODELS)


def inputs(settings: Settings, as_of: dict[str, str]) -> str:
    """Hash of all that a build is made of: what has landed, project, code, engines, as-of, and what was let pass.

    `as_of`: source -> day or instant that overrides the declared one. The run lock must be held, or nothing be landing.
    """
    told = {name: value for name, value in asdict(settings).items() if name not in _NOT_IN_FIGURES}
    parts = {
        "ledger": _digest(settings.ledger, settings.ledger.rglob("*.json")),
        "project": project_fingerprint(settings),
        "code": _fingerprint((settings.project_root / name for name in _CODE_FOLDERS), _CODE),
        "engines": {name: version(name) for name in _ENGINES},
        "settings": told,
        "as_of": as_of,
        "let_pass": _digest(settings.home, settings.home.glob(LET_PASS)),
    }
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def forget(settings: Settings) -> None:
    """Take back what was noted: the warehouse is about to change."""
    for note in (_built(settings), _published(settings)):
        note.unlink(missing_ok=True)


def built_project(settings: Settings) -> Path:
    """Where the fingerprint of the project that the warehouse was built with is kept; absent: build all of it anew."""
    return settings.dbt_target / "fingerprint"


def require_full_build(settings: Settings) -> None:
    """Have the next build make every fact anew, since rows that facts were made of are about to go."""
    forget(settings)
    built_project(settings).unlink(missing_ok=True)


def note_built(settings: Settings, made_of: str) -> None:
    """Note what the warehouse was built of, now that all of it has been."""
    write_json(_built(settings), {"inputs": made_of})


def note_published(settings: Settings, build_id: str) -> None:
    """Note what the build that now serves was made of; nothing, where the warehouse does not say."""
    made_of = _read(_built(settings)).get("inputs")
    if made_of:
        write_json(_published(settings), {"build_id": build_id, "inputs": made_of})


def is_up_to_date(settings: Settings, as_of: dict[str, str]) -> bool:
    """True where the build that serves is the one last published, is whole, and was made of what there is now.

    Of what was known at an earlier instant nothing serves: the build is the one that was last made of it.
    """
    noted = _read(_published(settings))
    serving = current(settings.home) if settings.known_at is None else noted.get("build_id")
    if serving is None or noted.get("build_id") != serving or not is_database(build_path(settings.home, serving)):
        return False
    return bool(noted.get("inputs") == inputs(settings, as_of))


def last_published(settings: Settings) -> str | None:
    """Id of the build that was last published, where it was noted what it was made of."""
    return _read(_published(settings)).get("build_id")


def _built(settings: Settings) -> Path:
    return settings.warehouse.parent / "made-of.json"


def _published(settings: Settings) -> Path:
    return settings.builds / "made-of.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _fingerprint(folders: Iterable[Path], suffixes: tuple[str, ...]) -> str:
    return "".join(
        _digest(folder, (path for path in folder.rglob("*") if path.suffix in suffixes)) for folder in folders
    )


def _digest(root: Path, paths: Iterable[Path]) -> str:
    """Hash of files by their place under `root` and their bytes."""
    digest = sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root).as_posix()} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
