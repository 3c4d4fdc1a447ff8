"""Every figure beyond OTIF worked out a second time, from the files of a simulated company and by other means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path

from . import balances, conditions, costs, durations, forecasts, lines, orders, parts, purchases
from .reading import Company, Row

DAY_UNIT = 24 * durations.HOUR
LEVELS = ("line", "unit", "value", "order")
PART_KPIS: dict[str, tuple[parts.Roll, tuple[str, ...]]] = {
    "first_pass_yield": (parts.ratio, ("month", "channel")),
    "step_yield": (parts.ratio, ("month", "step")),
    "rolled_throughput_yield": (parts.rolled, ("channel",)),
    "exception_rate": (parts.ratio, ("month", "channel")),
    "exceptions_per_order": (parts.ratio, ("month", "channel")),
    "exceptions": (parts.total, ("month", "reason", "step")),
    "exception_minutes": (parts.total, ("month", "reason", "step")),
    "straight_through_rate": (parts.ratio, ("month", "channel")),
    "entry_error_rate": (parts.ratio, ("month", "channel")),
    "cost_per_order": (parts.ratio, ("month", "channel")),
    "ordered_value": (parts.total, ("month", "site")),
    "ordered_units": (parts.total, ("month", "site")),
    "backorder_rate": (parts.ratio, ("month", "site")),
    "return_rate": (parts.ratio, ("month", "site")),
    "return_rate_60": (parts.ratio, ("month", "site")),
    "return_rate_90": (parts.ratio, ("month", "site")),
    "returned_units": (parts.total, ("month", "reason", "step")),
    "price_variance": (parts.total, ("month", "supplier")),
    "supplier_reject_rate": (parts.ratio, ("month", "supplier")),
    "supplier_lines_without_reject": (parts.ratio, ("month", "supplier")),
    "forecast_wape": (parts.ratio, ("month", "step", "site")),
    "forecast_bias": (parts.ratio, ("month", "step", "site")),
    "forecast_mase": (parts.ratio, ("month", "step", "site")),
    "forecast_rmsse": (parts.root, ("month", "step", "site")),
}


@dataclass(frozen=True)
class Figures:
    """The figures of one company at the end of a day."""

    company: Company
    as_of: date

    @property
    def until(self) -> datetime:
        """The last microsecond of the day, in UTC."""
        return datetime(self.as_of.year, self.as_of.month, self.as_of.day) + timedelta(days=1) - durations.MICROSECOND

    @cached_property
    def flow(self) -> orders.Flow:
        """Events and exceptions of its orders."""
        return orders.Flow(self.company)

    @cached_property
    def buying(self) -> purchases.Buying:
        """Its purchase side."""
        return purchases.Buying(self.company)

    @cached_property
    def obligations(self) -> list[conditions.Obligation]:
        """Its obligations."""
        return conditions.obligations(self.company)

    @cached_property
    def clocks(self) -> durations.Clocks:
        """Its spans of time."""
        return durations.Clocks(self.company, self.flow, self.obligations, self.until)

    def parts(self) -> Iterator[parts.Part]:
        """Every additive part."""
        yield from orders.first_pass_parts(self.flow, self.clocks.closed, self.clocks.cancelled)
        for of_orders in (orders.step_parts, orders.exception_parts, orders.handling_parts, costs.cost_parts):
            yield from of_orders(self.flow)
        yield from orders.straight_through_parts(self.flow)
        yield from orders.entry_error_parts(self.flow)
        for of_lines in (lines.ordered_parts, lines.backorder_parts, lines.return_parts, lines.returned_parts):
            yield from of_lines(self.company)
        yield from purchases.price_parts(self.buying)
        yield from purchases.reject_parts(self.buying)
        yield from forecasts.forecast_parts(self.company, self.as_of)

    def of_parts(self) -> Iterator[tuple[str, list[Row]]]:
        """Figures that add parts up."""
        by_kpi: dict[str, list[parts.Part]] = {}
        for part in parts.counted(self.parts(), self.until):
            by_kpi.setdefault(part.kpi, []).append(part)
        by_kpi["rolled_throughput_yield"] = by_kpi["step_yield"]
        for kpi, (roll, dimensions) in PART_KPIS.items():
            yield kpi, parts.roll_up(by_kpi.get(kpi, []), roll, dimensions)
        of_orders = costs.multiple_orders(self.flow, self.until)
        yield "exception_cost_multiple", parts.roll_up(of_orders, costs.multiple, ("channel",))

    def of_durations(self) -> Iterator[tuple[str, list[Row]]]:
        """Figures that take medians."""
        hours = partial(durations.lasted, as_of=self.until)
        cycles = list(self.clocks.cycles())
        asked: tuple[tuple[str, Sequence[durations.Span], Callable[..., Row], tuple[str, ...]], ...] = (
            ("order_cycle_time", cycles, hours, ("month", "channel")),
            ("order_cycle_time_net", cycles, partial(hours, is_net=True), ("month", "channel")),
            ("stage_cycle_time", list(self.clocks.stages()), hours, ("step",)),
            ("promise_cycle_time", list(self.clocks.promises()), hours, ("month", "site")),
            (
                "supplier_lead_time",
                list(durations.lead_times(self.buying)),
                partial(hours, unit=DAY_UNIT),
                ("month", "supplier"),
            ),
        )
        for kpi, spans, roll, dimensions in asked:
            started = [span for span in spans if span.started <= self.until]
            yield kpi, parts.roll_up(started, roll, dimensions)

    def of_balances(self) -> Iterator[tuple[str, list[Row]]]:
        """Figures of month ends."""
        asked: tuple[tuple[str, Iterable[balances.Balance], str], ...] = (
            ("dso", balances.owed(self.company, "dso", self.as_of), "customer"),
            ("dpo", balances.owed(self.company, "dpo", self.as_of), "supplier"),
            ("days_of_inventory", balances.stocked(self.company, self.as_of), "site"),
        )
        for kpi, rows, dimension in asked:
            every = list(rows)
            by_month = parts.roll_up(every, balances.covered, ("month",))[1:]
            yield kpi, [*parts.roll_up(balances.newest(every), balances.covered, (dimension,)), *by_month]

    def of_conditions(self) -> Iterator[tuple[str, list[Row]]]:
        """Figures that judge obligations; those told by level carry it."""
        for kpi, judged in conditions.perfect(self.obligations, self.as_of).items():
            yield kpi, parts.roll_up(judged, conditions.judged_ratio, ("month", "customer"))
        for kpi, first in (("fill_rate", False), ("first_fill_rate", True)):
            by_level = conditions.filled(self.obligations, self.as_of, first=first)
            rows = []
            for level in LEVELS:
                dimensions = ("month",) if level == "order" else ("month", "site")
                told = parts.roll_up(by_level[level], conditions.judged_ratio, dimensions)
                rows += [{"level": level, **row} for row in told]
            yield kpi, rows


def figures(folder: Path, as_of: date) -> dict[str, list[Row]]:
    """Per figure the row of its total, then its rows by one dimension at a time."""
    of = Figures(Company(folder), as_of)
    found: dict[str, list[Row]] = {}
    for told in (of.of_parts(), of.of_durations(), of.of_balances(), of.of_conditions()):
        found.update(told)
    return found


KPIS = (
    *PART_KPIS,
    "exception_cost_multiple",
    "order_cycle_time",
    "order_cycle_time_net",
    "stage_cycle_time",
    "promise_cycle_time",
    "supplier_lead_time",
    "dso",
    "dpo",
    "days_of_inventory",
    "perfect_order",
    "documents_right",
    "undamaged",
    "fill_rate",
    "first_fill_rate",
)
