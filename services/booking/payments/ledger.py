"""What is owed between the visitor's money and the booking: pure decisions.

A payment's status follows from the state of its booking (of the last one, where it was moved) and from what
the provider answered. `owed` says which step the money takes when the booking has changed; every `…_pending`
status is a durable intent, which the sweep repeats until the provider has given a final answer.
"""

from collections.abc import Mapping, Set

from shared.contracts.bookings import PaymentStatus, State

TAKEN: Set[PaymentStatus] = frozenset({"capture_pending", "captured", "capture_failed"})
"""The visitor's money stands for the booking: taken, about to be, or finally refused to us."""
GIVEN_BACK: Set[PaymentStatus] = frozenset(
    {"expire_pending", "expired", "release_pending", "released", "refund_pending", "refunded", "quarantined"}
)
"""Nothing stands for the booking: never paid, given back, about to be, or set aside for a person."""

KEPT: Set[State] = frozenset({"confirmed", "completed"})
MOVED: Set[State] = frozenset({"rescheduled", "rescheduled_by_customer"})
OVER: Set[State] = frozenset({"declined", "unpaid", "failed", "cancelled", "cancelled_by_customer"})

_RETURN: Mapping[PaymentStatus, PaymentStatus] = {
    "pending": "expire_pending",
    "authorised": "release_pending",
    "capture_pending": "refund_pending",
    "captured": "refund_pending",
    "capture_failed": "release_pending",
}


def owed(status: PaymentStatus, state: State) -> PaymentStatus | None:
    """The status that a payment takes because its booking is in this state now; None when it stays."""
    if state in OVER:
        return _RETURN.get(status)
    if state in KEPT and status == "authorised":
        return "capture_pending"
    return None


def agree(status: PaymentStatus, state: State, toward: State) -> bool:
    """Whether a booking in this state (`toward` while it is `confirming`) may have its money there."""
    if state == "confirming":
        return status == ("authorised" if toward == "confirmed" else "pending")
    if state == "pending_payment":
        return status == "pending"
    if state == "tentative":
        return status == "authorised"
    return status in (TAKEN if state in KEPT else GIVEN_BACK)
