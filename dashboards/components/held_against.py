"""What a figure is held against: target, the year before, benchmarks, each with a mark, words, and where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards import format as fmt
from dashboards import format_figures as figs
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Kpi
from dashboards.queries.comparing import Compared

BETTER, WORSE, SAME, NONE = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}", "=", fmt.DASH
_SIGNS = {"higher_is_better": 1, "lower_is_better": -1}


def verdict(kpi: Kpi, now: float, other: float) -> int:
    """1 where the figure is better than the other, -1 where it is worse, 0 where neither can be said."""
    difference = (now > other) - (now < other)
    return _SIGNS.get(kpi.direction, 0) * difference


def held_against_html(kpi: Kpi, row: Mapping[str, Any], found: Compared, is_bounded: bool) -> str:
    """A list of comparisons, then what there is none of; `row` is the figure shown, `is_bounded` says that a period
    was chosen for it.
    """
    items, lacking = [], []
    if found.target is None:
        lacking.append("no target held")
    else:
        items.append(_target(kpi, row, found.target))
    if found.last_year["value"] is None:
        lacking.append("no data for the year before")
    else:
        items.append(_year_before(kpi, found, is_bounded))
    if not found.benchmarks:
        lacking.append("no benchmark known")
    items += [_benchmark(kpi, row, one) for one in found.benchmarks]
    said = ", ".join(lacking)
    told = tag("ul", "".join(items), "ol-against", aria_label="Held against") if items else ""
    return told + (tag("p", text(f"{said[0].upper()}{said[1:]}."), "ol-small ol-lacking") if said else "")


def _item(mark: str, name: str, said: str, origin: str = "") -> str:
    body = tag("span", text(mark), "ol-mark", aria_hidden="true")
    words = f"<b>{text(name)}</b> {text(said)}" + (tag("div", text(origin), "ol-small") if origin else "")
    return tag("li", body + tag("div", words))


def _mark(found: int) -> str:
    return {1: BETTER, -1: WORSE, 0: SAME}[found]


def _target(kpi: Kpi, row: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    wanted = float(target["target_value"])
    origin = f"{target['source_file']}, line {target['source_line']}"
    origin += f"; from {fmt.day(target['valid_from'])}" if target["valid_from"] else ""
    written = figs.value(wanted, kpi.unit, row.get("currency"))
    if row["value"] is None or kpi.kind == "sum":
        return _item(NONE, "Target", written, origin)
    better = verdict(kpi, row["value"], wanted)
    apart = figs.change(row["value"], wanted, kpi.unit, row.get("currency"))
    if kpi.direction not in _SIGNS:
        return _item(NONE, "Target", f"{written}: {apart} away", origin)
    said = f"{written}: missed by {apart}" if better < 0 else f"{written}: reached"
    return _item(_mark(better), "Target", said, origin)


def _year_before(kpi: Kpi, found: Compared, is_bounded: bool) -> str:
    now, then = found.row["value"], found.last_year["value"]
    span = f"{fmt.day(found.date_from)} {fmt.DASH} {fmt.day(found.date_to)}"
    currency = found.row.get("currency")
    written = figs.value(then, kpi.unit, found.last_year.get("currency"))
    if now is None:
        return _item(NONE, "Year before", written, span)
    difference = figs.change(now, then, kpi.unit, currency)
    # A difference too small to be written is none.
    is_same = difference == figs.change(then, then, kpi.unit, currency)
    better = 0 if is_same else verdict(kpi, now, then)
    word = {1: "better", -1: "worse", 0: "apart"}[better]
    apart = "the same" if is_same else f"{difference} {word}"
    whole = "" if is_bounded else f"; these twelve months: {figs.value(now, kpi.unit, currency)}"
    return _item(
        _mark(better), "Year before", f"{written}: {apart}", f"{span} against the same days a year earlier{whole}"
    )


def _benchmark(kpi: Kpi, row: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    low, high = float(one["low_value"]), float(one["high_value"])
    ends = [figs.value(end, kpi.unit, one["currency"]) for end in dict.fromkeys((low, high))]
    said = f" {fmt.DASH} ".join(ends)
    year = f", {one['published_year']}" if one["published_year"] else ""
    origin = f"{one['published_in']}{year}"
    currency = row.get("currency")
    if one["currency"] and currency and one["currency"] != currency:
        return _item(NONE, f"Benchmark, {one['statistic']}", f"{said}: in another currency", origin)
    if row["value"] is None:
        return _item(NONE, f"Benchmark, {one['statistic']}", said, origin)
    places = {verdict(kpi, row["value"], end) for end in (low, high)}
    place = places.pop() if len(places) == 1 else 0
    word = {1: "better than that", -1: "worse than that", 0: "within it"}[place]
    return _item(_mark(place), f"Benchmark, {one['statistic']}", f"{said}: {word}", origin)
