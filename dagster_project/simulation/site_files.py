"""Sites as the systems tell them: where they are, what they can ship in a day, and the days they do not work."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .days import HOLIDAYS, at_hour
from .demand import Demand
from .life import Life
from .telling import Told, of_frame, with_history

_NAMES = ("New Year", "Labour Day", "Christmas Eve", "Christmas Day", "Boxing Day", "New Year's Eve")
# The next year's calendar is there in the middle of November.
_BEFORE_NEW_YEAR = 47


def tell_sites(company: Company, demand: Demand, life: Life) -> list[Told]:
    """Sites with their capacity of each quarter, and the calendar of each."""
    return [_sites(company, demand, life), _calendars(company)]


def _sites(company: Company, demand: Demand, life: Life) -> Told:
    """A site is told again with each quarter that changes how many lines it can ship on a working day."""
    sites = company.group("sites")
    names = pl.Series("site_id", sites.names)
    quarters = _quarters(company)
    planned = np.floor(life.parts.turns.usual[:, demand.days.number(quarters)]).astype(np.int64)
    frame = pl.DataFrame(
        {
            "site_id": names,
            "name": sites.array("name"),
            "zone": sites.array("zone"),
            "calendar_id": "CAL-" + names,
            "country": sites.array("country"),
            "daily_capacity": planned[:, 0],
        }
    )
    changes = [
        frame.select("site_id", changed_at=pl.lit(at_hour(quarters[[place]], 0)[0]), daily_capacity=planned[:, place])
        .filter(pl.Series(planned[:, place] != planned[:, place - 1]))
        .cast({"changed_at": pl.Datetime("us")})
        for place in range(1, len(quarters))
    ]
    return with_history("sites", frame, changes, company.begins)


def _quarters(company: Company) -> np.ndarray:
    """The first day of all, and of each quarter after it."""
    first, last = np.datetime64(company.begins), np.datetime64(company.ends)
    months = np.arange(first.astype("datetime64[M]") + 1, last.astype("datetime64[M]") + 1)
    starts = months[months.astype(int) % 3 == 0].astype("datetime64[D]")
    return np.concatenate([[first], starts[starts <= last]])


def _calendars(company: Company) -> Told:
    """The days on which no site works, for each site and year. A regional holiday that causes a site to stand still is
    not among them: that nobody wrote it down is the fault.
    """
    sites = company.group("sites").names
    years = np.arange(company.begins.year - 1, company.ends.year + 2)
    days = np.array([f"{year}-{month:02d}-{day:02d}" for year in years for month, day in HOLIDAYS], "datetime64[D]")
    frame = pl.DataFrame(
        {
            "calendar_id": np.repeat([f"CAL-{site}" for site in sites], len(days)),
            "date": np.tile(days, len(sites)),
            "name": np.tile(_NAMES, len(sites) * len(years)),
        }
    )
    new_year = frame["date"].to_numpy().astype("datetime64[Y]").astype("datetime64[D]")
    known_at = np.maximum(at_hour(new_year - _BEFORE_NEW_YEAR, 9), np.datetime64(company.begins, "us"))
    return of_frame("calendars", frame, known_at)
