"""Working days and local clocks, for whole columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

# Days that are not worked anywhere: month and day.
HOLIDAYS = ((1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31))
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE


def calendar(first: date, last: date) -> np.busdaycalendar:
    """The working calendar from a year before the first day to two years after the last."""
    years = range(first.year - 1, last.year + 3)
    days = [np.datetime64(date(year, month, day)) for year in years for month, day in HOLIDAYS]
    return np.busdaycalendar(holidays=days)


@dataclass(frozen=True)
class WorkDays:
    """Working days by number, so that moving by working days is adding: `days` by number, `numbers` by calendar day."""

    worked: np.busdaycalendar
    origin: np.datetime64
    numbers: np.ndarray
    days: np.ndarray

    @staticmethod
    def around(first: date, last: date) -> WorkDays:
        """The working days from a year before the first day to two years after the last."""
        worked = calendar(first, last)
        days = np.arange(np.datetime64(first) - 366, np.datetime64(last) + 2 * 366)
        is_worked = np.is_busday(days, busdaycal=worked)
        return WorkDays(worked, days[0], np.cumsum(is_worked) - is_worked, days[is_worked])

    def number(self, days: np.ndarray) -> np.ndarray:
        """The number of each day; a day that is not worked has that of the next that is, and one beyond the last that
        is known has that of the last.
        """
        places = (days.astype("datetime64[D]") - self.origin).astype(np.int64)
        found: np.ndarray = self.numbers[np.clip(places, 0, len(self.numbers) - 1)]
        return found

    def day(self, numbers: np.ndarray) -> np.ndarray:
        """The day of each number; beyond the last that is known, the last."""
        found: np.ndarray = self.days[np.clip(numbers, 0, len(self.days) - 1)]
        return found

    def is_worked(self, days: np.ndarray) -> np.ndarray:
        """Whether each day is worked."""
        found: np.ndarray = np.is_busday(days.astype("datetime64[D]"), busdaycal=self.worked)
        return found


def at_hour(days: np.ndarray, hour: int) -> np.ndarray:
    """UTC instants: so many hours after the days begin."""
    instants: np.ndarray = days.astype("datetime64[D]").astype("datetime64[us]") + np.timedelta64(hour, "h")
    return instants


def seconds(values: np.ndarray) -> np.ndarray:
    """So many seconds each, to the nearest whole one, as spans that instants can be moved by."""
    spans: np.ndarray = (np.round(values).astype(np.int64) * 1_000_000).astype("timedelta64[us]")
    return spans


def to_utc(days: np.ndarray, minutes: np.ndarray, zones: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """UTC instants, microseconds, of so many minutes after local midnight. `zones`: place of each in `names`."""
    local = days.astype("datetime64[us]") + (minutes * MINUTE).astype("timedelta64[us]")
    instants = np.empty(len(local), dtype="datetime64[us]")
    for place, name in enumerate(names):
        here = zones == place
        if here.any():
            shown = pl.Series(local[here])
            # What no clock shows, in the hour that spring leaves out, is an hour later.
            utc = _on_clock(shown, name).fill_null(_on_clock(shown + timedelta(hours=1), name))
            instants[here] = utc.to_numpy()
    return instants


def _on_clock(shown: pl.Series, zone: str) -> pl.Series:
    """UTC instants at which a clock shows what it does; none where it never does."""
    clock = shown.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return clock.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def local_day(instants: np.ndarray, zones: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The day a local clock shows at each UTC instant."""
    days = np.empty(len(instants), dtype="datetime64[D]")
    for place, name in enumerate(names):
        here = zones == place
        if here.any():
            clock = pl.Series(instants[here]).dt.replace_time_zone("UTC").dt.convert_time_zone(name)
            days[here] = clock.dt.date().to_numpy()
    return days
