"""What was ordered, set aside, shipped and sent back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .conditions import net_price, shipped
from .parts import ONE, ZERO, Part, rounded
from .reading import Company, Row, instant

RETURN_DAYS = {"return_rate": 30, "return_rate_60": 60, "return_rate_90": 90}


def line_dims(line: Row) -> Row:
    """The dimensions of an order line."""
    return {"site": line["site_id"], "product": line["product_id"]}


def ordered_parts(company: Company) -> Iterator[Part]:
    """Value and units of the lines of every order received."""
    for (order_id, _), line in company.lines.items():
        at = company.orders[order_id]["received_at"]
        booked, price = company.day(at), net_price(line)
        units = company.pieces(line["quantity"], line["product_id"], line["uom"])
        yield Part("ordered_units", at, booked, units, ZERO, line_dims(line))
        if price is not None:
            value = rounded(Fraction(line["quantity"]) * price)
            yield Part("ordered_value", at, booked, value, ZERO, line_dims(line))


def backorder_parts(company: Company) -> Iterator[Part]:
    """Lines that stock was looked for, and those for which the first attempt found too little."""
    for key, rows in company.by("allocations", "order_id", "line_no").items():
        line = company.lines.get(key)
        if line is None:
            continue
        attempts = {id(row): _attempt(company, row) for row in rows}
        first = min(attempts.values())
        attempt = [row for row in rows if attempts[id(row)] == first]
        began = [start for row in attempt if (start := instant(row["valid_from"], company.zone))]
        if began:
            stock = sum(_allocated(company, line, row) for row in attempt if row["supply_type"] in ("stock", None))
            booked = company.day(min(began))
            numerator = ONE if stock < line["quantity"] else ZERO
            yield Part("backorder_rate", min(began), booked, numerator, ONE, line_dims(line))


def _attempt(company: Company, row: Row) -> tuple[int, date]:
    at = instant(row["valid_from"], company.zone)
    if row["attempt_no"] is not None or at is None:
        return int(row["attempt_no"] or 1), date.min
    return 1, company.day(at)


def _allocated(company: Company, line: Row, row: Row) -> Fraction:
    found = company.in_unit(Fraction(row["quantity"]), line["product_id"], row["uom"], line["uom"])
    assert found is not None, "what leads to no unit of the line is not recomputed here"
    return found


def _returned(company: Company, row: Row) -> Decimal:
    return company.pieces(row["quantity"] or ZERO, row["product_id"], row["uom"])


def return_parts(company: Company) -> Iterator[Part]:
    """Units shipped, and those of them that came back within so many days of their own shipment."""
    returned = company.by("return_lines", "shipment_line_id")
    for load in shipped(company):
        line = company.lines.get(
            (load["order_id"], load["line_no"]), {"site_id": None, "product_id": None, "uom": None}
        )
        units = company.pieces(load["quantity"], line["product_id"], line["uom"])
        booked = company.day(load["shipped_at"], company.site_zone(load["origin_site_id"], line["site_id"]))
        back = [row for row in returned.get(load["shipment_line_id"], ()) if row["received_at"]]
        back.sort(key=lambda row: row["received_at"])
        for kpi, days in RETURN_DAYS.items():
            yield Part(kpi, load["shipped_at"], booked, ZERO, units, line_dims(line))
            left = units
            for row in back:
                if row["received_at"] <= load["shipped_at"] + timedelta(days=days):
                    taken = min(left, _returned(company, row))
                    left -= taken
                    yield Part(kpi, row["received_at"], booked, taken, ZERO, line_dims(line))


def returned_parts(company: Company) -> Iterator[Part]:
    """Units that came back, whenever they were shipped."""
    for row in company.rows("return_lines"):
        if row["received_at"] and row["quantity"] is not None:
            dims = {"reason": row["reason"], "step": row["disposition"]}
            booked = company.day(row["received_at"])
            yield Part("returned_units", row["received_at"], booked, _returned(company, row), ZERO, dims)
