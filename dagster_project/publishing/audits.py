"""Audits of a build before it may serve: each a sentence that must hold, and the query for the rows that break it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.errors import RunFailed

EXAMPLES = 5


@dataclass(frozen=True)
class Audit:
    """A sentence that must hold of a build.

    `broken_rows` selects what breaks it (nothing, where it holds), `withholds` names the figures at stake, and
    `is_basic` marks what the other audits rely on: where it is broken, they are not asked.
    """

    name: str
    sentence: str
    broken_rows: str
    withholds: str = "all figures"
    is_basic: bool = False


@dataclass(frozen=True)
class Finding:
    """An audit that does not hold: how many rows break it, and up to five of them."""

    audit: Audit
    broken: int
    examples: list[dict[str, Any]]

    def __str__(self) -> str:
        rows = "; ".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in self.examples)
        count = f"{self.broken} row{'s' if self.broken != 1 else ''}"
        return f"{self.audit.name}: it does not hold that {self.audit.sentence} ({count}: {rows})"


class AuditFailed(RunFailed):
    """Audits found rows that break them; the build that served before keeps serving."""

    def __init__(self, findings: Sequence[Finding], serving: str | None) -> None:
        self.findings = list(findings)
        withheld = ", ".join(dict.fromkeys(item.audit.withholds for item in findings))
        super().__init__(
            f"The build was not published. {'. '.join(str(item) for item in findings)}. Withheld: {withheld}.",
            f"Build {serving} keeps serving." if serving else "Nothing is served yet.",
        )


def run_audits(connection: duckdb.DuckDBPyConnection, audits: Sequence[Audit]) -> list[Finding]:
    """Ask every audit of the open build; what was found. RunFailed where an audit cannot be asked at all."""
    findings: list[Finding] = []
    for audit in sorted(audits, key=lambda item: not item.is_basic):
        if not audit.is_basic and any(item.audit.is_basic for item in findings):
            break
        finding = _ask(connection, audit)
        if finding is not None:
            findings.append(finding)
    return findings


def _ask(connection: duckdb.DuckDBPyConnection, audit: Audit) -> Finding | None:
    try:
        answer = connection.execute(f"select *, count(*) over () from ({audit.broken_rows}) limit {EXAMPLES}")
        names = [column[0] for column in answer.description or ()][:-1]
        rows = answer.fetchall()
    except duckdb.Error as error:
        raise RunFailed(
            f"The build was not published: the audit {audit.name} cannot be asked: {error}.",
            "Correct the model it reads, or the audit.",
        ) from error
    if not rows:
        return None
    return Finding(audit, int(rows[0][-1]), [dict(zip(names, row[:-1], strict=True)) for row in rows])
