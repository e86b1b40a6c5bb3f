"""SQL about everything that a message about a booking may say."""

from uuid import UUID

from services.booking.store.booking_links import decode
from services.booking.store.rows import COLUMNS, FROM, stored
from shared.contracts.bookings import Briefing
from shared.postgres import Connection

# A chain is followed to its first booking; each move is one more.
_GET = f"""
    with recursive chain as (
        select id, rescheduled_from, 0 as moves from bookings where id = $1
        union all
        select b.id, b.rescheduled_from, c.moves + 1
        from chain c join bookings b on b.id = c.rescheduled_from)
    select {COLUMNS}, l.settings, l.slug, f.id as meeting_id, f.moves, e.start_at as previous_start
    from {FROM} join booking_links l on l.id = b.booking_link_id
    join chain f on f.rescheduled_from is null
    left join bookings e on e.id = b.rescheduled_from
    where b.id = $1"""


async def get(conn: Connection, booking_id: UUID) -> Briefing | None:
    row = await conn.fetchrow(_GET, booking_id)
    if row is None:
        return None
    found, fields = stored(row), decode(row["settings"])
    return Briefing(
        found.app_id,
        found.booking,
        fields.title,
        fields.description,
        row["slug"],
        fields.schedule.timezone,
        row["meeting_id"],
        fields.branding,
        row["moves"],
        row["previous_start"],
    )
