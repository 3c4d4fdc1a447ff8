"""Steps of a process, one under the other in its order: how long each takes, or how often it goes right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.figure_breakdown import member_label
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi

Rows = Sequence[Mapping[str, Any]]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], what: str) -> str:
    """A table of trusted cells: names lead, numbers are right-aligned, the bar comes second."""
    css = ["", "ol-barcell", *["ol-number"] * (len(head) - 2)]
    top = "".join(tag("th", text(name), one, scope="col") for name, one in zip(head, css, strict=True))
    body = "".join(
        tag(
            "tr",
            tag("th", cells[0], scope="row")
            + "".join(tag("td", cell, one) for cell, one in zip(cells[1:], css[1:], strict=True)),
        )
        for cells in rows
    )
    whole = tag("table", f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>", "ol-table ol-ladder")
    return tag("div", whole, "ol-scroll", tabindex="0", role="region", aria_label=what)


def _bar(length: float, most: float, css: str, further: float | None = None) -> str:
    width = 100 * length / most if most else 0
    fill = tag("span", "", f"ol-fill {css}", style=f"width: {width:.1f}%") if length else ""
    reach = 100 * further / most if further and most else 0
    mark = tag("span", "", "ol-reach", style=f"left: {min(reach, 100):.1f}%") if reach else ""
    return tag("span", fill + mark, "ol-track")


def stage_ladder_html(rows: Rows, kpi: Kpi) -> str:
    """Stages with median, 90th percentile and how their spans stand; the mark on a bar is the 90th percentile."""
    most = max((float(row["p90"] or row["value"] or 0) for row in rows), default=0)
    cells = [
        [
            text(member_label(row["step"], {})),
            _bar(float(row["value"] or 0), most, "ol-told", row["p90"]),
            tag("b", text(figs.value(row["value"], kpi.unit))),
            text(figs.value(row["p90"], kpi.unit) if row["p90"] is not None else "not reached"),
            *(text(fmt.count(row[name])) for name in ("numerator", "open", "cancelled")),
        ]
        for row in rows
    ]
    head = ["Stage", "Median, and 90% within", "Median", "90% within", "Ended", "Still open", "Cancelled"]
    return _table(head, cells, "How long each stage takes")


def step_ladder_html(rows: Rows, kpi: Kpi) -> str:
    """Steps with their yields: the bar is what did not pass, the running product the rolled yield up to the step."""
    most = max((row["denominator"] - row["numerator"] for row in rows), default=0)
    rolled, cells = 1.0, []
    for row in rows:
        rolled *= row["value"] if row["value"] is not None else 1
        failed = row["denominator"] - row["numerator"]
        cells.append(
            [
                text(member_label(row["step"], {})),
                _bar(failed, most, "ol-due_failed"),
                tag("b", text(figs.value(row["value"], kpi.unit))),
                text(fmt.of(row["numerator"], row["denominator"])),
                text(fmt.count(failed)),
                text(figs.value(rolled, kpi.unit)),
            ]
        )
    head = ["Step", "Passages with rework", "Step yield", "Without rework", "With rework", "Rolled up to here"]
    return _table(head, cells, "How often each step goes right")


def pairs_html(rows: Rows, kpi: Kpi, first: str, second: str) -> str:
    """A share by pairs of two dimensions that occur, those first of which most fail; the bar is what failed."""
    failed = [row["denominator"] - row["numerator"] for row in rows]
    most = max(failed, default=0)
    cells = [
        [
            text(member_label(row[first], {})) + tag("div", text(member_label(row[second], {})), "ol-small"),
            _bar(missed, most, "ol-due_failed"),
            tag("b", text(figs.of_row(row, kpi))) + (" (few)" if figs.is_few(row, kpi) else ""),
            text(figs.parts(row, kpi)),
            text(fmt.count(missed)),
        ]
        for row, missed in zip(rows, failed, strict=True)
    ]
    head = [f"{fmt.DIMENSIONS[first]}, {fmt.DIMENSIONS[second].lower()}", "What fails", "Share", "Of all", "Failed"]
    said = f"{kpi.label} by {fmt.DIMENSIONS[first].lower()} and {fmt.DIMENSIONS[second].lower()}"
    return _table(head, cells, said)
