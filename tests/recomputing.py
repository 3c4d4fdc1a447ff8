"""Runs `docs/evidence/recompute.py` as somebody without OrderLens would: by itself, on one file."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "docs" / "evidence" / "recompute.py"
SCHEMA = ROOT / "docs" / "evidence" / "evidence.schema.json"


def recomputed(path: Path) -> tuple[Decimal, ...]:
    """Numerator and denominator that the script prints; empty where nothing has fallen due."""
    # -I: neither the folder it is run in nor PYTHONPATH is on the path.
    call = [sys.executable, "-I", str(SCRIPT), str(path)]
    done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=path.parent)
    return tuple(Decimal(part) for part in done.stdout.split())


def run_inside(evidence: dict[str, Any]) -> tuple[Decimal, ...]:
    """The same script on evidence in memory, for tests that run it many times."""
    printed: list[Any] = []
    source = SCRIPT.read_text(encoding="utf-8")
    reading = 'json.loads("".join(fileinput.input(openhook=fileinput.hook_compressed, encoding="utf-8")))'
    assert source.count(reading) == 1
    names = {"given": evidence, "print": lambda *parts: printed.extend(parts)}
    exec(compile(source.replace(reading, "given"), str(SCRIPT), "exec"), names)
    return tuple(Decimal(part) for part in printed)


def content_hash(evidence: dict[str, Any]) -> str:
    """The hash of the content as docs/evidence.md tells to compute it."""
    content = {name: value for name, value in evidence.items() if name != "sha256"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
