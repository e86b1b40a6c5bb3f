"""The words around an action link: what it asks, what it did, and why it can do nothing any more."""

from collections.abc import Mapping
from typing import NamedTuple

from gateway.wording import Explanation
from shared.contracts.bookings import Booking, Linkable, State

MOVE = "reschedule_by_customer"
BY_CUSTOMER = frozenset({"cancel_by_customer", MOVE})
ENDS = frozenset({"decline", "cancel", "cancel_by_customer"})
"""After these the booking's time is nobody's any more."""


class Asking(NamedTuple):
    question: str
    button: str


class Telling(NamedTuple):
    """What happened, what it means, and what is possible next."""

    heading: str
    text: str
    advice: str


ASKING: Mapping[Linkable, Asking] = {
    "confirm": Asking("Confirm this booking?", "Confirm the booking"),
    "decline": Asking("Decline this booking?", "Decline the booking"),
    "cancel": Asking("Cancel this booking?", "Cancel the booking"),
    "cancel_by_customer": Asking("Cancel this booking?", "Cancel the booking"),
    "reschedule_by_customer": Asking("Choose a new time", "Move the booking"),
}

_REACH = "You can reach {customer} at {email}."
_DONE: Mapping[Linkable, Telling] = {
    "confirm": Telling("The booking is confirmed.", "The time is taken for {customer}.", _REACH),
    "decline": Telling("The booking is declined.", "The time is free again.", _REACH),
    "cancel": Telling("The booking is cancelled.", "The time is free again.", _REACH),
    "cancel_by_customer": Telling(
        "The booking is cancelled.",
        "The time is free for others again.",
        "If you want to meet after all, ask {host} for another time.",
    ),
    "reschedule_by_customer": Telling(
        "The booking is moved.",
        "The time it had before is free for others again. Links in earlier messages were for that time.",
        "If something comes up, ask {host}.",
    ),
}

ONWARD: Mapping[str, str] = {"reschedule_by_customer": "Move it again", "cancel_by_customer": "Cancel it"}
"""What can be done with the booking that a moved one became."""

WAITING = Telling(
    "We are confirming the booking…",
    "This takes longer than usual. The time stays held, and nothing more is needed from you.",
    "You can close this page and open the link again later.",
)

_ASK_HOST = "Ask {host} if you need help with the booking."
_ANOTHER_TIME = "Ask {host} if you want to meet after all."
_CANCELLED = Telling("This booking was cancelled already.", "Nothing was changed.", _ANOTHER_TIME)
_MOVED = Telling(
    "This booking was moved already.",
    "It has another time now, and this link was for the time before. Nothing was changed.",
    "The newest link is in the most recent message about the booking.",
)
_STANDING: Mapping[State, Telling] = {
    "confirming": Telling(
        "This booking is being settled right now.", "Nothing was changed.", "Open the link again in a moment."
    ),
    "pending_payment": Telling("This booking is not paid yet.", "Nothing was changed.", _ASK_HOST),
    "tentative": Telling(
        "This booking is not confirmed yet.", "It waits for {host}. Nothing was changed.", _ASK_HOST
    ),
    "confirmed": Telling("This booking was confirmed already.", "Nothing was changed.", _ASK_HOST),
    "completed": Telling("This booking has taken place already.", "Nothing was changed.", _ASK_HOST),
    "declined": Telling("This booking was declined already.", "Nothing was changed.", _ANOTHER_TIME),
    "unpaid": Telling(
        "This booking has lapsed.", "It was not paid in time. Nothing was changed.", _ANOTHER_TIME
    ),
    "failed": Telling(
        "This booking did not come about.",
        "The personal link it was made with could not be used for it. Nothing was changed.",
        _ANOTHER_TIME,
    ),
    "cancelled": _CANCELLED,
    "cancelled_by_customer": _CANCELLED,
    "rescheduled": _MOVED,
    "rescheduled_by_customer": _MOVED,
}

_REFUSED = {
    "link_revoked": "The personal link it was made with has been withdrawn.",
    "link_consumed": "The personal link it was made with has been used for another booking.",
}


def asking(action: Linkable) -> Asking:
    return ASKING[action]


def done(action: Linkable, booking: Booking) -> Telling:
    """What has happened to the booking."""
    return Telling(*(_say(sentence, booking) for sentence in _DONE[action]))


def standing(action: Linkable, booking: Booking) -> Explanation:
    """Why the booking no longer offers the action; to a host, whom to turn to is the customer."""
    telling = _STANDING[booking.state]
    if action not in BY_CUSTOMER and telling is not _MOVED:
        telling = telling._replace(advice=_REACH)
    return Explanation(*(_say(sentence, booking) for sentence in telling))


def refused(code: str, booking: Booking) -> Explanation:
    """Why the booking came to nothing when its single-use link was asked."""
    reason = _REFUSED.get(code, "The personal link it was made with can no longer be used for it.")
    sentences = ("The booking cannot be confirmed.", f"{reason} The time is free again.", _REACH)
    return Explanation(*(_say(sentence, booking) for sentence in sentences))


def _say(sentence: str, booking: Booking) -> str:
    return sentence.format(
        host=booking.host.name, customer=booking.customer.name, email=booking.customer.email
    )
