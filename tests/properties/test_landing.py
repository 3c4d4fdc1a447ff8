"""Whatever a table holds, every row is accepted or quarantined, ids stay verbatim, and repeats change nothing."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.landing import land
from dagster_project.landing.ledger import accepted_files, read_batches

HEADER = ["order_id", "order_type", "customer_id", "received_at", "note"]
# Surrogates cannot be encoded and NUL marks a file as binary.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = st.lists(st.tuples(TEXT, st.sampled_from(["standard", "return", "rush", ""]), TEXT, TEXT, TEXT), max_size=12)
ALONE = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def _table(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER, *rows])
    return out.getvalue().encode()


def _home(folder: Path, content: bytes) -> Path:
    source = folder / "in"
    source.mkdir()
    (source / "orders.csv").write_bytes(content)
    land(f"canonical:{source}", folder / "home")
    return folder / "home"


@ALONE
@given(ROWS)
def test_landed_is_accepted_plus_quarantined_for_any_table(rows: list[tuple[str, ...]]):
    with tempfile.TemporaryDirectory() as folder:
        file = read_batches(_home(Path(folder), _table(rows)))[0]["files"][0]
    assert file["landed"] == len(rows) == file["accepted"] + file["quarantined"]


@ALONE
@given(st.lists(TEXT.filter(bool), min_size=1, max_size=8, unique=True))
def test_any_id_comes_through_verbatim(ids: list[str]):
    with tempfile.TemporaryDirectory() as folder:
        home = _home(Path(folder), _table([(item, "standard", item, "", "") for item in ids]))
        frame = pl.read_parquet(accepted_files(home)["orders"][0])
    assert frame["order_id"].to_list() == frame["customer_id"].to_list() == ids


@ALONE
@given(ROWS)
def test_landing_the_same_batch_twice_changes_nothing(rows: list[tuple[str, ...]]):
    with tempfile.TemporaryDirectory() as folder:
        home = _home(Path(folder), _table([*rows, ("SO", "standard", "", "", "")]))
        before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
        again = land(f"canonical:{Path(folder) / 'in'}", home)
        after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert again.batches[0].already_landed
    assert after == before
