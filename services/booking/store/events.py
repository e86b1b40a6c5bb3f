"""SQL about events: what happened to bookings and contacts, told by the statement that makes it happen."""

from typing import Any

import asyncpg
import msgspec

from shared.contracts.events import Event
from shared.feed import Entry, Place
from shared.postgres import Connection

NOTE = "insert into transitions (booking_id, from_state, to_state, action, actor)"
TELL = "insert into events (app_id, type, subject_id)"

_ABOUT = (
    *("booking_link_id", "contact_id", "single_use_link_id", "graph"),
    *("rescheduled_from", "rescheduled_to", "source"),
)
# What an event says of its booking is read there: none of it changes, but that a move adds `rescheduled_to`.
# Cut off before the oldest transaction that still runs: what commits later comes after all that was read.
# OFFSET 0 has each booking looked up by its id, and never all of them walked through.
_LIST_FROM = f"""
    select e.transaction, e.sequence, e.id, e.app_id, e.type, e.occurred_at, e.subject_id, e.data,
        {", ".join("b." + name for name in _ABOUT)}
    from (
        select * from events
        where (transaction, sequence) >= ($1::xid8, $2::bigint)
          and transaction < pg_snapshot_xmin(pg_current_snapshot())
        order by transaction, sequence limit $3) as e
    left join lateral (select * from bookings where id = e.subject_id offset 0) as b on true
    order by e.transaction, e.sequence"""

_FORGET = """
    delete from events where ctid = any(array(
        select ctid from (
            select ctid, occurred_at from events order by transaction, sequence limit $1) as oldest
        where occurred_at < now() - interval '30 days'))"""


def noting(rows: str) -> str:
    """CTEs that note transitions of bookings in `b`, and tell of them: no change of a state without both.

    Of what is `confirming` nobody is told; of a booking's first transition also that it was created.
    """
    return f"""noted as ({NOTE} {rows} returning *),
    told as (
        insert into events (app_id, type, subject_id, data)
        select b.app_id, 'booking.' || word, b.id,
            jsonb_build_object('action', action, 'actor', actor, 'from', from_state)
        from noted join b on b.id = booking_id
        cross join lateral (values ('created', from_state is null), (to_state, to_state <> 'confirming'))
            as one (word, told)
        where told)"""


async def list_from(conn: Connection, start: Place, most: int) -> list[Entry]:
    """The first events from a place on, that one included."""
    return [_entry(row) for row in await conn.fetch(_LIST_FROM, start.transaction, start.sequence, most)]


async def forget(conn: Connection, most: int) -> int:
    """Drop the oldest events when they are older than 30 days; returns how many."""
    return int((await conn.execute(_FORGET, most)).split()[-1])


def _entry(row: asyncpg.Record) -> Entry:
    data: dict[str, Any] = {} if row[7] is None else msgspec.json.decode(row[7])
    if row["booking_link_id"] is not None:
        data |= zip(_ABOUT, row[8:], strict=True)
        data["source"] = None if row["source"] is None else msgspec.json.decode(row["source"])
    return Place(*row[:3]), Event(row[2], row[3], row[4], row[5], row[6], data)
