"""A small random company as files of the contract: every trap of a promise happens in it, by the seed."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

FIRST, DAYS = date(2026, 3, 1), 60
AS_OF = "2026-04-15"
ZONES = {"A1": "Europe/Berlin", "A2": "America/Los_Angeles", "A3": "Asia/Tokyo"}
Rows = dict[str, list[dict[str, Any]]]


def write_company(folder: Path, seed: int, orders: int = 60) -> None:
    """Write a company with sales and purchases into a folder that can be landed as canonical."""
    maker = _Maker(random.Random(seed))
    for number in range(orders):
        maker.order(f"O{number}")
        maker.purchase(f"P{number}")
    folder.mkdir(parents=True)
    rows = maker.rows
    rows["addresses"] = [{"address_id": name, "zone": zone, "region": zone[:4]} for name, zone in ZONES.items()]
    rows["sites"] = [{"site_id": "W1", "zone": "Europe/Warsaw"}]
    for entity, found in rows.items():
        columns = list(dict.fromkeys(column for row in found for column in row))
        with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
    batch = {"batch_id": "b1", "extracted_at": "2026-07-01T02:00:00Z", "as_of": AS_OF, "source_system": folder.name}
    (folder / "_batch.json").write_text(json.dumps(batch), encoding="utf-8")


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.rows: Rows = {}
        self.last_id = 0

    def add(self, entity: str, **row: Any) -> None:
        self.rows.setdefault(entity, []).append(row)

    def is_so(self, share: float) -> bool:
        return self.chance.random() < share

    def new_id(self, letter: str) -> str:
        self.last_id += 1
        return f"{letter}{self.last_id}"

    def day(self, around: date | None = None, spread: int = 6) -> date:
        if around is None:
            return FIRST + timedelta(days=self.chance.randrange(DAYS))
        return around + timedelta(days=self.chance.randint(-spread, spread))

    def moment(self, on: date) -> str:
        """An instant near that day, or the local day alone."""
        at = datetime(on.year, on.month, on.day) + timedelta(minutes=self.chance.randrange(24 * 60))
        return on.isoformat() if self.is_so(0.2) else f"{at.isoformat()}Z"

    def quantity(self) -> Decimal:
        return Decimal(self.chance.randint(1, 12)) / self.chance.choice([1, 1, 1, 2, 4])

    def part(self, of: Decimal) -> Decimal:
        """Some of a quantity, all of it, or more."""
        return of * self.chance.choice([0, 25, 50, 50, 75, 100, 100, 125]) / 100

    def cancelled(self, by: list[str], due: date) -> dict[str, str]:
        if not self.is_so(0.12):
            return {}
        return {"cancelled_at": self.moment(self.day(due)), "cancelled_by": self.chance.choice(by)}

    def order(self, order_id: str) -> None:
        received = self.day() - timedelta(days=20)
        self.add(
            "orders",
            order_id=order_id,
            order_type="return" if self.is_so(0.05) else "standard",
            customer_id=self.chance.choice(["C1", "C2", "C3"]),
            ship_to_address_id=self.chance.choice(list(ZONES)),
            currency="EUR",
            received_at=f"{received}T08:00:00Z",
            **self.cancelled(["customer", "us"], received + timedelta(days=20)),
        )
        for line in range(1, self.chance.randint(1, 3) + 1):
            self.line(order_id, str(line), received + timedelta(days=20))

    def line(self, order_id: str, line: str, due: date) -> None:
        key = {"order_id": order_id, "line_no": line}
        schedules = [(str(number + 1), self.quantity(), self.day(due)) for number in range(self.chance.randint(1, 2))]
        self.add(
            "order_lines",
            **key,
            product_id=self.chance.choice(["A", "B"]),
            quantity=sum(quantity for _, quantity, _ in schedules),
            unit_price=self.chance.choice(["2.35", "0.125", "19.99", ""]),
            per_quantity=self.chance.choice(["1", "3", "100"]),
            discount=self.chance.choice(["0", "0.07", ""]),
            **self.cancelled(["customer", "us"], due),
        )
        for schedule, quantity, day in schedules:
            window = {"window_end": day, "window_start": day - timedelta(days=2)} if self.is_so(0.2) else {}
            self.add(
                "order_schedule_lines",
                **key,
                schedule_no=schedule,
                quantity="" if self.is_so(0.04) else quantity,
                requested_date=day,
                **window,
            )
            self.promises({**key, "schedule_no": schedule}, quantity, day, "sales", ["us", "supplier", "customer"])
            self.arrivals(key, schedule if self.is_so(0.6) else "", quantity, day)

    def promises(self, key: dict[str, str], quantity: Decimal, day: date, side: str, by: list[str]) -> None:
        """A first commitment and changes of it; some histories begin with a change, some obligations have none."""
        at, old_day, old_quantity = day - timedelta(days=15), day, quantity
        if self.is_so(0.08):
            return
        if side == "sales" and self.is_so(0.9):
            old_day = self.day(day, 2)
            self.add(
                "commitment_changes",
                **{**key, "side": side, "new_date": old_day, "new_quantity": quantity, "initiator": "us"},
                changed_at=f"{at}T09:00:00Z",
            )
        for _ in range(self.chance.choice([0, 0, 1, 1, 2, 3])):
            at += timedelta(days=self.chance.randint(1, 9))
            new_quantity = self.chance.choice([old_quantity, old_quantity, self.quantity(), Decimal(0)])
            new_day = self.day(old_day)
            self.add(
                "commitment_changes",
                **{**key, "side": side, "old_date": old_day, "new_date": new_day, "old_quantity": old_quantity},
                **{"new_quantity": new_quantity, "initiator": self.chance.choice(by)},
                changed_at=f"{at}T{self.chance.randrange(24):02}:00:00Z",
            )
            old_day, old_quantity = new_day, new_quantity

    def arrivals(self, key: dict[str, str], schedule: str, quantity: Decimal, due: date) -> None:
        for _ in range(self.chance.choice([0, 1, 1, 1, 2, 3])):
            on, shipment = self.day(due), self.new_id("S")
            sent = self.part(quantity)
            self.add("shipments", shipment_id=shipment, carrier="DHL", mode="road", shipped_at=self.moment(on))
            line = {"shipment_line_id": f"{shipment}L", "schedule_no": schedule}
            self.add("shipment_lines", **key, **line, shipment_id=shipment, quantity=sent)
            if self.is_so(0.15):
                continue
            drop = {"delivery_id": self.new_id("D"), "shipment_line_id": line["shipment_line_id"]}
            named = {**key, "schedule_no": schedule} if self.is_so(0.5) else {}
            self.add(
                "deliveries",
                **drop,
                **named,
                delivered_at="" if self.is_so(0.04) else self.moment(on + timedelta(days=1)),
                accepted="" if self.is_so(0.04) else self.part(sent),
                rejected=0,
            )

    def purchase(self, po_id: str) -> None:
        due = self.day()
        self.add(
            "purchase_orders",
            **{"po_id": po_id, "supplier_id": self.chance.choice(["V1", "V2"]), "site_id": "W1", "currency": "EUR"},
            released_at=f"{due - timedelta(days=30)}T08:00:00Z",
            **self.cancelled(["buyer", "supplier"], due),
        )
        quantity = self.quantity()
        self.add("purchase_order_lines", po_id=po_id, line_no="1", quantity=quantity, unit_price="3.5")
        key = {"po_id": po_id, "line_no": "1", "schedule_no": "1"}
        self.add("purchase_schedule_lines", **key, quantity=quantity, due_date=due)
        for version in range(1, self.chance.choice([0, 1, 1, 2]) + 1):
            at = due - timedelta(days=20 - version)
            confirmed = {"version": version, "quantity": quantity, "date": self.day(due, 3)}
            self.add("supplier_confirmations", **key, **confirmed, confirmed_at=f"{at}T08:00:00Z")
        changed = {"order_id": po_id, "line_no": "1", "schedule_no": "1"}
        if self.is_so(0.3):
            self.promises(changed, quantity, due, "purchase", ["us", "supplier"])
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            got, receipt = self.part(quantity), self.new_id("R")
            self.add("receipts", **key, receipt_id=receipt, received_at=self.moment(self.day(due)), quantity=got)
            if self.is_so(0.4):
                bad = self.chance.choice([Decimal(0), Decimal(0), got / 2])
                inspected = {"inspection_id": self.new_id("Q"), "receipt_id": receipt}
                self.add("quality_inspections", **inspected, accepted=got - bad, rejected=bad)
