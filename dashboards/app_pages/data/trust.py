"""Data & trust: what landed of a company, what was held back or refused and why, and what its data lacks."""

from __future__ import annotations

import streamlit as st

from dashboards import cache, state
from dashboards import format as fmt
from dashboards.components import header, trust
from dashboards.components.markup import heading, table


def section(title: str, empty: str, is_empty: bool) -> bool:
    """A heading, and what to say where there is nothing under it; whether there is something."""
    st.html(heading(title))
    if is_empty:
        st.caption(empty)
    return not is_empty


_UNTOLD_CHECKS = "This build does not tell what was checked before it was published."


def draw_page(view: state.View) -> None:
    """Facts first, then batches, quarantine, refused files, and what is missing for which KPI."""
    company = view.company
    header.draw_plain_header("Data & trust", company)
    header.draw_notes(state.notes(), state.dismiss_notes)
    facts = cache.trust(*view.place, company.source_system, view.scope)
    trust.draw_trust(company, facts["build"], facts["lacks"], view.filters.as_of or trust.declared(company))
    landed = cache.landing(*view.place, company.source_system)

    if section("Missing for a figure", "Nothing: every figure has what it needs.", not facts["lacks"]):
        rows = [{"kpi": one["label"], "missing": ", ".join(one["missing"])} for one in facts["lacks"]]
        st.html(table(rows, {"kpi": "Figure", "missing": "Needs, and does not have"}))

    remarks = [row for row in landed["checks"] if row["status"] in ("warn", "note")]
    held = sum(row["status"] == "pass" for row in landed["checks"])
    told = f"{fmt.count(held)} expectations held, none remarked on." if landed["checks"] else _UNTOLD_CHECKS
    if section("Checked before publishing", told, not remarks):
        rows = [{**row, "failing_rows": fmt.count(row["failing_rows"])} for row in remarks]
        columns = {"status": "Severity", "sentence": "It does not hold that", "failing_rows": "Rows", "gate": "Gate"}
        st.html(table(rows, columns, ("failing_rows",)))
        st.caption(f"{fmt.count(held)} expectations held.")

    if section("Batches", "No batch is recorded.", not landed["batches"]):
        rows = [{**row, "extracted": fmt.instant(row["extracted_at"])} for row in landed["batches"]]
        counts = ("landed", "accepted", "quarantined")
        rows = [{**row, **{name: fmt.count(row[name]) for name in counts}} for row in rows]
        columns = {"batch_id": "Batch", "extracted": "Extracted", "entity": "Entity", "source_file": "File"}
        st.html(table(rows, {**columns, **{name: name.capitalize() for name in counts}}, counts))

    if section("Quarantined rows", "No row is held back.", not landed["quarantine"]):
        rows = [{**row, "quarantined": fmt.count(row["quarantined"])} for row in landed["quarantine"]]
        columns = {"entity": "Entity", "rule": "Rule", "column_name": "Column", "example": "For example"}
        st.html(table(rows, {**columns, "quarantined": "Rows"}, ("quarantined",)))
        shown = landed["rows"]
        st.caption(f"One by one, {fmt.of(len(shown), company.quarantined_rows)} shown:")
        columns = {"source_file": "File", "source_line": "Line", "entity": "Entity", "row_key": "Key", "rule": "Rule"}
        columns |= {"column_name": "Column", "value": "Value", "message": "Why"}
        st.dataframe(
            {label: [row[name] for row in shown] for name, label in columns.items()},
            hide_index=True,
            alt="Quarantined rows with the rule each broke, its file and line",
        )

    if section("Refused files", "No file was refused.", not landed["refused"]):
        columns = {"source_file": "File", "message": "Why", "remedy": "What to do", "batch_id": "Batch"}
        st.html(table(landed["refused"], columns))

    if company.licence or company.attribution:
        st.caption(f"Licence: {company.licence or fmt.DASH}. {company.attribution or ''}")


draw_page(state.current_view())
