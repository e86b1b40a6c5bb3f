"""`/v1/bookings`."""

from uuid import UUID

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import bookings
from shared.contracts.bookings import Act, Book, Booking, BookingQuery, CreateBooking, State
from shared.contracts.operation import Nothing
from shared.contracts.values import Email, Instant, Label, Name, Zone
from shared.errors import Refusal

LONGEST_ACTION = 64
"""None is longer; an address of any length could not be passed on."""


class BookingListing(Listing, frozen=True):
    state: State | None = None
    booking_link_id: UUID | None = None
    contact_id: UUID | None = None
    start_from: Instant | None = None
    start_to: Instant | None = None


class BookingOrder(Struct, frozen=True):
    """A booking that a program makes, for a contact or for anybody."""

    booking_link_id: UUID
    start: Instant
    timezone: Zone
    name: Name
    email: Email
    answers: dict[Label, str | bool | None] = {}
    contact_id: UUID | None = None


@describe(
    body=BookingOrder,
    answer=Booking,
    status=201,
    refuses=("not_found", "slot_taken", "booking_link_inactive", "single_use_link_required"),
    example=examples.BOOKING,
    keyed=True,
)
async def create(site: Site, request: Request) -> Response:
    """Book a free time at one of the app's booking links."""
    principal = await site.principals.of(request)
    wish, once = await reading.body(request, BookingOrder)
    start = reading.utc(wish.start, "start")
    ask = Book(start, wish.timezone, wish.name, wish.email, wish.answers, None, once)
    booked = await site.peers.call(
        bookings.create,
        CreateBooking(wish.booking_link_id, ask, wish.contact_id),
        app_id=principal.app_id,
    )
    return answers.data(booked.booking, 201)


@describe(query=BookingListing, answer=Booking, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List bookings, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, BookingListing)
    ask = BookingQuery(
        wanted.limit,
        wanted.cursor,
        wanted.state,
        wanted.booking_link_id,
        wanted.contact_id,
        wanted.start_from and reading.utc(wanted.start_from, "start_from"),
        wanted.start_to and reading.utc(wanted.start_to, "start_to"),
    )
    found = await site.peers.call(bookings.list_, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=Booking)
async def get(site: Site, request: Request) -> Response:
    """Read a booking."""
    principal = await site.principals.of(request)
    booking_id = reading.path_id(request, "id")
    found = await site.peers.call(bookings.get, Nothing(), app_id=principal.app_id, booking_id=booking_id)
    return answers.data(found)


@describe(answer=Booking, refuses=("action_not_available",))
async def act(site: Site, request: Request) -> Response:
    """Act on a booking: cancel it, complete it, mark a no-show.

    The action is one that the booking's graph and state offer, or `no_show`, or `unmark_no_show`.
    """
    principal = await site.principals.of(request)
    booking_id = reading.path_id(request, "id")
    action = request.path_params["action"]
    if len(action) > LONGEST_ACTION:
        raise Refusal("action_not_available")
    changed = await site.peers.call(
        bookings.act, Act("api"), app_id=principal.app_id, booking_id=booking_id, action=action
    )
    return answers.data(changed)
