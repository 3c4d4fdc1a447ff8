"""The choices of the pages of figures, bound to the address: which KPI, by what, by which period, which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.breakdown import NONE, NONE_LABEL
from dashboards.components.choices import choose_among
from dashboards.components.groups import choice_label, grouped
from dashboards.queries.catalogue import Kpi
from dashboards.state import choose, settle

Labels = Mapping[str, str]


def choose_kpi(kpis: Sequence[Kpi], first: str) -> Kpi:
    """One KPI of the catalogue; typing searches groups and labels."""
    known = {kpi.kpi: kpi for kpi in grouped(kpis)}
    labels = {name: choice_label(kpi) for name, kpi in known.items()}
    settle("kpi", labels, "KPI", first=first if first in known else next(iter(known)), is_pinned=True)
    name = st.selectbox(
        "KPI",
        list(known),
        index=None,
        required=True,
        format_func=labels.__getitem__,
        on_change=partial(choose, pick=None),
        key="kpi",
        bind="query-params",
        help="Type to search: a name, or a group such as Flow, Quality, Cost or Supply.",
    )
    return known[name or first]


def choose_by(kpi: Kpi, dimensions: Sequence[str]) -> str:
    """What the figure is broken down by; another choice forgets the member picked under the last one."""
    labels = {name: figs.dimension(kpi, name) for name in dimensions}
    return choose_among("by", "Broken down by", labels, "Breakdown", partial(choose, pick=None), is_quiet=True)


def choose_grain(grains: Sequence[str]) -> str:
    """The period of the chart."""
    return choose_one("grain", "Over time by", {name: figs.GRAINS[name] for name in grains}, "Period")


def choose_one(key: str, label: str, options: Labels, what: str) -> str:
    """One of a few options."""
    return choose_among(key, label, options, what, is_quiet=True)


def choose_member(dimension: str, members: Labels) -> str | None:
    """The one member whose rows are listed, NONE for what has none, or None for all."""
    picks = {**members, NONE: NONE_LABEL}
    settle("pick", picks, fmt.DIMENSIONS[dimension], is_quiet=True)
    return st.selectbox(
        f"Only this {fmt.DIMENSIONS[dimension].lower()}",
        list(picks),
        index=None,
        format_func=lambda value: picks.get(value, value),
        key="pick",
        bind="query-params",
        placeholder=f"All {fmt.DIMENSION_PLURALS[dimension]}",
    )


def choose_opened(dimension: str, members: Labels) -> str | None:
    """The one member that is opened, or None for none."""
    settle("pick", members, fmt.DIMENSIONS[dimension])
    return st.selectbox(
        f"Open a {fmt.DIMENSIONS[dimension].lower()}",
        list(members),
        index=None,
        format_func=lambda value: members.get(value, value),
        key="pick",
        bind="query-params",
        placeholder="None opened: choose one to see its figures over time and the rows behind them",
    )


def choose_failed(label: str) -> bool:
    """Whether only the rows are listed that count against the figure."""
    return bool(st.toggle(label, key="failed", bind="query-params")) if label else False
