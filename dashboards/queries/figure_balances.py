"""Figures of balances: what stood open at a month's end over what flowed in the months up to it, in days."""

from __future__ import annotations

import duckdb

from dashboards.queries.catalogue import Kpi
from dashboards.queries.figure_reading import Found, Reading, add_latest, grouping, leading, read


def balances(con: duckdb.DuckDBPyConnection, kpi: Kpi, reading: Reading) -> Found:
    """Balance over flow times the days of the flow, at the last month's end of each period, else the latest there is.

    The numerator is the balance, the denominator the flow; `days` and `months` say how long it was looked at.
    """
    steps = read(reading, kpi.rows_of, "kpi_balances", "rows.counts_from <= asked.as_of_instant")
    add_latest(steps, reading)
    rows = steps.fetch(
        con,
        f"""select {leading(reading.by)}sum(balance) as numerator, sum(flow) as denominator,
    max(flow_days) as days, max(flow_months) as months, max(booked_day) as month_end,
    list_sort(list_distinct(list(currency))) as currencies
from latest{grouping(reading.by)}""",
    )
    notes: list[str] = []
    for row in rows:
        currencies = [one for one in row.pop("currencies") or () if one is not None]
        if len(currencies) > 1:
            row["numerator"] = row["denominator"] = None
            notes.append(f"money in {' and '.join(currencies)} is not added up: ask --by currency")
        elif currencies and "currency" not in row:
            row["currency"] = currencies[0]
        is_told = row["numerator"] is not None and row["denominator"]
        row["value"] = float(row["numerator"] / row["denominator"] * row["days"]) if is_told else None
        if row["months"] is not None and row["months"] < FULL_YEAR:
            notes.append(f"history is short: the flow of {row['months']} months stands for that of {FULL_YEAR}")
    return Found(rows, list(dict.fromkeys(notes)))


FULL_YEAR = 12
