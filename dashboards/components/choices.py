"""The choices of a page, bound to the address: which figure, broken down by what, which obligations, which one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from dashboards import format as fmt
from dashboards.components.obligations import STATE_CHOICES
from dashboards.state import choose, settle

Labels = Mapping[str, str]


def choose_measure(told: Labels) -> str:
    """The figure that charts and list are about, among those that can be told."""
    return choose_among("measure", "Charts and list show", told, "Figure")


def choose_dimension(offered: Labels) -> str:
    """What the figure is broken down by; another choice forgets the member picked under the last one."""
    return choose_among("by", "Broken down by", offered, "Breakdown", on_change=partial(choose, pick=None))


def choose_states() -> str:
    """Which obligations are listed: a key of STATE_CHOICES."""
    return choose_among("state", "Show", STATE_CHOICES, "State")


def choose_pick(dimension: str, picks: Labels) -> str | None:
    """The one member of the breakdown whose obligations are listed, or None for all."""
    settle("pick", picks, fmt.DIMENSIONS[dimension])
    return st.selectbox(
        f"Only this {fmt.DIMENSIONS[dimension].lower()}",
        list(picks),
        index=None,
        format_func=lambda value: picks.get(value, value),
        key="pick",
        bind="query-params",
        placeholder=f"All {fmt.DIMENSION_PLURALS[dimension]}",
    )


def choose_obligation() -> str:
    """The obligation that is opened, by its name order/line/schedule; empty for none."""
    return st.text_input(
        "Open an obligation",
        key="obligation",
        bind="query-params",
        placeholder="order/line/schedule",
        help="Type or paste a name, or choose a row of the table below.",
    )


def choose_among(
    key: str,
    label: str,
    options: Labels,
    what: str,
    on_change: partial[None] | str = "rerun",
    *,
    is_quiet: bool = False,
) -> str:
    """One of a few options, the first unless told; `is_quiet` says nothing of one that is not offered any more."""
    first = next(iter(options))
    settle(key, options, what, first=first, is_quiet=is_quiet)
    chosen = st.segmented_control(
        label,
        list(options),
        default=first,
        required=True,
        format_func=lambda value: options.get(value, value),
        key=key,
        bind="query-params",
        on_change=on_change,
        wrap=True,
    )
    return chosen or first
