"""The gates in a run: what they hold back, what they let pass and tell, and that there is no way around them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dagster_project.publishing.builds import build_path, current
from tests.integration.conftest import CASES, Orderlens

from . import company
from .company import Tables, changed

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("gates")]


def batch(folder: Path, tables: Tables, name: str = "B2", day: int = 61) -> str:
    return f"canonical:{company.write(folder / name, tables, batch=name, day=day)}"


def test_a_failed_gate_keeps_the_previous_build_serving_and_says_all(
    new_home: Callable[[], Path], tmp_path: Path
) -> None:
    home = new_home()
    orderlens, serving = Orderlens(home), current(home)
    emptied = batch(tmp_path, {**company.tables(), "orders": []})

    told = orderlens.call("run", "--source", emptied, expect=1)
    for part in ("batches.not-emptied (acme)", "orders.csv", "Withheld: all figures", f"Build {serving} keeps serving"):
        assert part in told
    assert str(home / "data_docs" / "index.html") in told
    assert "orders.csv" in (home / "data_docs" / "index.html").read_text(encoding="utf-8")
    assert current(home) == serving
    pages = [path.read_text(encoding="utf-8") for path in (home / "data_docs").rglob("*.html")]
    assert len(pages) > 1
    assert [
        found for page in pages for found in re.findall(r"(?:src=|<link[^>]*|url\()[\"']?https?://[^\"' )]*", page)
    ] == []

    told = orderlens.call("build", expect=1)
    assert "batches.not-emptied" in told
    assert current(home) == serving

    entry = {"expectation": "batches.not-emptied", "source": "acme", "batch": "B1", "because": "the shop was closed"}
    (home / "let_pass.yml").write_text(json.dumps([entry]), encoding="utf-8")
    assert "batches.not-emptied" in orderlens.call("build", expect=1)

    corrected = batch(tmp_path, company.tables(41), "B3", 62)
    assert "landing gate" in orderlens.call("run", "--source", corrected)
    assert current(home) != serving


def test_what_somebody_let_pass_is_a_warning_until_the_next_batch(new_home: Callable[[], Path], tmp_path: Path) -> None:
    home = new_home()
    orderlens = Orderlens(home)
    discounts = changed(company.tables(), "order_lines", lambda row: row.update(discount="10"))
    source = batch(tmp_path, discounts)
    assert "order_lines.discount-is-a-fraction" in orderlens.call("run", "--source", source, expect=1)

    entry = {
        "expectation": "order_lines.discount-is-a-fraction",
        "source": "acme",
        "batch": "B2",
        "because": "the shop pays people to take it",
    }
    (home / "let_pass.yml").write_text(json.dumps([entry]), encoding="utf-8")
    told = orderlens.call("land", "--source", source)
    assert "let pass: the shop pays people to take it" in told

    again = batch(tmp_path, discounts | {"orders": discounts["orders"][:39]}, "B3", 62)
    assert "order_lines.discount-is-a-fraction" in orderlens.call("land", "--source", again, expect=1)


def test_an_unusable_file_of_what_may_pass_is_named(new_home: Callable[[], Path]) -> None:
    home = new_home()
    (home / "let_pass.yml").write_text("- {expectation: batches.not-emptied}", encoding="utf-8")
    assert "let_pass.yml" in Orderlens(home).call("build", expect=2)


def test_a_warning_is_printed_and_stands_in_the_build(new_home: Callable[[], Path], tmp_path: Path) -> None:
    home = new_home()
    priced = changed(company.tables(), "order_lines", lambda row: row.update(unit_price="-1"), 1)
    told = Orderlens(home).call("run", "--source", batch(tmp_path, priced))
    assert "warning: order_lines.price-not-negative (acme)" in told
    with duckdb.connect(str(build_path(home, current(home) or "")), read_only=True) as build:
        rows = build.execute(
            "select status, severity, failing_rows, assessed_rows, withholds, examples from check_results"
            " where expectation_id = 'order_lines.price-not-negative'"
        ).fetchall()
        gates = build.execute("select distinct gate, source_system from check_results order by all").fetchall()
    (row,) = rows
    assert row[:5] == ("warn", "warn", 1, 40, '["otif"]')
    assert json.loads(row[5])[0]["source_line"] == 2
    assert gates == [("landing", "acme"), ("publishing", ""), ("publishing", "acme")]


def test_a_star_that_is_not_fit_is_not_published(new_home: Callable[[], Path]) -> None:
    home = new_home()
    serving = current(home)
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute("delete from published.kpi_catalogue")
    told = Orderlens(home).call("publish", expect=1)
    assert "catalogue.not-empty" in told
    assert f"Build {serving} keeps serving" in told
    assert current(home) == serving


def test_a_run_with_nothing_new_asks_nothing(new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    orderlens = Orderlens(new_home())
    orderlens.call("build")

    def refuse(*arguments: object) -> None:
        raise AssertionError("a gate was asked again")

    monkeypatch.setattr("expectations.runner.ask_gate", refuse)
    assert "publishing gate" in orderlens.call("build")


def test_rows_that_break_the_contract_are_a_warning_where_the_file_is_good(
    new_home: Callable[[], Path], tmp_path: Path
) -> None:
    told = Orderlens(tmp_path / "home").call("land", "--source", f"canonical:{CASES / 'gate-null-and-nan'}")
    assert "warning: batches.quarantine-small (canonical)" in told
    assert "order_lines.csv" in told
    assert "quarantined 3" in told


def test_the_gates_stand_in_the_graph_between_their_stages(new_home: Callable[[], Path]) -> None:
    import dagster as dg

    from dagster_project.build import build_definitions
    from dagster_project.settings import load_settings
    from dagster_project.transform import parse_project

    settings = load_settings(new_home())
    definitions = build_definitions(settings, parse_project(settings), ["scms"])
    graph = definitions.resolve_asset_graph()
    checks = {key.name: key.asset_key for key in graph.asset_check_keys}
    assert checks["landing_orders"] == dg.AssetKey(["raw", "orders"])
    assert checks["publishing_otif_current"] == dg.AssetKey(["published", "otif_current"])
    assert set(checks.values()) <= set(graph.materializable_asset_keys)
    assert all(graph.get_check_spec(key).blocking for key in graph.asset_check_keys)
