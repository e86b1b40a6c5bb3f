"""The sweep's work when time has passed: meetings that took place, and requests that nobody answered."""

from services.booking.confirmation import Desk
from services.booking.store import due

AT_ONCE = 500


async def complete_past(desk: Desk) -> int:
    """Complete some bookings an hour after their end; returns how many."""
    async with desk.database.connection() as conn:
        return await due.complete_past(conn, AT_ONCE)


async def decline_unanswered(desk: Desk) -> int:
    """Decline some bookings that their host left unanswered until they began; returns how many."""
    async with desk.database.connection() as conn:
        return await due.decline_unanswered(conn, AT_ONCE)
