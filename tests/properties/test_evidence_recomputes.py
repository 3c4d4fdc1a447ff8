"""Under any data: what is recomputed from the evidence, without OrderLens, is the figure."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.evidence import prove
from dashboards.queries.build import Build
from dashboards.queries.kpi import KpiRequest, answer
from tests.builders import BuildRows, Obligation, memory_build
from tests.properties.test_kpi_roll_ups import DAYS, FIRST, obligations_of_some_orders
from tests.recomputing import content_hash, run_inside

quick = settings(max_examples=25, deadline=None)
BUILDS = obligations_of_some_orders().map(lambda found: BuildRows(found, definition_ids=["default"], events=[]))
ASKED = st.sampled_from(
    [
        *((kpi, level) for kpi in ("otif", "on_time", "in_full") for level in ("schedule_line", "line", "order")),
        ("otif", "unit"),
        ("otif", "value"),
    ]
)
FILTERS = st.sampled_from([(), (("product", "P1"),), (("customer", "C1"), ("mode", "road")), (("month", "2026-02"),)])


def written(rows: BuildRows, request: KpiRequest, folder: str) -> dict[str, Any]:
    path = Path(folder) / "evidence.json"
    prove(Build(rows.build_id, path, memory_build(rows)), request, path, is_forced=True)
    return json.loads(path.read_text(encoding="utf-8"))


@quick
@given(BUILDS, ASKED, DAYS, FILTERS, st.one_of(st.none(), st.integers(0, 10)))
def test_the_facts_give_the_figure_whatever_is_asked(
    rows: BuildRows, asked: tuple[str, str], as_of: date, where: Any, last_due: int | None
) -> None:
    until = None if last_due is None else FIRST + timedelta(days=last_due)
    request = KpiRequest(asked[0], level=asked[1], as_of=as_of.isoformat(), where=where, date_to=until)
    figure = answer(memory_build(rows), request).rows[0]
    with tempfile.TemporaryDirectory() as folder:
        evidence = written(rows, request, folder)
    parts = (Decimal(figure["numerator"]), Decimal(figure["denominator"]))
    assert (run_inside(evidence) or (Decimal(0), Decimal(0))) == parts
    assert evidence["figure"]["states"] == figure["states"]
    assert content_hash(evidence) == evidence["sha256"]


@quick
@given(BUILDS, st.integers(0, 10**6), DAYS)
def test_evidence_with_one_arrival_changed_is_noticed(rows: BuildRows, chosen: int, as_of: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        evidence = written(rows, KpiRequest("otif", as_of=as_of.isoformat()), folder)
    arrivals = [one for told in evidence["obligations"] for one in told["arrivals"]]
    if not arrivals:
        return
    changed = arrivals[chosen % len(arrivals)]
    changed["quantity"] = str(Decimal(changed["quantity"]) + 1)
    assert content_hash(evidence) != evidence["sha256"]


def test_an_obligation_told_again_later_is_judged_by_what_was_known(tmp_path: Path) -> None:
    from datetime import datetime

    late = datetime(2026, 2, 5)
    told = [
        Obligation("O1", due=FIRST, known_to=late),
        Obligation("O1", due=FIRST, arrivals=((FIRST, 10),), known_from=late),
    ]
    rows = BuildRows(told, definition_ids=["default"], events=[])
    then = written(rows, KpiRequest("otif", as_of="2026-01-31", known_at="2026-02-01"), str(tmp_path))
    now = written(rows, KpiRequest("otif", as_of="2026-01-31"), str(tmp_path))
    assert [run_inside(then), run_inside(now)] == [(0, 1), (1, 1)]
