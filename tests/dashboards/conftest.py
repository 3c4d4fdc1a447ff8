"""Homes with published builds, the pages run headless, and the pages in a real browser."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import BuildRows, Obligation, SourceRow, day, write_build
from tests.dashboards.companies import BUYER, DOCK, bought, shipped

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "dashboards" / "app.py"
CASE = ROOT / "tests" / "cases" / "filters-survive-navigation"
OTIF_PAGE, DATA_PAGE = "app_pages/managers/otif.py", "app_pages/data/trust.py"
COMPANIES_PAGE = "app_pages/managers/companies.py"

EVENT = {
    "source_system": "acme",
    "source_entity": "deliveries",
    "batch_id": "b1",
    "known_from": datetime(1, 1, 1),
    "known_to": datetime(9999, 12, 31),
}


def acme() -> list[Obligation]:
    """Twenty obligations of acme (four failed, two lines an order), some open, one cancelled, one without a promise."""
    due = day("2026-01-05")
    held = [
        Obligation(
            f"SO-{number // 2:03}",
            line_no=str(10 + number % 2),
            due=due + timedelta(days=number % 3),
            arrivals=((due + timedelta(days=20 if number < 4 else 0), 10),),
            customer="C1" if number < 8 else "C2",
            product=f"P{number % 4}",
            region="South" if number % 2 else "North",
        )
        for number in range(20)
    ]
    later = [Obligation("SO-LATER", due=day("2026-03-01")), Obligation("SO-NONE")]
    return [*held, *later, Obligation("SO-GONE", due=due, cancelled=(day("2026-01-02"), "customer"))]


def events() -> list[dict[str, Any]]:
    """The two events of SO-000/10/1: when it was received, and the late delivery on line 7 of deliveries.csv."""
    key = Obligation("SO-000", line_no="10").obligation_key
    return [
        {
            **EVENT,
            "obligation_key": key,
            "event_kind": "received",
            "occurred_date": date(2025, 12, 20),
            "initiator": "customer",
            "source_file": "orders.csv",
            "source_line": 2,
            "source_entity": "orders",
        },
        {
            **EVENT,
            "obligation_key": key,
            "event_kind": "delivered",
            "occurred_at": datetime(2026, 1, 25, 9),
            "occurred_date": date(2026, 1, 25),
            "quantity": 10,
            "initiator": "us",
            "reference": "D-1",
            "source_file": "deliveries.csv",
            "source_line": 7,
        },
    ]


def untold() -> list[Obligation]:
    """Ten obligations of a company that records deliveries without quantities, and no commitments; two are late."""
    due = day("2026-01-10")
    return [
        Obligation(
            f"N-{number}",
            source="nordic",
            due=due,
            is_fallback=True,
            arrivals=((due + timedelta(days=2 if number < 2 else 0), None),),
            customer="=Evil & <b>Co</b>",
        )
        for number in range(10)
    ]


SOURCES = (
    SourceRow(title="Acme Machines"),
    SourceRow(
        source="nordic",
        title="Nordic Parts",
        lacks=("deliveries.accepted",),
        has_commitments=False,
        is_synthetic=True,
    ),
)
BATCH = {"source_system": "acme", "batch_id": "b1", "content_hash": "h", "extracted_at": datetime(2026, 1, 31, 12)}
LANDED = {
    "batches": [
        {**BATCH, "entity": "orders", "source_file": "orders.csv", "landed": 25, "accepted": 23, "quarantined": 2}
    ],
    "quarantined": [
        {
            **{name: BATCH[name] for name in ("source_system", "batch_id", "extracted_at")},
            "entity": "orders",
            "row_key": f"SO-Q{line}",
            "rule": "not_a_date",
            "column_name": "received_at",
            "value": "31/31/2026",
            "message": "31/31/2026 is not a date",
            "source_file": "orders.csv",
            "source_line": line,
            "raw_record": "{}",
        }
        for line in (8, 9)
    ],
    "refused": [
        {
            "source_system": "acme",
            "batch_id": "b1",
            "source_file": "shipments.csv",
            "message": "shipment_id is missing",
            "remedy": "Map it in source.yml.",
        }
    ],
}


def write_acme(home: Path, build_id: str = "build-2", obligations: list[Obligation] | None = None) -> None:
    """Publish acme and nordic into a home."""
    told = acme() if obligations is None else obligations
    write_build(home, BuildRows([*told, *untold()], SOURCES, events=events(), build_id=build_id, **LANDED))


def write_companies(home: Path, build_id: str = "build-4") -> None:
    """Publish four companies: acme, nordic, one that only buys, one without deliveries."""
    told = [*acme(), *untold(), *bought(), *shipped()]
    write_build(home, BuildRows(told, (*SOURCES, BUYER, DOCK), events=events(), build_id=build_id, **LANDED))


def case_obligations() -> list[Obligation]:
    """The obligations of the case filters-survive-navigation, read from its files."""

    def rows(name: str) -> list[dict[str, str]]:
        with (CASE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    regions = {row["address_id"]: row["region"] for row in rows("addresses")}
    orders = {row["order_id"]: row for row in rows("orders")}
    arrived = {row["order_id"]: (day(row["delivered_at"][:10]), row["accepted"]) for row in rows("deliveries")}
    return [
        Obligation(
            row["order_id"],
            line_no=row["line_no"],
            schedule_no=row["schedule_no"],
            source="case",
            due=day(row["new_date"]),
            quantity=row["new_quantity"],
            arrivals=(arrived[row["order_id"]],),
            customer=orders[row["order_id"]]["customer_id"],
            region=regions[orders[row["order_id"]]["ship_to_address_id"]],
        )
        for row in rows("commitment_changes")
    ]


def write_case(home: Path, build_id: str = "case-1") -> None:
    """Publish the case into a home."""
    source = SourceRow(source="case", as_of=day("2026-06-30"), title="Case")
    write_build(home, BuildRows(case_obligations(), (source,), build_id=build_id))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with acme and nordic published."""
    write_acme(tmp_path)
    return tmp_path


@pytest.fixture
def four(tmp_path: Path) -> Path:
    """A home with four companies published."""
    write_companies(tmp_path)
    return tmp_path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page of a home (the first unless told), headless, at an address given as query parameters."""

    def run(at_home: Path, at_page: str | None = None, **address: str | list[str]) -> AppTest:
        monkeypatch.setenv("ORDERLENS_HOME", str(at_home))
        at = AppTest.from_file(str(APP), default_timeout=60)
        if at_page is not None:
            at.switch_page(at_page)
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return run


def html_of(at: AppTest) -> str:
    """All HTML of a page in one text."""
    return "\n".join(element.proto.body for element in at.get("html"))


def card(at: AppTest, label: str) -> str:
    """The HTML of one card."""
    return next(body for body in (one.proto.body for one in at.get("html")) if f'aria-label="{label}"' in body)


def words_of(at: AppTest) -> str:
    """What a page says outside of HTML: notes, captions and messages."""
    said = [*at.warning, *at.info, *at.caption]
    return "\n".join(element.value for element in said)


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    return os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"The pages did not start at {address}.")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Serve a home as users do, on a free port; the address of its pages."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(at_home: Path) -> str:
        address = f"http://127.0.0.1:{(port := _free_port())}"
        options = ("--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none")
        log = (tmp_path_factory.mktemp("serve") / "log.txt").open("wb")
        server = subprocess.Popen(
            [sys.executable, "-m", "dashboards.serve", *options],
            cwd=ROOT,
            env={**os.environ, "ORDERLENS_HOME": str(at_home)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        servers.append(server)
        _wait_until_healthy(address, server)
        return address

    yield start
    for server in servers:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; tests that need it are skipped where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: set BROWSER_PATH to one")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()
