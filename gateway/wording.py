"""The words a visitor reads at a dead end: what happened, why, and what to do now."""

from collections.abc import Iterable
from typing import NamedTuple


class Explanation(NamedTuple):
    heading: str
    text: str
    advice: str


FALLBACK = Explanation(
    "Something went wrong on our side.",
    "It was nothing you did.",
    "Try again in a moment. If it keeps happening, ask {sender} for help.",
)

# {sender} and {host} become the host's name when it is known.
EXPLANATIONS: dict[str, Explanation] = {
    code: Explanation(*sentences)
    for code, sentences in {
        "link_consumed": (
            "This link has been used.",
            "It was made for one booking.",
            "Ask {sender} for a fresh one.",
        ),
        "link_expired": (
            "This link has expired.",
            "It was open for a limited time.",
            "Ask {sender} for a fresh one.",
        ),
        "link_revoked": (
            "This link has been withdrawn.",
            "It can no longer be used to book a time.",
            "Ask {sender} for a fresh one.",
        ),
        "link_unknown": (
            "We do not know this link.",
            "Part of the address may have been lost on the way, as happens when a long link is copied.",
            "Open it once more from the original message, or ask {sender} for a fresh one.",
        ),
        "link_in_use": (
            "This link is in use right now.",
            "A booking made with it is still being settled, here or in another window.",
            "Wait a moment and try again. The link stays open if that booking falls through.",
        ),
        "link_wrong_template": (
            "This link is for another booking page.",
            "It was made for a different kind of meeting.",
            "Open it once more from the original message, or ask {sender} for a fresh one.",
        ),
        "single_use_link_required": (
            "You need a personal link to book.",
            "Times here are booked by invitation, and each personal link books one.",
            "Open the link you were sent, or ask {host} for one.",
        ),
        "email_mismatch": (
            "This link is not for you.",
            "It was made for another email address.",
            "Use the address it was sent to, or ask {sender} for a link of your own.",
        ),
        "slot_taken": (
            "That time is no longer free.",
            "It was taken a moment ago, or it is too close now.",
            "Choose another time.",
        ),
        "booking_link_inactive": (
            "This booking page is closed.",
            "It is not taking bookings at the moment.",
            "Ask {host} for another way to find a time.",
        ),
        "action_link_invalid": (
            "This link does not work.",
            "Part of the address may have been lost or changed on the way. Nothing was changed.",
            "Open it once more from the original message, or ask {sender} for help.",
        ),
        "action_link_expired": (
            "This link has expired.",
            "It could be used for a limited time. The booking itself has not changed.",
            "Ask {sender} for help with the booking.",
        ),
        "action_not_available": (
            "This can no longer be done.",
            "The booking has moved on since this link was made. Nothing was changed.",
            "Ask {host} if you need help with the booking.",
        ),
        "redirect_not_allowed": (
            "This link leads somewhere it may not.",
            "For your safety we did not follow it, and nothing was changed.",
            "Open the link from the original message, or ask {sender} for help.",
        ),
        "not_found": (
            "There is nothing at this address.",
            "It may have been mistyped, or the page may have been removed.",
            "Check the address, or ask {sender} for the right one.",
        ),
        "unauthorized": (
            "This page is for signed-in people.",
            "You are not signed in, or you were signed out after a while.",
            "Sign in and open the page again.",
        ),
        "invalid_request": (
            "We could not read this request.",
            "Part of it is missing or is not written as we expect. Nothing was changed.",
            "Go back, check what was entered, and try again.",
        ),
        "validation_failed": (
            "Something needs another look.",
            "One of the answers is not written as we expect. Nothing was changed.",
            "Go back, check what was entered, and try again.",
        ),
        "payload_too_large": (
            "This is more than we can take at once.",
            "One of the answers is very long. Nothing was changed.",
            "Shorten it and try again.",
        ),
        "unsupported_media_type": (
            "We could not read what was sent.",
            "It arrived in a format we do not take. Nothing was changed.",
            "Go back to the page and send it from there.",
        ),
        "idempotency_key_reused": (
            "This was already sent with other details.",
            "We stopped here so that nothing is booked twice.",
            "Reload the page and try again.",
        ),
        "method_not_allowed": (
            "This address does not work that way.",
            "It was asked for something it does not do. Nothing was changed.",
            "Go back to the page you came from and try again.",
        ),
        "slug_in_use": (
            "This address is taken.",
            "Another booking page uses it, or used it before.",
            "Choose another address.",
        ),
        "too_many_requests": (
            "We are busy for a moment.",
            "Many requests arrived at once. Nothing was lost.",
            "Wait a few seconds and try again.",
        ),
        "unavailable": (
            "We cannot do this right now.",
            "Part of the service is not answering. Nothing was lost.",
            "Try again in a moment. You will not be booked twice.",
        ),
        "timeout": (
            "This is taking longer than it should.",
            "The service did not answer in time. Nothing was lost.",
            "Try again in a moment. You will not be booked twice.",
        ),
        # Said by the booking page itself when no answer arrives at all.
        "unreachable": (
            "We could not get through.",
            "The connection may have dropped. Nothing was lost.",
            "Try again in a moment. You will not be booked twice.",
        ),
    }.items()
}

RETRYABLE = frozenset({"too_many_requests", "unavailable", "timeout", "link_in_use"})


def explain(code: str, host_name: str | None = None, detail: str | None = None) -> Explanation:
    """Words for a code of the public table; `detail` takes the place of a generic reason."""
    heading, text, advice = EXPLANATIONS.get(code, FALLBACK)
    if detail and code in {"invalid_request", "validation_failed"}:
        text = detail
    sender = host_name or "the person who sent it"
    return Explanation(heading, text, advice.format(sender=sender, host=host_name or "the host"))


def explain_all(codes: Iterable[str], host_name: str | None = None) -> dict[str, dict[str, str]]:
    """The same words as plain data, for the booking page's script."""
    return {code: explain(code, host_name)._asdict() for code in codes}
