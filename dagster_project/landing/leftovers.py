"""What a landing that was killed has left: files under the name they are written under, which nothing ever reads."""

from __future__ import annotations

from pathlib import Path

from .ledger import LEDGER, REFUSED

_FOLDERS = ("raw", "quarantine", LEDGER, REFUSED)


def discard_unfinished(home: Path) -> list[Path]:
    """Remove half-written files from the home's landing folders; those removed.

    Only the holder of the run lock may call this: to anybody else they may be another run's work. A finished file that
    no ledger record names stays: it is invisible, and landing its batch writes it again under the same name.
    """
    found = [path for folder in _FOLDERS for path in (home / folder).rglob(".*.tmp") if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return found
