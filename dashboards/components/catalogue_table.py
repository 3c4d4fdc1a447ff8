"""All KPIs in groups: what each measures, what it lacks for this company, and the way to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboards.components.groups import GROUPS, group_of, grouped
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi


def draw_catalogue(kpis: Sequence[Kpi], lacks: Mapping[str, Sequence[str]], on_choose: Callable[..., None]) -> None:
    """The catalogue, folded; a click on a name shows that KPI."""
    # Drawn when it is unfolded: a button for each KPI would go to the browser with every run.
    folded = st.expander(f"All {len(kpis)} KPIs", icon=":material/list:", key="catalogue", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for group, label in GROUPS.items():
            of_group = [kpi for kpi in grouped(kpis) if group_of(kpi) == group]
            if not of_group:
                continue
            st.html(tag("h3", text(label), "ol-heading"))
            for kpi in of_group:
                name, said = st.columns([2, 5], vertical_alignment="center")
                name.button(
                    kpi.label, key=f"row-kpi-{kpi.kpi}", type="tertiary", on_click=on_choose, kwargs={"kpi": kpi.kpi}
                )
                missing = lacks.get(kpi.kpi)
                lacking = f" No figure here: needs {' and '.join(missing)}." if missing else ""
                said.html(tag("p", text(f"{kpi.description}.{lacking}".replace("..", ".")), "ol-small"))
