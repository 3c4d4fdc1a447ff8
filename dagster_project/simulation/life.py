"""The life of a company's orders: a pure function of who it is, what is asked of it, and which causes are on."""

from __future__ import annotations

from dataclasses import dataclass

from .causes import Causes
from .config import Company
from .demand import Demand
from .fulfilment import Parts, make_parts
from .holds import Holds, make_holds
from .promises import Promises, make_cancellations, make_promises
from .streams import Streams
from .supply import Supply, make_supply
from .troubles import TroubleBook, Troubles
from .world import World


@dataclass(frozen=True)
class Life:
    """Everything that happened: what was bought, promised, held, shipped and delivered, and what went wrong."""

    causes: Causes
    supply: Supply
    promises: Promises
    holds: Holds
    parts: Parts
    troubles: Troubles


def live(company: Company, world: World, demand: Demand, causes: Causes, streams: Streams) -> Life:
    """The same company lives the same life, but for what the causes change: every draw has a stream of its own."""
    cancelled = make_cancellations(company, demand, streams)
    supply = make_supply(company, world, demand, cancelled.by > 0, causes, streams)
    promises = make_promises(company, world, demand, supply, cancelled, causes, streams)
    book = TroubleBook()
    holds = make_holds(company, world, demand, promises, causes, book, streams)
    parts = make_parts(company, world, demand, supply, promises, holds, causes, book, streams)
    return Life(causes, supply, promises, holds, parts, book.closed())
