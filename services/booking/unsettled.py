"""The sweep's work in this piece: bookings left `confirming` by a crash, a silence or the clock."""

import asyncio

from services.booking import confirmation
from services.booking.desk import Desk
from services.booking.store import due
from services.booking.store.rows import StoredBooking
from shared import telemetry

AT_ONCE = 20


async def settle_overdue(desk: Desk) -> int:
    """Take up some overdue bookings; returns how many were settled."""
    async with desk.database.connection() as conn:
        taken = await due.take_unsettled(conn, AT_ONCE)
    return sum(await asyncio.gather(*(_settle(desk, stored) for stored in taken)))


async def _settle(desk: Desk, stored: StoredBooking) -> bool:
    """Whether the booking is settled now; one that cannot be must not hold up the others."""
    try:
        after = await confirmation.settle(desk, stored)
    except Exception:
        telemetry.log.exception("unsettled", booking_id=str(stored.booking.id))
        return False
    return after.booking.state != "confirming"
