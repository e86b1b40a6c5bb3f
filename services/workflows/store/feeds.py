"""SQL about how far feeds were read, and which events were taken."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres import Connection

_CURSOR = "select cursor from feeds where owner = $1"
_MOVE = """
    insert into feeds (owner, cursor) values ($1, $3)
    on conflict (owner) do update set cursor = excluded.cursor, moved_at = now()
    where feeds.cursor is not distinct from $2
    returning true"""
_TAKE = "insert into seen_events (id) select unnest($1::uuid[]) on conflict do nothing returning id"
# Longer than the feeds keep them: an event that is forgotten here must not be told again.
_FORGET = """
    delete from seen_events where id in (
        select id from seen_events where seen_at < now() - interval '60 days'
        order by seen_at limit $1 for update skip locked)"""


async def cursor(conn: Connection, owner: str) -> str | None:
    """Where the feed was left; None at its very beginning."""
    found: str | None = await conn.fetchval(_CURSOR, owner)
    return found


async def move(conn: Connection, owner: str, before: str | None, after: str) -> bool:
    """Note that the feed was read from `before` to `after`; False when another replica has moved it."""
    return bool(await conn.fetchval(_MOVE, owner, before, after))


async def take(conn: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the events that were not taken before."""
    return {row[0] for row in await conn.fetch(_TAKE, ids)}


async def forget(conn: Connection, most: int) -> int:
    """Drop events that no feed tells any more; returns how many."""
    return int((await conn.execute(_FORGET, most)).split()[-1])
