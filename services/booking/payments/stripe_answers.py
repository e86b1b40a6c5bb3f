"""What we read of Stripe's answers, and what it means for a payment.

The intent decides whether a session is paid: a session's own `payment_status` tells of money that has
arrived, not of money that is authorised.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct

from services.booking.payments.provider import Away, Money, MoneyStatus, Session, SessionStatus
from services.booking.payments.stripe_amounts import from_stripe


class Card(Struct):
    capture_before: int | None = None


class PaidWith(Struct):
    card: Card | None = None


class Charge(Struct):
    refunded: bool
    payment_method_details: PaidWith | None = None


class Intent(Struct):
    """A PaymentIntent; its latest charge is an id unless it was asked for."""

    id: str
    status: str
    amount: int
    currency: str
    latest_charge: Charge | str | None = None


class Refund(Struct):
    id: str
    status: str | None = None


class CheckoutSession(Struct):
    """A Checkout Session; an intent comes with it once the visitor has tried to pay."""

    id: str
    status: str | None = None
    url: str | None = None
    client_reference_id: str | None = None
    amount_total: int | None = None
    currency: str | None = None
    payment_intent: Intent | str | None = None


_MONEY: Mapping[str, MoneyStatus] = {
    "requires_capture": "authorised",
    "succeeded": "captured",
    "canceled": "released",
}
"""What an intent's status says of the money; in any other there is none, or not yet."""
_PUT_UP = ("requires_capture", "succeeded")


def session_of(answer: CheckoutSession) -> Session:
    """The session as booking knows it; Away while Stripe itself has not settled its payment."""
    intent = answer.payment_intent
    complete = answer.status == "complete"
    if isinstance(intent, Intent) and (complete or intent.status in _PUT_UP):
        return _session(answer, "paid", intent.amount, intent.currency, money_of(intent))
    if complete:
        raise Away
    status: SessionStatus = "expired" if answer.status == "expired" else "open"
    return _session(answer, status, answer.amount_total or 0, answer.currency or "", None)


def money_of(intent: Intent) -> Money:
    """The visitor's money; Away while it is between two states."""
    charge = intent.latest_charge if isinstance(intent.latest_charge, Charge) else None
    status = _MONEY.get(intent.status)
    if status is None:
        raise Away
    if status == "captured" and charge is not None and charge.refunded:
        status = "refunded"
    return Money(intent.id, status, _lapses_at(charge) if status == "authorised" else None)


def _session(
    answer: CheckoutSession, status: SessionStatus, amount: int, currency: str, money: Money | None
) -> Session:
    code = currency.upper()
    return Session(
        id=answer.id,
        status=status,
        payment_id=_payment_id(answer.client_reference_id),
        amount=from_stripe(amount, code),
        currency=code,
        money=money,
    )


def _payment_id(reference: str | None) -> UUID | None:
    """Our own reference; None for one that somebody else made."""
    try:
        return UUID(reference or "")
    except ValueError:
        return None


def _lapses_at(charge: Charge | None) -> datetime | None:
    paid_with = None if charge is None else charge.payment_method_details
    card = None if paid_with is None else paid_with.card
    if card is None or card.capture_before is None:
        return None
    return datetime.fromtimestamp(card.capture_before, UTC)
