"""Cases whose expected.json says, question by question, what the command line must answer."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from .conftest import ASKED, Orderlens, load

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("cases")]
NOT_NAMES = {"value"}


def agrees(expected: Any, found: Any) -> bool:
    """Whether everything that is expected holds; what is not named is free."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(agrees(one, found.get(name)) for name, one in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(agrees, expected, found))
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return found is not None and abs(float(found) - expected) < 1e-6
    return bool(expected == found)


def by_name(rows: list[dict[str, Any]], like: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows in the order of what they are told by."""
    names = [name for name, value in like.items() if isinstance(value, str | None) and name not in NOT_NAMES]
    return sorted(rows, key=lambda row: str([row[name] for name in names]))


def obligation(row: dict[str, Any]) -> str:
    return f"{row.get('order_id') or row['po_id']}/{row['line_no']}/{row['schedule_no']}"


def in_shape(answer: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The part of an answer that the expectation speaks of, in its shape."""
    rows = answer["rows"]
    if "by_obligation" in expected:
        field = expected.get("field", "state")
        return {"field": field, "by_obligation": {obligation(row): row[field] for row in rows}}
    if "units" in expected:
        return {"units": sorted(row["unit"] for row in rows)}
    if "parts" in expected:
        return {"parts": {row["unit"]: row["numerator"] for row in rows}}
    if "rows" in expected:
        return {"rows": by_name(rows, expected["rows"][0])}
    return {"missing": answer["missing"], **rows[0]}


@pytest.mark.parametrize("case", ASKED)
def test_every_question_of_a_case_has_its_answer(cases_home: Orderlens, case: str) -> None:
    wrong = []
    for question, expected in load(case, "expected.json")["expect"]["asked"].items():
        arguments = (*shlex.split(question), "--source", case)
        if "refused" in expected:
            assert expected["refused"] in cases_home.call(*arguments, expect=2)
            continue
        if "rows" in expected:
            expected = {"rows": by_name(expected["rows"], expected["rows"][0])}
        found = in_shape(cases_home.json(*arguments), expected)
        if not agrees(expected, found):
            wrong.append((question, expected, {name: found.get(name) for name in expected}))
    assert not wrong
