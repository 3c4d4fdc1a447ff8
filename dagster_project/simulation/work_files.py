"""What people and rules did for orders: capturing, checking, putting right, writing."""

from __future__ import annotations

from .capture_files import make_captured, tell_captured
from .config import Company
from .demand import Demand
from .event_files import make_course, tell_events
from .exception_files import make_firings, tell_exceptions
from .feedback_files import tell_feedback
from .life import Life
from .message_files import make_contacts, make_lateness, tell_contacts, tell_notices
from .streams import Streams
from .telling import Told
from .validation_files import tell_validation
from .world import World


def tell_work(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> list[Told]:
    """Documents and what was read of them, checks, exceptions, events, messages and what customers thought of it."""
    captured = make_captured(company, demand, life, streams)
    found = make_firings(demand, life.troubles, streams)
    course = make_course(demand, life, captured, found, streams)
    late = make_lateness(demand, life, captured)
    contacts = make_contacts(company, world, demand, life, late, found, streams)
    return [
        *tell_captured(company, world, demand, captured, streams),
        tell_validation(company, world, demand, life, found, course.checked_at, streams),
        *tell_exceptions(demand, life, found, streams),
        *tell_events(company, demand, life, captured, found, course, streams),
        tell_contacts(company, world, demand, life, late, contacts, streams),
        tell_notices(company, world, demand, life, streams),
        tell_feedback(company, world, demand, life, captured, late, contacts, streams),
    ]
