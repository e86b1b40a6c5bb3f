"""Taking a payment one step further: ask the provider, or tell it, and act on its answer.

Every step may be repeated, and two that run side by side do no more than one. What the provider does not
answer now is left to the sweep, which finds the payment due.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn

from services.booking.desk import Desk
from services.booking.payments import outcomes
from services.booking.payments.provider import Away, Checkout, Declined, Order, Provider, Session
from services.booking.store import bookings, payments
from services.booking.store.payments import StoredPayment
from shared import telemetry
from shared.contracts.bookings import PaymentStatus
from shared.faults import reach

Step = Callable[[Desk, Provider, StoredPayment], Awaitable[None]]


async def advance(desk: Desk, payment: StoredPayment) -> None:
    """Do what is next for the payment in its status; raises Away when the provider does not answer."""
    provider = desk.provider
    if provider is None or provider.name != payment.provider:
        telemetry.log.error(
            "payment of another provider", payment_id=str(payment.id), provider=payment.provider
        )
        raise Away
    step = _STEPS.get(payment.status)
    if step is not None:
        await step(desk, provider, payment)


async def open_session(desk: Desk, payment: StoredPayment) -> str | None:
    """The id of the payment's session, opened now if it was not; None when the provider will not have it."""
    if payment.session_id is not None or desk.provider is None:
        return payment.session_id
    try:
        checkout = await desk.provider.open(_order(payment))
    except Declined as declined:
        telemetry.log.error("checkout declined", payment_id=str(payment.id), reason=str(declined))
        await outcomes.not_opened(desk, payment, str(declined))
        return None
    await reach("payment.opened")
    return await _keep(desk, payment, checkout)


async def _keep(desk: Desk, payment: StoredPayment, checkout: Checkout) -> str:
    async with desk.database.connection() as conn:
        await payments.opened(conn, payment.id, checkout)
    await reach("payment.session_kept")
    return checkout.session_id


async def _look(desk: Desk, provider: Provider, payment: StoredPayment) -> None:
    """Waiting for the visitor: once the hold is over, the provider ends the session and says how it ended."""
    if payment.session_id is None and not await _awaited(desk, payment):
        return
    session_id = await open_session(desk, payment)
    if session_id is None:
        return
    session = await (provider.expire if payment.over else provider.look_up)(session_id)
    await reach("payment.looked_up")
    await _heed(desk, payment, session)


async def _awaited(desk: Desk, payment: StoredPayment) -> bool:
    """Whether the booking waits for the payment already, and not for tokens still."""
    async with desk.database.connection() as conn:
        stored = await bookings.get(conn, payment.id)
    return stored is not None and stored.booking.state == "pending_payment"


async def _heed(desk: Desk, payment: StoredPayment, session: Session) -> None:
    if session.status == "paid" and session.money is not None:
        await outcomes.paid(desk, payment, session, session.money)
    elif session.status == "expired":
        await outcomes.expired(desk, payment)


async def _end(desk: Desk, provider: Provider, payment: StoredPayment) -> None:
    """The booking is off: nobody may pay for it any more, and what was paid is given back."""
    session_id = await open_session(desk, payment)
    if session_id is not None:
        session = await provider.expire(session_id)
        await reach("payment.looked_up")
        await _heed(desk, payment, session)


async def _look_again(desk: Desk, provider: Provider, payment: StoredPayment) -> None:
    """An expired session that was paid all the same, too late: what was paid is given back."""
    if payment.session_id is not None:
        session = await provider.look_up(payment.session_id)
        if session.status == "paid":
            await _heed(desk, payment, session)


async def _capture(desk: Desk, provider: Provider, payment: StoredPayment) -> None:
    try:
        money = await provider.capture(payment.id, _money_id(payment))
    except Declined as declined:
        await outcomes.capture_failed(desk, payment, str(declined))
        return
    await reach("payment.captured")
    await outcomes.captured(desk, payment, money)


async def _give_back(desk: Desk, provider: Provider, payment: StoredPayment) -> None:
    try:
        money = await provider.give_back(payment.id, _money_id(payment))
    except Declined as declined:
        telemetry.alarms.labels("money_not_given_back").inc()
        telemetry.log.error("money not given back", payment_id=str(payment.id), reason=str(declined))
        raise Away from None
    await reach("payment.given_back")
    await outcomes.given_back(desk, payment, money)


_STEPS: Mapping[PaymentStatus, Step] = {
    "pending": _look,
    "expire_pending": _end,
    "expired": _look_again,
    "capture_pending": _capture,
    "release_pending": _give_back,
    "refund_pending": _give_back,
}


def _order(payment: StoredPayment) -> Order:
    return Order(
        payment_id=payment.id,
        amount=payment.amount,
        currency=payment.currency,
        title=payment.title,
        customer_email=payment.customer_email,
        session_ends=payment.session_ends,
        return_url=payment.return_url,
    )


def _money_id(payment: StoredPayment) -> str:
    return payment.money_id or _lost(payment)


def _lost(payment: StoredPayment) -> NoReturn:
    raise ValueError(f"payment {payment.id} owes money that it does not name")
