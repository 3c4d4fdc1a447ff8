"""What each measure of conformance asks of an obligation, as SQL over the fact and the obligation's conditions."""

from __future__ import annotations

from dataclasses import dataclass, replace

_NOW = "instants.as_of_instant"
_IS_DUE = "conformance.due_status = 'due'"


def _by_now(column: str) -> str:
    return f"coalesce(conditions.{column} <= {_NOW}, false)"


_IS_DELIVERED = _by_now("delivered_at")
_ARE_DOCUMENTS_RIGHT = f"({_IS_DELIVERED} and not {_by_now('documents_wrong_at')})"
_IS_UNDAMAGED = f"({_IS_DELIVERED} and not {_by_now('damaged_at')})"
# The first shipment at the place of the definition, which `of_place` fills in.
_IS_FIRST_THERE = _by_now("first_{place}_at")
_FIRST = f"case when {_IS_FIRST_THERE} then coalesce(conditions.first_{{place}}_quantity, 0) else 0 end"


def _reason(code: str, condition: str) -> str:
    return f"case when {_IS_DUE} and {condition} then '{code}' end"


_DOCUMENTS = _reason("documents", _by_now("documents_wrong_at"))
_DAMAGED = _reason("damaged", _by_now("damaged_at"))
_UNDELIVERED = _reason("nothing_arrived", f"not {_IS_DELIVERED}")


@dataclass(frozen=True)
class Measure:
    """`met` is the test of one obligation, `filled` what counts of its units, `reasons` why it failed.

    `has_conditions` says that they look at the obligation's conditions beside the fact.
    """

    met: str
    filled: str = "null"
    reasons: str = "conformance.reasons"
    has_conditions: bool = False

    def of_place(self, place: str) -> Measure:
        """The measure with the place of a definition named in it; one of the fact needs none."""
        told = {name: getattr(self, name).replace("{place}", place) for name in ("met", "filled", "reasons")}
        return replace(self, **told)


MEASURES = {
    "otif": Measure("conformance.is_met", filled="coalesce(conformance.window_quantity, 0)"),
    "on_time": Measure("conformance.is_on_time"),
    "in_full": Measure("conformance.is_in_full"),
    "perfect_order": Measure(
        f"conformance.is_met and {_ARE_DOCUMENTS_RIGHT} and {_IS_UNDAMAGED}",
        reasons="concat_ws('|', nullif(conformance.reasons, ''),"
        f" case when not contains(conformance.reasons, 'nothing_arrived') then {_UNDELIVERED} end,"
        f" {_DOCUMENTS}, {_DAMAGED})",
        has_conditions=True,
    ),
    "documents_right": Measure(
        _ARE_DOCUMENTS_RIGHT, reasons=f"concat_ws('|', {_UNDELIVERED}, {_DOCUMENTS})", has_conditions=True
    ),
    "undamaged": Measure(_IS_UNDAMAGED, reasons=f"concat_ws('|', {_UNDELIVERED}, {_DAMAGED})", has_conditions=True),
    "fill_rate": Measure(
        "conformance.is_in_full",
        filled="least(coalesce(conformance.arrived_quantity, 0), conformance.promised_quantity)",
    ),
    "first_fill_rate": Measure(
        f"{_FIRST} >= conformance.required_quantity",
        filled=f"least({_FIRST}, conformance.promised_quantity)",
        reasons=f"concat_ws('|', {_reason('nothing_arrived', f'not {_IS_FIRST_THERE}')},"
        f" {_reason('first_shipment_short', f'{_IS_FIRST_THERE} and {_FIRST} < conformance.required_quantity')})",
        has_conditions=True,
    ),
}
PERFECT_PARTS = ("otif", "documents_right", "undamaged")
