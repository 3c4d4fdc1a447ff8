"""What lies in the drop folder, what is taken from it, and what is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dagster_project.errors import UsageError
from dagster_project.landing.drop import dropped_batch, survey
from dagster_project.landing.watch import Watch
from dagster_project.settings import PROJECT_ROOT

SAMPLE = PROJECT_ROOT / "seeds" / "samples" / "scms" / "SCMS_Delivery_History_Dataset_sample.csv"


def put(drop: Path, name: str, **files: str) -> Path:
    folder = drop / name
    folder.mkdir(parents=True, exist_ok=True)
    for stem, text in files.items():
        (folder / f"{stem}.csv").write_text(text)
    return folder


def taken(watch: Watch, drop: Path) -> list[str]:
    return [item.batch.name for item in watch.take(survey(drop))]


def test_a_batch_is_taken_when_it_has_not_changed_between_two_evaluations(tmp_path):
    put(tmp_path, "2026-06", orders="order_id\nA")
    watch = Watch()
    assert [taken(watch, tmp_path) for _ in range(3)] == [[], ["2026-06"], []]


def test_a_file_that_still_grows_is_not_taken(tmp_path):
    watch = Watch()
    folder = put(tmp_path, "2026-06", orders="order_id\nA")
    assert taken(watch, tmp_path) == []
    (folder / "orders.csv").write_text("order_id\nA\nB")
    assert taken(watch, tmp_path) == []
    assert taken(watch, tmp_path) == ["2026-06"]


def test_a_copy_under_a_passing_name_holds_its_batch_back_only_while_it_grows(tmp_path):
    watch = Watch()
    folder = put(tmp_path, "2026-06", orders="order_id\nA")
    for growing in range(3):
        (folder / "order_lines.csv.part").write_text("x" * growing)
        (folder / ".orders.csv.Xy1").write_text("x" * growing)
        assert taken(watch, tmp_path) == []
    assert taken(watch, tmp_path) == ["2026-06"]
    assert survey(tmp_path).all_foreign == ()


def test_what_the_evaluations_remember_survives_as_text(tmp_path):
    put(tmp_path, "2026-06", orders="order_id\nA")
    texts: list[str] = [""]
    found = []
    for _ in range(4):
        watch = Watch.of(texts[-1])
        found.append(taken(watch, tmp_path))
        texts.append(watch.text(survey(tmp_path)))
    assert found == [[], ["2026-06"], [], []]
    assert Watch.of("no JSON") == Watch()


def test_the_same_content_is_taken_once_even_where_a_file_was_touched(tmp_path):
    watch = Watch()
    folder = put(tmp_path, "2026-06", orders="order_id\nA")
    assert [taken(watch, tmp_path) for _ in range(2)] == [[], ["2026-06"]]
    os.utime(folder / "orders.csv", (1, 1))
    assert [taken(watch, tmp_path) for _ in range(3)] == [[], [], []]


def test_the_same_content_in_another_folder_is_named_and_not_taken(tmp_path):
    watch = Watch()
    put(tmp_path, "2026-06", orders="order_id\nA")
    assert [taken(watch, tmp_path) for _ in range(2)] == [[], ["2026-06"]]
    put(tmp_path, "copy", orders="order_id\nA")
    assert [taken(watch, tmp_path) for _ in range(3)] == [[], [], []]
    assert watch.repeats == {"copy": "2026-06"}


def test_a_corrected_batch_is_taken_again(tmp_path):
    watch = Watch()
    put(tmp_path, "2026-06", orders="order_id\nA")
    assert [taken(watch, tmp_path) for _ in range(2)] == [[], ["2026-06"]]
    put(tmp_path, "2026-06", orders="order_id\nB")
    assert [taken(watch, tmp_path) for _ in range(3)] == [[], ["2026-06"], []]


def test_what_a_batch_declares_is_part_of_its_content(tmp_path):
    folder = put(tmp_path, "2026-06", orders="order_id\nA")
    undeclared = dropped_batch(tmp_path, "2026-06").content()
    (folder / "_batch.json").write_text('{"batch_id": "b"}')
    assert dropped_batch(tmp_path, "2026-06").content() != undeclared


def test_foreign_files_are_named_and_left_where_they_are(tmp_path):
    folder = put(tmp_path, "2026-06", orders="order_id\nA", greetings="hello")
    (tmp_path / "readme.txt").write_text("x")
    (folder / "inner").mkdir()
    (folder / "inner" / "photo.jpg").write_text("x")
    before = sorted(tmp_path.rglob("*"))
    found = survey(tmp_path)
    assert found.all_foreign == ("2026-06/greetings.csv", "2026-06/inner/photo.jpg", "readme.txt")
    assert [path.name for path in found.batches[0].files] == ["orders.csv"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_without_a_file_of_the_contract_waits_and_says_why(tmp_path):
    put(tmp_path, "pictures", holiday="x")
    put(tmp_path, ".hidden", orders="order_id\nA")
    assert survey(tmp_path).batches == ()
    assert "no file of the data contract" in survey(tmp_path).waiting["pictures"]
    assert list(survey(tmp_path).waiting) == ["pictures"]


def test_a_declaration_that_cannot_be_read_keeps_its_batch_waiting(tmp_path):
    folder = put(tmp_path, "2026-06", orders="order_id\nA")
    (folder / "_batch.json").write_text("{half")
    assert "_batch.json" in survey(tmp_path).waiting["2026-06"]


def test_a_folder_named_after_a_source_holds_its_files(tmp_path):
    folder = tmp_path / "scms"
    folder.mkdir()
    assert "SCMS_Delivery_History_Dataset" in survey(tmp_path).waiting["scms"]
    (folder / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    (folder / "letter.pdf").write_text("x")
    found = survey(tmp_path).batches[0]
    assert (found.source, found.foreign) == (f"scms:{folder}", ("scms/letter.pdf",))


def test_a_source_file_that_is_still_being_copied_keeps_its_batch_waiting(tmp_path):
    folder = tmp_path / "scms"
    folder.mkdir()
    (folder / f"{SAMPLE.name}.part").write_bytes(SAMPLE.read_bytes())
    assert "not finished" in survey(tmp_path).waiting["scms"]


@pytest.mark.parametrize("name", ["a...b", "a|b", "a,b", "[a]"])
def test_a_folder_that_cannot_name_a_partition_waits_and_says_why(tmp_path, name):
    put(tmp_path, name, orders="order_id\nA")
    assert "cannot name a batch" in survey(tmp_path).waiting[name]


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(UsageError, match="any more"):
        dropped_batch(tmp_path, "2026-06")
    assert survey(tmp_path / "nowhere").batches == ()


def test_the_text_says_what_waits_and_what_is_foreign(tmp_path):
    put(tmp_path, "pictures", holiday="x")
    (tmp_path / "readme.txt").write_text("x")
    told = json.loads(Watch().text(survey(tmp_path)))
    assert told["foreign"] == ["readme.txt"]
    assert list(told["waiting"]) == ["pictures"]
