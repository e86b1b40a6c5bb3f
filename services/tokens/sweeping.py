"""The sweep's work in this piece: openings to write down, links that just expired, events of long ago."""

from services.tokens.links import Links
from services.tokens.store import events
from services.tokens.store import links as store

AT_ONCE = 1000


async def write_openings(links: Links) -> int:
    """Write down all openings that wait, in one statement."""
    taken = links.openings.take()
    if not taken:
        return 0
    try:
        async with links.database.connection() as conn:
            await store.count_openings(conn, taken)
    except BaseException:
        links.openings.give_back(taken)
        raise
    return 0


async def note_expired(links: Links) -> int:
    """Note some links that have expired; returns how many."""
    async with links.database.connection() as conn:
        return await store.note_expired(conn, AT_ONCE)


async def forget_events(links: Links) -> int:
    """Drop some events of more than 30 days ago; returns how many."""
    async with links.database.connection() as conn:
        return await events.forget(conn, AT_ONCE)
