"""What was known at an earlier instant, built anew, is what was told then, figure by figure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.publishing.builds import build_path, current, list_builds
from dagster_project.settings import restated_home
from dagster_project.simulation import load_company, simulate
from dashboards.queries.build import open_build
from dashboards.queries.kpi import KpiRequest, answer

from .conftest import Orderlens, write_batches
from .test_figures_recomputed import rename

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("restated")]
LATE = "late-proof-and-rerun"
SIMULATED = {"company-31": (31, 80), "company-32": (32, 60)}
COMPANIES = (LATE, *SIMULATED)
# The extraction of the case's first batch; the simulated companies tell of six months around it.
KNOWN_AT = "2026-05-12T02:00:00Z"
TOLD_LATE = ("deliveries", "order_events", "exceptions", "invoices")
Rows = list[dict[str, Any]]


@dataclass
class Past:
    """A home that ran when the batches up to the instant had landed, and again with all of them; then restated."""

    orderlens: Orderlens
    told_then: dict[tuple[str, str], dict[str, Any]]
    serving: str | None
    said: str
    catalogue: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def restated(self) -> Path:
        return restated_home(self.orderlens.home)


def tell_late(batches: Path) -> None:
    """Have every third row of the last batch that is known at the instant be told by the next one instead."""
    limit = datetime.fromisoformat(KNOWN_AT)
    in_order = sorted((path for path in batches.iterdir() if path.is_dir()), key=extracted_at)
    last = max(place for place, batch in enumerate(in_order) if extracted_at(batch) <= limit)
    for entity in TOLD_LATE:
        now, later = (in_order[place] / f"{entity}.csv" for place in (last, last + 1))
        (header, *rows), (other, *told) = (path.read_text(encoding="utf-8").splitlines() for path in (now, later))
        assert header == other
        keys = {row.split(",")[0] for row in told}
        late = [row for place, row in enumerate(rows) if place % 3 == 0 and row.split(",")[0] not in keys]
        assert late
        now.write_text("\n".join([header, *(row for row in rows if row not in late)]) + "\n", encoding="utf-8")
        later.write_text("\n".join([header, *told, *late]) + "\n", encoding="utf-8")


def extracted_at(batch: Path) -> datetime:
    return datetime.fromisoformat(json.loads((batch / "_batch.json").read_text(encoding="utf-8"))["extracted_at"])


def tell_all(orderlens: Orderlens, catalogue: dict[str, dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(kpi, source): ask(orderlens, catalogue[kpi], source) for kpi in catalogue for source in COMPANIES}


def ask(orderlens: Orderlens, kpi: dict[str, Any], source: str, *more: str) -> dict[str, Any]:
    """A figure by month where it has months."""
    grain = ("--grain", "month") if "month" in kpi["dimensions"] else ()
    return orderlens.json("kpi", kpi["kpi"], "--source", source, *grain, *more)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, new_home: Callable[[], Orderlens]) -> Past:
    folder = tmp_path_factory.mktemp("past")
    for name, (seed, orders) in SIMULATED.items():
        simulate(load_company(orders, 6, seed), folder / name, counterfactuals=False)
        rename(folder / name, name)
        tell_late(folder / name / "batches")
    write_batches(LATE, folder / LATE / "batches", source_system=LATE)
    limit = datetime.fromisoformat(KNOWN_AT)
    for name in COMPANIES:
        for batch in (folder / name / "batches").iterdir():
            if batch.is_dir() and extracted_at(batch) <= limit:
                shutil.copytree(batch, folder / name / "first" / batch.name)
    orderlens = new_home()
    orderlens.call("run", *sources(folder, "first"))
    catalogue = {row["kpi"]: row for row in orderlens.json("kpi", "list")["rows"]}
    told_then = tell_all(orderlens, catalogue)
    orderlens.call("run", *sources(folder, "batches"))
    serving = current(orderlens.home)
    said = orderlens.call("restate", "--known-at", KNOWN_AT)
    return Past(orderlens, told_then, serving, said, catalogue)


def sources(folder: Path, part: str) -> list[str]:
    return [word for name in COMPANIES for word in ("--source", f"canonical:{folder / name / part}")]


@pytest.mark.parametrize("source", COMPANIES)
def test_every_figure_is_what_was_told_then(past: Past, source: str) -> None:
    assert len(past.catalogue) >= 44
    different, moved = [], 0
    for kpi in past.catalogue.values():
        then = past.told_then[kpi["kpi"], source]
        again = ask(past.orderlens, kpi, source, "--as-of", then["as_of"], "--known-at", KNOWN_AT)
        now = ask(past.orderlens, kpi, source, "--as-of", then["as_of"])
        if (again["rows"], again["missing"]) != (then["rows"], then["missing"]):
            different.append((kpi["kpi"], then["rows"], again["rows"]))
        moved += (again["rows"], again["missing"]) != (now["rows"], now["missing"])
        assert again["known_at"] == "2026-05-12T02:00:00Z"
        assert ("-known-" in again["build_id"]) == (not then["promise_in_use"])
    assert different == []
    assert moved > 3


def test_without_an_as_of_a_figure_is_told_at_the_one_declared_then(past: Past) -> None:
    then = past.told_then["order_cycle_time", "company-31"]
    kpi = past.catalogue["order_cycle_time"]
    again = ask(past.orderlens, kpi, "company-31", "--known-at", KNOWN_AT)
    assert (again["as_of"], again["rows"]) == (then["as_of"], then["rows"])
    assert ask(past.orderlens, kpi, "company-31")["as_of"] > then["as_of"]


@pytest.mark.parametrize("source", COMPANIES)
def test_a_promise_is_told_alike_by_what_serves_and_by_what_was_restated(past: Past, source: str) -> None:
    told = [(kpi, then) for (kpi, name), then in past.told_then.items() if name == source and then["promise_in_use"]]
    assert len(told) > 5
    (restated,) = list_builds(past.restated)
    with open_build(past.orderlens.home) as serving, open_build(past.restated, restated.build_id) as apart:
        for kpi, then in told:
            asked = KpiRequest(kpi, source=source, by=("month",), as_of=then["as_of"], known_at=KNOWN_AT)
            live, again = (answer(build.cursor(), asked) for build in (serving, apart))
            assert (live.rows, live.missing) == (again.rows, again.missing)


def test_what_serves_is_untouched_and_the_list_tells_the_two_apart(past: Past) -> None:
    assert current(past.orderlens.home) == past.serving
    rows = past.orderlens.json("builds", "list")["rows"]
    (serving,) = (row for row in rows if row["is_current"])
    assert (serving["build_id"], serving["known_at"], serving["landed"]) == (past.serving, None, None)
    (restated,) = (row for row in rows if row["known_at"])
    assert (restated["known_at"], restated["is_current"]) == ("2026-05-12T02:00:00Z", False)
    assert f"Build {restated['build_id']} holds what was known at {KNOWN_AT}" in past.said
    refused = past.orderlens.call("builds", "rollback", restated["build_id"], expect=2)
    assert "never serves" in refused
    assert current(past.orderlens.home) == past.serving


def test_nothing_extracted_later_is_in_the_build(past: Past) -> None:
    (restated,) = list_builds(past.restated)
    with duckdb.connect(str(build_path(past.restated, restated.build_id)), read_only=True) as connection:
        (latest,) = connection.execute("select max(extracted_at) from batches").fetchone() or (None,)
        (known_at,) = connection.execute("select known_at from build_info").fetchone() or (None,)
    assert latest == known_at == datetime(2026, 5, 12, 2)


def test_restating_again_makes_no_build_where_nothing_has_changed(past: Past) -> None:
    assert "no new build" in past.orderlens.call("restate", "--known-at", "2026-05-12T04:00:00+02:00")
    assert len(list_builds(past.restated)) == 1


def test_the_rows_that_moved_name_the_batch_and_the_line_that_told_of_them(past: Past) -> None:
    asked = ("units", "order_cycle_time", "--source", LATE, "--as-of", "2026-05-11", "--known-at", KNOWN_AT)
    found = past.orderlens.json(*asked, "--against", "now")
    # B2 tells of SO-C3, delivered on 9 May: open then, ended now. SO-C2 came after the as-of and is open both ways.
    (row,) = found["rows"]
    assert (row["unit"], row["moved"], row["status_then"], row["status_now"]) == ("SO-C3", "changed", "open", "ended")
    assert (row["late_batch"], row["late_file"], row["late_line"]) == ("B2", "deliveries.csv", 2)
    assert found["build_id"] != found["build_id_now"] == past.serving
    assert "SO-C3" in past.orderlens.call(*asked, "--against", "now")


@pytest.mark.parametrize("kpi", ["first_pass_yield", "cost_per_order", "ordered_units", "return_rate", "dso"])
def test_the_rows_that_moved_add_up_to_what_the_figure_moved_by(past: Past, kpi: str) -> None:
    asked = ("--source", "company-31", "--as-of", "2026-05-11")
    then, now = (
        past.orderlens.json("kpi", kpi, *asked, *more)["rows"][0]["numerator"]
        for more in (("--known-at", KNOWN_AT), ())
    )
    rows = past.orderlens.json("units", kpi, *asked, "--known-at", KNOWN_AT, "--against", "now")["rows"]
    part = "balance" if kpi == "dso" else "numerator"
    moved = sum(float(row[f"{part}_now"] or 0) - float(row[f"{part}_then"] or 0) for row in rows)
    assert moved == pytest.approx(float(now or 0) - float(then or 0))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("kpi", "dso", "--known-at", "2026-05-12"), "Run `orderlens restate --known-at 2026-05-12`"),
        (
            ("units", "dso", "--known-at", "2026-05-01T00:00:00Z"),
            "Run `orderlens restate --known-at 2026-05-01T00:00:00Z`",
        ),
        (("units", "dso", "--against", "now"), "since --known-at T"),
        (("units", "otif", "--known-at", "2026-05-12"), "Ask `orderlens obligations"),
        (
            ("restate", "--known-at", "1999-01-01"),
            "Nothing of company-31, company-32, late-proof-and-rerun was known then",
        ),
        (("restate", "--known-at", "2026-05-12", "--source", "acme"), "No source acme has landed"),
        (("restate", "--known-at", "soon"), "neither a day nor an instant"),
    ],
)
def test_what_cannot_be_told_says_what_to_do(past: Past, asked: tuple[str, ...], said: str) -> None:
    assert said in past.orderlens.call(*asked, expect=2)


def test_a_batch_that_lands_late_is_named_until_the_instant_is_restated(past: Past, tmp_path: Path) -> None:
    asked = ("kpi", "order_cycle_time", "--source", LATE, "--known-at", KNOWN_AT)
    assert past.orderlens.json(*asked)["notes"] == []
    batch = tmp_path / "B0"
    batch.mkdir()
    declared = {"batch_id": "B0", "extracted_at": "2026-05-01T00:00:00Z", "source_system": LATE, "as_of": "2026-05-01"}
    (batch / "_batch.json").write_text(json.dumps(declared), encoding="utf-8")
    (batch / "carriers.csv").write_text("carrier_id,name\nX1,Express\n", encoding="utf-8")
    past.orderlens.call("land", "--source", f"canonical:{batch}")
    (note,) = past.orderlens.json(*asked)["notes"]
    assert f"`orderlens restate --known-at {KNOWN_AT}` again" in note
    past.orderlens.call("restate", "--known-at", KNOWN_AT, "--source", LATE)
    assert past.orderlens.json(*asked)["notes"] == []
    # The newest build of the instant holds one company only; the others are told from the one before it.
    assert len(list_builds(past.restated)) == 2
    other = past.orderlens.json("kpi", "order_cycle_time", "--source", "company-31", "--known-at", KNOWN_AT)
    assert other["notes"] == []
    assert other["build_id"] != past.orderlens.json(*asked)["build_id"]
    # Where no company is named, one restated alone does not stand for all of them.
    every = past.orderlens.json("kpi", "dso", "--by", "source", "--known-at", KNOWN_AT)["rows"]
    assert [row["source"] for row in every] == sorted(COMPANIES)
