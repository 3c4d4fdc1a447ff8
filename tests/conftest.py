"""What holds for every test: its simulated company is a small one, and what takes many minutes is asked for by name."""

from __future__ import annotations

import os

import pytest

# Set before anything is imported: sources are listed, and runs are started in other processes, from here on.
os.environ.setdefault("ORDERLENS_SIMULATED_ORDERS", "600")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked thorough run where that marker is asked for."""
    asked = config.getoption("-m") or ""
    if "thorough" in asked and "not thorough" not in asked:
        return
    for item in items:
        if item.get_closest_marker("thorough"):
            item.add_marker(pytest.mark.skip(reason="run by `make test-thorough`"))
