"""What a visitor's own request does for a payment: open the checkout, and see whether it is paid."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from services.booking.desk import Desk
from services.booking.payments import sessions
from services.booking.payments.provider import Away, Declined
from services.booking.store import bookings, payments
from services.booking.store.payments import StoredPayment
from services.booking.store.rows import StoredBooking
from shared import deadline
from shared.errors import Refusal
from shared.postgres import Connection

Read = Callable[[Connection, UUID], Awaitable[StoredPayment | None]]
Step = Callable[[Desk, StoredPayment], Awaitable[object]]
PROVIDER_SECONDS = 4.0
"""How long a visitor waits for the provider; the sweep goes on where that is too short."""


async def begin(desk: Desk, stored: StoredBooking) -> StoredBooking:
    """Open the checkout of a booking that waits to be paid; as it was when that fails for now."""
    payment = stored.booking.payment
    if not _awaits_payment(stored) or payment is None or payment.checkout_url is not None:
        return stored
    return await _try(desk, stored, payments.get, sessions.open_session)


async def look(desk: Desk, stored: StoredBooking) -> StoredBooking:
    """See whether the visitor who comes back has paid; at most once a second for each payment."""
    return (
        await _try(desk, stored, payments.take_to_look, sessions.advance)
        if _awaits_payment(stored)
        else stored
    )


async def _try(desk: Desk, stored: StoredBooking, read: Read, step: Step) -> StoredBooking:
    async with desk.database.connection() as conn:
        payment = await read(conn, stored.booking.id)
    if payment is None or payment.status != "pending":
        return stored
    await attempt(desk, payment, step)
    async with desk.database.connection() as conn:
        return await bookings.get(conn, stored.booking.id) or stored


async def attempt(desk: Desk, payment: StoredPayment, step: Step) -> bool:
    """Take the step within the time that a request has; False when that fails for now: the sweep goes on."""
    try:
        async with deadline.within(min(PROVIDER_SECONDS, deadline.left() - 0.5)):
            await step(desk, payment)
    except (Away, Declined):
        return False
    except Refusal as refusal:
        if refusal.code not in ("unavailable", "timeout"):
            raise
        return False
    return True


def _awaits_payment(stored: StoredBooking) -> bool:
    return stored.booking.state == "pending_payment" and stored.payment_id is not None
