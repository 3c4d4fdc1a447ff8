"""As-of and known-at: what a written day or instant means, and which one a source is read at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dashboards.queries.errors import QueryError
from dashboards.queries.sources import Source

# Inside the last span of everything that has not ended.
EVERYTHING_KNOWN = datetime(9999, 12, 30)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Moment = date | datetime


@dataclass(frozen=True)
class SourceAsOf:
    """The as-of one source is read at: a day (its end at each place) or an instant (naive UTC)."""

    source: Source
    moment: Moment

    @property
    def day(self) -> date | None:
        """The day, where the as-of is one."""
        return None if isinstance(self.moment, datetime) else self.moment

    @property
    def instant(self) -> datetime | None:
        """The instant in UTC, where the as-of is one."""
        return self.moment if isinstance(self.moment, datetime) else None


def parse_moment(text: str, option: str) -> Moment:
    """A day `YYYY-MM-DD`, or an instant with Z or an offset as naive UTC; QueryError for anything else."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise QueryError(
            f"{option} {text!r} is neither a day nor an instant.",
            "Write a day as 2026-01-31, an instant as 2026-01-31T17:00:00Z.",
        ) from None
    raise QueryError(
        f"{option} {text!r} does not say in which zone.",
        "End the instant in Z or in an offset such as +02:00, or give the day alone.",
    )


def known_instant(text: str | None) -> datetime:
    """The instant up to which facts count as known: a day to 24:00 UTC of it; None means everything."""
    if text is None:
        return EVERYTHING_KNOWN
    moment = parse_moment(text, "known-at")
    if isinstance(moment, datetime):
        return min(moment, EVERYTHING_KNOWN)
    return end_of_day(moment)


def end_of_day(day: date) -> datetime:
    """The last instant before 24:00 UTC of a day, inside the last span of everything that has not ended."""
    if day >= EVERYTHING_KNOWN.date():
        return EVERYTHING_KNOWN
    return datetime.combine(day + timedelta(days=1), time()) - timedelta(microseconds=1)


def known_text(text: str | None) -> str | None:
    """The known-at of a request written out, None where everything known counts."""
    return None if text is None else write_moment(parse_moment(text, "known-at"))


def source_as_ofs(chosen: list[Source], text: str | None) -> list[SourceAsOf]:
    """The as-of of each source: the one asked for, else what the source declared."""
    if text is not None:
        moment = parse_moment(text, "as-of")
        return [SourceAsOf(source, moment) for source in chosen]
    found = []
    for source in chosen:
        if source.as_of is None:
            raise QueryError(f"{source.source_system} declares no as-of.", "Give one with --as-of.")
        found.append(SourceAsOf(source, source.as_of))
    return found


def common_as_of(as_ofs: list[SourceAsOf]) -> tuple[str | None, list[str]]:
    """The as-of written out where all sources share it; otherwise None and a note that names each."""
    written = {as_of.source.source_system: write_moment(as_of.moment) for as_of in as_ofs}
    if len(set(written.values())) == 1:
        return next(iter(written.values())), []
    return None, ["each source at its own as-of: " + ", ".join(f"{name} {text}" for name, text in written.items())]


def write_moment(moment: Moment) -> str:
    """A day as YYYY-MM-DD, an instant (naive UTC) ending in Z."""
    return f"{moment.isoformat()}Z" if isinstance(moment, datetime) else moment.isoformat()
