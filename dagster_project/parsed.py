"""A parsed dbt project, kept in the home folder: reading it back takes a tenth of a second, parsing some eight."""

from __future__ import annotations

import os
import shutil
from argparse import Namespace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.flags import set_from_args
from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

from dagster_project.freshness import project_fingerprint
from dagster_project.settings import Settings

_READERS = ("dbt-core", "dbt-duckdb")


def project_key(settings: Settings, engine: str) -> str:
    """What a parsed project depends on: its files and their place, the engine it is for, and what parsed it."""
    versions = [f"{name} {version(name)}" for name in _READERS]
    parts = [project_fingerprint(settings), str(settings.dbt_dir), engine, *versions]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def read_parsed(settings: Settings, key: str) -> Manifest | None:
    """The project that was kept under the key; None where there is none, or it cannot be read."""
    try:
        data = _path(settings, key).read_bytes()
        manifest: Manifest = Manifest.from_msgpack(data, decoder=extended_mashumuro_decoder)
    except Exception:  # whatever is wrong with the file: parsing again puts it right
        return None
    # Parsing would have set dbt's flags, which writing a manifest down looks at.
    set_from_args(Namespace(project_dir=str(settings.dbt_dir), profiles_dir=str(settings.dbt_dir)), {})
    manifest.build_flat_graph()
    return manifest


def keep_parsed(settings: Settings, key: str, manifest: Manifest) -> None:
    """Keep a parsed project by one rename, and remove those kept before it."""
    path = _path(settings, key)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(manifest.to_msgpack(extended_mashumaro_encoder))
    os.replace(temporary, path)
    for other in path.parent.glob("parsed-*.msgpack"):
        if other != path:
            other.unlink(missing_ok=True)


def lend_parsed(settings: Settings, other: Settings) -> None:
    """Give another folder the parsed project that this home keeps."""
    other.dbt_target.mkdir(parents=True, exist_ok=True)
    for kept in settings.dbt_target.glob("parsed-*.msgpack"):
        shutil.copyfile(kept, other.dbt_target / kept.name)


def _path(settings: Settings, key: str) -> Path:
    return settings.dbt_target / f"parsed-{key}.msgpack"
