"""Reading the feeds of tokens and booking: each event is taken once, with what follows from it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

from services.workflows import taking
from services.workflows.store import feeds
from services.workflows.works import Works
from shared import deadline, telemetry
from shared.call import Peers
from shared.contracts import events
from shared.contracts.events import EventPage, EventQuery
from shared.errors import Refusal
from shared.faults import reach
from shared.postgres import Connection


async def _of_tokens(peers: Peers, ask: EventQuery) -> EventPage:
    return await peers.call(events.read_link_events, ask)


async def _of_booking(peers: Peers, ask: EventQuery) -> EventPage:
    return await peers.call(events.read_booking_events, ask)


FEEDS: Mapping[str, Callable[[Peers, EventQuery], Awaitable[EventPage]]] = {
    "tokens": _of_tokens,
    "booking": _of_booking,
}
PAGE = 200
WAIT_MS = 2000
"""How long the other end may wait for something to tell."""
SECONDS = 10.0
PAUSE_SECONDS = 1.0


async def follow(works: Works, owner: str) -> None:
    """Read one feed until cancelled; whoever is away is asked again a second later."""
    while True:
        try:
            await read_on(works, owner)
            continue
        except Refusal as refusal:
            telemetry.log.info("feed not read", feed=owner, code=refusal.code)
        except Exception:
            # Nothing is passed over: the feed waits for a person.
            telemetry.alarms.labels("feed").inc()
            telemetry.log.exception("events not taken", feed=owner)
        await asyncio.sleep(PAUSE_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311


async def read_on(works: Works, owner: str) -> int:
    """Take the next page of a feed; how many events it had. No lock is held while waiting for it."""
    async with works.database.connection() as conn:
        before = await feeds.cursor(conn, owner)
    async with deadline.within(SECONDS):
        page = await FEEDS[owner](works.peers, EventQuery(before or None, PAGE, WAIT_MS))
    if page.cursor == before or not (page.events or before):
        return 0
    await reach("workflows.before_taking")

    async def work(conn: Connection) -> None:
        # Another replica may have read the same page: only one of them moves the cursor on.
        if await feeds.move(conn, owner, before, page.cursor):
            await taking.take(conn, page.events)

    await works.database.transact(work)
    await reach("workflows.after_taking")
    return len(page.events)


async def forget_old(works: Works) -> int:
    """Drop events that no feed tells any more; returns how many."""
    async with works.database.connection() as conn:
        return await feeds.forget(conn, 1000)
