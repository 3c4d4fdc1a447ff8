"""Companies side by side as a table: one row per company and side, each with its own as-of and definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dashboards import format as fmt
from dashboards.companies import Compared, Figure
from dashboards.components.markup import tag, text

NAMES = {"otif": "OTIF", "on_time": "On time", "in_full": "In full"}


def comparison_html(rows: Sequence[Compared], shown: tuple[str, str], kept: Mapping[str, list[str]]) -> str:
    """The table: names lead to the page of each company, with the parameters `kept`; `shown` is marked; no total."""
    head = "".join(tag("th", text(name), scope="col") for name in ("Company", *NAMES.values(), "As of", "Judged by"))
    body = "".join(_row(one, (one.company.source_system, one.side) == shown, kept) for one in rows)
    whole = tag("table", f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>", "ol-table ol-compared")
    return tag("div", whole, "ol-scroll", tabindex="0", role="region", aria_label="Companies side by side")


def address(one: Compared, kept: Mapping[str, list[str]]) -> str:
    """Where the figures of a row are shown. A plain address: a link within the session keeps its bound parameters."""
    named = {"source": one.company.source_system, "side": fmt.SIDES[one.side], "definition": one.definition.label}
    return "./?" + urlencode({**named, **kept}, doseq=True)


def _row(one: Compared, is_shown: bool, kept: Mapping[str, list[str]]) -> str:
    company = one.company
    title = tag("strong", text(company.title or company.source_system))
    name = tag("a", title, href=address(one, kept), target="_self")
    name += tag("div", text(f"{company.source_system} \N{MIDDLE DOT} {fmt.SIDES[one.side]}"), "ol-small")
    name += tag("span", "Synthetic data", "ol-chip ol-warned") if company.is_synthetic else ""
    name += tag("span", "shown now", "ol-chip") if is_shown else ""
    judged = text(one.definition.label)
    judged += tag(
        "div", text(f"{fmt.promise(one.promise, one.side)}, {fmt.code(one.definition.place, fmt.PLACES)}"), "ol-small"
    )
    figures = "".join(tag("td", _figure(one.figures.get(measure))) for measure in NAMES)
    rest = tag("td", text(fmt.moment(one.as_of))) + tag("td", judged)
    return tag("tr", tag("th", name, scope="row") + figures + rest)


def _figure(figure: Figure | None) -> str:
    if figure is None or figure.missing:
        lacking = " and ".join(figure.missing) if figure else ""
        said = tag("span", fmt.NO_FIGURE, "ol-quiet") + tag("div", text(f"needs {lacking}"), "ol-small")
        told_by = figure.told_by[:1] if figure else ()
        return said + "".join(tag("div", text(f"has one by {label}"), "ol-small") for label in told_by)
    value = tag("b", text(fmt.percent(figure.numerator, figure.denominator)))
    return value + tag("div", text(fmt.of(figure.numerator, figure.denominator)), "ol-small")
