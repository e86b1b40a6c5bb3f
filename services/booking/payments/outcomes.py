"""What the provider's answers do to a payment and to its booking, each in one transaction.

The booking's row is locked before the payment's. Every change is conditional on the status it leaves, so
that an answer which comes a second time, or too late, changes nothing.
"""

from services.booking import confirmation, graph
from services.booking.desk import Desk
from services.booking.payments import intents
from services.booking.payments.provider import Money, Session
from services.booking.store import acts, bookings, payments
from services.booking.store.payments import StoredPayment
from services.booking.store.rows import StoredBooking
from shared import telemetry
from shared.contracts.bookings import PaymentStatus, State
from shared.faults import reach
from shared.postgres import Connection

UNPAID: frozenset[PaymentStatus] = frozenset({"pending", "expire_pending", "expired"})
"""As far as we know, nothing was paid."""
BOOKONCE = "bookonce"


async def paid(desk: Desk, payment: StoredPayment, session: Session, money: Money) -> None:
    """The visitor has put up the price: on with the booking, or back with the money."""
    flaw = _flaw(payment, session)
    if flaw is not None:
        await _quarantine(desk, payment, money, flaw)
        return

    async def work(conn: Connection) -> StoredBooking | None:
        await acts.lock(conn, payment.id)
        status = await payments.lock(conn, payment.id)
        if status not in UNPAID:
            return None
        await payments.change(conn, payment.id, status, "authorised", money=money)
        stored = await bookings.get(conn, payment.id)
        if stored is None:
            raise LookupError(f"payment {payment.id} has no booking")
        return await _go_on(conn, stored, gone=money.status in ("released", "refunded"))

    stored = await desk.database.transact(work)
    await reach("payment.authorised")
    if stored is not None:
        await confirmation.settle(desk, stored)


async def _go_on(conn: Connection, stored: StoredBooking, gone: bool) -> StoredBooking:
    """Where a booking goes whose price is authorised; one that waits no longer gets its money back.

    `gone`: the provider has given it back already, so that it pays for nothing.
    """
    booking = stored.booking
    if booking.state != "pending_payment":
        return await intents.follow(conn, stored)
    after: State = "unpaid" if gone else graph.PAID[booking.graph]
    if graph.awaits_verdict(booking.state, after, booking.single_use_link_id is not None):
        moved = await bookings.await_verdict(conn, booking.id, booking.state, after, "pay", "customer")
    else:
        after = "unpaid" if stored.passed else after
        moved = await bookings.move(conn, booking.id, booking.state, after, "pay", "customer")
    return await intents.follow(conn, moved or stored)


async def expired(desk: Desk, payment: StoredPayment) -> None:
    """The session has ended unpaid, and so has the hold."""

    async def work(conn: Connection) -> None:
        await acts.lock(conn, payment.id)
        status = await payments.lock(conn, payment.id)
        if status in UNPAID and await payments.change(conn, payment.id, status, "expired", due=True):
            await bookings.move(conn, payment.id, "pending_payment", "unpaid", "expire", BOOKONCE)

    await desk.database.transact(work)
    await reach("payment.expired")


async def not_opened(desk: Desk, payment: StoredPayment, reason: str) -> None:
    """The provider will not open a session, so nobody can pay: the booking comes to nothing."""

    async def work(conn: Connection) -> None:
        await acts.lock(conn, payment.id)
        status = await payments.lock(conn, payment.id)
        if status in UNPAID and await payments.change(conn, payment.id, status, "expired", detail=reason):
            await bookings.move(
                conn, payment.id, "pending_payment", "failed", "open_checkout", BOOKONCE, "unavailable"
            )

    await desk.database.transact(work)


async def captured(desk: Desk, payment: StoredPayment, money: Money) -> None:
    async with desk.database.connection() as conn:
        await payments.change(conn, payment.id, "capture_pending", "captured", money=money)


async def capture_failed(desk: Desk, payment: StoredPayment, reason: str) -> None:
    """The money cannot be taken any more: the booking stands, and its host must be told."""
    async with desk.database.connection() as conn:
        changed = await payments.change(conn, payment.id, "capture_pending", "capture_failed", detail=reason)
    if changed:
        telemetry.alarms.labels("capture_failed").inc()
        telemetry.log.error("capture failed", payment_id=str(payment.id), reason=reason)


async def given_back(desk: Desk, payment: StoredPayment, money: Money) -> None:
    after: PaymentStatus = "refunded" if money.status == "refunded" else "released"
    async with desk.database.connection() as conn:
        await payments.change(conn, payment.id, payment.status, after, money=money)


def _flaw(payment: StoredPayment, session: Session) -> str | None:
    """What speaks against taking the session for payment of this booking."""
    if session.payment_id != payment.id:
        return "the session is for another payment"
    if (session.amount, session.currency) != (payment.amount, payment.currency):
        return f"paid {session.amount} {session.currency}, not {payment.amount} {payment.currency}"
    return None


async def _quarantine(desk: Desk, payment: StoredPayment, money: Money, flaw: str) -> None:
    """Money that does not fit is neither taken nor given back before a person has looked at it."""

    async def work(conn: Connection) -> bool:
        await acts.lock(conn, payment.id)
        status = await payments.lock(conn, payment.id)
        if status not in UNPAID:
            return False
        await payments.change(conn, payment.id, status, "quarantined", money=money, detail=flaw)
        await bookings.move(conn, payment.id, "pending_payment", "unpaid", "quarantine", BOOKONCE)
        return True

    if await desk.database.transact(work):
        telemetry.alarms.labels("payment_quarantined").inc()
        telemetry.log.error("payment quarantined", payment_id=str(payment.id), reason=flaw)
