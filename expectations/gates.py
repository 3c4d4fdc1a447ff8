"""The two gates of a home: ask, remember what was found, and write it where people and builds read it.

What a gate found holds for the data it was asked of. It is asked anew where the data, the suites or what people have
let pass has changed, and read back where nothing has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import duckdb
import yaml

from dagster_project.errors import UsageError

from .data_docs import index_path, write_index, write_pages
from .outcome import (
    CHECK_COLUMNS,
    FAIL,
    LET_PASS,
    UNASKED,
    WARN,
    CheckResult,
    GateOutcome,
    check_rows,
    kept_at,
    read_outcome,
)
from .suite import LANDING, PUBLISHING, Suite, load_suites, suites_fingerprint
from .working_tables import SERVING_TABLES

_READ_SCHEMAS = {LANDING: ("raw",), PUBLISHING: ("marts", "published")}
_RESULTS = "check_results"


def pass_gate(
    gate: str, home: Path, warehouse: Path, *, serving: Path | None = None, suites: Sequence[Suite] | None = None
) -> GateOutcome:
    """What a gate finds in a warehouse; publishing's writes the results of both to `published.check_results`.

    `serving` is the build that serves. UsageError where a suite or the file of what may pass cannot be used.
    """
    asked = tuple(suites) if suites is not None else load_suites(gate)
    allowed = _allowed(home)
    fingerprint = _fingerprint(gate, warehouse, serving, asked, allowed)
    outcome = read_outcome(kept_at(home, gate))
    if outcome is None or outcome.fingerprint != fingerprint:
        outcome = _ask(gate, home, warehouse, serving, asked, allowed, fingerprint)
    if gate == PUBLISHING:
        _write_results(warehouse, [kept for kept in (read_outcome(kept_at(home, LANDING)), outcome) if kept])
    return outcome


def _ask(
    gate: str,
    home: Path,
    warehouse: Path,
    serving: Path | None,
    suites: Sequence[Suite],
    allowed: Sequence[dict[str, str]],
    fingerprint: str,
) -> GateOutcome:
    from .runner import ask_gate

    found = ask_gate(gate, warehouse, suites, serving)
    newest = _newest_batches(warehouse)
    results = [_let_pass(item, allowed, newest) for item in found.results]
    outcome = GateOutcome(gate, fingerprint, results, str(index_path(home)))
    write_pages(home, gate, found.answers)
    other = read_outcome(kept_at(home, PUBLISHING if gate == LANDING else LANDING))
    write_index(home, sorted(filter(None, (outcome, other)), key=lambda item: item.gate))
    kept = kept_at(home, gate)
    if any(item.reason.startswith(UNASKED) for item in results):
        kept.unlink(missing_ok=True)
        return outcome
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(outcome.to_json(), encoding="utf-8")
    return outcome


def _allowed(home: Path) -> list[dict[str, str]]:
    """What people have let pass: expectation, source, the newest batch they looked at, and why."""
    path = home / LET_PASS
    if not path.is_file():
        return []
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except yaml.YAMLError as error:
        raise UsageError(f"{path} cannot be read: {error}.", "See docs/operations.md.") from error
    wanted = {"expectation", "source", "batch", "because"}
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or set(entry) != wanted:
            raise UsageError(f"{path}: {entry!r} must give {', '.join(sorted(wanted))}.", "See docs/operations.md.")
    return [{name: str(value) for name, value in entry.items()} for entry in entries]


def _let_pass(result: CheckResult, allowed: Sequence[dict[str, str]], newest: dict[str, str]) -> CheckResult:
    """A block that somebody has looked at becomes a warning that says so, until the source's next batch."""
    if result.status != FAIL:
        return result
    for entry in allowed:
        is_meant = entry["expectation"] == result.expectation_id and entry["source"] == result.source_system
        if is_meant and entry["batch"] == newest.get(result.source_system, entry["batch"]):
            return replace(result, status=WARN, reason=f"let pass: {entry['because']}")
    return result


def _newest_batches(warehouse: Path) -> dict[str, str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select source_system, arg_max(batch_id, extracted_at) from raw.batch_files group by source_system"
        ).fetchall()
    return dict(rows)


def _fingerprint(
    gate: str, warehouse: Path, serving: Path | None, suites: Sequence[Suite], allowed: Sequence[dict[str, str]]
) -> str:
    """A hash of all that decides what a gate finds: content, suites, what may pass, and the build compared with."""
    digest = sha256(f"{suites_fingerprint()} {suites!r} {allowed!r}".encode())
    digest.update(_contents(warehouse, _READ_SCHEMAS[gate], ()))
    if gate == PUBLISHING and serving is not None:
        digest.update(_contents(serving, ("main",), SERVING_TABLES))
    return digest.hexdigest()


def _contents(database: Path, schemas: Sequence[str], only: Sequence[str]) -> bytes:
    """Rows and a sum of hashes of each table, whatever order its rows stand in."""
    told = []
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in (select unnest(?)) order by all",
            [list(schemas)],
        ).fetchall()
        for schema, name in names:
            if name != _RESULTS and (not only or name in only):
                row = connection.execute(
                    f'select count(*), sum(hash(contents)) from "{schema}"."{name}" as contents'
                ).fetchone()
                told.append(f"{schema}.{name}:{row};")
    return "".join(told).encode()


def _write_results(warehouse: Path, outcomes: Sequence[GateOutcome]) -> None:
    rows = check_rows(outcomes)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists published")
        connection.execute(f"create or replace table published.{_RESULTS} ({CHECK_COLUMNS})")
        if rows:
            # One statement: a row at a time takes a millisecond each.
            lists = ", ".join("unnest(?)" for _ in rows[0])
            connection.execute(
                f"insert into published.{_RESULTS} select {lists}", [*map(list, zip(*rows, strict=True))]
            )
