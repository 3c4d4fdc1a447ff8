"""A figure as a card: its value, what it is made of in words and numbers, and what it lacks where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.cards import state_bar
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi


def card_html(
    kpi: Kpi,
    row: Mapping[str, Any],
    missing: Sequence[str],
    source: str,
    is_long: bool = False,
    notes: Sequence[str] = (),
    label: str = "",
) -> str:
    """A card; `is_long` tells both parts in the words of the catalogue, else they are numbers only."""
    body = tag("h2", text(label or kpi.label))
    if missing:
        needed = " and ".join(missing)
        body += tag("div", fmt.NO_FIGURE, "ol-value ol-none")
        body += tag("p", f"Needs <strong>{text(needed)}</strong>, which {text(source)} does not have.")
        return tag("section", body, "ol-card", aria_label=label or kpi.label)
    value = figs.of_row(row, kpi)
    body += tag("div", text(value), "ol-value" if row["value"] is not None else "ol-value ol-none")
    body += long_parts(kpi, row) if is_long else _short_parts(kpi, row)
    if row.get("states") and is_long:
        body += state_bar(row["states"], figs.level(kpi)[1])
    body += "".join(tag("p", text(note), "ol-beside") for note in [*asides(kpi, row), *notes])
    return tag("section", body, "ol-card", aria_label=label or kpi.label)


def _short_parts(kpi: Kpi, row: Mapping[str, Any]) -> str:
    said = figs.parts(row, kpi)
    if kpi.kind == "sum" and kpi.part_unit == "count":
        said = figs.level(kpi)[1]
    elif said and kpi.kind in ("ratio", "conformance"):
        said += f" {figs.level(kpi)[1]}"
    return tag("p", text(said), "ol-parts") if said else ""


def long_parts(kpi: Kpi, row: Mapping[str, Any]) -> str:
    """Numerator and denominator, each with its number and its words."""
    currency = row.get("currency")
    above = figs.part(row.get("numerator"), kpi.part_unit, currency)
    below = figs.part(row.get("denominator"), figs.below_unit(kpi), currency)
    if kpi.kind == "product":
        steps = row.get("steps") or ()
        said = " \N{MULTIPLICATION SIGN} ".join(figs.value(one["value"], kpi.unit) for one in steps)
        return tag("p", text(said), "ol-parts") if said else ""
    if kpi.kind == "sum":
        return tag("p", text(kpi.numerator), "ol-parts") if kpi.numerator else ""
    if row.get("numerator") is None:
        return ""
    if kpi.kind == "duration":
        return tag("p", text(figs.parts(row, kpi)), "ol-parts") + tag(
            "p", text(f"{below} {kpi.denominator or figs.level(kpi)[1]}"), "ol-parts"
        )
    joint = "over" if kpi.kind in ("balance", "matched", "root") else "of"
    parts = ((above, kpi.numerator or "met", ""), (below, kpi.denominator or f"due {figs.level(kpi)[1]}", f"{joint} "))
    return "".join(
        tag("p", f"{before}<b>{text(number)}</b> {text(words)}", "ol-parts") for number, words, before in parts
    )


def asides(kpi: Kpi, row: Mapping[str, Any]) -> list[str]:
    """What stands beside a value: its 90th percentile, days of a balance, what was matched, whether it can change."""
    said = []
    if kpi.kind == "duration" and row["denominator"]:
        said.append(
            f"Median; 90% within {figs.value(row['p90'], kpi.unit) if row['p90'] else 'a time not reached yet'}"
        )
    if kpi.kind == "balance" and row.get("month_end"):
        said.append(f"At {fmt.day(row['month_end'])}, flow of {fmt.plural(row['days'], 'day', 'days')}")
    if kpi.kind == "matched":
        said.append(f"{fmt.of(row['matched_orders'], row['orders_with_exception'])} orders with an exception matched")
    if row.get("mature") is False:
        said.append("Can still change: its youngest units have not reached their age")
    if figs.is_few(row, kpi):
        said.append(f"Few: fewer than {fmt.SMALL_DENOMINATOR}, it says little")
    return said
