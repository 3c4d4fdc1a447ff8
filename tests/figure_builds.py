"""Builds of a few parts, spans and balances, and figures asked of them."""

from __future__ import annotations

from typing import Any

from dashboards.queries.figure_units import units
from dashboards.queries.kpi import KpiRequest, answer
from tests.builders import BuildRows, memory_build
from tests.published_tables import CATALOGUE, figure

ORDER = ("customer", "channel")
FIGURES = [
    figure("first_pass_yield", "ratio", "order", ORDER, needs={"one_of": [["order_events", "deliveries"]]}),
    figure("exceptions", "sum", "exception", ("reason",)),
    figure("price_variance", "sum", "line", ("currency",), part_unit="money"),
    figure("step_yield", "ratio", "step", ("step",)),
    figure("rolled_yield", "product", "step", ("step",), reads="step_yield"),
    figure("rmsse", "root", "week", ("product",), part_unit="quantity"),
    figure("cost_per_order", "ratio", "order", (*ORDER, "currency"), part_unit="money", unit="money"),
    figure(
        "bias", "ratio", "forecast", ("product", "site"), part_unit="quantity", direction="closer_to_zero_is_better"
    ),
    figure("cost_multiple", "matched", "order", ORDER, part_unit="money"),
    figure("return_rate", "ratio", "unit", ("product", "month", "year"), part_unit="quantity"),
    figure("cycle_time", "duration", "order", ORDER, unit="hours"),
    figure("net_cycle_time", "duration", "order", ORDER, unit="hours", clock="net", reads="cycle_time"),
    figure("lead_time", "duration", "line", ("supplier",), unit="days", reads="cycle_time"),
    figure("delivered_time", "duration", "order", ORDER, unit="hours", cohort="ended", reads="cycle_time"),
    figure("promise_time", "duration", "order", ORDER, unit="hours", clock="business"),
    figure("dso", "balance", "customer", ("customer", "currency"), unit="days", part_unit="money"),
    figure(
        *("untold", "ratio", "order", ()),
        needs={"always": ["nowhere.column"], "one_of": [["one", "other.thing"], ["nowhere.other", "two.thing"]]},
    ),
]
DAY = "2026-01-{:02d}"


def part(kpi: str, unit: str, numerator: float, denominator: float, day: int = 1, **more: Any) -> dict[str, Any]:
    """A part of a figure of acme."""
    at = more.pop("at", f"{DAY.format(day)} 12:00:00")
    return {
        **{"source_system": "acme", "kpi": kpi, "unit_key": unit, "unit_id": unit, "counts_from": at},
        **{"booked_date": DAY.format(day), "numerator": numerator, "denominator": denominator},
        **more,
    }


def span(kpi: str, unit: str, hours: float | None, **more: Any) -> dict[str, Any]:
    """A span of acme that starts with the year and lasts so many hours; None is open."""
    ended = None if hours is None else f"2026-01-{1 + int(hours) // 24:02d} {int(hours) % 24:02d}:00:00"
    return {
        **{"source_system": "acme", "kpi": kpi, "unit_key": unit, "unit_id": unit},
        **{"started_at": "2026-01-01 00:00:00", "ended_at": ended, "booked_date": "2026-01-01"},
        **more,
    }


def balance(unit: str, month_end: str, open_amount: float, flow: float, **more: Any) -> dict[str, Any]:
    """What a unit owed at the end of a month."""
    return {
        **{"source_system": "acme", "kpi": "dso", "unit_key": unit, "unit_id": unit, "booked_date": month_end},
        **{"counts_from": f"{month_end} 23:00:00", "balance": open_amount, "flow": flow},
        **{"flow_days": 90, "flow_months": 3, "customer_id": unit},
        **more,
    }


def ask(kpi: str, parts: Any = (), spans: Any = (), balances: Any = (), days: Any = (), **asked: Any) -> Any:
    """The answer to a question about acme."""
    tables = {
        "kpi_catalogue": [*CATALOGUE, *FIGURES],
        "kpi_parts": list(parts),
        "kpi_durations": list(spans),
        "kpi_balances": list(balances),
        "business_days": list(days),
    }
    return answer(memory_build(BuildRows(obligations=(), tables=tables)), KpiRequest(kpi, source="acme", **asked))


def week(*worked: bool) -> list[dict[str, Any]]:
    """The first days of the year, each worked or not."""
    return [
        {
            **{"source_system": "acme", "calendar_id": "W", "day": DAY.format(day), "zone": "UTC"},
            **{"starts_at": f"{DAY.format(day)} 00:00:00", "is_worked": is_worked},
            "hours_before": 24 * sum(worked[: day - 1]),
        }
        for day, is_worked in enumerate(worked, start=1)
    ]


def behind(kpi: str, parts: Any = (), spans: Any = (), balances: Any = (), days: Any = (), **asked: Any) -> Any:
    """The rows behind a figure of acme."""
    tables = {"kpi_catalogue": [*CATALOGUE, *FIGURES], "kpi_parts": list(parts), "kpi_durations": list(spans)}
    con = memory_build(
        BuildRows(obligations=(), tables={**tables, "kpi_balances": list(balances), "business_days": list(days)})
    )
    options = {name: asked.pop(name) for name in ("only_failed", "limit", "offset") if name in asked}
    return units(con, KpiRequest(kpi, source="acme", **asked), **options)
