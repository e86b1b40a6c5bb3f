"""The operations on bookings, for visitors and for their app."""

from uuid import UUID

from services.booking import availability, confirmation, graph
from services.booking.api import contacts
from services.booking.confirmation import Desk
from services.booking.doors import App, Door, Visitor
from services.booking.store import bookings
from services.booking.store.bookings import StoredBooking
from shared.contracts.bookings import (
    Act,
    Book,
    Booked,
    Booking,
    BookingPage,
    BookingQuery,
    CreateBooking,
    FoundBooking,
    Replay,
    Status,
)
from shared.errors import Refusal, invalid

MARKS = {"no_show": True, "unmark_no_show": False}
"""What may be said of a booking without changing its state."""


async def book(desk: Desk, slug: str, ask: Book) -> Booked:
    """Book a free time, with a single-use link or without; settled unless tokens is away."""
    return await _book(desk, Visitor(slug), ask)


async def create(desk: Desk, app_id: UUID, ask: CreateBooking) -> Booked:
    """The same for an app, at one of its booking links and for one of its contacts."""
    if ask.contact_id is not None:
        await contacts.get(desk.database, app_id, ask.contact_id)
    return await _book(desk, App(app_id, ask.booking_link_id, ask.contact_id), ask.book)


async def replay(desk: Desk, slug: str, ask: Replay) -> FoundBooking:
    """What a visitor's idempotency key has already made, if anything."""
    found = await confirmation.find(desk, Visitor(slug), ask)
    return FoundBooking(None if found is None else show(desk, await confirmation.settle(desk, found)))


async def get_status(desk: Desk, ask: Status) -> Booked:
    """The booking behind a status URL, settled if it can be."""
    proof = desk.keyring.verify(ask.capability)
    if proof is None:
        raise Refusal("not_found")
    async with desk.database.connection() as conn:
        found = await bookings.get(conn, proof.id)
    if found is None or found.status_key_id != proof.key_id:
        raise Refusal("not_found")
    return show(desk, await confirmation.settle(desk, found))


async def get(desk: Desk, app_id: UUID, booking_id: UUID) -> Booking:
    return (await _own(desk, app_id, booking_id)).booking


async def list_(desk: Desk, app_id: UUID, ask: BookingQuery) -> BookingPage:
    """A page of the app's bookings, newest first."""
    async with desk.database.connection() as conn:
        found = await bookings.list_(conn, app_id, ask)
    page = found[: ask.limit]
    return BookingPage(page, page[-1].id if len(found) > ask.limit else None)


async def act(desk: Desk, app_id: UUID, booking_id: UUID, action: str, ask: Act) -> Booking:
    """Apply an action that the booking's graph and state offer; Refusal `action_not_available` else.

    A single-use link stays as it is: what was consumed stays consumed.
    """
    if action in MARKS:
        return await _mark(desk, app_id, booking_id, absent=MARKS[action])
    before = (await _own(desk, app_id, booking_id)).booking
    after = graph.next_state(before.graph, before.state, action)
    if after is None:
        raise Refusal("action_not_available")
    async with desk.database.connection() as conn:
        moved = await bookings.move(conn, booking_id, before.state, after, action, ask.actor)
    if moved is None:
        raise Refusal("action_not_available")
    return moved.booking


def show(desk: Desk, stored: StoredBooking) -> Booked:
    """The booking with the capability of its status URL."""
    capability = desk.keyring.token(stored.booking.id, stored.status_key_id)
    return Booked(stored.booking, capability, stored.failed_because)


async def _book(desk: Desk, door: Door, ask: Book) -> Booked:
    if not availability.known_zone(ask.timezone):
        raise invalid("timezone", "must be the name of a time zone, such as Europe/Berlin")
    return show(desk, await confirmation.book(desk, door, ask))


async def _mark(desk: Desk, app_id: UUID, booking_id: UUID, absent: bool) -> Booking:
    """Note or unnote that the customer did not come; the state stays."""
    async with desk.database.connection() as conn:
        marked = await bookings.mark_no_show(conn, app_id, booking_id, absent)
    if marked is None:
        await _own(desk, app_id, booking_id)
        raise Refusal("action_not_available")
    return marked.booking


async def _own(desk: Desk, app_id: UUID, booking_id: UUID) -> StoredBooking:
    async with desk.database.connection() as conn:
        stored = await bookings.get(conn, booking_id)
    if stored is None or stored.app_id != app_id:
        raise Refusal("not_found")
    return stored
