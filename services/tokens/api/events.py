"""The operation that tells what happened to links."""

from services.tokens.links import Links
from services.tokens.store import events
from shared import feed
from shared.contracts.events import EventPage, EventQuery


async def read_events(links: Links, ask: EventQuery) -> EventPage:
    """The events after a cursor, waited for if asked."""
    return await feed.read(links.database, events.list_from, ask)
