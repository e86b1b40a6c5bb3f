"""The operation that tells what happened to bookings and contacts."""

from services.booking.store import events
from shared import feed
from shared.contracts.events import EventPage, EventQuery
from shared.postgres import Database


async def read_events(database: Database, ask: EventQuery) -> EventPage:
    """The events after a cursor, waited for if asked."""
    return await feed.read(database, events.list_from, ask)
