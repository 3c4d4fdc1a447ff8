"""The page of all KPIs, docs/kpis.md, written from the metrics that dbt knows: `make kpis`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dagster_project.catalogue import catalogue_rows
from dagster_project.settings import load_settings
from dagster_project.transform import parse_project

PAGE = Path(__file__).resolve().parents[1] / "docs" / "kpis.md"
_HEAD = """# Every KPI

Written by `make kpis` from the metrics in `dbt/models/kpis/`; what a metric says there is what the catalogue, the
command line and the pages say. The arithmetic rests on a few rules: parts are added first and divided last; where
nothing counts there is no data, never a zero; a missing input is named; an as-of day ends at 24:00 UTC of it, for what
judges a promise at the place of each obligation. Ask with `orderlens kpi NAME`, and for the rows behind a figure with
`orderlens units NAME` or, where promises are judged, `orderlens obligations --kpi NAME`.
"""
_KINDS = {
    "conformance": "obligations judged by a definition",
    "ratio": "sum of parts over sum of parts",
    "sum": "sum of parts",
    "product": "product over steps of their ratios",
    "root": "root of a sum of squares over a sum of squares",
    "matched": "means compared within strata",
    "duration": "Kaplan-Meier median of spans, the 90th percentile beside it",
    "balance": "balance at a month's end over the flow up to it, times its days",
}
_SIDES = {"sales": "Sales", "purchase": "Purchases"}


def page(rows: Sequence[Mapping[str, str]]) -> str:
    """The page, of rows as the catalogue holds them: sales first, what judges promises before the rest."""
    parts = [_HEAD]
    for side, title in _SIDES.items():
        of_side = sorted(
            (row for row in rows if row["side"] == side), key=lambda row: (row["kind"] != "conformance", row["kpi"])
        )
        parts += [f"\n## {title}\n", "| KPI | what | unit | better |\n| --- | --- | --- | --- |"]
        parts += [
            f"| [`{row['kpi']}`](#{row['kpi']}) | {row['label']} | {_words(row['unit'])} | {_better(row)} |"
            for row in of_side
        ]
        parts += ["\n".join(_told(row)) for row in of_side]
    return "\n".join(parts).rstrip() + "\n"


def _told(row: Mapping[str, str]) -> Iterator[str]:
    yield f"\n### {row['kpi']}\n"
    yield f"**{row['label']}.** {row['description'].rstrip('.')}.\n"
    yield f"- How: {_KINDS[row['kind']]}{_of_another(row)}"
    if row["numerator"]:
        yield f"- Parts: {row['numerator']}" + (f" / {row['denominator']}" if row["denominator"] else "")
    yield f"- Booked to: {row['booked_to']}"
    yield f"- Standard: {row['standard']}"
    yield f"- Levels: {_listed(row['levels'])}"
    yield f"- Told by: {_listed(row['dimensions'])}"
    needs = list(_needs(json.loads(row["needs"])))
    yield f"- Needs: {'; '.join(needs) or 'nothing beyond its own rows'}"
    for trap in json.loads(row["traps"]):
        yield f"- Trap: {trap}"


def _of_another(row: Mapping[str, str]) -> str:
    said = f", of the rows of `{row['reads']}`" if row["reads"] else ""
    said += {"net": ", less what the customer asked to wait", "business": ", in business hours"}.get(row["clock"], "")
    return said + (", by the day it ended" if row["cohort"] == "ended" else "")


def _needs(needs: Mapping[str, object]) -> Iterator[str]:
    for part, told in needs.items():
        if part == "one_of" and isinstance(told, list):
            yield from (" or ".join(f"`{name}`" for name in group) for group in told)
        elif isinstance(told, list):
            yield from (f"`{name}`" for name in told)
        elif part == "stand_ins" and isinstance(told, dict):
            yield from (f"`{instead}` stands for `{wanted}` where none tells it" for wanted, instead in told.items())
        elif isinstance(told, dict):
            for choice, names in told.items():
                if names:
                    said = f"`{choice}`" if "." in choice else _words(choice)
                    yield f"{_words(part)} {said}: {', '.join(f'`{name}`' for name in names)}"


def _listed(text: str) -> str:
    return ", ".join(json.loads(text))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _better(row: Mapping[str, str]) -> str:
    return {"higher_is_better": "higher", "lower_is_better": "lower"}.get(row["direction"], "neither")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(catalogue_rows(dict(parse_project(load_settings()).metrics))), encoding="utf-8")


if __name__ == "__main__":
    main()
