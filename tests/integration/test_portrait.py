"""The page about the simulated company is made of its files, and every picture of it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.portrait import PAGE, main


@pytest.mark.browser
def test_the_page_has_every_picture_and_the_table_of_causes(tmp_path: Path) -> None:
    page = tmp_path / "portrait.md"
    found = CliRunner().invoke(main, ["--orders", "900", "--months", "12", "--out", str(page)])
    assert found.exit_code == 0, found.output
    text = page.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[.{20,}\]\((portrait/\w+\.svg)\)", text)
    assert len(pictures) == len(set(pictures)) > 8
    for picture in pictures:
        assert (tmp_path / picture).read_text(encoding="utf-8").startswith("<svg")
    assert len(list((tmp_path / "portrait").iterdir())) == len(pictures)
    assert "| mix_shift | mix shift |" in text
    assert re.search(r"\| order_lines \| [\d,]+ \|", text)


def test_the_kept_page_shows_pictures_that_are_there() -> None:
    pictures = re.findall(r"\((simulated-company/\w+\.svg)\)", PAGE.read_text(encoding="utf-8"))
    assert sorted(path.name for path in PAGE.with_suffix("").iterdir()) == sorted(Path(one).name for one in pictures)
