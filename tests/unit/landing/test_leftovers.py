"""What a killed landing has left is removed; what landed is not."""

from __future__ import annotations

from dagster_project.landing.leftovers import discard_unfinished


def test_half_written_files_are_removed_and_finished_ones_stay(tmp_path):
    unfinished = [
        tmp_path / "raw" / "acme" / "orders" / ".0a.parquet.17.tmp",
        tmp_path / "quarantine" / "acme" / ".0a__orders.parquet.17.tmp",
        tmp_path / "ledger" / "acme" / ".0a.json.17.tmp",
        tmp_path / "refused" / "acme" / ".0a__orders.csv.17.tmp",
    ]
    finished = [tmp_path / "raw" / "acme" / "orders" / "0a.parquet", tmp_path / "drop" / "b" / ".orders.csv.tmp"]
    for path in [*unfinished, *finished]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert sorted(discard_unfinished(tmp_path)) == sorted(unfinished)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(finished)


def test_a_home_in_which_nothing_has_landed_has_no_leftovers(tmp_path):
    assert discard_unfinished(tmp_path / "home") == []
