"""Whether what a run was begun for still makes sense."""

from collections.abc import Set

from shared.contracts.bookings import State

GONE: Set[State] = frozenset(
    {
        "declined",
        "unpaid",
        "failed",
        "cancelled",
        "cancelled_by_customer",
        "rescheduled",
        "rescheduled_by_customer",
    }
)
_WHILE_IT_LASTS = {"booking.tentative": "tentative", "booking.pending_payment": "pending_payment"}
_WHILE_IT_STANDS = frozenset({"booking.created", "booking.confirmed", *_WHILE_IT_LASTS})


def outdated(trigger: str, state: State) -> str | None:
    """Why a message about a booking should not be sent any more, or None.

    A reminder of a meeting that was moved or called off is worse than none; a request to confirm is
    of no use once it was answered.
    """
    wanted = _WHILE_IT_LASTS.get(trigger)
    if wanted is not None and state not in (wanted, "confirming"):
        return f"the booking is {state} by now"
    if trigger in _WHILE_IT_STANDS and state in GONE:
        return f"the booking is {state} by now"
    return None
