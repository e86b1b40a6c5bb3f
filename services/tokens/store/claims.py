"""SQL about claims: which booking asked for a link, and what was ruled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.tokens.rules import StoredLink
from services.tokens.store.events import telling
from services.tokens.store.links import COLUMNS, link
from shared.contracts.time_lines import TracedClaim
from shared.contracts.tokens import ConsumedClaim, ConsumedQuery, Ruling
from shared.postgres import Connection

# The row is locked in a statement of its own: what is read in the next one is newer than the lock.
LOCK = "select 1 from scheduling_single_use_links where id = $1 for update"

WITH_CLAIM = f"""
    select {COLUMNS}, clock_timestamp(), claims.verdict, claims.reason
    from scheduling_single_use_links
    left join claims on claims.link_id = id and claims.booking_id = $2
    where id = $1"""

_WRITE_CLAIM = """
    insert into claims (link_id, booking_id, verdict, reason, ruled_at)
    values ($1, $2, $3, $4, case when $3 <> 'admitted' then clock_timestamp() end)
    on conflict (link_id, booking_id) do update
    set verdict = excluded.verdict, reason = excluded.reason, ruled_at = excluded.ruled_at"""

WRITE_CONSUMPTION = f"""
    with claim as ({_WRITE_CLAIM}),
    l as (
        update scheduling_single_use_links set consumed_at = clock_timestamp(), consumed_by_booking_id = $2
        where id = $1
        returning app_id, id)
    {telling("single_use_link.consumed", "l")}"""

_CONSUMED = """
    select link_id, booking_id, consumed_by_booking_id
    from claims join scheduling_single_use_links on id = link_id
    where verdict = 'consumed' and link_id > $1 and id > $1
    order by link_id limit $2"""

_LIST_NEWEST = """
    select c.link_id, c.booking_id, c.verdict, c.reason, c.claimed_at, c.ruled_at
    from unnest($1::uuid[]) as l (id) cross join lateral (
        select * from claims where link_id = l.id order by claimed_at desc limit $2) as c
    order by c.claimed_at"""

NEWEST = 20
"""So many of a link's claims are told."""

_FIRST = UUID(int=0)


async def lock(conn: Connection, link_id: UUID) -> None:
    """Hold the link's row until the transaction ends."""
    await conn.execute(LOCK, link_id)


async def get(
    conn: Connection, link_id: UUID, booking_id: UUID
) -> tuple[StoredLink, datetime, Ruling | None] | None:
    """The link, the time, and what was ruled on this booking's claim so far."""
    row = await conn.fetchrow(WITH_CLAIM, link_id, booking_id)
    if row is None:
        return None
    return link(row), row[22], None if row[23] is None else Ruling(row[23], row[24])


async def write(conn: Connection, link_id: UUID, booking_id: UUID, ruling: Ruling) -> None:
    """Record a verdict, and with `consumed` the consumption in the link's own row."""
    statement = WRITE_CONSUMPTION if ruling.verdict == "consumed" else _WRITE_CLAIM
    await conn.execute(statement, link_id, booking_id, ruling.verdict, ruling.reason)


async def list_consumed(conn: Connection, query: ConsumedQuery) -> list[ConsumedClaim]:
    rows = await conn.fetch(_CONSUMED, query.after or _FIRST, query.limit)
    return [ConsumedClaim(*row) for row in rows]


async def list_newest(conn: Connection, link_ids: Sequence[UUID]) -> Mapping[UUID, list[TracedClaim]]:
    """The newest claims of each link, the oldest of them first."""
    found: dict[UUID, list[TracedClaim]] = defaultdict(list)
    for row in await conn.fetch(_LIST_NEWEST, link_ids, NEWEST):
        found[row[0]].append(TracedClaim(*row[1:]))
    return found
