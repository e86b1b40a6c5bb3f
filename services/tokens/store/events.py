"""SQL about events: what happened to links, told by the statement that makes it happen."""

from typing import Any

import asyncpg
from msgspec.structs import asdict

from shared.contracts.events import Event, LinkEvent
from shared.contracts.tokens import Source
from shared.feed import Entry, Place
from shared.postgres import Connection

# What an event says of its link is read there: none of it changes. Cut off before the oldest transaction that
# still runs: what commits later comes after everything that was read. OFFSET 0 has each link looked up by its
# id: to a planner, walking through all of them in the order of their ids may look as good.
_LIST_FROM = """
    select e.transaction, e.sequence, e.id, e.app_id, e.type, e.occurred_at, e.subject_id, l.booking_link_id,
        l.contact_id, l.consumed_by_booking_id, l.channel, l.workflow_id, l.run_id, l.step, l.campaign
    from (
        select * from events
        where (transaction, sequence) >= ($1::xid8, $2::bigint)
          and transaction < pg_snapshot_xmin(pg_current_snapshot())
        order by transaction, sequence limit $3) as e
    left join lateral (
        select * from scheduling_single_use_links where id = e.subject_id offset 0) as l on true
    order by e.transaction, e.sequence"""

_FORGET = """
    delete from events where ctid = any(array(
        select ctid from (
            select ctid, occurred_at from events order by transaction, sequence limit $1) as oldest
        where occurred_at < now() - interval '30 days'))"""


def telling(
    event: LinkEvent, links: str, *, event_id: str = "gen_random_uuid()", at: str = "clock_timestamp()"
) -> str:
    """An INSERT that tells of every row of `links`, which has their `app_id` and `id`."""
    return f"""insert into events (id, app_id, type, subject_id, occurred_at)
        select {event_id}, app_id, '{event}', id, {at} from {links}"""


async def list_from(conn: Connection, start: Place, most: int) -> list[Entry]:
    """The first events from a place on, that one included."""
    return [_entry(row) for row in await conn.fetch(_LIST_FROM, start.transaction, start.sequence, most)]


async def forget(conn: Connection, most: int) -> int:
    """Drop the oldest events when they are older than 30 days; returns how many."""
    return int((await conn.execute(_FORGET, most)).split()[-1])


def _entry(row: asyncpg.Record) -> Entry:
    about: dict[str, Any] = {"booking_link_id": row[7], "contact_id": row[8]}
    if row[4] == "single_use_link.consumed":
        about["booking_id"] = row[9]
    about["source"] = asdict(Source(*row[10:15]))
    return Place(*row[:3]), Event(row[2], row[3], row[4], row[5], row[6], about)
