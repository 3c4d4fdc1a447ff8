"""The obligations behind a figure as a table, and one of them from its order to its source line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text

Rows = Sequence[dict[str, Any]]

SHOWN_STATES = {
    "due": ("due_met", "due_failed"),
    "failed": ("due_failed",),
    "met": ("due_met",),
    "not_yet_due": ("not_yet_due",),
    "unknown": ("unknown",),
    "cancelled": ("cancelled_by_customer",),
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
    *("customer_id", "customer_name", "region", "product_id", "product_name", "site_id", "mode"),
    *("source_system", "source_entity", "source_file", "source_line", "obligation_key"),
)


def in_states(rows: Rows, choice: str) -> list[dict[str, Any]]:
    """The rows in the chosen states."""
    return [row for row in rows if row["state"] in SHOWN_STATES[choice]]


def obligations_frame(rows: Rows) -> pd.DataFrame:
    """The table that readers see: one row per obligation, in the order given."""
    return pd.DataFrame(
        {
            "Obligation": [fmt.obligation_name(row) for row in rows],
            "State": [fmt.state(row["state"]) for row in rows],
            "Why": [fmt.codes(row["reasons"], fmt.REASONS) for row in rows],
            "Due": pd.to_datetime([row["due_date"] for row in rows]),
            "Delivered": pd.to_datetime([row["delivered_local_date"] for row in rows]),
            "Promised": [None if (got := row["promised_quantity"]) is None else float(got) for row in rows],
            "Arrived": [None if (got := row["arrived_quantity"]) is None else float(got) for row in rows],
            "Customer": [row["customer_name"] or row["customer_id"] for row in rows],
            "Product": [row["product_name"] or row["product_id"] for row in rows],
            "Site": [row["site_name"] or row["site_id"] for row in rows],
            "Mode": [row["mode"] for row in rows],
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
        alt="Obligations behind the figure; choose a row to see what happened to it",
    )


def _facts(facts: Mapping[str, str]) -> str:
    return tag("dl", "".join(f"<div><dt>{text(key)}</dt><dd>{text(said)}</dd></div>" for key, said in facts.items()), "ol-facts")


def _proof(row: Mapping[str, Any]) -> str:
    if not row["source_file"]:
        return "derived: no line of its own in the source"
    return f"{row['source_file']}, line {row['source_line']} ({row['source_entity']})"


def detail_html(one: Mapping[str, Any], judged: Mapping[str, Any] | None, measure: str) -> str:
    """What was promised, what arrived, and the verdict of one obligation."""
    facts = {
        "Customer": fmt.member(one["customer_id"], one["customer_name"]) if one["customer_id"] else fmt.DASH,
        "Product": fmt.member(one["product_id"], one["product_name"]) if one["product_id"] else fmt.DASH,
        "Site": fmt.member(one["site_id"], one["site_name"]) if one["site_id"] else fmt.DASH,
        "Mode": one["mode"] or fmt.DASH,
        "Ordered": f"{fmt.quantity(one['quantity'])} {one['uom'] or ''}".strip(),
    }
    verdict = ""
    if judged is not None:
        facts |= {
            "Due": f"{fmt.day(judged['due_date'])} ({fmt.code(judged['promise_in_use'], fmt.PROMISES)})",
            "Place of the due day": judged["place_zone"],
            "Arrived": f"{fmt.quantity(judged['arrived_quantity'])}, last on {fmt.day(judged['last_arrival_date'])}",
            "Inside the window": fmt.quantity(judged["window_quantity"]),
            "Data gaps": fmt.codes(judged["flags"], fmt.FLAGS) or "none",
        }
        why = fmt.codes(judged["reasons"], fmt.REASONS)
        swatch = tag("span", "", f"ol-swatch ol-{judged['state']}", aria_hidden="true") if judged["state"] else ""
        said = f"{measure}: {fmt.state(judged['state'])}" + (f", {why}" if why and judged["state"] == "due_failed" else "")
        verdict = tag("p", swatch + text(said), "ol-pill")
    facts["Comes from"] = _proof(one)
    return verdict + _facts(facts)


def _event_words(event: Mapping[str, Any]) -> str:
    words = []
    if event["quantity"] is not None:
        words.append(f"{fmt.quantity(event['quantity'])} units")
    if event["new_date"] and event["old_date"]:
        words.append(f"{fmt.day(event['old_date'])} moved to {fmt.day(event['new_date'])}")
    elif event["new_date"]:
        words.append(f"for {fmt.day(event['new_date'])}")
    if event["initiator"]:
        words.append(f"by {fmt.code(event['initiator'], fmt.ACTORS)}")
    words += [str(event[name]) for name in ("detail", "reference") if event[name]]
    return " \N{MIDDLE DOT} ".join(words)


def _event(event: Mapping[str, Any]) -> str:
    when = fmt.instant(event["occurred_at"]) if event["occurred_at"] else fmt.day(event["occurred_date"])
    if event["occurred_at"] and event["occurred_date"]:
        when = f"{fmt.day(event['occurred_date'])} at the place; {when}"
    body = tag("strong", text(fmt.code(event["event_kind"], fmt.EVENTS)))
    body += tag("div", text(when), "ol-when") + tag("div", text(_event_words(event)))
    return tag("li", body + tag("div", text(_proof(event)), "ol-proof"))


def timeline_html(events: Rows, judged: Mapping[str, Any] | None) -> str:
    """Events from first to last, the due day among them, each with its line in the source."""
    due = judged["due_date"] if judged else None
    items, is_due_told = [], due is None
    due_item = tag("li", tag("strong", "Due") + tag("div", text(f"end of {fmt.day(due)}"), "ol-when"), "ol-due") if due else ""
    for event in events:
        on = event["occurred_date"] or (event["occurred_at"].date() if event["occurred_at"] else None)
        if not is_due_told and on is not None and on > due:
            items.append(due_item)
            is_due_told = True
        items.append(_event(event))
    if not is_due_told:
        items.append(due_item)
    return tag("ol", "".join(items), "ol-timeline", aria_label="What happened, first to last")
