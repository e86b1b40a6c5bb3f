"""SQL that takes up due work; two sweeps never take the same row."""

from services.booking.store.bookings import COLUMNS, NOTE, StoredBooking, stored
from shared.postgres import Connection

# A booking completes one hour after its end.
_COMPLETE = f"""
    with b as (
        update bookings set state = 'completed', completed_at = now(), updated_at = now()
        where id in (
            select id from bookings
            where state = 'confirmed' and completed_at is null and end_at <= now() - interval '1 hour'
            order by end_at limit $1 for update skip locked)
        returning id),
    noted as ({NOTE} select id, 'confirmed', 'completed', 'complete', 'bookonce' from b)
    select count(*) from b"""

_DECLINE = f"""
    with b as (
        update bookings set state = 'declined', updated_at = now()
        where id in (
            select id from bookings where state = 'tentative' and start_at <= now()
            order by start_at limit $1 for update skip locked)
        returning id),
    noted as ({NOTE} select id, 'tentative', 'declined', 'decline', 'bookonce' from b)
    select count(*) from b"""

# Taking one puts it off for a while, longer each time; two sweeps never take the same.
_TAKE_UNSETTLED = f"""
    with b as (
        update bookings set settle_attempts = settle_attempts + 1,
            settle_at = now() + least(30, 2 ^ least(settle_attempts, 10)) * interval '1 second'
        where id in (
            select id from bookings where state = 'confirming' and settle_at <= now()
            order by settle_at limit $1 for update skip locked)
        returning *)
    select {COLUMNS} from b join hosts h on h.id = b.host_id"""


async def take_unsettled(conn: Connection, most: int) -> list[StoredBooking]:
    """Bookings whose verdict is overdue."""
    return [stored(row) for row in await conn.fetch(_TAKE_UNSETTLED, most)]


async def complete_past(conn: Connection, most: int) -> int:
    """Complete bookings that ended an hour ago; returns how many."""
    done: int = await conn.fetchval(_COMPLETE, most)
    return done


async def decline_unanswered(conn: Connection, most: int) -> int:
    """Decline bookings that began before their host had answered; returns how many."""
    done: int = await conn.fetchval(_DECLINE, most)
    return done
