"""The sweep's work in this piece: bookings left `confirming` by a crash, a silence or the clock."""

import asyncio

from services.booking import confirmation
from services.booking.confirmation import Desk
from services.booking.store import bookings
from services.booking.store.bookings import StoredBooking

AT_ONCE = 20


async def settle_overdue(desk: Desk) -> int:
    """Take up some overdue bookings; returns how many were settled."""
    async with desk.database.connection() as conn:
        taken = await bookings.take_unsettled(conn, AT_ONCE)
    settled = await asyncio.gather(*(_settle(desk, stored, passed) for stored, passed in taken))
    return sum(settled)


async def _settle(desk: Desk, stored: StoredBooking, passed: bool) -> bool:
    after = await (confirmation.give_up if passed else confirmation.settle)(desk, stored)
    return after.booking.state != "confirming"
