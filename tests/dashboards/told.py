"""A home with figures beyond the promise: a company that has what they need, and one that lacks it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.builders import BuildRows, Obligation, SourceRow, day, write_build
from tests.published_tables import CATALOGUE, CONTRACT, figure

Row = dict[str, Any]

KPI_PAGE = "app_pages/managers/kpi.py"
CYCLE_PAGE = "app_pages/managers/cycle_time.py"
YIELD_PAGE = "app_pages/managers/yields.py"
EXCEPTIONS_PAGE = "app_pages/managers/exceptions.py"
SUPPLIERS_PAGE = "app_pages/managers/suppliers.py"

ORDER = ("customer", "customer_region", "region", "channel", "format", "order_type")
_NEEDS = {"needs": {"always": ["exceptions"]}}
_MONEY = {"part_unit": "money", "unit": "money", "direction": "lower_is_better"}
_SPAN = {"unit": "hours", "direction": "lower_is_better"}
_BOUGHT = {"side": "purchase"}
FIGURES = [
    figure(
        "first_pass_yield", "ratio", "order", ORDER, numerator="orders right first time", denominator="orders ended"
    ),
    figure("step_yield", "ratio", "step", ("step", *ORDER)),
    figure("rolled_throughput_yield", "product", "step", ORDER, reads="step_yield"),
    figure("straight_through_rate", "ratio", "order", ORDER),
    figure("entry_error_rate", "ratio", "order", ORDER, direction="lower_is_better"),
    figure("exception_rate", "ratio", "order", ORDER, direction="lower_is_better", **_NEEDS),
    figure("exceptions_per_order", "ratio", "order", ORDER, unit="multiple", direction="lower_is_better", **_NEEDS),
    figure("exceptions", "sum", "exception", ("reason", "step", *ORDER), unit="count", **_NEEDS),
    figure("exception_minutes", "sum", "exception", ("reason", "step", *ORDER), unit="count", part_unit="quantity"),
    figure("cost_per_order", "ratio", "order", (*ORDER, "currency"), **_MONEY),
    figure("exception_cost_multiple", "matched", "order", ORDER, part_unit="money", unit="multiple"),
    figure("order_cycle_time", "duration", "order", ORDER, **_SPAN),
    figure("order_cycle_time_net", "duration", "order", ORDER, clock="net", reads="order_cycle_time", **_SPAN),
    figure("stage_cycle_time", "duration", "step", ("step", *ORDER), **_SPAN),
    figure("promise_cycle_time", "duration", "obligation", ORDER, unit="business_hours", clock="business"),
    figure("supplier_lead_time", "duration", "purchase_line", ("supplier", "site", "product"), unit="days", **_BOUGHT),
    figure("supplier_reject_rate", "ratio", "unit", ("supplier",), part_unit="quantity", **_BOUGHT),
    figure("supplier_lines_without_reject", "ratio", "purchase_line", ("supplier",), **_BOUGHT),
    figure("price_variance", "sum", "purchase_line", ("supplier", "currency"), **_MONEY, **_BOUGHT),
]
STEPS = ("capture", "validate", "ship")
HOURS = {"capture": 2, "validate": 5, "ship": 30}


def part(kpi: str, unit: str, numerator: float, denominator: float, on: date, **more: Any) -> Row:
    """A part of acme booked to a day, counting from its noon."""
    return {
        **{"source_system": "acme", "kpi": kpi, "unit_key": f"{kpi}{unit}", "unit_id": unit},
        **{"counts_from": f"{on} 12:00:00", "booked_date": on, "numerator": numerator, "denominator": denominator},
        **{"source_file": "orders.csv", "source_line": 7},
        **more,
    }


def span(kpi: str, unit: str, on: date, hours: int | None, **more: Any) -> Row:
    """A span of acme that starts with a day and ends after some hours, or is open."""
    ended = None if hours is None else f"2026-01-{on.day + hours // 24:02d} {hours % 24:02d}:00:00"
    return {
        **{"source_system": "acme", "kpi": kpi, "unit_key": f"{kpi}{unit}{more.get('step', '')}", "unit_id": unit},
        **{"started_at": f"{on} 00:00:00", "ended_at": ended, "booked_date": on, "waited_hours": 0},
        **{"source_file": "orders.csv", "source_line": 7},
        **more,
    }


def _of_order(number: int) -> tuple[list[Row], list[Row]]:
    """The parts and spans of one of 24 orders: every fourth has an exception, the last two are open."""
    unit, on = f"SO-{number:02}", date(2025, 12, 1) if number < 8 else date(2026, 1, 1 + number % 5)
    is_troubled = number % 4 == 0
    dims = {"customer_id": f"C{number % 3}", "channel": "edi" if number % 2 else "mail", "order_key": unit}
    shared = {**dims, "document_format": "PDF", "order_type": "standard"}
    parts = [
        part("first_pass_yield", unit, int(not is_troubled), 1, on, **shared),
        part("straight_through_rate", unit, int(number % 3 > 0), 1, on, **shared),
        part("entry_error_rate", unit, int(number % 12 == 0), 1, on, **shared),
        part("exception_rate", unit, int(is_troubled), 1, on, **shared),
        part("exceptions_per_order", unit, 2 * is_troubled, 1, on, **shared),
        part("cost_per_order", unit, 0, 1, on, currency="EUR", **shared),
        part("cost_per_order", unit, 9 if is_troubled else 3, 0, on, reason="labour", currency="EUR", **shared),
        part("cost_per_order", unit, 1, 0, on, reason="systems", currency="EUR", **shared),
        part("exception_cost_multiple", unit, 9 if is_troubled else 3, 1, on, stratum="s", currency="EUR", **shared),
    ]
    parts += [
        part("step_yield", f"{unit}/{step}", int(step != "validate" or not is_troubled), 1, on, step=step, **shared)
        for step in STEPS
    ]
    if is_troubled:
        parts.append(part("exception_cost_multiple", unit, 0, 0, on, reason="exception", **shared))
        for name, reason, step in (("a", "price_mismatch", "validate"), ("b", "=late", "ship")):
            told = {"reason": reason, "step": step, **shared, "source_file": "exceptions.csv"}
            parts.append(part("exceptions", f"{unit}{name}", 1, 0, on, **told))
            parts.append(part("exception_minutes", f"{unit}{name}", 15, 0, on, **told))
    hours = None if number > 21 else 24 * (1 + number % 10)
    start = date(2026, 1, 1)
    spans = [span("order_cycle_time", unit, start, hours, **shared)]
    spans += [span("stage_cycle_time", unit, start, HOURS[step], step=step, **shared) for step in STEPS]
    spans += [span("promise_cycle_time", unit, start, 30, calendar_id="W", **shared)]
    return parts, spans


def _bought() -> tuple[list[Row], list[Row], list[Obligation]]:
    parts, spans, promised = [], [], []
    due = day("2026-01-05")
    for number in range(30):
        unit, supplier = f"PO-{number:02}", "V1" if number < 22 else "V2"
        shared = {"supplier_id": supplier, "product_id": "P1", "site_id": "S1", "source_file": "receipts.csv"}
        parts.append(part("supplier_reject_rate", unit, 1 if number % 6 == 0 else 0, 10, due, **shared))
        parts.append(part("supplier_lines_without_reject", unit, int(number % 6 > 0), 1, due, **shared))
        parts.append(part("price_variance", unit, -2 if number % 2 else 5, 0, due, currency="EUR", **shared))
        spans.append(span("supplier_lead_time", unit, date(2026, 1, 1), 24 * (2 + number % 6), **shared))
        late = 9 if number % 5 == 0 else 0
        arrivals = ((date(2026, 1, 5 + late), 10),)
        bought = {"side": "purchase", "supplier": supplier, "product": "P1", "site": "S1"}
        promised.append(Obligation(unit, due=due, arrivals=arrivals, **bought))
    return parts, spans, promised


def business_days() -> list[Row]:
    """Worked days of one calendar over the first month of the year."""
    found, hours = [], 0
    for number in range(1, 32):
        is_worked = date(2026, 1, number).weekday() < 5
        told = {"source_system": "acme", "calendar_id": "W", "day": date(2026, 1, number), "zone": "UTC"}
        found.append(
            {**told, "starts_at": f"2026-01-{number:02} 00:00:00", "is_worked": is_worked, "hours_before": hours}
        )
        hours += 24 * is_worked
    return found


def target(kpi: str, value: float) -> Row:
    """A target of acme for a KPI over the year of its as-of."""
    return {
        **{"source_system": "acme", "target_id": kpi, "kpi": kpi, "target_value": value, "source_file": "targets.csv"},
        **{"valid_from": "2026-01-01", "valid_to": "2026-12-31", "source_line": 4},
    }


def write_told(home: Path, build_id: str = "told-1", is_empty: bool = False) -> None:
    """Publish acme, which has every figure (or none of their rows), and bare, which lacks their inputs."""
    per_order = [_of_order(number) for number in range(24)]
    bought_parts, bought_spans, promised = _bought()
    sold = [Obligation(f"SO-{number:02}", due=day("2026-01-05"), product=f"P{number % 2}") for number in range(24)]
    inputs = [
        {"source_system": "acme", "entity": "exceptions", "column_name": "", "non_null_rows": 12},
        *(
            {"source_system": source, "entity": entity, "column_name": column, "non_null_rows": 100}
            for source in ("acme", "bare")
            for entity, columns in CONTRACT.items()
            for column in ("", *columns)
        ),
    ]
    tables = {
        "kpi_catalogue": [*CATALOGUE, *FIGURES],
        "kpi_parts": [] if is_empty else [*(row for parts, _ in per_order for row in parts), *bought_parts],
        "kpi_durations": [] if is_empty else [*(row for _, spans in per_order for row in spans), *bought_spans],
        "kpi_targets": [target("first_pass_yield", 0.9), target("exception_rate", 0.3)],
        "kpi_benchmarks": [
            {
                **{"benchmark_id": "B", "kpi": "exception_rate", "statistic": "best in class", "low_value": 0.05},
                **{"high_value": 0.1, "published_in": "a study", "published_year": 2024},
            }
        ],
        "business_days": business_days(),
        "source_inventory": inputs,
    }
    bare = [Obligation(f"B-{number}", source="bare", due=day("2026-01-05")) for number in range(3)]
    sources = (SourceRow(title="Acme Machines"), SourceRow(source="bare", title="Bare"))
    write_build(home, BuildRows([*sold, *promised, *bare], sources, build_id=build_id, tables=tables))
