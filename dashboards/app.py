"""The entry file: pages by reader, the shared filters, the build resolved once per run."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

# `streamlit run` puts this file's folder on the path, and not the project that holds the package.
if (_PROJECT := str(Path(__file__).resolve().parent.parent)) not in sys.path:
    sys.path.insert(0, _PROJECT)

from dashboards import cache, state
from dashboards.components import filters as filter_widgets
from dashboards.components import header
from dashboards.queries.errors import QueryError
from dashboards.queries.request import EVERYTHING

OTIF = st.Page("app_pages/managers/otif.py", title="Delivery promise", icon=":material/local_shipping:", default=True)
KPI = st.Page("app_pages/managers/kpi.py", title="Any KPI", icon=":material/query_stats:", url_path="kpi")
CYCLE = st.Page("app_pages/managers/cycle_time.py", title="Cycle time by stage", icon=":material/timer:")
YIELDS = st.Page("app_pages/managers/yields.py", title="First-pass and rolled yield", icon=":material/check_circle:")
EXCEPTIONS = st.Page("app_pages/managers/exceptions.py", title="Exceptions and cost", icon=":material/error:")
SUPPLIERS = st.Page("app_pages/managers/suppliers.py", title="Suppliers", icon=":material/factory:")
COMPANIES = st.Page("app_pages/managers/companies.py", title="Companies side by side", icon=":material/compare_arrows:")
DATA = st.Page("app_pages/data/trust.py", title="Data & trust", icon=":material/verified:", url_path="data")


def resolve_view(home: Path, build_id: str) -> state.View:
    """Draw the filters, and return what this run looks at."""
    place = (str(home), build_id)
    state.note_new_build(build_id)
    companies = cache.company_list(*place, EVERYTHING)
    if not companies:
        raise QueryError("The build holds no company.", "Run `orderlens run` with at least one source.")
    with st.sidebar:
        company = filter_widgets.choose_company(companies)
        side = filter_widgets.choose_side(cache.side_list(*place, company.source_system))
        definition = filter_widgets.choose_definition(cache.definition_list(*place, side))
        labels = cache.member_labels(*place, company.source_system, side, EVERYTHING)
        months = cache.due_months(*place, company.source_system, side)
        filters = filter_widgets.choose_filters(company, definition, months, labels)
    return state.View(*place, company, definition, filters, EVERYTHING)


def main() -> None:
    """Draw the page that the address names."""
    page = st.navigation({"Managers": [OTIF, CYCLE, YIELDS, EXCEPTIONS, SUPPLIERS, KPI, COMPANIES], "Data": [DATA]})
    st.set_page_config(page_title=f"{page.title} \N{MIDDLE DOT} OrderLens", page_icon=":material/lens:", layout="wide")
    header.draw_style()
    home = cache.home_folder()
    try:
        with cache.serving(home) as build_id:
            state.keep_view(resolve_view(home, build_id))
            page.run()
    except QueryError as error:
        header.draw_no_build(error)


main()
