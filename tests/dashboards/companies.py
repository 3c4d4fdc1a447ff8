"""Companies beside acme and nordic: one that only buys, one that records shipments and no deliveries."""

from __future__ import annotations

from datetime import timedelta

from tests.builders import Obligation, SourceRow, day

BUYER = SourceRow(
    source="buyer",
    title="Buyer Works",
    as_of=day("2026-02-28"),
    is_synthetic=True,
    has_commitments=False,
    has_confirmations=False,
    lacks=("orders", "order_lines", "order_schedule_lines", "commitment_changes", "deliveries", "shipments"),
)
DOCK = SourceRow(source="dock", title="Dock Traders", as_of=day("2026-03-31"), is_synthetic=True, lacks=("deliveries",))


def bought() -> list[Obligation]:
    """Ten purchase obligations of two suppliers: three received late, one cancelled by the buyer."""
    due = day("2026-02-10")
    held = [
        Obligation(
            f"PO-{number // 2}",
            line_no=str(number % 2 + 1),
            source="buyer",
            side="purchase",
            due=due,
            arrivals=((due + timedelta(days=4 if number < 3 else -1), 10),),
            customer=None,
            supplier="V1" if number < 4 else "V2",
            region=None,
            mode=None,
            carrier=None,
            is_fallback=True,
        )
        for number in range(9)
    ]
    gone = {"cancelled": (day("2026-02-01"), "buyer"), "is_fallback": True, "customer": None, "supplier": "V2"}
    return [*held, Obligation("PO-9", source="buyer", side="purchase", due=due, **gone)]


def shipped() -> list[Obligation]:
    """Five obligations that left the dock, one of them late."""
    due = day("2026-03-10")
    return [
        Obligation(f"D-{number}", source="dock", due=due, arrivals=((due + timedelta(days=int(number == 0)), 10),))
        for number in range(5)
    ]
