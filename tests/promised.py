"""The graphs as they are promised to the outside, written down apart from the code."""

from collections.abc import Mapping

from shared.contracts.booking_links import Graph
from shared.contracts.bookings import State

CONFIRMED = {
    "cancel": "cancelled",
    "cancel_by_customer": "cancelled_by_customer",
    "reschedule": "rescheduled",
    "reschedule_by_customer": "rescheduled_by_customer",
    "complete": "completed",
}
TENTATIVE = {
    "confirm": "confirmed",
    "decline": "declined",
    "cancel_by_customer": "cancelled_by_customer",
}
PENDING_PAYMENT = {"cancel_by_customer": "cancelled_by_customer"}
GRAPHS: Mapping[Graph, Mapping[State, Mapping[str, str]]] = {
    "instant": {"confirmed": CONFIRMED},
    "confirm_decline": {"tentative": TENTATIVE, "confirmed": CONFIRMED},
    "instant_payment": {"pending_payment": PENDING_PAYMENT, "confirmed": CONFIRMED},
    "confirm_decline_payment": {
        "pending_payment": PENDING_PAYMENT,
        "tentative": TENTATIVE,
        "confirmed": CONFIRMED,
    },
}
"""graph → state → action → next state; nothing else is offered."""
ACTIONS = (*CONFIRMED, "confirm", "decline", "settle", "book", "pay", "CANCEL")
"""All of them, and some that are none."""
LINKABLE = ("confirm", "decline", "cancel", "cancel_by_customer", "reschedule_by_customer")


def actor(action: str) -> str:
    """Whose an action is, when a link does it."""
    return "customer" if action.endswith("_by_customer") else "host"
