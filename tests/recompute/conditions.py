"""Obligations and what came of them: agreed days, arrivals, and the figures that judge them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from .parts import ZERO
from .reading import Company, Row, grouped, side_of

NONE = (None, None)


@dataclass(frozen=True)
class Obligation:
    """One schedule line of a sales order."""

    order: Row
    line: Row
    schedule_no: str
    ordered: Decimal
    commitments: tuple[Row, ...]
    drops: tuple[Row, ...]
    loads: tuple[Row, ...]
    destination_zone: str
    dock_zone: str

    @property
    def line_key(self) -> tuple[str, str]:
        """Order and line."""
        return self.line["order_id"], self.line["line_no"]

    @cached_property
    def cancelled(self) -> tuple[datetime | None, str | None]:
        """When it was cancelled, and by whom: with its line, or with its order."""
        told = [(row.get("cancelled_at"), row.get("cancelled_by")) for row in (self.line, self.order)]
        found = [(at, by) for at, by in told if at is not None]
        return min(found, key=lambda pair: pair[0]) if found else NONE

    def accepted(self, until: datetime) -> tuple[datetime | None, datetime | None]:
        """When what was accepted reached what the customer wants, as told by an instant; and since when that is so."""
        drops = [(drop["delivered_at"], drop["accepted"]) for drop in self.drops]
        ordered = reached(drops, self.ordered)
        asked = [row for row in self.commitments if row["initiator"] == "customer" and row["new_quantity"] is not None]
        asked = [row for row in asked if row["changed_at"] <= until]
        if asked:
            last = max(asked, key=lambda row: row["changed_at"])
            quantity, since = last["new_quantity"], last["changed_at"]
            enough = reached(drops, quantity)
            is_less = 0 < quantity < self.ordered
            if is_less and enough is not None and (ordered is None or ordered > since):
                return enough, max(enough, since)
        return ordered, ordered

    def agreed(self, zone: str) -> tuple[date | None, Decimal]:
        """Due day and quantity: the first commitment, moved by what the customer asked for in time."""
        due: date | None = None
        quantity = self.ordered
        for change in self.commitments:
            if change["old_date"] is None:
                if due is None and change["new_date"] is not None:
                    due, quantity = change["new_date"], change["new_quantity"] or quantity
            elif change["initiator"] == "customer" and due and Company.day_in(change["changed_at"], zone) <= due:
                due, quantity = change["new_date"], change["new_quantity"] or quantity
        return due, quantity

    def status(self, as_of: date, zone: str) -> str:
        """due, not_yet_due, unknown or cancelled, as of the end of a local day."""
        due, _ = self.agreed(zone)
        at, by = self.cancelled
        if at is not None and by == "customer":
            day = Company.day_in(at, zone)
            if day <= as_of and (due is None or day <= due):
                return "cancelled"
        if due is None:
            return "unknown"
        return "due" if due <= as_of else "not_yet_due"


def reached(arrivals: Iterable[tuple[datetime | None, Decimal | None]], wanted: Decimal | None) -> datetime | None:
    """The instant at which what arrived adds up to what was wanted."""
    arrived = ZERO
    for at, quantity in sorted((at, quantity or ZERO) for at, quantity in arrivals if at is not None):
        arrived += quantity
        if wanted is not None and arrived >= wanted:
            return at
    return None


def obligations(company: Company) -> list[Obligation]:
    """Every obligation of the sales side."""
    addresses = {row["address_id"]: row["zone"] for row in company.rows("addresses")}
    sales = [row for row in company.rows("commitment_changes") if side_of(row) == "sales"]
    changes = grouped(sorted(sales, key=lambda row: row["changed_at"]), "order_id", "line_no", "schedule_no")
    drops = company.by("deliveries", "order_id", "line_no", "schedule_no")
    loads = grouped(shipped(company), "order_id", "line_no", "schedule_no")
    found = []
    for row in company.rows("order_schedule_lines"):
        key = (row["order_id"], row["line_no"], row["schedule_no"])
        line = company.lines.get(key[:2])
        if line is None:
            continue
        order = company.orders[row["order_id"]]
        left = sorted(loads.get(key, ()), key=lambda load: load["shipped_at"])
        found.append(
            Obligation(
                order,
                line,
                row["schedule_no"],
                row["quantity"] if row["quantity"] is not None else line["quantity"],
                tuple(changes.get(key, ())),
                tuple(drops.get(key, ())),
                tuple(left),
                addresses.get(order["ship_to_address_id"]) or company.zone,
                company.site_zone(left[0]["origin_site_id"] if left else None, line["site_id"]),
            )
        )
    assert len({one.line_key for one in found}) == len(found) == len(company.lines), "one schedule line per line"
    return found


def shipped(company: Company) -> list[Row]:
    """Shipment lines of known orders that left, with when and where."""
    shipments = {row["shipment_id"]: row for row in company.rows("shipments")}
    rows = []
    for row in company.rows("shipment_lines"):
        shipment = shipments.get(row["shipment_id"])
        if shipment and shipment["shipped_at"] and row["order_id"] in company.orders:
            rows.append({**row, "shipped_at": shipment["shipped_at"], "origin_site_id": shipment["origin_site_id"]})
    return rows


@dataclass(frozen=True)
class Judged:
    """One unit at some level: its month, whether it counts, and its parts."""

    due: date
    numerator: Fraction
    denominator: Fraction
    dims: Row

    def get(self, dimension: str) -> object:
        """The value of a dimension; `month` is that of the due day."""
        return f"{self.due:%Y-%m}" if dimension == "month" else self.dims.get(dimension)


def perfect(of: Sequence[Obligation], as_of: date) -> dict[str, list[Judged]]:
    """Orders due at the customer: OTIF, documents right, undamaged, and all of it jointly."""
    found: dict[str, list[Judged]] = {name: [] for name in ("otif", "documents_right", "undamaged", "perfect_order")}
    for order in _by_order(of):
        standing = [one for one in order if one.status(as_of, one.destination_zone) != "cancelled"]
        due = _due(standing, as_of, delivered=True)
        if due is None:
            continue
        flags = {
            "otif": all(_is_met(one, as_of) for one in standing),
            "documents_right": all(_is_documented(one, as_of) for one in standing),
            "undamaged": all(_is_undamaged(one, as_of) for one in standing),
        }
        flags["perfect_order"] = all(flags.values())
        for name, holds in flags.items():
            found[name].append(
                Judged(due, Fraction(holds), Fraction(1), {"customer": standing[0].order["customer_id"]})
            )
    return found


def _by_order(of: Sequence[Obligation]) -> Iterator[list[Obligation]]:
    orders: dict[str, list[Obligation]] = {}
    for one in of:
        orders.setdefault(one.line["order_id"], []).append(one)
    yield from orders.values()


def _due(standing: Sequence[Obligation], as_of: date, *, delivered: bool) -> date | None:
    """The day an order fell due; None where it is not due, is unknown, or is cancelled."""
    zones = [one.destination_zone if delivered else one.dock_zone for one in standing]
    if not standing or any(one.status(as_of, zone) != "due" for one, zone in zip(standing, zones, strict=True)):
        return None
    return max(due for one, zone in zip(standing, zones, strict=True) if (due := one.agreed(zone)[0]))


def _drops(one: Obligation, until: date) -> list[Row]:
    arrived = [drop for drop in one.drops if drop["delivered_at"] is not None]
    return [drop for drop in arrived if Company.day_in(drop["delivered_at"], one.destination_zone) <= until]


def _is_met(one: Obligation, as_of: date) -> bool:
    due, quantity = one.agreed(one.destination_zone)
    assert due is not None
    return sum((drop["accepted"] or ZERO for drop in _drops(one, min(due, as_of))), ZERO) >= quantity


def _is_documented(one: Obligation, as_of: date) -> bool:
    drops = _drops(one, as_of)
    return bool(drops) and all(drop["documents_ok"] == "true" for drop in drops)


def _is_undamaged(one: Obligation, as_of: date) -> bool:
    drops = _drops(one, as_of)
    return bool(drops) and not sum((drop["damaged"] or ZERO for drop in drops), ZERO)


def filled(of: Sequence[Obligation], as_of: date, *, first: bool) -> dict[str, list[Judged]]:
    """What left the dock of obligations due there, by level; all of it, or what went first."""
    due = [one for one in of if one.status(as_of, one.dock_zone) == "due"]
    levels: dict[str, list[Judged]] = {"line": [], "unit": [], "value": [], "order": []}
    for one in due:
        day, wanted = one.agreed(one.dock_zone)
        assert day is not None
        got = _left(one, as_of, first=first)
        dims = {"site": one.line["site_id"], "product": one.line["product_id"]}
        capped = Fraction(min(got, wanted))
        price = net_price(one.line)
        levels["line"].append(Judged(day, Fraction(got >= wanted), Fraction(1), dims))
        levels["unit"].append(Judged(day, capped, Fraction(wanted), dims))
        if price is not None:
            levels["value"].append(Judged(day, capped * price, Fraction(wanted) * price, dims))
    for order in _by_order(of):
        standing = [one for one in order if one.status(as_of, one.dock_zone) != "cancelled"]
        fell = _due(standing, as_of, delivered=False)
        if fell is not None:
            whole = all(_left(one, as_of, first=first) >= one.agreed(one.dock_zone)[1] for one in standing)
            levels["order"].append(Judged(fell, Fraction(whole), Fraction(1), {}))
    return levels


def _left(one: Obligation, as_of: date, *, first: bool) -> Decimal:
    loads = [load for load in one.loads if Company.day_in(load["shipped_at"], one.dock_zone) <= as_of]
    if first:
        loads = [load for load in loads if load["shipped_at"] == loads[0]["shipped_at"]]
    return sum((load["quantity"] for load in loads), ZERO)


def net_price(line: Row) -> Fraction | None:
    """The price of one unit after its discount."""
    if line.get("unit_price") is None:
        return None
    net = Fraction(line["unit_price"]) * (1 - Fraction(line.get("discount") or 0))
    return net / Fraction(line.get("per_quantity") or 1)


def judged_ratio(judged: Sequence[Judged]) -> Row:
    """Sum over sum."""
    numerator = sum((one.numerator for one in judged), Fraction(0))
    denominator = sum((one.denominator for one in judged), Fraction(0))
    value = float(numerator / denominator) if denominator else None
    return {"numerator": numerator, "denominator": denominator, "value": value}
