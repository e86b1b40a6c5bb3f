"""Reading a feed up to what is there: whatever else runs in the cluster may hold it back for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from shared.contracts.events import Event, EventPage, EventQuery

LAST = "select id from events order by transaction desc, sequence desc limit 1"
Read = Callable[[EventQuery], Awaitable[EventPage]]


async def read_up(read: Read, conn: Any, cursor: str) -> tuple[list[Event], str]:
    """The events from a cursor to the last that is committed now, and the cursor after them."""
    last: UUID | None = await conn.fetchval(LAST)
    found: list[Event] = []
    async with asyncio.timeout(10):
        while last is not None and not cursor.endswith(last.hex) and last not in {one.id for one in found}:
            page = await read(EventQuery(cursor, 1000, 1000))
            found, cursor = found + page.events, page.cursor
    return found, cursor
