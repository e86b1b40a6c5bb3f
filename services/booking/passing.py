"""The sweep's work when time has passed: meetings that took place, requests nobody answered, old events."""

from services.booking.desk import Desk
from services.booking.store import due, events

AT_ONCE = 500


async def complete_past(desk: Desk) -> int:
    """Complete some bookings an hour after their end; returns how many."""
    async with desk.database.connection() as conn:
        return await due.complete_past(conn, AT_ONCE)


async def decline_unanswered(desk: Desk) -> int:
    """Decline some bookings that their host left unanswered until they began; returns how many."""
    async with desk.database.connection() as conn:
        return await due.decline_unanswered(conn, AT_ONCE)


async def decline_lapsing(desk: Desk) -> int:
    """Decline some whose host left them unanswered until their money was about to lapse; returns how many."""
    async with desk.database.connection() as conn:
        return await due.decline_lapsing(conn, AT_ONCE)


async def forget_events(desk: Desk) -> int:
    """Drop some events of more than 30 days ago; returns how many."""
    async with desk.database.connection() as conn:
        return await events.forget(conn, AT_ONCE)
