"""A reader of a home in a process of its own: `python -m tests.concurrency.reading KIND HOME THREADS`.

KIND is `pages` (as the page server reads: sessions in threads over one cache) or `commands` (as the command line
reads: one connection per call). Each reading asks everything that a page asks, and records what it saw, until the
file `stop` is in the home. What was seen is printed as JSON: one list per thread of `[builds, markers]`, or the error.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboards.queries.build import Build, open_build
from dashboards.queries.kpi import answer, trend
from dashboards.queries.obligations import ObligationsRequest, list_obligations
from dashboards.queries.records import batches, dimension_values
from dashboards.queries.request import EVERYTHING, KpiRequest
from dashboards.queries.sources import sources

Seen = tuple[set[str], set[str]]
KPIS = ("otif", "on_time", "in_full")
SOURCE, CUSTOMER = "acme", "customer"
# Seconds between two readings: readers that never pause take the processor from the one who publishes.
PAUSE = 0.1


def read_as_a_command(home: Path) -> Seen:
    """Open the build that is served, and ask what the command line can ask."""
    with open_build(home) as build:
        return {build.build_id, *_builds(build)}, _markers(build)


def _builds(build: Build) -> set[str]:
    return {answer(build.cursor(), KpiRequest(kpi, source=SOURCE)).build_id for kpi in KPIS}


def _markers(build: Build) -> set[str]:
    listed = list_obligations(build.cursor(), ObligationsRequest(SOURCE)).rows
    monthly = trend(build.cursor(), KpiRequest("otif", source=SOURCE))
    assert monthly
    return {
        *(str(one.title) for one in sources(build.cursor())),
        *(row["source_file"] for row in batches(build.cursor(), SOURCE)),
        *(row["value"] for row in dimension_values(build.cursor(), SOURCE, CUSTOMER)),
        *(row["customer_id"] for row in listed),
    }


def read_as_a_page(home: Path) -> Seen:
    """What one script run of the page server does, through the cache that its sessions share."""
    from dashboards import cache

    with cache.serving(home) as build_id:
        place = (str(home), build_id)
        requests = [KpiRequest(kpi, source=SOURCE) for kpi in KPIS]
        builds = {cache.answer(*place, request, EVERYTHING).build_id for request in requests}
        assert cache.trend(*place, requests[0], EVERYTHING)
        listed = cache.obligations(*place, ObligationsRequest(SOURCE), EVERYTHING).rows
        markers = {
            *(str(one.title) for one in cache.company_list(*place, EVERYTHING)),
            *(row["source_file"] for row in cache.landing(*place, SOURCE)["batches"]),
            *cache.member_labels(*place, SOURCE, "sales", EVERYTHING)[CUSTOMER],
            *(row["customer_id"] for row in listed),
        }
        return {build_id, *builds}, {marker.partition(" ")[0] for marker in markers}


READINGS: dict[str, Callable[[Path], Seen]] = {"pages": read_as_a_page, "commands": read_as_a_command}


def _read_until_told(kind: str, home: Path, seen: list[Any]) -> None:
    try:
        while not (home / "stop").exists():
            builds, markers = READINGS[kind](home)
            seen.append([sorted(builds), sorted(markers)])
            time.sleep(PAUSE)
    except Exception:
        seen.append(traceback.format_exc())


def main(kind: str, home: Path, threads: int) -> None:
    """Read in threads until told to stop, then print what each saw."""
    if kind == "pages":
        logging.disable(logging.CRITICAL)
        import dashboards.cache  # noqa: F401
    seen: list[list[Any]] = [[] for _ in range(threads)]
    readers = [threading.Thread(target=_read_until_told, args=(kind, home, one)) for one in seen]
    (home / f"ready-{kind}-{threading.get_native_id()}").touch()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
