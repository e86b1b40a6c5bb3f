"""Acting on a booking: what its graph and state offer, and once for every nonce.

The booking's row is locked, then what was done before is read, then it is decided; the transition and
the record of the act are one transaction. Whoever comes again finds the record.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from services.booking import confirmation, graph, rules
from services.booking.desk import Desk
from services.booking.payments import intents
from services.booking.store import acts, booking_links, bookings, successors
from services.booking.store.acts import Recorded
from services.booking.store.bookings import HostBusy
from services.booking.store.rows import StoredBooking
from shared.contracts.bookings import Actor, State
from shared.errors import FieldError, Refusal
from shared.faults import reach
from shared.ids import new_id
from shared.postgres import Connection


class Deed(Struct, frozen=True):
    """One wish to act on one of the app's bookings; a move needs a start."""

    app_id: UUID
    booking_id: UUID
    action: str
    actor: Actor
    nonce: str
    start: datetime | None = None


class Done(Struct, frozen=True):
    """The booking after the act, whether it had been done before, and the booking that it led to."""

    stored: StoredBooking
    replayed: bool = False
    successor: StoredBooking | None = None


async def act(desk: Desk, deed: Deed) -> Done:
    """Do it, or find it done; Refusal `action_not_available` when neither is so.

    What must ask tokens first is `confirming` until their verdict is known, and maybe still so afterwards.
    """
    await reach("act.before")
    done = await (move(desk, deed) if deed.action in graph.MOVES else _step(desk, deed))
    await reach("act.recorded")
    settled = await confirmation.settle(desk, done.stored)
    return Done(settled, done.replayed, done.successor)


async def _step(desk: Desk, deed: Deed) -> Done:
    async def work(conn: Connection) -> Done:
        stored, before = await _enter(conn, deed)
        if before is not None:
            return Done(stored, replayed=True)
        after = _next(stored, deed)
        await acts.record(conn, deed.booking_id, deed.action, deed.nonce, after, None)
        return Done(await _leave(conn, stored, after, deed))

    return await desk.database.transact(work)


async def _leave(conn: Connection, stored: StoredBooking, after: State, deed: Deed) -> StoredBooking:
    """The next state at once, or `confirming` when tokens have to be asked first."""
    booking = stored.booking
    waits = graph.awaits_verdict(booking.state, after, booking.single_use_link_id is not None)
    leave = bookings.await_verdict if waits else bookings.move
    moved = await leave(conn, booking.id, booking.state, after, deed.action, deed.actor)
    if moved is None:
        raise Refusal("action_not_available")
    return await intents.follow(conn, moved)


async def move(desk: Desk, deed: Deed) -> Done:
    """Leave the booking for a confirmed one at another time, which asks nobody and inherits all the rest.

    The new time is judged by the booking link as it is now. The old booking is left first, so that the
    new one may touch or overlap it.
    """
    new = new_id()

    async def work(conn: Connection) -> Done:
        await acts.lock_host(conn, deed.booking_id)
        stored, before = await _enter(conn, deed)
        if before is not None:
            return Done(stored, True, await _successor(conn, stored))
        after = _next(stored, deed)
        times = await _times(conn, stored, deed.start)
        await acts.record(conn, deed.booking_id, deed.action, deed.nonce, after, deed.start)
        await _leave(conn, stored, after, deed)
        key_id = desk.keyring.newest
        successor = await successors.insert(
            conn, deed.booking_id, new, times, key_id, deed.action, deed.actor
        )
        return Done(await successors.follow(conn, deed.booking_id, new), successor=successor)

    try:
        return await desk.database.transact(work)
    except HostBusy:
        raise Refusal("slot_taken") from None


async def _enter(conn: Connection, deed: Deed) -> tuple[StoredBooking, Recorded | None]:
    """The booking, locked, and the record of the deed if it was done and the booking is as it left it."""
    await acts.lock(conn, deed.booking_id)
    found = await acts.get(conn, deed.booking_id, deed.action, deed.nonce)
    if found is None or found[0].app_id != deed.app_id:
        raise Refusal("not_found")
    stored, before = found
    if before is not None and not _stands(stored, before, deed):
        raise Refusal("action_not_available")
    return stored, before


def _stands(stored: StoredBooking, before: Recorded, deed: Deed) -> bool:
    state = stored.booking.state
    return before.to == (stored.toward if state == "confirming" else state) and before.start == deed.start


def _next(stored: StoredBooking, deed: Deed) -> State:
    booking = stored.booking
    after = graph.next_state(booking.graph, booking.state, stored.passed, deed.action, deed.actor)
    if after is None:
        raise Refusal("action_not_available")
    return after


async def _times(conn: Connection, stored: StoredBooking, start: datetime | None) -> rules.Span:
    if start is None:
        raise Refusal("invalid_request", errors=(FieldError("start", "is required"),))
    found = await booking_links.by_id(conn, stored.app_id, stored.booking.booking_link_id)
    if found is None:
        raise Refusal("not_found")
    template, now = found
    return rules.span(template, start, now)


async def _successor(conn: Connection, stored: StoredBooking) -> StoredBooking | None:
    successor = stored.booking.rescheduled_to
    return None if successor is None else await bookings.get(conn, successor)
