"""Publishing: write a new build, audit it, verify it, and only then move the pointer to it."""

from __future__ import annotations

from .audits import DEFAULT_AUDITS, Audit, AuditFailed
from .publish import PublishedBuild, publish

__all__ = ["DEFAULT_AUDITS", "Audit", "AuditFailed", "PublishedBuild", "publish"]
