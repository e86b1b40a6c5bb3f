"""The sweep's work for meetings that took place: complete them an hour after their end."""

from services.booking.confirmation import Desk
from services.booking.store import due

AT_ONCE = 500


async def complete_past(desk: Desk) -> int:
    """Complete some bookings; returns how many."""
    async with desk.database.connection() as conn:
        return await due.complete_past(conn, AT_ONCE)
