"""The sections of an evidence file beside its obligations: question, definition, figure, what was left out."""

from __future__ import annotations

from dataclasses import asdict
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import duckdb

from dashboards.evidence import words
from dashboards.queries import evidence as facts
from dashboards.queries.asof import known_text, write_moment
from dashboards.queries.catalogue import QUANTITY_LEVELS
from dashboards.queries.kpi import Plan
from dashboards.queries.records import build_info
from dashboards.queries.request import KpiAnswer
from dashboards.queries.sql import states_of

FORMAT = "orderlens-evidence/1"
VALUE_DECIMALS = 12
_DIVIDE = Context(prec=50, rounding=ROUND_HALF_UP)
Section = dict[str, Any]


def head(con: duckdb.DuckDBPyConnection, plan: Plan, found: KpiAnswer) -> Section:
    """Every section that is known before the obligations are read; `facts.collect` has run where inputs are there."""
    return {
        "build": build_info(con),
        "company": _company(plan),
        "definition": {
            **asdict(plan.definition),
            "in_words": words.definition_words(plan.definition),
            "promise_in_use": found.promise_in_use,
        },
        "exclusions": {} if found.missing else _exclusions(con, plan, found),
        "figure": _figure(con, plan, found),
        "files": facts.files(con),
        "format": FORMAT,
        "kpi": _kpi(plan),
        "measure": plan.kpi.measure,
        "missing": found.missing,
        "notes": found.notes,
        "question": _question(con, plan, found),
    }


def told_line(row: Section) -> Section:
    """An order line that is no obligation of its own, and why."""
    return {
        "order_id": row["order_id"],
        "line_no": row["line_no"],
        "why": row["why"],
        "counts_with": [row["obligation_order_id"], row["obligation_line_no"]]
        if row["why"] == "continues_another_line"
        else None,
        "rows": row["lineage"],
    }


def told_quarantined(row: Section) -> Section:
    """A row in quarantine: its key, the rule it broke, its file and line; not what it says."""
    return {
        "entity": row["entity"],
        "row_key": row["row_key"],
        "rule": row["rule"],
        "column": row["column_name"],
        "file": row["file"],
        "name": row["name"],
        "line": row["line"],
        "batch_id": row["batch_id"],
        "extracted_at": row["extracted_at"],
        "is_accepted_since": row["is_accepted_since"],
    }


def _company(plan: Plan) -> Section:
    (source,) = plan.sources
    return {
        "source": source.source_system,
        "title": source.title,
        "description": source.description,
        "is_synthetic": source.is_synthetic,
        "licence": source.licence,
        "attribution": source.attribution,
    }


def _kpi(plan: Plan) -> Section:
    kpi = plan.kpi
    return {
        "kpi": kpi.kpi,
        "label": kpi.label,
        "description": kpi.description,
        "formula": words.formula(kpi, plan.level),
        "standard": kpi.standard,
        "side": kpi.side,
        "unit": kpi.unit,
        "direction": kpi.direction,
        "booked_to": kpi.booked_to,
        "traps": kpi.traps,
    }


def _question(con: duckdb.DuckDBPyConnection, plan: Plan, found: KpiAnswer) -> Section:
    (as_of,) = plan.as_ofs
    return {
        "kpi": plan.kpi.kpi,
        "source": as_of.source.source_system,
        "definition": plan.definition.definition_id,
        "level": plan.level,
        "where": [{"dimension": one.dimension, "values": one.values} for one in plan.filters],
        "due_from": plan.request.date_from,
        "due_to": plan.request.date_to,
        "as_of": {
            "given": write_moment(as_of.moment),
            "is_declared_by_source": plan.request.as_of is None,
            "places": [] if found.missing else facts.places(con),
        },
        "known_at": known_text(plan.request.known_at),
        "known_until": plan.known_at,
    }


def _figure(con: duckdb.DuckDBPyConnection, plan: Plan, found: KpiAnswer) -> Section | None:
    if found.missing:
        return None
    row = found.rows[0]
    numerator, denominator = (_exact(row[name]) for name in ("numerator", "denominator"))
    return {
        "numerator": numerator,
        "denominator": denominator,
        "value": ratio(Decimal(numerator), Decimal(denominator)),
        "states": row["states"],
        "parts": [_part(one, plan.level) for one in facts.split(con, plan.level)],
    }


def _exact(value: Any) -> int | Decimal:
    return value if isinstance(value, (int, Decimal)) else Decimal(value)


def ratio(numerator: Decimal, denominator: Decimal) -> str | None:
    """The quotient to VALUE_DECIMALS decimals, half up; None where the denominator is 0."""
    if not denominator:
        return None
    quotient = _DIVIDE.divide(numerator, denominator)
    return format(_DIVIDE.quantize(quotient, Decimal(1).scaleb(-VALUE_DECIMALS)), "f")


def _part(split: Section, level: str) -> Section:
    """One state with what it adds to numerator and denominator."""
    is_due = split["state"] in ("due_met", "due_failed")
    inside, promised = split.pop("inside", 0), split.pop("promised", 0)
    if level not in QUANTITY_LEVELS:
        inside, promised = split["units"] if split["state"] == "due_met" else 0, split["units"]
    return {**split, "numerator": inside if is_due else 0, "denominator": promised if is_due else 0}


def _exclusions(con: duckdb.DuckDBPyConnection, plan: Plan, found: KpiAnswer) -> Section:
    states = found.rows[0]["states"]
    beside = [state for state in states_of(plan.kpi.side) if state not in ("due_met", "due_failed")]
    lines: dict[str, int] = {}
    for line in facts.excluded_lines(con, plan):
        lines[line["why"]] = lines.get(line["why"], 0) + 1
    return {
        "states_outside_the_denominator": [
            {"state": state, "units": states[state], "why": words.STATES[state]} for state in beside
        ],
        "lines_that_are_no_obligation": [
            {"why": why, "words": words.EXCLUSIONS[why], "lines": count} for why, count in sorted(lines.items())
        ],
        "entities_that_feed_the_figure": facts.feeding_entities(plan),
    }
