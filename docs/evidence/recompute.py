"""Recompute the figure of an evidence file from its facts: python recompute.py FILE.json or FILE.json.gz

Prints numerator and denominator (nothing where no obligation has fallen due). Uses the standard library only, and no
state that OrderLens judged: docs/evidence.md tells what each field means. Ranks: -1 cancelled by the receiver in time,
0 met, 1 failed, 2 not yet due, 3 unknown; the highest rank speaks for all obligations of a line or an order.
"""

import fileinput
import json
from decimal import Decimal

evidence, units = json.loads("".join(fileinput.input(openhook=fileinput.hook_compressed, encoding="utf-8"))), {}
for o in evidence["obligations"]:
    came = [a for a in o["arrivals"] if a["counts_from"] <= o["arrivals_until"]]
    inside = [a for a in came if (o["window_opens"] or "0") <= (a["day"] or "") <= (o["due_date"] or "")]
    got, total = (sum(Decimal(a["quantity"] or 0) for a in some) for some in (inside, came))
    need, promised, weight = (Decimal(o[name] or 0) for name in ("required_quantity", "promised_quantity", "weight"))
    met = {
        "otif": got >= need,
        "in_full": total >= need,
        "on_time": got >= need if total >= need else inside[-1:] == came[-1:] != [],
    }[evidence["measure"]]
    rank = (
        -1
        if o["is_withdrawn"] or (o["cancelled_by_receiver_at"] or "9") <= min(o["as_of"], o["falls_due_at"] or "9")
        else 3
        if not (o["due_date"] and promised)
        else (2 if o["falls_due_at"] > o["as_of"] else 1 - met)
    )
    units[o["unit"]] = max(
        units.get(o["unit"], (-1,)),
        (rank, 1 - rank, 1)
        if o["weight"] is None
        else (
            rank,
            *((n * weight).quantize(Decimal("0.000001"), "ROUND_HALF_UP") for n in (min(got, promised), promised)),
        ),
    )
print(*(sum(part) for part in zip(*(unit[1:] for unit in units.values() if unit[0] in (0, 1)), strict=True)))
