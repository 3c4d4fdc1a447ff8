"""Evidence: one file with everything a figure was made of, so that anybody can recompute it without OrderLens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dashboards.evidence.document import head, told_line, told_quarantined
from dashboards.evidence.judging import Recount
from dashboards.evidence.obligations import told_obligation
from dashboards.evidence.writing import plain, write_file
from dashboards.queries import evidence as facts
from dashboards.queries.build import Build
from dashboards.queries.catalogue import MEASURES
from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiRequest, Plan, answer, plan_of
from dashboards.queries.request import EVERYTHING, Scope
from dashboards.queries.sql import CANCELLED_STATES

__all__ = ["EvidenceDisagrees", "Written", "prove"]

Progress = Callable[[int, int], None]
_PROGRESS_STEP = 500


class EvidenceDisagrees(Exception):
    """The facts do not give the figure, so that there is nothing to prove it with; exit code 1."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = "Nothing was written. Rebuild with `orderlens run --full-refresh`, and report it if it stays."


@dataclass(frozen=True)
class Written:
    """A written evidence file: its path, bytes, obligations, the hash of its content, and the sections at its head."""

    path: Path
    size: int
    obligations: int
    sha256: str
    head: dict[str, Any]


def prove(
    build: Build,
    request: KpiRequest,
    path: Path | None = None,
    scope: Scope = EVERYTHING,
    *,
    is_forced: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write the evidence of the figure that `request` asks for; a KPI without its inputs is told as that.

    QueryError (2) where the call cannot be answered or the file is there already, EvidenceDisagrees (1) where the
    facts do not add up to the figure; no file is left in either case.
    """
    con = build.cursor()
    plan = plan_of(con, request, scope)
    _check(plan)
    found = answer(con, request, scope)
    target = path or Path(_file_name(plan))
    _check_target(target, is_forced)
    if found.missing:
        facts.collect_files(con, plan)
    else:
        facts.collect(con, plan)
    told = plain(head(con, plan, found))
    recount = Recount(plan.kpi.measure)
    sections = {
        **told,
        "excluded_lines": iter(()) if found.missing else map(told_line, facts.excluded_lines(con, plan)),
        "obligations": iter(()) if found.missing else _obligations(con, plan, recount, progress),
        "quarantined_rows": map(told_quarantined, facts.quarantined(con, plan)),
        "reconciliation": lambda: None if found.missing else _reconciliation(plan, told["figure"], recount),
    }
    try:
        digest = write_file(target, sections)
    except OSError as error:
        raise QueryError(f"{target} cannot be written: {error.strerror}.", "Name another with --out.") from error
    return Written(target, target.stat().st_size, recount.obligations, digest, told)


def _check(plan: Plan) -> None:
    if len(plan.sources) != 1:
        raise QueryError("The evidence of a figure is that of one company.", "Name it with --source.")
    if plan.by:
        raise QueryError(
            "The evidence of a figure is that of one row.",
            "Name its values with --where, such as month=2026-01, instead of --by and --grain.",
        )
    if plan.kpi.measure not in MEASURES:
        raise QueryError(
            f"{plan.kpi.kpi} cannot be proved: an evidence file tells what was promised, when, and what arrived.",
            f"Ask for a KPI that measures {', '.join(sorted(MEASURES))}.",
        )


def _file_name(plan: Plan) -> str:
    named = f"evidence-{plan.kpi.kpi}-{plan.sources[0].source_system}.json"
    return re.sub(r"[^A-Za-z0-9._-]", "_", named)


def _check_target(path: Path, is_forced: bool) -> None:
    if not path.parent.is_dir():
        raise QueryError(f"There is no folder {path.parent}.", "Make it first, or name another file with --out.")
    if path.exists() and not is_forced:
        raise QueryError(f"The file {path} is there already.", "Name another with --out, or replace it with --force.")


def _obligations(
    con: duckdb.DuckDBPyConnection, plan: Plan, recount: Recount, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    total = facts.scope_size(con)
    for row in facts.obligations_with_facts(con):
        told = told_obligation(row, plan.definition, plan.level)
        recount.add(told)
        if progress and recount.obligations % _PROGRESS_STEP == 0:
            progress(recount.obligations, total)
        yield told


def _reconciliation(plan: Plan, figure: dict[str, Any], recount: Recount) -> dict[str, Any]:
    """The figure once more, from the facts that were written; EvidenceDisagrees where it is another."""
    states = recount.states(CANCELLED_STATES[plan.kpi.side])
    numerator, denominator = (plain(part) for part in recount.parts())
    stated = {name: str(figure[name]) for name in ("numerator", "denominator")}
    if states != figure["states"] or stated != {"numerator": numerator, "denominator": denominator}:
        raise EvidenceDisagrees(
            f"The facts of {recount.obligations} obligations give {numerator} of {denominator} with {states},"
            f" the figure is {stated['numerator']} of {stated['denominator']} with {figure['states']}."
        )
    return {
        "obligations_listed": recount.obligations,
        "units_from_facts": sum(states.values()),
        "states_from_facts": states,
        "numerator_from_facts": numerator,
        "denominator_from_facts": denominator,
        "is_equal_to_figure": True,
    }
