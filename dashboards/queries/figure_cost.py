"""What the cost per order is made of, and which of its components nothing is told of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb

from dashboards.queries.catalogue import Kpi
from dashboards.queries.figure_reading import COUNTS, Reading, read

COST_PER_ORDER = "cost_per_order"
COMPONENTS = ("labour", "error correction", "systems", "overhead", "outsourced")
Amounts = dict[str | None, Decimal]


def cost_notes(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> list[str]:
    """Per source and currency what each component costs per order placed; none for another figure."""
    if kpi.kpi != COST_PER_ORDER:
        return []
    steps = read(replace(reading, by=("source", "currency")), kpi.rows_of, "kpi_parts", COUNTS)
    rows = steps.fetch(
        con,
        """select source, currency, reason, sum(numerator) as amount, sum(denominator) as placed
from read
group by source, currency, reason
order by source, currency nulls last""",
    )
    placed: dict[tuple[str, str | None], int] = {}
    amounts: dict[tuple[str, str | None], Amounts] = {}
    for row in rows:
        key = row["source"], row["currency"]
        placed[key] = placed.get(key, 0) + int(row["placed"] or 0)
        if row["amount"]:
            amounts.setdefault(key, {})[row["reason"]] = row["amount"]
    return [
        *(_made_of(key, found, placed[key]) for key, found in amounts.items() if placed[key]),
        *_untold(amounts),
    ]


def _made_of(key: tuple[str, str | None], amounts: Amounts, placed: int) -> str:
    source, currency = key
    told = ", ".join(f"{name} {amounts[name] / placed:,.2f}" for name in _in_order(amounts))
    return f"{source}: {told}{f' {currency}' if currency else ''} per order placed"


def _untold(amounts: dict[tuple[str, str | None], Amounts]) -> list[str]:
    notes = []
    for source in dict.fromkeys(source for source, _ in amounts):
        named = {name for key, found in amounts.items() if key[0] == source for name in found}
        lacking = [name for name in COMPONENTS if name not in named]
        if lacking:
            notes.append(f"{source}: no cost of {' and '.join(lacking)} is told, so none is in it")
    return notes


def _in_order(amounts: Amounts) -> list[Any]:
    return [
        *(one for one in COMPONENTS if one in amounts),
        *sorted(str(one) for one in amounts if one not in COMPONENTS),
    ]
