"""What workflows asks about a booking before it writes to anybody."""

from uuid import UUID

from services.booking.api.booking_links import show
from services.booking.api.bookings import offering
from services.booking.store import booking_links, bookings, briefings
from shared.contracts.bookings import Briefing
from shared.errors import Refusal
from shared.postgres import Database


async def get_briefing(database: Database, booking_id: UUID) -> Briefing:
    """All that a message about the booking may say, and what can be done with it now."""
    async with database.connection() as conn:
        stored = await bookings.get(conn, booking_id)
        if stored is None:
            raise Refusal("not_found")
        booking = offering(stored)
        template = await booking_links.get(conn, stored.app_id, booking.booking_link_id)
        meeting_id, moves = await briefings.first(conn, booking_id)
        left = booking.rescheduled_from and await bookings.get(conn, booking.rescheduled_from)
    if template is None:
        raise Refusal("not_found")
    previous = left.booking if left else None
    return Briefing(stored.app_id, booking, show(template), meeting_id, moves, previous)
