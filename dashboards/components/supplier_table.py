"""Suppliers side by side: promise kept, lead time, price, rejects, each with its parts; the worst promise first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi

Row = Mapping[str, Any]
Columns = Mapping[str, tuple[Kpi, Mapping[str | None, Row]]]


def worst_first(columns: Columns, first: str) -> list[str | None]:
    """The suppliers, the lowest `first` figure first; those it says nothing or little of come last."""
    members = dict.fromkeys(member for _, rows in columns.values() for member in rows)
    if first not in columns:
        return sorted(members, key=str)
    kpi, rows = columns[first]

    def place(member: str | None) -> tuple[bool, bool, float, str]:
        row = rows.get(member)
        if row is None or row["value"] is None:
            return True, True, 0.0, str(member)
        return False, figs.is_few(row, kpi), float(row["value"]), str(member)

    return sorted(members, key=place)


def supplier_table_html(
    columns: Columns,
    members: Sequence[str | None],
    labels: Mapping[str, str],
    opened: str | None,
    kept: Mapping[str, Any],
) -> str:
    """The table; a name leads to the supplier opened, with the parameters `kept`."""
    names = "".join(tag("th", text(kpi.label), "ol-number", scope="col") for kpi, _ in columns.values())
    body = ""
    for member in members:
        label = text(labels.get(member or "", member or "Not recorded"))
        link = tag("a", label, href="?" + urlencode({**kept, "pick": member}, doseq=True), target="_self")
        name = link if member else label
        name += tag("span", "opened", "ol-chip") if member == opened else ""
        cells = "".join(tag("td", _cell(kpi, rows.get(member)), "ol-number") for kpi, rows in columns.values())
        body += tag("tr", tag("th", name, scope="row") + cells)
    head = tag("th", "Supplier", scope="col") + names
    table = tag("table", f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>", "ol-table ol-compared ol-suppliers")
    return tag("div", table, "ol-scroll", tabindex="0", role="region", aria_label="Suppliers, worst promise first")


def _cell(kpi: Kpi, row: Row | None) -> str:
    if row is None or row["value"] is None:
        return tag("span", fmt.DASH, "ol-quiet")
    said = [figs.parts(row, kpi)]
    if kpi.kind == "duration":
        high = figs.value(row["p90"], kpi.unit) if row["p90"] is not None else "not reached"
        stand = f"{fmt.count(row['numerator'])} received, {fmt.count(row['open'])} open"
        said = [f"90% within {high}{_variation(row)}", stand]
    if kpi.part_unit == "money" and kpi.kind == "sum":
        said = ["paid more" if row["value"] > 0 else "paid less" if row["value"] < 0 else "as agreed"]
    few = [f"few: under {fmt.SMALL_DENOMINATOR}"] if figs.is_few(row, kpi) else []
    small = "".join(tag("div", text(one), "ol-small") for one in [*said, *few] if one)
    return tag("b", text(figs.of_row(row, kpi))) + small


def _variation(row: Row) -> str:
    varied = row.get("variation_of_ended")
    return "" if varied is None else f", varies by {100 * varied:.0f}%"
