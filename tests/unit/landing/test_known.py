"""The ledger as it stood at an earlier instant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from dagster_project.landing.known import known_batches, write_known_ledger
from dagster_project.landing.ledger import accepted_files, batch_path, read_batches, write_json


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Batches of two companies; b2 was extracted a microsecond after noon and has landed before b1."""
    for source, name, at in (
        ("acme", "b1", "2026-05-12T12:00:00.000000Z"),
        ("acme", "b2", "2026-05-12T12:00:00.000001Z"),
        ("bolt", "b1", "2026-05-01T00:00:00.000000Z"),
    ):
        stored = {"accepted_path": f"raw/{source}/orders/{name}.parquet", "quarantine_path": None}
        record = {"source_system": source, "batch_file_id": name, "extracted_at": at, "entities": {"orders": stored}}
        write_json(batch_path(tmp_path, source, name), record)
    return tmp_path


def names(batches: list[dict[str, str]]) -> list[str]:
    return [f"{item['source_system']}/{item['batch_file_id']}" for item in batches]


def test_what_was_extracted_by_the_instant_is_known_at_it_to_the_microsecond(home: Path) -> None:
    noon = datetime(2026, 5, 12, 12)
    assert names(known_batches(home, noon)) == ["acme/b1", "bolt/b1"]
    assert names(known_batches(home, noon.replace(microsecond=1))) == ["acme/b1", "acme/b2", "bolt/b1"]
    assert names(known_batches(home, noon, {"bolt"})) == ["bolt/b1"]
    assert known_batches(home, datetime(2026, 4, 30)) == []


def test_the_ledger_apart_names_those_batches_and_the_same_files(home: Path) -> None:
    apart = home / "restated"
    write_known_ledger(home, apart, known_batches(home, datetime(2026, 5, 13)))
    write_known_ledger(home, apart, known_batches(home, datetime(2026, 5, 12, 12)))
    assert names(read_batches(apart)) == ["acme/b1", "bolt/b1"]
    found = [path.resolve() for path in accepted_files(apart)["orders"]]
    assert found == [home.resolve() / f"raw/{source}/orders/b1.parquet" for source in ("acme", "bolt")]
    assert len(read_batches(home)) == 3
