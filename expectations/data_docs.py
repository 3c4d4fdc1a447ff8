"""Data Docs under the home folder: an index of every result, and Great Expectations' own page of what did not hold.

Pages are read where there is no network: what they would fetch from elsewhere is taken out, and a small style put in.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .outcome import NOT_ASSESSED, PASS, CheckResult, GateOutcome, example_text

FOLDER = "data_docs"
INDEX = "index.html"
_FETCHES = re.compile(
    r"<link[^>]*https?://[^>]*>|<img[^>]*https?://[^>]*>|<script[^>]*src=\"?https?://[^>]*>\s*</script>"
    r"|(?<=background: )url\('https?://[^)]*\)",
    re.IGNORECASE,
)
_STYLE = """<style>
body { font-family: system-ui, sans-serif; margin: 1.5rem; color: #1c2530; background: #fff; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; } td, th { border: 1px solid #c9d1da; padding: .3rem .5rem;
text-align: left; vertical-align: top; } .fail { color: #a1121f; font-weight: 600; } .warn { color: #8a5300; }
.not_assessed { color: #5a6673; } nav, .navbar, form, .cooltip, i.fas { display: none; }
.collapse, .modal { display: block; position: static; }
</style>"""


def index_path(home: Path) -> Path:
    """Where the Data Docs of a home begin."""
    return home / FOLDER / INDEX


def write_pages(home: Path, gate: str, answers: Sequence[tuple[CheckResult, Any]]) -> None:
    """Replace a gate's pages: one for each suite and company of which something did not hold."""
    folder = home / FOLDER / gate
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    by_page: dict[str, list[Any]] = {}
    for result, answer in answers:
        if result.status != PASS:
            by_page.setdefault(page_name(result), []).append(answer)
    for name, told in by_page.items():
        (folder / name).write_text(_page(name, told), encoding="utf-8")


def write_index(home: Path, outcomes: Iterable[GateOutcome]) -> None:
    """Replace the index: every result of the gates, what did not hold first, with a link to its page."""
    sections = "".join(_section(home, outcome) for outcome in outcomes)
    path = index_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Data Docs</title>{_STYLE}</head>"
    path.write_text(f"{head}<body><h1>Data Docs</h1>{sections}</body></html>", encoding="utf-8")


def page_name(result: CheckResult) -> str:
    """File of the page of a suite and company; a name of a company is no path."""
    company = re.sub(r"[^A-Za-z0-9_-]", "_", result.source_system)
    return f"{result.suite}{'--' if company else ''}{company}.html"


def _page(name: str, answers: Sequence[Any]) -> str:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    failed = sum(not item.success for item in answers)
    total = len(answers)
    told = ExpectationSuiteValidationResult(
        success=failed == 0,
        results=list(answers),
        suite_name=name.removesuffix(".html"),
        statistics={
            "evaluated_expectations": total,
            "successful_expectations": total - failed,
            "unsuccessful_expectations": failed,
            "success_percent": 100 * (total - failed) / total,
        },
        meta={"active_batch_definition": {}, "run_id": {"run_name": name, "run_time": ""}, "batch_markers": {}},
    )
    drawn = str(DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(told)))
    return _FETCHES.sub("", drawn).replace("</head>", f"{_STYLE}</head>", 1)


def _section(home: Path, outcome: GateOutcome) -> str:
    order = {"fail": 0, "warn": 1, "note": 2, PASS: 3, NOT_ASSESSED: 4}
    rows = "".join(_row(home, item) for item in sorted(outcome.results, key=lambda item: order[item.status]))
    columns = ("Result", "Company", "It must hold that", "Rows", "For example", "Withholds", "Expectation")
    head = "".join(f"<th>{name}</th>" for name in columns)
    return f"<h2>{outcome.gate.capitalize()} gate</h2><table><tr>{head}</tr>{rows}</table>"


def _row(home: Path, item: CheckResult) -> str:
    page = f"{item.gate}/{page_name(item)}"
    name = html.escape(item.expectation_id)
    has_page = item.failing_rows and (home / FOLDER / page).is_file()
    examples = "<br>".join(html.escape(example_text(row, item.source_system)) for row in item.examples) or html.escape(
        item.reason
    )
    cells = (
        item.status.replace("_", " "),
        html.escape(item.source_system),
        html.escape(item.sentence),
        f"{item.failing_rows:,} of {item.assessed_rows:,}" if item.assessed_rows else "",
        examples,
        html.escape(", ".join(item.withholds)) if item.status != PASS else "",
        f"<a href='{page}'>{name}</a>" if has_page else name,
    )
    return f"<tr class='{item.status}'>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
