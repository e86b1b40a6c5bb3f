"""SQL that takes up due work; two sweeps never take the same row."""

from services.booking.store.events import noting
from services.booking.store.rows import COLUMNS, JOINS, MARGIN, StoredBooking, stored
from shared.postgres import Connection

# A booking completes one hour after its end.
_COMPLETE = f"""
    with b as (
        update bookings set state = 'completed', completed_at = now(), updated_at = now()
        where id in (
            select id from bookings
            where state = 'confirmed' and completed_at is null and end_at <= now() - interval '1 hour'
            order by end_at limit $1 for update skip locked)
        returning *),
    {noting("select id, 'confirmed', 'completed', 'complete', 'bookonce' from b")}
    select count(*) from b"""


def _declining(which: str) -> str:
    """Declines the bookings that a query finds; what was paid for them is owed back from then on."""
    return f"""
    with b as (
        update bookings set state = 'declined', updated_at = now()
        where id in ({which})
        returning *),
    {noting("select id, 'tentative', 'declined', 'decline', 'bookonce' from b")},
    owed as (
        update payments p set status = 'release_pending', due_at = now(), attempts = 0, updated_at = now()
        from b where p.id = b.payment_id and p.status = 'authorised'
        returning p.id),
    owing as (insert into payment_changes (payment_id, from_status, to_status, detail)
        select id, 'authorised', 'release_pending', 'booking is declined' from owed)
    select count(*) from b"""


_DECLINE_BEGUN = _declining("""
        select id from bookings where state = 'tentative' and start_at <= now()
        order by start_at limit $1 for update skip locked""")
# An array, not a join: one that takes tentative bookings to be few reads all of them for each payment.
_DECLINE_LAPSING = _declining(f"""
        select id from bookings where state = 'tentative' and payment_id = any(array(
            select id from payments
            where status = 'authorised' and lapses_at <= now() + interval '{MARGIN}'))
        limit $1 for update skip locked""")

# Taking one puts it off for a while, longer each time; two sweeps never take the same.
_TAKE_UNSETTLED = f"""
    with b as (
        update bookings set settle_attempts = settle_attempts + 1,
            settle_at = now() + least(30, 2 ^ least(settle_attempts, 10)) * interval '1 second'
        where id in (
            select id from bookings where state = 'confirming' and settle_at <= now()
            order by settle_at limit $1 for update skip locked)
        returning *)
    select {COLUMNS} from b {JOINS}"""


async def take_unsettled(conn: Connection, most: int) -> list[StoredBooking]:
    """Bookings whose verdict is overdue."""
    return [stored(row) for row in await conn.fetch(_TAKE_UNSETTLED, most)]


async def complete_past(conn: Connection, most: int) -> int:
    """Complete bookings that ended an hour ago; returns how many."""
    done: int = await conn.fetchval(_COMPLETE, most)
    return done


async def decline_unanswered(conn: Connection, most: int) -> int:
    """Decline bookings that began before their host had answered; returns how many."""
    done: int = await conn.fetchval(_DECLINE_BEGUN, most)
    return done


async def decline_lapsing(conn: Connection, most: int) -> int:
    """Decline bookings whose money cannot be relied on for long enough any more; returns how many."""
    done: int = await conn.fetchval(_DECLINE_LAPSING, most)
    return done
