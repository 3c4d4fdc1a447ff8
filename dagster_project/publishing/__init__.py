"""Publishing: write a new build, audit it, verify it, and only then move the pointer to it.

Names are fetched when they are asked for: listing builds and going back must not wait for the database to be imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .audits import Audit, AuditFailed, Finding
    from .rules import DEFAULT_AUDITS
    from .writing import PublishedBuild, publish

__all__ = ["DEFAULT_AUDITS", "Audit", "AuditFailed", "Finding", "PublishedBuild", "publish"]

_MODULES = {
    "Audit": "audits",
    "AuditFailed": "audits",
    "Finding": "audits",
    "DEFAULT_AUDITS": "rules",
    "PublishedBuild": "writing",
    "publish": "writing",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
