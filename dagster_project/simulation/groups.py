"""Where groups begin and which of its group each is, for whole columns at once."""

from __future__ import annotations

import numpy as np


def changes(values: np.ndarray) -> np.ndarray:
    """Where another value begins; the first always does."""
    return np.concatenate([np.ones(min(1, len(values)), bool), values[1:] != values[:-1]])


def nth(groups: np.ndarray) -> np.ndarray:
    """Which of its group each is, from 0 on, in the order they stand in."""
    order = np.argsort(groups, kind="stable")
    places = np.arange(len(groups))
    found = np.empty(len(groups), dtype=np.int64)
    found[order] = places - np.maximum.accumulate(np.where(changes(groups[order]), places, 0))
    return found
