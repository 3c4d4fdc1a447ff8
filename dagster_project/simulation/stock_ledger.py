"""What things come to along time: sums of changes of many series, asked at any instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SPAN = np.int64(1) << 33
_MOST = np.int64(1) << 62


def whole_seconds(at: np.ndarray) -> np.ndarray:
    """Instants as seconds since 1970."""
    return at.astype("datetime64[s]").astype(np.int64)


@dataclass(frozen=True)
class Ledger:
    """Changes of series in the order of their instants: `keys` (series and second in one), `sums` (up to each)."""

    keys: np.ndarray
    sums: np.ndarray

    @staticmethod
    def of(series: np.ndarray, at: np.ndarray, change: np.ndarray) -> Ledger:
        """The ledger of changes, of each its series, its instant and how much."""
        keys = series.astype(np.int64) * _SPAN + whole_seconds(at)
        order = np.argsort(keys, kind="stable")
        return Ledger(keys[order], np.concatenate([[0], np.cumsum(change[order])]))

    def at(self, series: np.ndarray, at: np.ndarray) -> np.ndarray:
        """What each series comes to at an instant, its changes of that second included."""
        begins = series.astype(np.int64) * _SPAN
        upto = np.searchsorted(self.keys, begins + whole_seconds(at), side="right")
        found: np.ndarray = self.sums[upto] - self.sums[np.searchsorted(self.keys, begins)]
        return found


@dataclass(frozen=True)
class Lowest:
    """The least that comes in less what goes out will be, from any instant of a series on."""

    comes: Ledger
    goes: Ledger
    least: np.ndarray

    @staticmethod
    def of(comes: Ledger, goes: Ledger) -> Lowest:
        """What is left is least where something goes."""
        series = goes.keys // _SPAN
        at = (goes.keys % _SPAN).astype("datetime64[s]")
        left = comes.at(series, at) - goes.at(series, at)
        # Backwards from the last series to the first, the offset keeps what comes of one from the one before.
        wide = np.int64(1) << 32
        least = np.minimum.accumulate((left + series * wide)[::-1])[::-1] - series * wide
        return Lowest(comes, goes, np.concatenate([least, [0]]))

    def after(self, series: np.ndarray, at: np.ndarray) -> np.ndarray:
        """The least that is left at an instant and ever after."""
        now = self.comes.at(series, at) - self.goes.at(series, at)
        place = np.searchsorted(self.goes.keys, series.astype(np.int64) * _SPAN + whole_seconds(at), side="right")
        inside = np.concatenate([self.goes.keys, [_MOST]])[place] // _SPAN == series
        found: np.ndarray = np.where(inside, np.minimum(now, self.least[place]), now)
        return found
