"""SQL about what was done to bookings: each action once for every nonce."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from msgspec import Struct

from services.booking.store.booking_links import decode
from services.booking.store.rows import COLUMNS, FROM, StoredBooking, stored
from shared.contracts.booking_links import BookingLinkFields
from shared.contracts.bookings import Linkable, LinkAction, State
from shared.postgres import Connection

LOCK = "select 1 from bookings where id = $1 for no key update"
# All that moves a booking to another time queues at its host, as new bookings do.
_LOCK_HOST = """
    select 1 from hosts h join bookings b on b.host_id = h.id where b.id = $1 for no key update of h"""
GET = f"""
    select {COLUMNS}, a.to_state as led_to, a.start_at as chosen
    from {FROM} left join acts a on a.booking_id = b.id and a.action = $2 and a.nonce = $3
    where b.id = $1"""
_INSERT = "insert into acts (booking_id, action, nonce, start_at, to_state) values ($1, $2, $3, $4, $5)"
_SUBJECT = f"""
    select {COLUMNS}, l.settings, a.action as done, a.nonce
    from {FROM} join booking_links l on l.id = b.booking_link_id
    left join lateral (
        select action, nonce from acts
        where booking_id = b.id and to_state = case b.state when 'confirming' then b.toward else b.state end
        order by at desc limit 1) a on true
    where b.id = $1"""
_LINKABLE: dict[str, Linkable] = {name: name for name in get_args(Linkable)}


class Recorded(Struct, frozen=True):
    """An act that was done: where it led, and the start chosen for it."""

    to: State
    start: datetime | None


async def lock(conn: Connection, booking_id: UUID) -> None:
    """Wait for the booking's row. A statement of its own: the next one then sees what its holder did."""
    await conn.execute(LOCK, booking_id)


async def lock_host(conn: Connection, booking_id: UUID) -> None:
    """Wait for the row of the booking's host; always before `lock`."""
    await conn.execute(_LOCK_HOST, booking_id)


async def get(
    conn: Connection, booking_id: UUID, action: str, nonce: str
) -> tuple[StoredBooking, Recorded | None] | None:
    """The booking, and the act if it was done before."""
    row = await conn.fetchrow(GET, booking_id, action, nonce)
    if row is None:
        return None
    return stored(row), None if row["led_to"] is None else Recorded(row["led_to"], row["chosen"])


async def record(
    conn: Connection, booking_id: UUID, action: str, nonce: str, to: State, start: datetime | None
) -> None:
    await conn.execute(_INSERT, booking_id, action, nonce, start, to)


async def get_subject(
    conn: Connection, booking_id: UUID
) -> tuple[StoredBooking, BookingLinkFields, LinkAction | None] | None:
    """The booking, what its booking link says, and the link action that led to where it is."""
    row = await conn.fetchrow(_SUBJECT, booking_id)
    if row is None:
        return None
    action = _LINKABLE.get(row["done"])
    return stored(row), decode(row["settings"]), None if action is None else LinkAction(action, row["nonce"])
