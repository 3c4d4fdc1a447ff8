"""Serves the pages from a process that has imported all they need: `python -m dashboards.serve [streamlit options]`.

A burst of first sessions met a half-imported numpy once, and the first reader waited for the imports.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web import cli

from dashboards import companies, figures
from dashboards.components import breakdown, cards, choices, comparison, deferred, drill, filters, header, offers, trust

PAGES = Path(__file__).with_name("app.py")
IMPORTED = (companies, figures, breakdown, cards, choices, comparison, deferred, drill, filters, header, offers, trust)


def main() -> None:
    """Run Streamlit on the entry file with the options of this call."""
    sys.argv = ["streamlit", "run", str(PAGES), *sys.argv[1:]]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
