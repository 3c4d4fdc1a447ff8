"""The drop folder: which batches lie there complete, what they hold, and what is foreign. Nothing in it is changed.

A folder named after a bundled source that has files holds that source's files; any other folder holds files named after
the contract's entities, and is a batch of the canonical source.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.errors import UsageError

from .sources.canonical.folder import BATCH_FILE
from .sources.registry import CANONICAL, mapped_sources, source_batches

# What copying programs call a file that they have not finished.
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".download", "~")
_NAME = re.compile(r"(?!.*\.\.\.)[\w][\w .+@-]*")


@dataclass(frozen=True)
class DroppedBatch:
    """A batch in the drop folder.

    `name` is its folder's, `source` the source specification that lands it, `files` what lands (with _batch.json),
    `foreign` the files beside them, as paths below the drop folder. `state` changes whenever any file in the folder
    does, one that is still being copied included.
    """

    name: str
    source: str
    folder: Path
    files: tuple[Path, ...]
    foreign: tuple[str, ...]
    state: str

    def content(self) -> str:
        """Hash of what would land, whatever its folder is called; OSError where a file cannot be read."""
        digest = hashlib.sha256(self.source.partition(":")[0].encode())
        for path in self.files:
            with path.open("rb") as handle:
                read = hashlib.file_digest(handle, "sha256").hexdigest()
            digest.update(f"\n{path.relative_to(self.folder).as_posix()} {read}".encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Survey:
    """What lies in a drop folder: batches, folders that are not one yet with the reason, and foreign files."""

    batches: tuple[DroppedBatch, ...] = ()
    waiting: dict[str, str] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()

    @property
    def all_foreign(self) -> tuple[str, ...]:
        """Foreign files of the drop folder and of its batches, as paths below the drop folder."""
        return tuple(sorted([*self.foreign, *(name for batch in self.batches for name in batch.foreign)]))


def survey(drop: Path) -> Survey:
    """Look at every folder of the drop folder; an empty survey where it is not there."""
    if not drop.is_dir():
        return Survey()
    batches, waiting = [], {}
    for folder in sorted(path for path in drop.iterdir() if path.is_dir() and not is_hidden(path.name)):
        try:
            batches.append(dropped_batch(drop, folder.name))
        except UsageError as error:
            waiting[folder.name] = str(error)
        except OSError as error:
            waiting[folder.name] = f"It cannot be read: {error.strerror or error}."
    foreign = [path.name for path in sorted(drop.iterdir()) if path.is_file() and not _is_passed_over(path)]
    return Survey(tuple(batches), waiting, tuple(foreign))


def dropped_batch(drop: Path, name: str) -> DroppedBatch:
    """The batch in a folder of the drop folder; UsageError says what it lacks, OSError that it cannot be read."""
    folder = drop / name
    if not _NAME.fullmatch(name):
        raise UsageError(f"The folder {name!r} cannot name a batch.", "Use letters, digits, dots, dashes.")
    if not folder.is_dir():
        raise UsageError(f"There is no folder {name} in {drop} any more.", "Put it back to land it again.")
    source = f"{name if name in mapped_sources() else CANONICAL}:{folder}"
    batches = source_batches(source)
    inside = sorted(path for path in folder.rglob("*") if path.is_file())
    landing = {item.path for batch in batches for item in batch.files}
    unfinished = [path.name for path in sorted(landing) if _is_passed_over(path)]
    if unfinished:
        raise UsageError(f"{', '.join(unfinished)} is not finished.", "It is taken when the copy has its final name.")
    is_canonical = source.startswith(f"{CANONICAL}:")
    files = tuple(path for path in inside if path in landing or (is_canonical and path.name == BATCH_FILE))
    foreign = [path for path in inside if path not in files and not _is_passed_over(path)]
    return DroppedBatch(
        name=name,
        source=source,
        folder=folder,
        files=files,
        foreign=tuple(path.relative_to(drop).as_posix() for path in foreign),
        state=_state(folder, inside),
    )


def _state(folder: Path, files: list[Path]) -> str:
    told = [
        (path.relative_to(folder).as_posix(), stat.st_size, stat.st_mtime_ns) for path in files if (stat := path.stat())
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def is_hidden(name: str) -> bool:
    """Whether a name is one that listings leave out."""
    return name.startswith(".")


def _is_passed_over(path: Path) -> bool:
    return is_hidden(path.name) or path.name.lower().endswith(_UNFINISHED)
