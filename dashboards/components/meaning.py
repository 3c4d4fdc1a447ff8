"""What a figure means: formula in words, standard, the day it is booked to, what it needs, the traps it avoids."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi

DIRECTIONS = {
    "higher_is_better": "higher is better",
    "lower_is_better": "lower is better",
    "neutral": "neither more nor less is better by itself",
    "closer_to_zero": "closer to zero is better",
}
_CLOCKS = {
    "net": "elapsed time less what the customer asked to wait for",
    "business": "worked hours of the calendar",
}


def formula(kpi: Kpi) -> str:
    """How the figure is worked out, in words."""
    above, below = kpi.numerator or "met obligations", kpi.denominator or "obligations that are due"
    if kpi.kind == "duration":
        clock = _CLOCKS.get(kpi.clock, "elapsed time")
        return (
            f"Kaplan-Meier median of the {clock} of {below}: the time after which half of them are {_past(above)};"
            " what is still open counts for as long as it has been open"
        )
    words = {
        "sum": f"Sum of {above}",
        "product": f"Product over steps of ({above} \N{DIVISION SIGN} {below})",
        "root": f"Root of ({above} \N{DIVISION SIGN} {below})",
        "balance": f"{above} \N{DIVISION SIGN} {below} \N{MULTIPLICATION SIGN} the days of that flow",
    }
    return words.get(kpi.kind, f"{above} \N{DIVISION SIGN} {below}; added first, divided last")


def _past(numerator: str) -> str:
    return f"among {numerator}"


def needs_words(kpi: Kpi) -> str:
    """The inputs it cannot do without."""
    said = list(_listed(kpi.needs.get("always", ())))
    said += [f"one of {' or '.join(group)}" for group in kpi.needs.get("one_of", ())]
    beside = kpi.needs.get("where_every_row_tells", {})
    said += [f"where every row tells {column}: {', '.join(needs)}" for column, needs in beside.items()]
    said += [f"{instead} where none tells {wanted}" for wanted, instead in kpi.needs.get("stand_ins", {}).items()]
    for part in ("place", "promise", "level"):
        told = kpi.needs.get(part, {})
        said += [f"for {name.replace('_', ' ')}: {', '.join(needs)}" for name, needs in told.items() if needs]
    return "; ".join(said) or "nothing beyond its rows"


def _listed(names: Iterable[str]) -> list[str]:
    return [", ".join(names)] if names else []


def draw_kpi_meaning(kpi: Kpi) -> None:
    """The definition as a list, and the traps."""
    facts = {
        "Measures": kpi.description,
        "Formula": formula(kpi),
        "Counted in": f"{figs.level(kpi)[1]}; {DIRECTIONS.get(kpi.direction, kpi.direction.replace('_', ' '))}",
        "Booked to": fmt.code(kpi.booked_to, {}),
        "Standard": kpi.standard or fmt.DASH,
        "Needs": needs_words(kpi),
        "Asked for as": f"orderlens kpi {kpi.kpi}",
    }
    items = "".join(tag("div", tag("dt", text(part)) + tag("dd", text(says))) for part, says in facts.items())
    st.html(tag("dl", items, "ol-meaning ol-wide"))
    if kpi.traps:
        traps = "".join(tag("li", text(trap)) for trap in kpi.traps)
        st.html(tag("p", "Kept in mind:", "ol-small") + tag("ul", traps, "ol-small"))
