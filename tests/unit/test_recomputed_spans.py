"""The second implementation of spans, held to the case whose answers were worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import recompute
from tests.integration.conftest import load, write_batches
from tests.recompute import durations
from tests.recompute.reading import Company

CASE = "spans-as-known-then"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    write_batches(CASE, tmp_path / "batches", source_system=CASE)
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "bad_rows.csv").write_text("batch,entity\n", encoding="utf-8")
    return Company(tmp_path)


def expected(name: str) -> dict[str, Any]:
    told: dict[str, Any] = load(CASE, "expected.json")["expect"][name]
    return told


@pytest.mark.parametrize("kpi", ["order_cycle_time", "order_cycle_time_net", "supplier_lead_time"])
def test_what_came_later_ends_no_span_at_an_earlier_as_of(company: Company, kpi: str) -> None:
    for as_of, wanted in expected(kpi).items():
        figures = recompute.Figures(company, date.fromisoformat(as_of))
        is_bought = kpi == "supplier_lead_time"
        spans = list(durations.lead_times(figures.buying) if is_bought else figures.clocks.cycles())
        unit = recompute.DAY_UNIT if is_bought else durations.HOUR
        row = durations.lasted(spans, figures.until, unit=unit, is_net=kpi.endswith("_net"))
        assert {name: row[name] for name in ("numerator", "denominator", "value")} == {
            name: wanted[name] for name in ("numerator", "denominator", "value")
        }, as_of
        assert row["censored"] == wanted["cancelled"] + wanted["open"], as_of


def test_stages_that_end_before_they_start_are_left_out(company: Company) -> None:
    for as_of, wanted in expected("stages").items():
        figures = recompute.Figures(company, date.fromisoformat(as_of))
        row = durations.lasted(list(figures.clocks.stages()), figures.until)
        stands = [status for status, _ in wanted.values()]
        assert row["numerator"] == stands.count("ended"), as_of
        assert row["denominator"] == len(stands) - stands.count("out_of_order"), as_of
