"""What customers answered when they were asked how an order went."""

from __future__ import annotations

import numpy as np
import polars as pl

from .capture_files import Captured
from .config import Company
from .days import seconds
from .demand import Demand
from .life import Life
from .message_files import Contacts, Lateness
from .sales_files import order_ids
from .streams import Streams
from .telling import Told, ids, members
from .wording import LANGUAGES, languages_of, one_of, wording
from .world import World

_ANSWERS, _COMMENTS = 0.08, 0.45
_QUESTION = "How satisfied are you with this order, from 0 (not at all) to 10 (completely)?"
_CHANNELS, _SHARES = ("mail", "portal", "phone"), (0.70, 0.22, 0.08)
# What each thing that went wrong takes off the score: the first day late, each further one, and at most; and the rest.
_FIRST_DAY, _EACH_DAY, _DAYS_AT_MOST = 1.2, 0.5, 4.5
_SHORT, _DAMAGED, _HELD, _ASKED, _ANNOYED = 1.4, 2.6, 0.8, 0.6, 0.6
_BEST, _NOISE, _GOOD = 9.0, 1.1, 8
_WAIT_FROM, _EACH_WAIT = 20, 0.05


def tell_feedback(
    company: Company,
    world: World,
    demand: Demand,
    life: Life,
    captured: Captured,
    late: Lateness,
    contacts: Contacts,
    streams: Streams,
) -> Told:
    """Answers of some customers, some days after the last delivery of an order."""
    orders = len(demand.customer)
    proven = np.zeros(orders, dtype="datetime64[us]")
    np.maximum.at(proven, demand.order[life.parts.line], life.parts.told_at)
    chance = streams.of("feedback").random((3, orders))
    order = np.flatnonzero(late.is_live & (chance[0] < _ANSWERS))
    answered_at = proven[order] + seconds(86_400 * (0.5 + 9 * streams.of("feedback days").random(orders)[order] ** 2))
    burdens = _burdens(demand, life, captured, late, contacts)
    mood = streams.of("moods of customers").normal(0, 0.7, len(world.weight))[demand.customer]
    noise = streams.of("scores").normal(0, _NOISE, orders)
    score = np.clip(np.rint(_BEST + mood + noise - sum(burdens.values())), 0, 10).astype(np.int64)
    topic = _topics(burdens, score)
    language = languages_of(company, demand.region, streams.of("languages").random(len(world.weight))[demand.customer])
    channel = np.searchsorted(np.cumsum(_SHARES), streams.of("feedback channels").random(orders)).clip(max=2)
    topics = list(wording()["comments"]["en"])
    texts = [wording()["comments"][name][one] for name in LANGUAGES for one in topics]

    def rows(places: np.ndarray) -> pl.DataFrame:
        of = order[places]
        said = one_of(texts, language[of] * len(topics) + topic[of], chance[2][of])
        return pl.DataFrame(
            {
                "feedback_id": ids("FB", of, 7),
                "customer_id": ids("K", demand.customer[of], 5),
                "order_id": order_ids(of),
                "channel": members(_CHANNELS, channel[of]),
                "question": pl.repeat(_QUESTION, len(of), dtype=pl.String, eager=True),
                "score": score[of],
                "answered_at": answered_at[places],
                "comment": pl.select(pl.when(pl.Series(chance[1][of] < _COMMENTS)).then(said)).to_series(),
            }
        )

    return Told("feedback", answered_at, rows)


def _burdens(
    demand: Demand, life: Life, captured: Captured, late: Lateness, contacts: Contacts
) -> dict[str, np.ndarray]:
    """What takes how much off the score of each order."""
    orders, parts = len(demand.customer), life.parts
    of = demand.order[parts.line]
    short, damaged = np.bincount(of, parts.short, orders) > 0, np.bincount(of, parts.damaged, orders) > 0
    held = np.maximum.reduceat(life.holds.days, captured.first_line) > 0
    asked = np.zeros(orders, dtype=bool)
    asked[contacts.order[contacts.is_late]] = True
    days = np.minimum(_DAYS_AT_MOST, _FIRST_DAY + _EACH_DAY * (late.by - 1))
    taken = late.arrives - demand.days.number(demand.ordered_on)
    return {
        "late": np.where(late.by > 0, days, 0.0),
        "short": np.where(short, _SHORT, 0.0),
        "damaged": np.where(damaged, _DAMAGED, 0.0),
        "held": np.where(held, _HELD, 0.0),
        "waited": np.where(asked, _ASKED, 0.0),
        "fair": np.maximum(0.0, taken - _WAIT_FROM) * _EACH_WAIT,
    }


def _topics(burdens: dict[str, np.ndarray], score: np.ndarray) -> np.ndarray:
    """What a comment is about: what weighed most, where anything did; else the score says it."""
    topics = list(wording()["comments"]["en"])
    weight = np.stack(list(burdens.values()))
    worst = np.array([topics.index(name) for name in burdens])[weight.argmax(axis=0)]
    plain = np.where(score >= _GOOD, topics.index("good"), topics.index("fair"))
    found: np.ndarray = np.where(weight.max(axis=0) >= _ANNOYED, worst, plain)
    return found
