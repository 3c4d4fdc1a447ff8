"""Serves the pages from a process that has imported all they need: `python -m dashboards.serve [streamlit options]`.

A burst of first sessions met a half-imported numpy once, and the first reader waited for the imports.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web import cli

from dashboards import charts, companies, figures, sections
from dashboards.components import (
    breakdown,
    cards,
    catalogue_table,
    choices,
    comparison,
    cost_table,
    deferred,
    drill,
    filters,
    header,
    ladder,
    meaning,
    offers,
    pareto,
    supplier_table,
    trust,
)

PAGES = Path(__file__).with_name("app.py")
IMPORTED = (
    *(charts, companies, figures, sections, breakdown, cards, catalogue_table, choices, comparison, cost_table),
    *(deferred, drill, filters, header, ladder, meaning, offers, pareto, supplier_table, trust),
)


def main() -> None:
    """Run Streamlit on the entry file with the options of this call."""
    sys.argv = ["streamlit", "run", str(PAGES), *sys.argv[1:]]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
