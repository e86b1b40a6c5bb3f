"""The operations that act on a booking, by API or by link, and what they need to show first."""

from uuid import UUID

from services.booking import acting, graph, times
from services.booking.acting import Deed
from services.booking.api.bookings import offering
from services.booking.desk import Desk
from services.booking.store import acts, booking_links, bookings
from services.booking.store.rows import StoredBooking
from shared.contracts.booking_links import SlotQuery, Slots
from shared.contracts.bookings import Act, Acted, Subject
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection

MARKS = {"no_show": True, "unmark_no_show": False}
"""What may be said of a booking without changing its state."""


async def act(desk: Desk, app_id: UUID, booking_id: UUID, action: str, ask: Act) -> Acted:
    """Apply an action that the booking's graph and state offer; Refusal `action_not_available` else.

    A consumed single-use link stays consumed. Without a nonce the act is one of its own, however often
    it was done before.
    """
    if action in MARKS:
        return _acted(desk, await _mark(desk, app_id, booking_id, absent=MARKS[action]))
    if action not in graph.ACTIONS:
        async with desk.database.connection() as conn:
            await _own(conn, app_id, booking_id)
        raise Refusal("action_not_available")
    nonce = str(new_id()) if ask.nonce is None else ask.nonce
    start = ask.start if action in graph.MOVES else None
    done = await acting.act(desk, Deed(app_id, booking_id, action, ask.actor, nonce, start))
    return _acted(desk, done.stored, done.replayed, done.successor)


async def get_subject(desk: Desk, booking_id: UUID) -> Subject:
    """A booking as whoever holds one of its action links may see it."""
    async with desk.database.connection() as conn:
        found = await acts.get_subject(conn, booking_id)
    if found is None:
        raise Refusal("not_found")
    stored, fields, done = found
    return Subject(stored.app_id, offering(stored), fields.title, fields.branding, done)


async def list_other_times(desk: Desk, app_id: UUID, booking_id: UUID, ask: SlotQuery) -> Slots:
    """Starts that the booking could move to; its own time counts as free."""
    times.check_days(ask)
    async with desk.database.connection() as conn:
        stored = await _own(conn, app_id, booking_id)
        booking = stored.booking
        if not graph.MOVES & graph.offers(booking.graph, booking.state).keys():
            raise Refusal("action_not_available")
        found = await booking_links.by_id(conn, app_id, booking.booking_link_id)
        if found is None:
            raise Refusal("not_found")
        template, now = found
        return await times.free(conn, template, stored.host_id, ask, now, without=booking_id)


def _acted(
    desk: Desk, stored: StoredBooking, replayed: bool = False, successor: StoredBooking | None = None
) -> Acted:
    capability = desk.keyring.token(stored.booking.id, stored.status_key_id)
    after = None if successor is None else offering(successor)
    return Acted(stored.booking, capability, replayed, after, stored.failed_because)


async def _mark(desk: Desk, app_id: UUID, booking_id: UUID, absent: bool) -> StoredBooking:
    """Note or unnote that the customer did not come; the state stays."""
    async with desk.database.connection() as conn:
        marked = await bookings.mark_no_show(conn, app_id, booking_id, absent)
        if marked is None:
            await _own(conn, app_id, booking_id)
            raise Refusal("action_not_available")
    return marked


async def _own(conn: Connection, app_id: UUID, booking_id: UUID) -> StoredBooking:
    stored = await bookings.get(conn, booking_id)
    if stored is None or stored.app_id != app_id:
        raise Refusal("not_found")
    return stored
