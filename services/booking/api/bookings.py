"""The operations on bookings, for visitors and for their app."""

from uuid import UUID

from msgspec.structs import replace

from services.booking import availability, confirmation, graph
from services.booking.api import contacts
from services.booking.desk import Desk
from services.booking.doors import App, Door, Visitor
from services.booking.payments import checkout
from services.booking.rules import Template
from services.booking.store import booking_links, bookings
from services.booking.store.rows import StoredBooking
from shared.contracts.bookings import (
    Book,
    Booked,
    Booking,
    BookingPage,
    BookingQuery,
    BookingView,
    CreateBooking,
    FoundBooking,
    Replay,
    Setting,
    Status,
)
from shared.errors import Refusal, invalid


async def book(desk: Desk, slug: str, ask: Book) -> Booked:
    """Book a free time, with a single-use link or without; settled unless tokens is away."""
    return await _book(desk, Visitor(slug), ask)


async def create(desk: Desk, app_id: UUID, ask: CreateBooking) -> Booked:
    """The same for an app, at one of its booking links and for one of its contacts."""
    if ask.contact_id is not None:
        await contacts.get(desk.database, app_id, ask.contact_id)
    return await _book(desk, App(app_id, ask.booking_link_id, ask.contact_id), ask.book)


async def replay(desk: Desk, slug: str, ask: Replay) -> FoundBooking:
    """What a visitor has already made, by key or waiting to be paid on the link, if anything."""
    found = await confirmation.find(desk, Visitor(slug), ask)
    return FoundBooking(None if found is None else show(desk, await _settle(desk, found)))


async def get_status(desk: Desk, ask: Status) -> Booked:
    """The booking behind a status URL, settled if it can be."""
    proof = desk.keyring.verify(ask.capability)
    if proof is None:
        raise Refusal("not_found")
    async with desk.database.connection() as conn:
        found = await bookings.get(conn, proof.id)
    if found is None or found.status_key_id != proof.key_id:
        raise Refusal("not_found")
    stored = await checkout.look(desk, await _settle(desk, found))
    async with desk.database.connection() as conn:
        made_on = await booking_links.by_id(conn, stored.app_id, stored.booking.booking_link_id)
    return replace(show(desk, stored), booking=offering(stored), setting=made_on and _setting(made_on[0]))


async def get(desk: Desk, app_id: UUID, booking_id: UUID, ask: BookingView) -> Booking:
    async with desk.database.connection() as conn:
        stored = await bookings.get(conn, booking_id)
    if stored is None or stored.app_id != app_id:
        raise Refusal("not_found")
    return offering(stored) if ask.offers else stored.booking


async def list_(desk: Desk, app_id: UUID, ask: BookingQuery) -> BookingPage:
    """A page of the app's bookings, newest first."""
    async with desk.database.connection() as conn:
        found = await bookings.list_(conn, app_id, ask)
    page = [offering(stored) if ask.offers else stored.booking for stored in found[: ask.limit]]
    return BookingPage(page, page[-1].id if len(found) > ask.limit else None)


def offering(stored: StoredBooking) -> Booking:
    """The booking with what can be done with it now."""
    booking = stored.booking
    offered = graph.offers(booking.graph, booking.state, stored.passed)
    return replace(booking, available_actions=list(offered))


def show(desk: Desk, stored: StoredBooking) -> Booked:
    """The booking with the capability of its status URL."""
    capability = desk.keyring.token(stored.booking.id, stored.status_key_id)
    return Booked(stored.booking, capability, stored.failed_because)


def _setting(template: Template) -> Setting:
    return Setting(template.app_id, template.fields.title, template.slug, template.fields.branding)


async def _book(desk: Desk, door: Door, ask: Book) -> Booked:
    if not availability.known_zone(ask.timezone):
        raise invalid("timezone", "must be the name of a time zone, such as Europe/Berlin")
    return show(desk, await checkout.begin(desk, await confirmation.book(desk, door, ask)))


async def _settle(desk: Desk, stored: StoredBooking) -> StoredBooking:
    """As far as it can be now: the verdict on its link, and a checkout where it is to be paid."""
    return await checkout.begin(desk, await confirmation.settle(desk, stored))
