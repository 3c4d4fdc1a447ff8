"""HTML helpers: everything that came from data is escaped here, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any


def text(value: Any) -> str:
    """Any value as escaped text, safe in content and in quoted attributes."""
    return escape("" if value is None else str(value), quote=True)


def tag(name: str, content: str, css: str = "", **attributes: str) -> str:
    """An element around trusted markup; attribute values are escaped, underscores become hyphens."""
    named = {"class": css, **attributes} if css else attributes
    written = "".join(f' {key.replace("_", "-")}="{text(value)}"' for key, value in named.items())
    return f"<{name}{written}>{content}</{name}>"


def heading(title: str) -> str:
    """The heading of a section."""
    return tag("h2", text(title), "ol-section")


def table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], numbers: Sequence[str] = ()) -> str:
    """A small table: `columns` maps the row's keys to headers, `numbers` are right-aligned."""

    def cell(name: str, key: str, content: Any) -> str:
        return tag(name, text(content), "ol-number" if key in numbers else "")

    head = "".join(cell("th", key, label) for key, label in columns.items())
    body = "".join(tag("tr", "".join(cell("td", key, row.get(key)) for key in columns)) for row in rows)
    whole = tag("table", f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>", "ol-table")
    return tag("div", whole, "ol-scroll", tabindex="0", role="region", aria_label="Table")
