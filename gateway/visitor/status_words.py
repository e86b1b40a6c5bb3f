"""What the page of a booking says in each state, and of the money that was paid for it."""

from collections.abc import Mapping
from typing import NamedTuple

from gateway.visitor.prices import price
from gateway.visitor.spoken_time import Moment, moment
from shared.contracts.bookings import Booking, PaymentStatus, State


class Telling(NamedTuple):
    """What happened, what it means, and what to do now."""

    heading: str
    text: str
    advice: str = ""


_CANCELLED = Telling("The booking is cancelled.", "The time is free for others again.", "{money}")
_MOVED = Telling(
    "The booking has moved.", "It has another time now.", "The newest message about it says when."
)
_BY_STATE: Mapping[State, Telling] = {
    "confirming": Telling(
        "We are confirming your booking…", "Your time is held. Please keep this page open."
    ),
    "pending_payment": Telling(
        "Your time is held until {until}.", "It is yours once {price} is paid. Nothing has been paid yet."
    ),
    "tentative": Telling(
        "Your request is sent.", "The time is held for you until {host} confirms it.", "{money}"
    ),
    "confirmed": Telling("Your booking is confirmed.", "The time is yours.", "{money}"),
    "completed": Telling("This meeting has taken place.", "The time has passed.", "{money}"),
    "declined": Telling("{host} could not confirm this time.", "The time is free again.", "{money}"),
    "unpaid": Telling(
        "Your time is no longer held.",
        "It was not paid for in time, and others may have taken it.",
        "{money}",
    ),
    "failed": Telling("The booking did not come about.", "{reason}", "{money}"),
    "cancelled": _CANCELLED,
    "cancelled_by_customer": _CANCELLED,
    "rescheduled": _MOVED,
    "rescheduled_by_customer": _MOVED,
}
_OPENING = Telling("We are opening the payment page…", "Your time is held. Please keep this page open.")
_LATE = Telling("Your payment came too late.", "The time was no longer held when it arrived.", "{money}")

_GIVEN_BACK = "The {price} you paid goes back to you in full. Depending on your bank that takes a few days."
_RELEASED = "The {price} was only reserved, never taken. Your bank lifts the reservation within a few days."
_MONEY: Mapping[PaymentStatus, str] = {
    "authorised": "{price} is reserved. It is taken only when the booking is confirmed.",
    "capture_pending": "{price} is paid.",
    "captured": "{price} is paid.",
    "capture_failed": "The {price} could not be taken. {host} will be in touch about it.",
    "release_pending": _RELEASED,
    "released": _RELEASED,
    "refund_pending": _GIVEN_BACK,
    "refunded": _GIVEN_BACK,
    "quarantined": "What was paid is not {price}. We look into it by hand, and {host} can tell you more.",
    "expire_pending": "Nothing was paid.",
    "expired": "Nothing was paid.",
}
LATE: frozenset[PaymentStatus] = frozenset({"release_pending", "released", "refund_pending", "refunded"})
REASONS: Mapping[str, str] = {
    "link_revoked": "The personal link it was made with was withdrawn meanwhile.",
    "link_consumed": "The personal link it was made with has been used for another booking.",
    "unavailable": "The payment could not be started.",
}
_NO_REASON = "The personal link it was made with can no longer be used for it."


def telling(booking: Booking, title: str, refusal: str | None, zone: str) -> Telling:
    """What to say of the booking as it is now."""
    payment, words = booking.payment, _BY_STATE[booking.state]
    if booking.state == "pending_payment" and payment is not None and payment.checkout_url is None:
        words = _OPENING
    if booking.state == "unpaid" and payment is not None and payment.status in LATE:
        words = _LATE
    values = {
        "host": booking.host.name,
        "title": title,
        "reason": REASONS.get(refusal or "", _NO_REASON),
        "price": cost(booking),
        "until": _until(booking, zone),
    }
    money = "" if payment is None else _MONEY.get(payment.status, "").format(**values)
    return Telling(*(sentence.format(**values, money=money) for sentence in words))


def cost(booking: Booking) -> str:
    """What it costs, or nothing."""
    payment = booking.payment
    return "" if payment is None else price(payment.amount, payment.currency)


def _until(booking: Booking, zone: str) -> str:
    """When the hold ends, by the visitor's clock."""
    payment = booking.payment
    if payment is None or payment.expires_at is None:
        return ""
    ends: Moment = moment(payment.expires_at, payment.expires_at, zone)
    return ends.span.partition("\u00a0")[0]
