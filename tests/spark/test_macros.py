"""The macros that hide what differs between engines give the answers they must, on each engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import ENVIRONMENT, run_python
from .run_macros import MODELS, Rows

ENGINES = [
    pytest.param("duckdb", marks=pytest.mark.pipeline),
    pytest.param("sail", marks=pytest.mark.spark),
]


@pytest.fixture(scope="session")
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    engine = request.param
    python = sys.executable if engine == "duckdb" else ENVIRONMENT
    folder: Path = tmp_path_factory.mktemp(engine)
    printed = run_python(python, "-m", "tests.spark.run_macros", engine, str(folder))
    found: dict[str, Rows] = json.loads(printed.splitlines()[-1])
    return found


@pytest.mark.parametrize("answers", ENGINES, indirect=True)
def test_every_macro_gives_the_answer_it_must(answers: dict[str, Rows]) -> None:
    assert set(answers) == set(MODELS)
    assert [model for model, rows in answers.items() if not rows] == []
    wrong = [
        f"{model}, {row['name']}: {column} is {value}, not {row[wanted(column)]}"
        for model, rows in answers.items()
        for row in rows
        for column, value in row.items()
        if column.startswith("got_") and value != row[wanted(column)]
    ]
    assert wrong == []


def wanted(column: str) -> str:
    return f"expected_{column.removeprefix('got_')}"


@pytest.mark.parametrize("answers", ENGINES, indirect=True)
def test_a_chain_of_a_hundred_moves_is_a_circle(answers: dict[str, Rows]) -> None:
    ends: dict[Any, Any] = {row["name"]: row["got_starts"] for row in answers["ends_of_chains"]}
    assert ends == {"three": "3", "many": "99"}
