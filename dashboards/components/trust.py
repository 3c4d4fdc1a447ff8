"""The trust strip: which build, how fresh, what landed, what did not, what the source cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text
from dashboards.queries.asof import write_moment
from dashboards.queries.sources import Source

NAMED_INPUTS, NAMED_KPIS = 3, 3


def lacking(lacks: list[dict[str, Any]]) -> list[str]:
    """Missing inputs with the KPIs that need them: `deliveries.accepted (OTIF, In full)`; the first few of each."""
    kpis: dict[str, list[str]] = {}
    for one in lacks:
        for name in one["missing"]:
            kpis.setdefault(name, []).append(one["label"])
    named = [f"{name} ({_first(labels)})" for name, labels in list(kpis.items())[:NAMED_INPUTS]]
    more = len(kpis) - len(named)
    return [*named, *([f"and {fmt.plural(more, 'more input', 'more inputs')}, see Data & trust"] if more else [])]


def _first(labels: list[str]) -> str:
    more = len(labels) - NAMED_KPIS
    shown = ", ".join(labels[:NAMED_KPIS])
    return f"{shown} and {more} more" if more > 0 else shown


def declared(company: Source) -> str | None:
    """The as-of that a source declares, as queries write it."""
    return None if company.as_of is None else write_moment(company.as_of)


def draw_trust(company: Source, build: dict[str, Any], lacks: list[dict[str, Any]], as_of: str | None) -> None:
    """One strip of facts about the data behind every figure of the page."""
    verified = "audited before it was published" if build.get("is_verified") else "not audited"
    refused = fmt.plural(company.refused_files, "refused file", "refused files")
    missing = lacking(lacks)
    facts = {
        "Build": f"{build.get('build_id')}, {verified}",
        "Published": fmt.instant(build.get("built_at")),
        "Fresh to": f"extract of {fmt.instant(company.last_extracted_at)}; as of {fmt.moment(as_of)}",
        "Rows": f"{fmt.count(company.landed_rows)} landed = {fmt.count(company.accepted_rows)} accepted"
        f" + {fmt.count(company.quarantined_rows)} quarantined; {refused}",
        "This source lacks": "; ".join(missing) if missing else "nothing the figures here need",
    }
    if company.is_synthetic:
        facts["Kind of data"] = "synthetic, not a real company"
    items = "".join(f"<div><dt>{text(name)}</dt><dd>{text(fact)}</dd></div>" for name, fact in facts.items())
    st.html(tag("dl", items, "ol-trust", aria_label="Can I trust this?"))


def draw_link(page: str, address: Mapping[str, list[str]]) -> None:
    """The way from the strip to what landed, with the filters kept."""
    st.page_link(page, label="What landed, and what did not", icon=":material/verified:", query_params=address)
