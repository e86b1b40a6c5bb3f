"""What a genuine action link would meet now."""

from shared.contracts.bookings import Linkable, LinkAction, Subject


def standing(subject: Subject, action: Linkable, nonce: str) -> tuple[str | None, bool]:
    """The code that acting would be refused with, if any, and whether it would only be a replay."""
    if action in (subject.booking.available_actions or ()):
        return None, False
    if subject.done == LinkAction(action, nonce):
        return None, True
    return "action_not_available", False
