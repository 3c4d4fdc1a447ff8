"""How a figure is written by its unit: shares, hours that become days, money with its currency, multiples."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboards import format as fmt
from dashboards.queries.catalogue import Kpi

# From two days on, hours are easier to read as days.
LONG_HOURS = 48
GRAINS = {name: name.capitalize() for name in ("month", "quarter", "year", "week", "day")}
LEVEL_NAMES = {
    "schedule_line": ("schedule line", "schedule lines"),
    "step": ("passage through a step", "passages through steps"),
}
STATUSES = {
    "ended": "\N{CHECK MARK} Ended",
    "open": "\N{WHITE CIRCLE} Open",
    "cancelled": "\N{CIRCLED DIVISION SLASH} Cancelled",
    "unknown": "Ended, not known when",
    "out_of_order": "Ends before it starts",
    "outside_calendar": "Outside the known calendar",
}
_DURATIONS = {"hours", "business_hours", "days", "business_days"}

Number = float | int | Decimal


def value(number: Number | None, unit: str, currency: str | None = None) -> str:
    """A figure in its unit; `No data` for None, and a share never rounds to all or nothing."""
    if number is None:
        return fmt.NO_DATA
    if unit == "ratio":
        return _share(float(number))
    if unit in _DURATIONS:
        return duration(float(number), unit)
    if unit == "money":
        return money(number, currency)
    if unit == "multiple":
        return f"{float(number):,.2f}"
    return fmt.quantity(_rounded(number))


def of_row(row: Mapping[str, Any], kpi: Kpi) -> str:
    """The value of a row of an answer; a comparison of costs as a multiple."""
    text = value(row["value"], kpi.unit, row.get("currency"))
    return f"{text}\N{MULTIPLICATION SIGN}" if kpi.kind == "matched" and row["value"] is not None else text


def _share(number: float) -> str:
    text = f"{100 * number:,.1f}%"
    if text == "100.0%" and number < 1:
        return ">99.9%"
    return "<0.1%" if text in ("0.0%", "-0.0%") and number > 0 else text.replace("-0.0%", "0.0%")


def duration(number: float, unit: str) -> str:
    """Hours as hours while they are few, then as days of 24 hours; business hours say that they are."""
    kind = "business " if unit.startswith("business") else ""
    hours = number * 24 if unit.endswith("days") else number
    if hours >= LONG_HOURS or unit.endswith("days"):
        return f"{hours / 24:,.1f} {kind}d"
    if hours and hours < 1:
        return f"{hours * 60:,.0f} {kind}min"
    return f"{hours:,.1f} {kind}h"


def money(number: Number, currency: str | None) -> str:
    """Money with its currency: cents while it is small, none from ten thousand on."""
    text = f"{number:,.2f}" if abs(number) < 10_000 else f"{number:,.0f}"
    return f"{text} {currency}" if currency else text


def change(now: Number, then: Number, unit: str, currency: str | None = None) -> str:
    """How far two figures lie apart, without a sign: shares in points."""
    if unit == "ratio":
        return f"{abs(100 * (float(now) - float(then))):,.1f} points"
    return value(abs(float(now) - float(then)), unit, currency)


def part(number: Number | None, part_unit: str, currency: str | None = None) -> str:
    """One part of a ratio: a count, a quantity, or money."""
    if number is None:
        return fmt.DASH
    return money(number, currency) if part_unit == "money" else fmt.quantity(_rounded(number))


def _rounded(number: Number) -> Number:
    return number if isinstance(number, int) else round(Decimal(str(number)), 2 if abs(number) < 1000 else 0)


def level(kpi: Kpi) -> tuple[str, str]:
    """What a figure counts, one and many of it."""
    name = kpi.levels[0]
    if name == "line":
        name = "purchase_line" if kpi.side == "purchase" else "order_line"
    plain = name.replace("_", " ")
    return LEVEL_NAMES.get(name, (plain, f"{plain}s"))


def parts(row: Mapping[str, Any], kpi: Kpi) -> str:
    """What a figure is made of, short enough for a table: `9,138 of 10,324`, spans by how they stand, a balance."""
    if kpi.kind == "duration":
        ended, still, cancelled = (fmt.count(row[name]) for name in ("numerator", "open", "cancelled"))
        return f"{ended} ended, {still} open, {cancelled} cancelled"
    if kpi.kind == "sum" or row.get("numerator") is None:
        return ""
    currency = row.get("currency")
    above, below = part(row["numerator"], kpi.part_unit, currency), part(row["denominator"], below_unit(kpi), currency)
    return f"{above} over {below}" if kpi.kind in ("balance", "matched", "root") else f"{above} of {below}"


def counted(kpi: Kpi) -> str:
    """What the denominators of a figure are, for the legend of a chart."""
    if below_unit(kpi) == "count":
        return f"Counted: {level(kpi)[1]}"
    return f"Of: {kpi.denominator}" if kpi.denominator else "Denominator"


def dimension(kpi: Kpi, name: str) -> str:
    """What a dimension is called for a KPI: the step of a forecast is its horizon."""
    return "Horizon" if name == "step" and kpi.kpi.startswith("forecast") else fmt.DIMENSIONS[name]


def below_unit(kpi: Kpi) -> str:
    """What the denominator is counted in: a money figure told per something divides money by a count."""
    return "count" if kpi.kind == "ratio" and kpi.part_unit == "money" else kpi.part_unit


def period(text: str, grain: str) -> str:
    """A period as readers name it: Jun 2026, week 23 of 2026, Q2 2026."""
    if grain == "month":
        return fmt.month(text)
    if grain == "week":
        return f"W{text[-2:]} {text[:4]}"
    if grain == "quarter":
        return f"{text[-2:]} {text[:4]}"
    return text


def is_few(row: Mapping[str, Any], kpi: Kpi) -> bool:
    """Whether a figure rests on so few units that it says little."""
    counted = row.get("denominator")
    is_counted = kpi.kind == "duration" or (kpi.kind == "ratio" and below_unit(kpi) == "count")
    return is_counted and counted is not None and 0 < counted < fmt.SMALL_DENOMINATOR
