"""The catalogue in groups that managers think in; a KPI of a kind nobody named yet falls into the group of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.queries.catalogue import Kpi

GROUPS = {
    "promise": "Promise",
    "flow": "Flow",
    "quality": "Quality",
    "cost": "Cost",
    "supply": "Supply",
    "money": "Money",
    "demand": "Demand",
}
_NAMED = {
    "cost_per_order": "cost",
    "exception_cost_multiple": "cost",
    "exception_minutes": "cost",
    "backorder_rate": "supply",
    "dso": "money",
    "dpo": "money",
    "days_of_inventory": "money",
    "price_variance": "supply",
}
_STARTS = {"forecast": "demand", "ordered": "demand", "return": "quality", "exception": "quality"}


def group_of(kpi: Kpi) -> str:
    """The group of a KPI, a key of GROUPS."""
    if kpi.kpi in _NAMED:
        return _NAMED[kpi.kpi]
    if kpi.side == "purchase":
        return "supply"
    if kpi.is_conformance:
        return "promise"
    for start, group in _STARTS.items():
        if kpi.kpi.startswith(start):
            return group
    by_kind = {"duration": "flow", "balance": "money"}
    return by_kind.get(kpi.kind, "cost" if kpi.part_unit == "money" else "quality")


def grouped(kpis: Iterable[Kpi]) -> list[Kpi]:
    """The KPIs group by group, in the order of the catalogue inside each."""
    order = list(GROUPS)
    return sorted(kpis, key=lambda kpi: order.index(group_of(kpi)))


def choice_label(kpi: Kpi) -> str:
    """How a KPI is named in a choice that can be searched: by its group and its label."""
    return f"{GROUPS[group_of(kpi)]} \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} {kpi.label}"
