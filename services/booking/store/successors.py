"""SQL that lets one booking follow another: the same meeting at another time."""

from uuid import UUID

import asyncpg

from services.booking.rules import Span
from services.booking.store.bookings import TAKES_TIME, HostBusy
from services.booking.store.events import noting
from services.booking.store.rows import COLUMNS, JOINS, StoredBooking, stored
from shared.postgres import Connection

# The host is locked and the booking left behind no longer takes its time. As for every new booking, a
# taken time is seen before the exclusion constraint is met.
INSERT = f"""
    with b as (
        insert into bookings (
            id, app_id, host_id, booking_link_id, graph, state, toward, start_at, end_at, busy, timezone,
            customer_name, customer_email, answers, contact_id, single_use_link_id, source,
            status_key_id, payment_id, confirmed_at, rescheduled_from)
        select $2, app_id, host_id, booking_link_id, graph, 'confirmed', 'confirmed', $3, $4,
            tstzrange($5, $6), timezone, customer_name, customer_email, answers, contact_id,
            single_use_link_id, source, $7, payment_id, now(), id
        from bookings old
        where old.id = $1 and not exists (
            select from bookings other
            where other.host_id = old.host_id and busy && tstzrange($5, $6) and {TAKES_TIME})
        returning *),
    {noting("select id, null, state, $8, $9 from b")}
    select {COLUMNS} from b {JOINS}"""

_FOLLOW = f"""
    with b as (update bookings set rescheduled_to = $2 where id = $1 returning *)
    select {COLUMNS} from b {JOINS}"""


async def insert(
    conn: Connection, old: UUID, id: UUID, times: Span, status_key_id: int, action: str, actor: str
) -> StoredBooking:
    """The booking that follows `old`, confirmed; HostBusy when its time is taken."""
    values = (times.start, times.end, times.busy_from, times.busy_to, status_key_id, action, actor)
    try:
        row = await conn.fetchrow(INSERT, old, id, *values)
    except asyncpg.ExclusionViolationError:
        raise HostBusy from None
    if row is None:
        raise HostBusy
    return stored(row)


async def follow(conn: Connection, old: UUID, id: UUID) -> StoredBooking:
    """Name the booking that follows `old`; what `old` is now."""
    return stored(await conn.fetchrow(_FOLLOW, old, id))
