"""CSV for spreadsheets: text that would run as a formula is neutralised, numbers stay numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """UTF-8 CSV of the named columns with a header; a column that a row lacks is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_text(column) for column in columns])
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8")


def safe_text(text: str) -> str:
    """Text with a single quote before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def cell(value: Any) -> str:
    """One value as the text of a cell: numbers in full, instants in UTC, lists joined with a bar."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, (list, tuple)):
        return safe_text("|".join(str(part) for part in value))
    return safe_text(str(value))


def instant_text(value: datetime) -> str:
    """An instant (naive: UTC) in ISO 8601, ending in Z."""
    utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return f"{utc.isoformat()}Z"
