"""What workflows asks about a booking before it writes to anybody."""

from uuid import UUID

from services.booking.store import briefings
from shared.contracts.bookings import Briefing
from shared.errors import Refusal
from shared.postgres import Database


async def get_briefing(database: Database, booking_id: UUID) -> Briefing:
    """All that a message about the booking may say."""
    async with database.connection() as conn:
        found = await briefings.get(conn, booking_id)
    if found is None:
        raise Refusal("not_found")
    return found
