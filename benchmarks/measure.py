"""One command in a fresh process: how long it took, what it used, and what it said."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time, seconds of processor time, and the most memory held at once, in MB (10^6 bytes)."""

    wall: float
    cpu: float
    memory: float


class CommandFailed(Exception):
    """A measured command ended with an error; the message ends with what it said."""


def measure(command: Sequence[str], folder: Path) -> tuple[Cost, str]:
    """Run a command and wait for it: its cost and its standard output. CommandFailed where it does not end with 0.

    Processor time holds that of its own processes too; memory is that of the largest of them.
    """
    with (folder / "output.txt").open("w+", encoding="utf-8") as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True, env=_environment())
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if process.returncode:
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}: {said[-1500:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6), said


def _environment() -> dict[str, str]:
    """This one, but for what would have every process compile the code anew, which no user's does."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def median(costs: Sequence[Cost]) -> Cost:
    """The medians of wall and processor time, and the most memory of all."""
    return Cost(
        statistics.median(item.wall for item in costs),
        statistics.median(item.cpu for item in costs),
        max(item.memory for item in costs),
    )
