"""A feed of events, read by cursor: in the order of transactions, and never past one that still runs.

A number alone would not do: a row with a smaller one may be committed later, when its reader has gone by.
A cursor names the last event that was read. When that is not there any more, as after a restore, a lossy
promotion, or 30 days, the page begins with the oldest; and so it does in another cluster, which counts its
transactions anew.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

from shared import deadline, process
from shared.contracts.events import Event, EventPage, EventQuery
from shared.errors import invalid
from shared.postgres import Connection, Database

EVERY_SECONDS = 0.1
"""How often a waiting reader's page is looked for."""
CLUSTER = "select system_identifier::text from pg_control_system()"

_CURSOR = re.compile(r"([0-9]{1,20})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{32})")


class Place(NamedTuple):
    """Where an event stands: its transaction, its number, and which event it is that stands there."""

    transaction: int
    sequence: int
    id: UUID


START = Place(0, 0, UUID(int=0))
"""Before all events."""

Entry = tuple[Place, Event]
ListFrom = Callable[[Connection, Place, int], Awaitable[list[Entry]]]
"""The first so many events from a place on, that one included, all of transactions older than any running."""


async def read(database: Database, list_from: ListFrom, ask: EventQuery) -> EventPage:
    """The next page, waited for as long as asked; Refusal `validation_failed` for what is no cursor."""
    async with database.connection() as conn:
        cluster: str = await conn.fetchval(CLUSTER)
    after, moved = _parse(ask.after, cluster)
    time = asyncio.get_running_loop().time
    until = time() + min(ask.wait_ms / 1000, deadline.left() - deadline.HOP_SECONDS)
    while True:
        async with database.connection() as conn:
            entries, lost = await _next(conn, list_from, after, ask.limit)
        restarted = moved or lost
        if entries or restarted or time() + EVERY_SECONDS > until or process.ending.is_set():
            last = entries[-1][0] if entries else START if restarted else after
            return EventPage([event for _, event in entries], _cursor(cluster, last), restarted)
        await asyncio.sleep(EVERY_SECONDS)


async def _next(conn: Connection, list_from: ListFrom, after: Place, most: int) -> tuple[list[Entry], bool]:
    """The entries after a place, and whether what stood there is gone, so that they are the oldest."""
    found = await list_from(conn, after, most + 1)
    if after == START:
        return found[:most], False
    if found and found[0][0] == after:
        return found[1:], False
    return (await list_from(conn, START, most)), True


def _cursor(cluster: str, last: Place) -> str:
    return "" if last == START else f"{cluster}.{last.transaction}.{last.sequence}.{last.id.hex}"


def _parse(cursor: str | None, cluster: str) -> tuple[Place, bool]:
    """Where to go on, and whether the cursor is of another cluster; no cursor is the start."""
    if not cursor:
        return START, False
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise invalid("after", "is no cursor of this feed")
    if parts[1] != cluster:
        return START, True
    return Place(int(parts[2]), int(parts[3]), UUID(parts[4])), False
