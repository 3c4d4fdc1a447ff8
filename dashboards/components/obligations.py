"""The obligations behind a figure as a table: what it shows, what is exported of it, and that it adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import format as fmt

Rows = Sequence[dict[str, Any]]

SHOWN_STATES = {
    "due": ("due_met", "due_failed"),
    "failed": ("due_failed",),
    "met": ("due_met",),
    "not_yet_due": ("not_yet_due",),
    "unknown": ("unknown",),
    "cancelled": ("cancelled_by_customer", "cancelled_by_buyer"),
}
STATE_CHOICES = {
    "due": "All due",
    "failed": "Failed",
    "met": "Met",
    "not_yet_due": "Not yet due",
    "unknown": "Unknown",
    "cancelled": "Cancelled",
}
EXPORT_COLUMNS = (
    *("order_id", "line_no", "schedule_no", "state", "reasons", "flags", "due_date", "promise_in_use"),
    *("delivered_local_date", "promised_quantity", "arrived_quantity", "window_quantity", "uom"),
    *("customer_id", "customer_name", "region", "supplier_id", "supplier_name"),
    *("product_id", "product_name", "site_id", "mode"),
    *("source_system", "source_entity", "source_file", "source_line", "obligation_key"),
)


def in_states(rows: Rows, choice: str) -> list[dict[str, Any]]:
    """The rows in the chosen states."""
    return [row for row in rows if row["state"] in SHOWN_STATES[choice]]


def arrived(row: Mapping[str, Any]) -> Any:
    """The quantity that arrived; None where something arrived of which the source records no quantity."""
    is_untold = row["last_arrival_date"] is not None and row["is_in_full"] is None
    return None if is_untold else row["arrived_quantity"]


def obligations_frame(rows: Rows, side: str = "sales") -> pd.DataFrame:
    """The table that readers see: one row per obligation, in the order given."""
    other, carried = ("supplier", {}) if side == "purchase" else ("customer", {"Mode": [row["mode"] for row in rows]})
    return pd.DataFrame(
        {
            "Obligation": [fmt.obligation_name(row) for row in rows],
            "State": [fmt.state(row["state"]) for row in rows],
            "Why": [fmt.codes(row["reasons"], fmt.REASONS) for row in rows],
            "Due": pd.to_datetime([row["due_date"] for row in rows]),
            "Delivered": pd.to_datetime([row["delivered_local_date"] for row in rows]),
            "Promised": [None if (got := row["promised_quantity"]) is None else float(got) for row in rows],
            "Arrived": [None if (got := arrived(row)) is None else float(got) for row in rows],
            other.capitalize(): [row[f"{other}_name"] or row[f"{other}_id"] for row in rows],
            "Product": [row["product_name"] or row["product_id"] for row in rows],
            "Site": [row["site_name"] or row["site_id"] for row in rows],
            **carried,
            "Data gaps": [fmt.codes(row["flags"], fmt.FLAGS) for row in rows],
        }
    )


def tally(shown: int, counted: int, orders: int, states: str, only: str | None) -> str:
    """That the rows add up to the number: `1,186 of 1,186 failed schedule lines shown, in 684 orders`."""
    words = {"All due": "due"}.get(states, states.lower())
    told = f"{fmt.of(shown, counted)} {words} schedule {'line' if counted == 1 else 'lines'} shown"
    told += f", in {fmt.plural(orders, 'order', 'orders')}" if shown else ""
    told += f" ({only})" if only else ""
    return told + "." if shown == counted else f"{told}. The list and the figure do not agree: please report this."


def draw_list(frame: pd.DataFrame, key: str, on_select: Any, names: Sequence[str]) -> None:
    """The table; choosing a row calls `on_select` with the table's key and the names of its rows."""
    day = st.column_config.DateColumn(format="D MMM YYYY")
    number = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        frame,
        hide_index=True,
        height=min(460, 38 + 35 * max(1, len(frame))),
        column_config={"Due": day, "Delivered": day, "Promised": number, "Arrived": number},
        key=key,
        on_select=lambda: on_select(key, names),
        selection_mode="single-row",
        placeholder=fmt.DASH,
        alt="Obligations behind the figure; choose a row to see what happened to it",
    )
