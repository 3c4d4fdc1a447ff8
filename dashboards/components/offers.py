"""Where a figure has none under the definition shown: what it lacks, and the definitions that do have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Definition
from dashboards.queries.sources import Coverage
from dashboards.state import choose

Labels = Mapping[str, str]


def gains(coverage: Coverage, definition_id: str) -> dict[str, list[str]]:
    """Measures without a figure under this definition that another one has, by that definition; most gained first."""
    untold = [measure for measure, missing in coverage[definition_id].items() if missing]
    found = {
        other: [measure for measure in untold if not lacking[measure]]
        for other, lacking in coverage.items()
        if other != definition_id
    }
    return dict(sorted(((one, told) for one, told in found.items() if told), key=lambda pair: -len(pair[1])))


def missing_words(coverage: Coverage, definition_id: str, measures: Labels) -> str:
    """`OTIF and In full need deliveries.accepted`: the figures without one, by what they lack."""
    by_need: dict[tuple[str, ...], list[str]] = {}
    for measure, missing in coverage[definition_id].items():
        if missing:
            by_need.setdefault(tuple(missing), []).append(measures.get(measure, measure))
    return "; ".join(
        f"{_listed(labels)} {'needs' if len(labels) == 1 else 'need'} {_listed(needs)}"
        for needs, labels in by_need.items()
    )


def draw_offers(coverage: Coverage, shown: Definition, definitions: Sequence[Definition], measures: Labels) -> None:
    """What is missing under the definition shown, and one button per definition that can tell more."""
    found = gains(coverage, shown.definition_id)
    with st.container(border=True, key="offers"):
        said = f"Not every figure can be told by \N{LEFT DOUBLE QUOTATION MARK}{shown.label}"
        said += f"\N{RIGHT DOUBLE QUOTATION MARK}: {missing_words(coverage, shown.definition_id, measures)},"
        said += " which this company does not record."
        st.html(tag("p", text(said), "ol-offer", role="status"))
        if not found:
            st.caption("No other definition of this side can tell them either: they need what is not recorded.")
            return
        st.caption("What it does record is enough for:")
        labels = {one.definition_id: one.label for one in definitions}
        with st.container(horizontal=True, gap="small"):
            for place, (name, told) in enumerate(found.items()):
                told_words = _listed([measures.get(measure, measure) for measure in told])
                st.button(
                    f"{labels[name]}: {told_words}",
                    key=f"offer-{name}",
                    on_click=partial(choose, definition=name),
                    icon=":material/swap_horiz:",
                    type="secondary" if place else "primary",
                )


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
