"""What a company records beside its orders, purchases and stock: sound rows of each entity, and their defects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .company import Row, Tables, tables

SO, PO = {"order_id": "SO-0", "line_no": "10"}, {"po_id": "PO-0", "line_no": "1"}
AT, LATER, FUTURE = "2026-01-06T08:00:00Z", "2026-01-06T09:00:00Z", "2027-01-01T08:00:00Z"
BEFORE, GONE = "2025-01-01T08:00:00Z", "gone"
FROM, TO = "2026-01-01", "2026-12-31"
VALID = {"valid_from": FROM, "valid_to": TO}
STOCK = {"supply_type": "stock", "supply_id": "BIN-0"}
PEGGED = {"supply_type": "purchase-order-line", "supply_id": "PO-0", "supply_line_no": "1"}
SIGNAL = {"signal_id": "SG-0", "signal_date": "2026-01-05", "value": "1.5", "published_at": AT}
FORECAST = {"version_id": "V-0", "product_id": "P0", "site_id": "W0", "horizon_weeks": "1", "quantity": "8"}
AGREED = {"supplier_id": "V0", "product_id": "P0", "price": "2.4", "currency": "EUR", "per_quantity": "1", "uom": "EA"}

RECORDS: Tables = {
    "order_events": [
        {"event_id": "E-0", "order_id": "SO-0", "activity": "enter", "actor_kind": "rule", "occurred_at": AT}
    ],
    "order_event_objects": [{"event_id": "E-0", "object_type": "order", "object_id": "SO-0"}],
    "capture_documents": [{"document_id": "DO-0", "order_id": "SO-0", "received_at": AT, "confidence": "0.9"}],
    "capture_fields": [
        {"document_id": "DO-0", "field_name": "total", "extracted_value": "1", "confidence": "0.8"},
        {"document_id": "DO-0", "field_name": "day", "extracted_value": "1", "corrected_value": "7"},
    ],
    "validation_results": [
        {"side": "sales", **SO, "rule_id": "ORD-1", "attempt_no": "1", "outcome": "pass", "evaluated_at": AT},
        {"side": "purchase", "order_id": "PO-0", "rule_id": "ORD-1", "outcome": "not applicable"},
    ],
    "exceptions": [{"exception_id": "EX-0", **SO, "opened_at": AT, "closed_at": LATER, "minutes": "5"}],
    "exception_actions": [{"action_id": "AC-0", "exception_id": "EX-0", "acted_at": AT, "minutes": "5"}],
    "allocations": [{**SO, "attempt_no": "1", **STOCK, "quantity": "4", "valid_from": AT, "valid_to": LATER}],
    "supply_pegs": [{**SO, **PEGGED, "quantity": "6", "valid_from": AT}],
    "routing_candidates": [
        {"decision_id": "DC-0", "site_id": "W0", "service_level": "0.95", "chosen": "true"},
        {"decision_id": "DC-0", "site_id": "W1", "service_level": "0.9", "chosen": "false"},
    ],
    "shipment_legs": [
        {
            **{"shipment_id": "SH-0", "leg_no": "1", "from_location": "W0", "to_location": "A0"},
            **{"shipped_at": AT, "arrived_at": LATER, "freight_cost": "5"},
        }
    ],
    "returns": [{"return_id": "RT-0", "customer_id": "C0", "requested_at": AT, "received_at": LATER}],
    "return_lines": [
        {
            **{"return_line_id": "RL-0", "return_id": "RT-0", "shipment_line_id": "SL-0"},
            **{"received_at": "2026-02-10", "quantity": "2"},
        }
    ],
    "invoices": [{"side": "sales", "invoice_id": "I-0", "order_id": "SO-0", "invoiced_at": AT, "currency": "EUR"}],
    "payments": [{"payment_id": "PY-0", "paid_at": AT, "amount": "20"}],
    "payment_applications": [{"payment_id": "PY-0", "invoice_id": "I-0", "applied_at": AT, "amount": "20"}],
    "credit_notes": [{"credit_note_id": "CN-0", "invoice_id": "I-0", "issued_at": AT, "net_amount": "5"}],
    "communications": [{"message_id": "M-0", "order_id": "SO-0", "sent_at": AT}],
    "feedback": [{"feedback_id": "F-0", "order_id": "SO-0", "score": "9", "answered_at": AT}],
    "requisitions": [
        {"requisition_id": "RQ-0", "po_id": "PO-0", "unit_price": "1.5", "requested_at": AT, "approved_at": LATER}
    ],
    "uom_conversions": [
        {"product_id": "P0", "from_uom": "BOX", "to_uom": "EA", "factor": "12"},
        {"product_id": "P0", "from_uom": "EA", "to_uom": "BOX", "factor": "0.083333"},
    ],
    "calendars": [{"calendar_id": "CAL", "date": "2026-01-01", "name": "New Year"}],
    "price_agreements": [
        {"agreement_id": "AG-0", **AGREED, **VALID},
        {"agreement_id": "AG-1", **AGREED, "valid_from": "2027-01-01"},
    ],
    "credit_limits": [
        {"customer_id": "C0", "limit_amount": "1000", **VALID},
        {"customer_id": "C0", "limit_amount": "2000", "valid_from": "2027-01-01"},
    ],
    "compliance_policies": [{"policy_id": "PL-0", "requirement": "a safety data sheet", **VALID}],
    "fx_rates": [
        {"from_currency": "EUR", "to_currency": "USD", "rate_date": "2026-01-05", "rate": "1.1"},
        {"from_currency": "EUR", "to_currency": "USD", "rate_date": "2026-01-06", "rate": "1.12"},
    ],
    "promotions": [{"promotion_id": "PR-0", "product_id": "P0", "discount": "0.2", **VALID}],
    "external_signals": [SIGNAL],
    "cost_rates": [
        {"cost_kind": "labour", "activity": "pick", "cost": "0.5", "cost_basis": "minute", "currency": "EUR", **VALID}
    ],
    "targets": [
        {"target_id": "TG-0", "kpi": "otif", "value": "0.95", **VALID},
        {"target_id": "TG-1", "kpi": "otif", "dimension": "region", "member": "north", "value": "0.9", **VALID},
    ],
    "benchmarks": [
        {"benchmark_id": "BM-0", "kpi": "otif", "statistic": "median", "value": "0.9", "year": "2024", "source": "APQC"}
    ],
    "forecast_versions": [{**FORECAST, "frozen_at": "2026-01-04T08:00:00Z", "target_week_start": "2026-01-05"}],
}


@dataclass(frozen=True)
class Spoilt:
    """Rows that break an expectation: what each changes of the entity's first sound row, and what must be named."""

    rows: Sequence[Row]
    names: str = ""


def spoilt(names: str = "", /, **changes: str) -> Spoilt:
    return Spoilt([changes], names)


_CLOSED = [{"calendar_id": "CAL", "date": (date(2027, 1, 1) + timedelta(days=day)).isoformat()} for day in range(201)]
_ENDS = {"valid_from": "2029-02-01", "valid_to": "2029-01-01"}
_PALLETS = [{"from_uom": "PAL", "to_uom": "EA", "factor": "100"}, {"from_uom": "EA", "to_uom": "PAL", "factor": "0.5"}]

DEFECTS: dict[str, Spoilt] = {
    "order_events.occurred-told": spoilt(event_id="E-1", occurred_at=""),
    "order_events.occurred-before-extraction": spoilt(event_id="E-2", occurred_at=FUTURE),
    "order_events.order-known": spoilt(event_id="E-3", order_id=GONE),
    "order_events.actor-kind-told": spoilt(event_id="E-4", actor_kind=""),
    "order_event_objects.event-known": spoilt(event_id=GONE),
    "order_event_objects.order-known": spoilt(object_id=GONE),
    "capture_documents.confidence-is-a-fraction": spoilt(document_id="DO-1", confidence="95"),
    "capture_documents.received-before-extraction": spoilt(document_id="DO-2", received_at=FUTURE),
    "capture_documents.order-known": spoilt(document_id="DO-3", order_id=GONE),
    "capture_fields.confidence-is-a-fraction": spoilt(field_name="tax", confidence="95"),
    "capture_fields.document-known": spoilt(document_id=GONE),
    "capture_fields.corrections-change-something": spoilt(field_name="net", corrected_value="1"),
    "validation_results.order-known": spoilt(order_id=GONE),
    "validation_results.purchase-order-known": spoilt(side="purchase", order_id=GONE),
    "validation_results.evaluated-before-extraction": spoilt(rule_id="ORD-2", evaluated_at=FUTURE),
    "validation_results.rules-can-be-asked": spoilt(rule_id="ORD-3", outcome="error"),
    "exceptions.opened-told": spoilt(exception_id="EX-1", opened_at=""),
    "exceptions.closed-after-opened": spoilt(exception_id="EX-2", closed_at=BEFORE),
    "exceptions.opened-before-extraction": spoilt(exception_id="EX-3", opened_at=FUTURE, closed_at=""),
    "exceptions.order-known": spoilt(exception_id="EX-4", order_id=GONE),
    "exception_actions.exception-known": spoilt(action_id="AC-1", exception_id=GONE),
    "exception_actions.acted-before-extraction": spoilt(action_id="AC-2", acted_at=FUTURE),
    "exception_actions.minutes-within-a-day": spoilt(action_id="AC-3", minutes="90000"),
    "allocations.line-known": spoilt(order_id=GONE),
    "allocations.ends-after-it-begins": spoilt(supply_id="BIN-1", valid_to=BEFORE),
    "allocations.attempts-from-one": spoilt(attempt_no="0"),
    "allocations.within-the-line": spoilt("allocated_quantity 100", attempt_no="2", quantity="100"),
    "supply_pegs.line-known": spoilt(order_id=GONE),
    "supply_pegs.supply-known": spoilt(supply_id=GONE),
    "supply_pegs.within-the-line": spoilt("pegged_quantity 112", valid_from=LATER, quantity="100"),
    "routing_candidates.one-is-chosen": spoilt(site_id="W2"),
    "routing_candidates.service-level-is-a-fraction": spoilt(decision_id="DC-1", service_level="95"),
    "routing_candidates.site-known": spoilt(decision_id="DC-2", site_id=GONE),
    "shipment_legs.shipment-known": spoilt(shipment_id=GONE),
    "shipment_legs.arrives-after-it-left": spoilt(leg_no="2", arrived_at=BEFORE),
    "shipment_legs.freight-not-negative": spoilt(leg_no="3", freight_cost="-5"),
    "shipment_legs.goes-somewhere": spoilt(leg_no="4", to_location="W0"),
    "returns.received-after-requested": spoilt(return_id="RT-1", received_at=BEFORE),
    "returns.received-before-extraction": spoilt(return_id="RT-2", received_at=FUTURE),
    "returns.customer-known": spoilt(return_id="RT-3", customer_id=GONE),
    "return_lines.return-known": spoilt(return_line_id="RL-1", return_id=GONE),
    "return_lines.shipment-line-known": spoilt(return_line_id="RL-2", shipment_line_id=GONE),
    "return_lines.not-before-shipment": spoilt(return_line_id="RL-3", received_at="2025-12-01"),
    "return_lines.within-the-shipment": spoilt("returned_quantity 1", return_line_id="RL-4", quantity="1000"),
    "payment_applications.payment-known": spoilt(payment_id=GONE),
    "payment_applications.invoice-known": spoilt(invoice_id=GONE),
    "payment_applications.within-the-payment": spoilt("paid_amount 20", invoice_id="I-1", amount="100"),
    "credit_notes.invoice-known": spoilt(credit_note_id="CN-1", invoice_id=GONE),
    "credit_notes.issued-before-extraction": spoilt(credit_note_id="CN-2", issued_at=FUTURE),
    "credit_notes.amount-not-negative": spoilt(credit_note_id="CN-3", net_amount="-5"),
    "communications.sent-told": spoilt(message_id="M-1", sent_at=""),
    "communications.sent-before-extraction": spoilt(message_id="M-2", sent_at=FUTURE),
    "communications.order-known": spoilt(message_id="M-3", order_id=GONE),
    "feedback.order-known": spoilt(feedback_id="F-1", order_id=GONE),
    "feedback.answered-before-extraction": spoilt(feedback_id="F-2", answered_at=FUTURE),
    "feedback.score-told": spoilt(feedback_id="F-3", score=""),
    "requisitions.approved-after-requested": spoilt(requisition_id="RQ-1", approved_at=BEFORE),
    "requisitions.purchase-order-known": spoilt(requisition_id="RQ-2", po_id=GONE),
    "requisitions.price-not-negative": spoilt(requisition_id="RQ-3", unit_price="-1"),
    "uom_conversions.ways-agree": Spoilt(_PALLETS),
    "uom_conversions.one-is-one": spoilt(from_uom="KG", to_uom="KG", factor="2"),
    "uom_conversions.product-known": spoilt(product_id=GONE),
    "calendars.years-not-empty": Spoilt(_CLOSED, "days 201"),
    "calendars.of-some-site": spoilt(calendar_id=GONE),
    "price_agreements.validity-in-order": spoilt(agreement_id="AG-2", **_ENDS),
    "price_agreements.one-at-a-time": spoilt(agreement_id="AG-3", valid_from="2026-07-01"),
    "price_agreements.price-not-negative": spoilt(agreement_id="AG-4", product_id="P1", price="-1"),
    "price_agreements.currency-told": spoilt(agreement_id="AG-5", product_id="P2", currency=""),
    "credit_limits.validity-in-order": spoilt(**_ENDS),
    "credit_limits.one-at-a-time": spoilt(valid_from="2026-07-01"),
    "credit_limits.customer-known": spoilt(customer_id=GONE),
    "compliance_policies.validity-in-order": spoilt(**_ENDS),
    "compliance_policies.says-something": spoilt(policy_id="PL-1", requirement=""),
    "fx_rates.currencies-are-codes": spoilt(to_currency="usd"),
    "fx_rates.one-is-one": spoilt(to_currency="EUR"),
    "fx_rates.moves-in-steps": spoilt(rate_date="2026-01-07", rate="5"),
    "fx_rates.rate-of-the-past": spoilt(to_currency="GBP", rate_date="2027-01-01"),
    "promotions.validity-in-order": spoilt(promotion_id="PR-1", **_ENDS),
    "promotions.discount-is-a-fraction": spoilt(promotion_id="PR-2", discount="20"),
    "promotions.product-known": spoilt(promotion_id="PR-3", product_id=GONE),
    "external_signals.published-after-its-day": spoilt(signal_id="SG-1", published_at=BEFORE),
    "external_signals.published-before-extraction": spoilt(signal_id="SG-2", published_at=FUTURE),
    "cost_rates.validity-in-order": spoilt(**_ENDS),
    "cost_rates.cost-basis-told": spoilt(activity="pack", cost_basis=""),
    "cost_rates.currency-told": spoilt(activity="ship", currency=""),
    "targets.validity-in-order": spoilt(target_id="TG-2", **_ENDS),
    "targets.one-at-a-time": spoilt(target_id="TG-3", valid_from="2026-07-01"),
    "targets.member-told": spoilt(target_id="TG-4", dimension="site"),
    "benchmarks.year-of-the-past": spoilt(benchmark_id="BM-1", year="2030"),
    "benchmarks.statistic-told": spoilt(benchmark_id="BM-2", statistic=""),
    "forecast_versions.weeks-begin-on-monday": spoilt(target_week_start="2026-01-07"),
    "forecast_versions.frozen-before-its-week": spoilt(target_week_start="2025-12-15"),
    "forecast_versions.horizon-counts-from-one": spoilt(version_id="V-1", horizon_weeks="0"),
    "forecast_versions.product-known": spoilt(product_id=GONE),
}


def sound_company() -> Tables:
    """A company of a few orders that records everything."""
    found = {**tables(4), **{entity: [dict(row) for row in rows] for entity, rows in RECORDS.items()}}
    for row in found["sites"]:
        row["calendar_id"] = "CAL"
    return found


def spoilt_company() -> tuple[Tables, dict[str, str]]:
    """The company with every defect, each in rows of its own; and what must be named of each: a text, or its place."""
    found, named = sound_company(), {}
    for expectation, defect in DEFECTS.items():
        entity = expectation.partition(".")[0]
        first = RECORDS[entity][0]
        named[expectation] = defect.names or f"{entity}.csv line {len(found[entity]) + 2}"
        found[entity] += [{**first, **changes} for changes in defect.rows]
    return found, named
