"""Figures of balances: what stood open at a month's end over what flowed in the months up to it, in days."""

from __future__ import annotations

import duckdb

from dashboards.queries.catalogue import Kpi
from dashboards.queries.figure_reading import (
    COUNTS,
    Found,
    Reading,
    add_latest,
    add_only_one_currency,
    currency_of,
    grouping,
    leading,
    read,
)

FULL_YEAR = 12


def balances(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """Balance over flow times the days of the flow, at the last month's end of each period, else the latest there is.

    The numerator is the balance, the denominator the flow; `days` and `months` say how long it was looked at. A flow
    that runs backwards, since more was credited than billed, lasts no days.
    """
    steps = read(reading, kpi.rows_of, "kpi_balances", COUNTS)
    add_latest(steps, reading)
    rows = steps.fetch(
        con,
        f"""select {leading(reading.by)}sum(balance) as numerator, sum(flow) as denominator,
    max(flow_days) as days, max(flow_months) as months, max(booked_day) as month_end,
    list_sort(list_distinct(list({currency_of("abs(balance) + abs(flow)")}))) as currencies
from latest{grouping(reading.by)}""",
    )
    notes: list[str] = []
    for row in rows:
        add_only_one_currency(row, kpi, notes)
        flow = row["denominator"] or 0
        row["value"] = float(row["numerator"] / flow * row["days"]) if flow > 0 else None
        if flow < 0:
            notes.append("where more was credited than billed there is no figure")
        if row["months"] is not None and row["months"] < FULL_YEAR:
            notes.append(f"history is short: the flow of {row['months']} months stands for that of {FULL_YEAR}")
    return Found(rows, list(dict.fromkeys(notes)))
