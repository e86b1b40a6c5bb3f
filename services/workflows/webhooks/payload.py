"""What a webhook says: `{"type", "timestamp", "data"}`, as Standard Webhooks recommends."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from services.workflows.store.due_deliveries import Due
from shared.contracts.events import Event
from shared.errors import Refusal

Present = Callable[[Event], Awaitable[dict[str, Any]]]
"""What an event is about, as it is now; Refusal when it is not there any more, or cannot be asked for."""
Fill = Callable[[bytes, Due], Awaitable[bytes]]
"""Puts what is never stored, such as tokens, into a body that is about to be sent."""


async def body_of(event: Event, present: Present) -> bytes:
    """The body that every attempt sends; what is no longer there is told as the event alone tells it."""
    try:
        data = await present(event)
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        data = await plain(event)
    return msgspec.json.encode({"type": event.type, "timestamp": event.occurred_at, "data": data})


async def plain(event: Event) -> dict[str, Any]:
    """What the event itself tells."""
    return {"id": event.subject_id, **event.data}


async def as_it_is(body: bytes, _: Due) -> bytes:
    """Nothing to fill in."""
    return body
