"""SQL about chains of moved bookings."""

from uuid import UUID

from shared.postgres import Connection

_FIRST = """
    with recursive chain as (
        select id, rescheduled_from, 0 as moves from bookings where id = $1
        union all
        select b.id, b.rescheduled_from, c.moves + 1
        from chain c join bookings b on b.id = c.rescheduled_from)
    select id, moves from chain where rescheduled_from is null"""


async def first(conn: Connection, booking_id: UUID) -> tuple[UUID, int]:
    """The booking that a chain of moves began with, and how many moves led from it to this one."""
    row = await conn.fetchrow(_FIRST, booking_id)
    assert row is not None  # noqa: S101  the caller has read the booking
    return row[0], row[1]
