"""As of when a source is judged when it is restated."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.restating import _not_after

NOON = datetime(2026, 5, 12, 12)


@pytest.mark.parametrize(
    ("declared", "judged"),
    [
        ("2026-05-11", None),
        # The day had begun: whoever reported then had declared it.
        ("2026-05-12", None),
        ("2026-05-13", "2026-05-12T12:00:00Z"),
        ("2026-05-12T12:00:00Z", None),
        ("2026-05-12T12:00:01Z", "2026-05-12T12:00:00Z"),
        ("2026-05-12T13:00:00+02:00", None),
    ],
)
def test_a_source_is_judged_at_what_it_declared_but_not_after_the_instant(declared: str, judged: str | None) -> None:
    found = _not_after("2026-05-12T12:00:00Z", NOON, {"acme": declared})
    assert found == ({} if judged is None else {"acme": judged})
