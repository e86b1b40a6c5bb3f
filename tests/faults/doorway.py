"""The moment after tokens has opened a visitor's link, and before the booking holds anything."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.eventually import eventually
from tests.faults.hold import HOST, held
from tests.faults.office import Answer, Office, Ticket


async def book_while(
    office: Office, ticket: Ticket, start: str, happens: Callable[[], Awaitable[object]]
) -> Answer:
    """Book; when the visitor is past the door and waits for the host's calendar, something happens."""
    async with held(office.stack.dsn["booking"], HOST, office.host) as calendar:
        attempt = asyncio.create_task(office.book(ticket, start))

        async def past_the_door() -> bool:
            return await calendar.waiting() == 1

        await eventually(past_the_door)
        await happens()
    return await attempt
