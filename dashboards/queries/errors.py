"""The one error a query raises when the call cannot be answered."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class QueryError(Exception):
    """A call that cannot be answered: `message` says what, `remedy` what to do; exit code 2."""

    exit_code = 2

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


def unknown_name(kind: str, name: str, known: Iterable[str]) -> QueryError:
    """The error for a `name` that is none of `known`, with the nearest names offered."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    offer = f"Did you mean {', '.join(near)}? " if near else ""
    listed = ", ".join(names) if names else "none"
    return QueryError(f"There is no {kind} {name!r}.", f"{offer}Known: {listed}.")
