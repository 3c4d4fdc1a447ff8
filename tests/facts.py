"""The facts a published build holds of obligations told in Python: versions, arrivals, and the rows they came from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tests.judge import Obligation, Row, local_day_end

BATCH_FILE = "facts"
PLACES = {"sales": ("delivered", "shipped"), "purchase": ("received",)}
ENTITIES = {"delivered": "deliveries", "shipped": "shipment_lines", "received": "receipts"}
DECIDING = {"sales": "order_schedule_lines", "purchase": "purchase_schedule_lines"}
EXTRACTED = datetime(2026, 1, 1, 2)


def _known(one: Obligation) -> Row:
    return {
        "source_system": one.source,
        "obligation_key": one.obligation_key,
        "known_from": one.known_from,
        "known_to": one.known_to,
    }


def _version(one: Obligation) -> Row:
    cancelled = one.cancelled or (None, None)
    return {
        **_known(one),
        "version_key": f"{one.obligation_key}|{one.known_from}",
        "ordered_quantity": one.quantity,
        "requested_date": one.due,
        "destination_zone": one.zone,
        "dock_zone": one.zone,
        "cancelled_date": cancelled[0],
        "cancelled_from": local_day_end(cancelled[0], one.zone) if cancelled[0] else None,
        "cancelled_by": cancelled[1],
        "is_cancelled_by_receiver": cancelled[1] in ("customer", "buyer"),
        "source_entity": DECIDING[one.side],
        "row_key": one.obligation_key,
    }


def _arrivals(one: Obligation) -> Iterable[Row]:
    for place in PLACES[one.side]:
        for number, (at, got) in enumerate(one.arrivals):
            key = f"{one.obligation_key}/{number}"
            yield {
                **_known(one),
                "arrival_key": f"{key}|{place}|{one.known_from}",
                "place": place,
                "promise": "any",
                "arrived_date": at,
                "counts_from": local_day_end(at, one.zone),
                "allotted_quantity": None if got is None else Decimal(got),
                "accepted_quantity": None if got is None else Decimal(got),
                "reference": f"D{number}",
                "source_entity": ENTITIES[place],
                "row_key": key,
            }


def _source_rows(line: int, one: Obligation, arrivals: Iterable[Row]) -> Iterable[Row]:
    keyed = [(DECIDING[one.side], one.obligation_key), *((row["source_entity"], row["row_key"]) for row in arrivals)]
    for entity, key in keyed:
        yield {
            "source_system": one.source,
            "entity": entity,
            "row_key": key,
            "row_hash": f"hash of {key}",
            "batch_id": "b1",
            "batch_file_id": BATCH_FILE,
            "source_file": f"{entity}.csv",
            "source_line": line,
            "known_from": one.known_from,
            "known_to": one.known_to,
        }


def facts_by_table(numbered: Iterable[tuple[int, Obligation]]) -> dict[str, list[Row]]:
    """Rows of the tables that evidence reads; `numbered` pairs a source line with its obligation."""
    tables: dict[str, list[Row]] = {"obligation_versions": [], "obligation_arrivals": [], "source_rows": []}
    for line, one in numbered:
        arrivals = list(_arrivals(one))
        tables["obligation_versions"].append(_version(one))
        tables["obligation_arrivals"] += arrivals
        tables["source_rows"] += _source_rows(line, one, arrivals)
    return tables
