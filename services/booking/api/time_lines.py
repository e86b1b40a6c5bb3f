"""The operation that tells what became of a contact's bookings."""

from uuid import UUID

from services.booking.store import bookings, transitions
from shared.contracts.bookings import BookingQuery
from shared.contracts.time_lines import BookingTrace, Trace, TracedBooking
from shared.postgres import Database


async def trace_bookings(database: Database, app_id: UUID, contact_id: UUID, ask: Trace) -> BookingTrace:
    """A page of the contact's bookings, newest first, with every change of their states."""
    query = BookingQuery(contact_id=contact_id, limit=ask.limit, before=ask.before)
    async with database.connection() as conn:
        found = [stored.booking for stored in await bookings.list_(conn, app_id, query)]
        page = found[: ask.limit]
        passed = await transitions.list_(conn, [booking.id for booking in page])
    traced = [TracedBooking(booking, passed[booking.id]) for booking in page]
    return BookingTrace(traced, page[-1].id if len(found) > ask.limit else None)
