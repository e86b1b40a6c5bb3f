"""What is owed when a booking has changed, written down in the transaction that changed it."""

from services.booking.payments import ledger
from services.booking.store import bookings, payments
from services.booking.store.rows import StoredBooking
from shared.postgres import Connection


async def follow(conn: Connection, moved: StoredBooking) -> StoredBooking:
    """Let the money follow the booking, whose row is locked; the booking with its payment as it is now."""
    if moved.payment_id is None:
        return moved
    status = await payments.lock(conn, moved.payment_id)
    after = ledger.owed(status, moved.booking.state)
    if after is not None:
        await payments.change(
            conn, moved.payment_id, status, after, due=True, detail=f"booking is {moved.booking.state}"
        )
    return await bookings.get(conn, moved.booking.id) or moved
