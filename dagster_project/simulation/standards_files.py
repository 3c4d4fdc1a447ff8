"""What the company holds itself against: targets, benchmarks, cost rates and compliance policies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
import polars as pl

from .config import Company
from .days import at_hour
from .examination import MINUTE_RATE
from .telling import Told, decimals, from_day, of_frame

# Targets: of the last year, and how much less is asked for a year before.
_TARGETS = {
    **{"otif": (0.95, 0.01), "on_time": (0.97, 0.01), "in_full": (0.98, 0.005), "perfect_order": (0.92, 0.01)},
    **{"supplier_otif": (0.92, 0.01), "fill_rate": (0.97, 0.005), "first_pass_yield": (0.92, 0.01)},
    **{"exception_rate": (0.05, -0.02), "straight_through_rate": (0.80, 0.03), "backorder_rate": (0.04, -0.01)},
    **{"return_rate": (0.02, -0.002), "cost_per_order": (6.5, -0.5), "forecast_wape": (0.35, -0.02)},
}
_OF_SEGMENTS = {"key_account": 0.97, "oem": 0.96, "distributor": 0.95, "workshop": 0.93}
_SOURCE = "OrderLens product brief: as stated there, no study is named"
_BENCHMARKS = (
    ("otif", "best in class", 0.95),
    ("otif", "manual order management, lower end", 0.70),
    ("otif", "manual order management, upper end", 0.80),
    ("exception_rate", "best in class, at most", 0.05),
    ("exception_rate", "manual order management, lower end", 0.15),
    ("exception_rate", "manual order management, upper end", 0.20),
    ("cost_per_order", "manual entry, lower end, USD", 5.0),
    ("cost_per_order", "manual entry, upper end, USD", 25.0),
    ("entry_error_rate", "manual entry, lower end", 0.03),
    ("entry_error_rate", "manual entry, upper end", 0.05),
)
# Standard minutes that a person at the order desk takes for one passage through a step.
_STANDARD_MINUTES = {"capture": 6.0, "validate": 4.0, "allocate": 3.0}
# Euros an order: what others are paid by channel, the systems of a channel, and what is shared by all.
_OUTSOURCED = {"edi": 0.35, "portal": 0.15, "mail": 0.60, "spreadsheet": 0.20, "phone": 0.30}
_SYSTEMS = {"edi": 0.90, "portal": 1.20, "mail": 0.50, "spreadsheet": 0.40, "phone": 0.70}
_ELSE, _OVERHEAD, _DEARER = 0.50, 1.40, 1.04
_EVERYWHERE: dict[str, str] = {}
_POLICIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("Embargoed destinations", "No goods are shipped to a country under a trade embargo.", "block", _EVERYWHERE),
    ("Sanctions list screening", "Customers are screened before their first order.", "block", _EVERYWHERE),
    ("Export licence for pumps", "Pumps for chemicals need an export licence.", "block", {"country": "US"}),
    ("Dual-use statement", "Sensors need a dual-use statement.", "block", {"category": "instrumentation"}),
    ("Declaration of conformity", "Machines ship with their declaration.", "warn", {"category": "rotating equipment"}),
    ("Pressure equipment papers", "Valves ship with their pressure papers.", "warn", {"category": "flow control"}),
    ("Customs invoice", "Goods to the United States need a customs invoice.", "warn", {"country": "US"}),
    ("Safety data sheet", "Lubricated seals ship with a safety data sheet.", "warn", {"category": "spare parts"}),
    ("Approved material", "Only food-grade material for this customer.", "block", {"customer_id": "K00003"}),
    ("Origin certificate", "Goods of this supplier need a certificate of origin.", "warn", {"supplier_id": "V002"}),
    ("Serial numbers", "Serial numbers of this product are recorded.", "warn", {"product_id": "P0000"}),
    ("Wood packaging", "Pallets to the United States are heat-treated.", "warn", {"country": "US"}),
)
# Policies that come later, and the one that ends: places in the list.
_LATER, _ENDING = (7, 10), 9


def tell_standards(company: Company) -> list[Told]:
    """Targets, benchmarks, cost rates and policies."""
    return [
        *_policies(company),
        _told_each_year(company, "targets", _targets(company)),
        from_day("benchmarks", _benchmarks(), company.begins),
        _told_each_year(company, "cost_rates", _cost_rates(company)),
    ]


def _years(company: Company) -> Iterator[tuple[int, dict[str, date]]]:
    for year in range(company.begins.year, company.ends.year + 1):
        yield year, {"valid_from": date(year, 1, 1), "valid_to": date(year, 12, 31)}


def _told_each_year(company: Company, entity: str, frame: pl.DataFrame) -> Told:
    """Rows that are settled in the December before their year."""
    settled = at_hour(frame["valid_from"].to_numpy() - np.timedelta64(16, "D"), 10)
    return of_frame(entity, frame, np.maximum(settled, np.datetime64(company.begins, "us")))


def _targets(company: Company) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for year, valid in _years(company):
        left = company.ends.year - year
        settled = {**valid, "changed_at": datetime(year - 1, 12, 16, 10)}
        rows += [
            {"target_id": f"T-{kpi}", "kpi": kpi, "dimension": None, "member": None, **settled}
            | {"value": last - step * left}
            for kpi, (last, step) in _TARGETS.items()
        ]
        members = [("site", name, 0.95) for name in company.group("sites").names]
        members += [("segment", name, _OF_SEGMENTS.get(name, 0.95)) for name in company.group("segments").names]
        rows += [
            {"target_id": f"T-otif-{member}", "kpi": "otif", "dimension": dimension, "member": member}
            | {"value": value - 0.01 * left, **settled}
            for dimension, member, value in members
        ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(decimals(frame["value"].to_numpy(), 4).alias("value"))


def _benchmarks() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"benchmark_id": f"B{place:02d}", "kpi": kpi, "industry": "order management", "statistic": statistic}
            | {"value": value, "source": _SOURCE}
            for place, (kpi, statistic, value) in enumerate(_BENCHMARKS, start=1)
        ]
    )


def _cost_rates(company: Company) -> pl.DataFrame:
    """A minute of work costs what the truth counts it with, in every year; what is paid by the month grows with the
    company's size.
    """
    channels = company.group("channels")
    monthly = company.orders / company.months
    rows: list[dict[str, object]] = []
    for year, valid in _years(company):
        dearer = _DEARER ** (year - company.begins.year)
        rework = {"cost_kind": "error correction", "activity": "rework", "cost": MINUTE_RATE, "cost_basis": "minute"}
        rows.append({**rework, **valid})
        rows += [
            {"cost_kind": "labour", "activity": step, "cost": minutes * MINUTE_RATE, "cost_basis": "passage", **valid}
            for step, minutes in _STANDARD_MINUTES.items()
        ]
        for channel, share in zip(channels.names, channels.shares, strict=True):
            systems = monthly * share * _SYSTEMS.get(channel, _ELSE) * dearer
            paid = _OUTSOURCED.get(channel, _ELSE) * dearer
            named = {"activity": None, "channel": channel, **valid}
            rows += [
                {"cost_kind": "systems", "cost": round(systems, 2), "cost_basis": "month"} | named,
                {"cost_kind": "outsourced", "cost": round(paid, 2), "cost_basis": "order"} | named,
            ]
        shared = round(monthly * _OVERHEAD * dearer, 2)
        rows.append({"cost_kind": "overhead", "cost": shared, "cost_basis": "month", **valid})
    columns = ["cost_kind", "activity", "channel", "cost", "cost_basis", "valid_from", "valid_to"]
    frame = pl.DataFrame(rows, schema_overrides={"activity": pl.String, "channel": pl.String}, infer_schema_length=None)
    return frame.select(columns).with_columns(currency=pl.lit("EUR"))


def _policies(company: Company) -> list[Told]:
    """Most held already, two come later, and one ends."""
    begins = np.datetime64(company.begins)
    start, third = begins.astype("datetime64[Y]") - 1, max(1, company.months // 3)
    valid_from = np.full(len(_POLICIES), start.astype("datetime64[D]"))
    for turn, place in enumerate(_LATER, start=1):
        month = begins.astype("datetime64[M]") + turn * third
        valid_from[place] = month.astype("datetime64[D]")
    settled = at_hour(valid_from - 14, 11)
    scope = ("country", "customer_id", "supplier_id", "category", "product_id")
    frame = pl.DataFrame(
        {
            "policy_id": [f"CP-{place:02d}" for place in range(1, len(_POLICIES) + 1)],
            "name": [name for name, *_ in _POLICIES],
            "requirement": [requirement for _, requirement, *_ in _POLICIES],
            "severity": [severity for *_, severity, _ in _POLICIES],
            **{key: [where.get(key) for *_, where in _POLICIES] for key in scope},
            "valid_from": valid_from,
            "valid_to": pl.Series([None] * len(_POLICIES), dtype=pl.Date),
            "changed_at": settled,
        }
    )
    last = (begins.astype("datetime64[M]") + third).astype("datetime64[D]") - 1
    ended_at = at_hour(np.array([last - 14]), 11)
    ended = frame[[_ENDING]].with_columns(valid_to=pl.lit(last.item()), changed_at=pl.Series(ended_at))
    return [
        of_frame("compliance_policies", frame, np.maximum(settled, np.datetime64(company.begins, "us"))),
        of_frame("compliance_policies", ended, np.maximum(ended_at, np.datetime64(company.begins, "us"))),
    ]
