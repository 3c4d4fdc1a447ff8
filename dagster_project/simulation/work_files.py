"""What people and rules did for orders: capturing, checking, putting right, writing."""

from __future__ import annotations

from .capture_files import make_captured, tell_captured
from .config import Company
from .demand import Demand
from .event_files import make_course, tell_events
from .exception_files import make_firings, tell_exceptions
from .life import Life
from .streams import Streams
from .telling import Told
from .validation_files import tell_validation
from .world import World


def tell_work(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> list[Told]:
    """Documents and what was read of them, checks, exceptions, events."""
    captured = make_captured(company, demand, life, streams)
    found = make_firings(demand, life.troubles, streams)
    course = make_course(demand, life, captured, found, streams)
    return [
        *tell_captured(company, world, demand, captured, streams),
        tell_validation(company, world, demand, life, found, course.checked_at, streams),
        *tell_exceptions(demand, life, found, streams),
        *tell_events(company, demand, life, captured, found, course, streams),
    ]
