"""Working days and local clocks, for whole columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

# Days that are not worked anywhere: month and day.
HOLIDAYS = ((1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31))
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE


def calendar(first: date, last: date) -> np.busdaycalendar:
    """The working calendar from a year before the first day to a year after the last."""
    years = range(first.year - 1, last.year + 2)
    days = [np.datetime64(date(year, month, day)) for year in years for month, day in HOLIDAYS]
    return np.busdaycalendar(holidays=days)


def move(days: np.ndarray, by: np.ndarray | int, worked: np.busdaycalendar) -> np.ndarray:
    """Each day moved by so many working days; a day that is not worked counts as the next that is."""
    moved: np.ndarray = np.busday_offset(days.astype("datetime64[D]"), by, roll="forward", busdaycal=worked)
    return moved


def move_back(days: np.ndarray, by: np.ndarray | int, worked: np.busdaycalendar) -> np.ndarray:
    """Each day moved back by so many working days; a day that is not worked counts as the last that was."""
    moved: np.ndarray = np.busday_offset(
        days.astype("datetime64[D]"), -np.asarray(by), roll="backward", busdaycal=worked
    )
    return moved


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
            clock = pl.Series(local[here]).dt.replace_time_zone(name, ambiguous="earliest", non_existent="null")
            utc = clock.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            # What no clock shows, in the hour that spring leaves out, is an hour later.
            instants[here] = utc.fill_null(pl.Series(local[here])).to_numpy()
    return instants


def local_day(instants: np.ndarray, zones: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The day a local clock shows at each UTC instant."""
    days = np.empty(len(instants), dtype="datetime64[D]")
    for place, name in enumerate(names):
        here = zones == place
        if here.any():
            clock = pl.Series(instants[here]).dt.replace_time_zone("UTC").dt.convert_time_zone(name)
            days[here] = clock.dt.date().to_numpy()
    return days
