"""What an order costs, by channel and component: what each component costs per order placed there; rows add up.

Money of several currencies is not added up: each has a table of its own, over the orders that have costs in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.figure_breakdown import member_label
from dashboards.components.markup import tag, text
from dashboards.queries.figure_cost import COMPONENTS

Rows = Sequence[Mapping[str, Any]]


def costs_by_channel(rows: Rows) -> dict[str | None, dict[str, Decimal]]:
    """By channel (None: of no channel) the cost of each component, and `orders`: how many were placed."""
    found: dict[str | None, dict[str, Decimal]] = {}
    for row in rows:
        one = found.setdefault(row["channel"], {"orders": Decimal(0)})
        one["orders"] += row["denominator"] or 0
        if row["reason"] is not None:
            one[row["reason"]] = one.get(row["reason"], Decimal(0)) + (row["numerator"] or 0)
    return found


def by_currency(rows: Rows) -> dict[str | None, Rows]:
    """The rows of each currency (None: of none that is told) in which there are costs."""
    named = dict.fromkeys(row["currency"] for row in rows if row["reason"] is not None)
    return {currency: [row for row in rows if row["currency"] == currency] for currency in named}


def cost_table_html(rows: Rows, currency: str | None) -> str:
    """Channels down, components across, each as cost per order; the last row is all channels."""
    costs = costs_by_channel(rows)
    present = {name for one in costs.values() for name in one if name != "orders"}
    names = [*(name for name in COMPONENTS if name in present), *sorted(present - set(COMPONENTS))]
    whole: dict[str, Decimal] = {}
    for one in costs.values():
        for name, amount in one.items():
            whole[name] = whole.get(name, Decimal(0)) + amount
    head = ["Channel", "Orders", *(name.capitalize() for name in names), "Cost per order"]
    top = "".join(tag("th", text(name), "ol-number" if place else "", scope="col") for place, name in enumerate(head))
    ordered = sorted(costs.items(), key=lambda pair: -pair[1]["orders"])
    body = "".join(_row(member_label(channel, {}), one, names, currency) for channel, one in ordered)
    body += _row("All channels", whole, names, currency, "ol-total") if len(costs) > 1 else ""
    table = tag("table", f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>", "ol-table ol-ladder")
    return tag("div", table, "ol-scroll", tabindex="0", role="region", aria_label="Cost per order by channel")


def _row(name: str, one: Mapping[str, Decimal], names: Sequence[str], currency: str | None, css: str = "") -> str:
    orders = one["orders"]
    amounts = [one.get(component) for component in names]
    total = sum((amount for amount in amounts if amount is not None), Decimal(0))
    cells = "".join(tag("td", text(_each(amount, orders, None)), "ol-number") for amount in amounts)
    cells = tag("td", text(fmt.count(int(orders))), "ol-number") + cells
    cells += tag("td", tag("b", text(_each(total, orders, currency))), "ol-number")
    return tag("tr", tag("th", text(name), scope="row") + cells, css)


def _each(amount: Decimal | None, orders: Decimal, currency: str | None) -> str:
    return fmt.DASH if amount is None or not orders else figs.money(amount / orders, currency)
