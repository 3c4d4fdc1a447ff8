"""One obligation: what was promised, what happened to it and when, and the source line that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboards import format as fmt
from dashboards.components.markup import tag, text
from dashboards.components.obligations import arrived


def _facts(facts: Mapping[str, str]) -> str:
    items = "".join(f"<div><dt>{text(key)}</dt><dd>{text(said)}</dd></div>" for key, said in facts.items())
    return tag("dl", items, "ol-facts")


def _proof(row: Mapping[str, Any]) -> str:
    if not row["source_file"]:
        return "derived: no line of its own in the source"
    entity = f" ({row['source_entity']})" if row["source_entity"] else ""
    return f"{row['source_file']}, line {row['source_line']}{entity}"


def _arrived_words(judged: Mapping[str, Any]) -> str:
    if judged["last_arrival_date"] is None:
        return "nothing yet"
    when, got = f"last on {fmt.day(judged['last_arrival_date'])}", arrived(judged)
    if got is None:
        return f"{when}; how much is not recorded"
    return f"{fmt.quantity(got)}, {when}; {fmt.quantity(judged['window_quantity'])} inside the window"


def _verdict(judged: Mapping[str, Any] | None, measure: str) -> str:
    if judged is None or judged["state"] is None:
        return ""
    why = fmt.codes(judged["reasons"], fmt.REASONS) if judged["state"] == "due_failed" else ""
    said = f"{measure}: {fmt.state(judged['state'])}" + (f", {why}" if why else "")
    return tag("p", tag("span", "", f"ol-swatch ol-{judged['state']}", aria_hidden="true") + text(said), "ol-pill")


def detail_html(one: Mapping[str, Any], judged: Mapping[str, Any] | None, measure: str) -> str:
    """What was promised, what arrived, and the verdict of one obligation."""
    is_purchase = one["side"] == "purchase"
    facts = {
        fmt.DIMENSIONS[name]: fmt.member(one[f"{name}_id"], one[f"{name}_name"]) if one[f"{name}_id"] else fmt.DASH
        for name in ("supplier" if is_purchase else "customer", "product", "site")
    }
    facts |= {} if is_purchase else {"Mode": one["mode"] or fmt.DASH}
    facts |= {
        "Ordered": f"{fmt.quantity(one['quantity'])} {one['uom'] or ''}".strip(),
    }
    if judged is not None:
        facts |= {
            "Due": f"{fmt.day(judged['due_date'])} ({fmt.promise(judged['promise_in_use'], one['side'])})",
            "Place of the due day": judged["place_zone"],
            "Arrived": _arrived_words(judged),
            "Data gaps": fmt.codes(judged["flags"], fmt.FLAGS) or "none",
        }
    facts["Comes from"] = _proof(one)
    return _verdict(judged, measure) + _facts(facts)


def _event_words(event: Mapping[str, Any]) -> str:
    words = []
    if event["quantity"] is not None:
        words.append(f"{fmt.quantity(event['quantity'])} units")
    if event["new_date"] and event["old_date"]:
        words.append(f"{fmt.day(event['old_date'])} moved to {fmt.day(event['new_date'])}")
    elif event["new_date"]:
        words.append(f"for {fmt.day(event['new_date'])}")
    if event["initiator"]:
        words.append(f"by {fmt.code(event['initiator'], fmt.ACTORS)}")
    words += [str(event[name]) for name in ("detail", "reference") if event[name]]
    return " \N{MIDDLE DOT} ".join(words)


def _event(event: Mapping[str, Any]) -> str:
    at, on = event["occurred_at"], event["occurred_date"]
    told = [f"{fmt.day(on)} at the place" if at else fmt.day(on)] if on else []
    when = "; ".join([*told, *([fmt.instant(at)] if at else [])]) or "when is not recorded"
    body = tag("strong", text(fmt.code(event["event_kind"], fmt.EVENTS)))
    body += tag("div", text(when), "ol-when") + tag("div", text(_event_words(event)))
    return tag("li", body + tag("div", text(_proof(event)), "ol-proof"))


def _happened_on(event: Mapping[str, Any]) -> date | None:
    return event["occurred_date"] or (event["occurred_at"].date() if event["occurred_at"] else None)


def timeline_html(events: Sequence[Mapping[str, Any]], judged: Mapping[str, Any] | None) -> str:
    """Events from first to last, the due day among them, each with its line in the source."""
    items = [(_happened_on(event) or date.max, _event(event)) for event in events]
    due = judged["due_date"] if judged else None
    if due is not None:
        body = tag("strong", "Due") + tag("div", text(f"end of {fmt.day(due)}"), "ol-when")
        place = sum(1 for on, _ in items if on <= due)
        items.insert(place, (due, tag("li", body, "ol-due")))
    return tag("ol", "".join(item for _, item in items), "ol-timeline", aria_label="What happened, first to last")
