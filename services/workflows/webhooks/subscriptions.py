"""Which events an endpoint may ask for."""

from difflib import get_close_matches
from typing import get_args

from shared.contracts.events import BOOKING_EVENTS, LINK_EVENTS, OWN_EVENTS, ContactEvent
from shared.contracts.webhooks import EVERY_EVENT

KNOWN = (*LINK_EVENTS, *BOOKING_EVENTS, *get_args(ContactEvent), *OWN_EVENTS)


def complaint(type: str) -> str | None:
    """What is wrong with the name of an event, with the nearest known one; None when nothing is."""
    if type == EVERY_EVENT or type in KNOWN:
        return None
    nearest = get_close_matches(type, KNOWN, 1, 0.4)
    return f"is no event; did you mean {nearest[0]}?" if nearest else 'is no event; "*" means all of them'
