"""`/v1/bookings`."""

from uuid import UUID

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.acting import NewTime, settling
from gateway.api import including
from gateway.api.including import Include
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from gateway.visitor.book import Settling
from shared.contracts import bookings
from shared.contracts.bookings import (
    Act,
    Book,
    Booking,
    BookingQuery,
    BookingView,
    CreateBooking,
    State,
)
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
    include: Include = ""


class BookingReading(Struct, frozen=True):
    include: Include = ""


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
    """List bookings, newest first; `include` as for one of them."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, BookingListing)
    parts = including.parts(wanted.include)
    ask = BookingQuery(
        wanted.limit,
        wanted.cursor,
        wanted.state,
        wanted.booking_link_id,
        wanted.contact_id,
        wanted.start_from and reading.utc(wanted.start_from, "start_from"),
        wanted.start_to and reading.utc(wanted.start_to, "start_to"),
        bool(parts),
    )
    found = await site.peers.call(bookings.list_, ask, app_id=principal.app_id)
    rows = await including.told(site, principal.app_id, found.rows, parts)
    return answers.page(rows, found.next_before)


@describe(query=BookingReading, answer=Booking)
async def get(site: Site, request: Request) -> Response:
    """Read a booking.

    `include` adds, with commas between: `available_actions`, what its graph and state offer now;
    `customer_action_links` and `action_links`, addresses for the customer and for the host that do these.
    """
    principal = await site.principals.of(request)
    parts = including.parts(reading.query(request, BookingReading).include)
    booking_id = reading.path_id(request, "id")
    view = BookingView(bool(parts))
    found = await site.peers.call(bookings.get, view, app_id=principal.app_id, booking_id=booking_id)
    [shown] = await including.told(site, principal.app_id, [found], parts)
    return answers.data(shown)


@describe(
    body=NewTime,
    answer=Booking,
    settling=Settling,
    refuses=(
        "action_not_available",
        "slot_taken",
        "link_consumed",
        "link_expired",
        "link_revoked",
        "link_unknown",
        "link_wrong_template",
    ),
    example=examples.NEW_TIME,
    optional=True,
)
async def act(site: Site, request: Request) -> Response:
    """Act on a booking: confirm or cancel it, move it, mark a no-show.

    The action is one that the booking's graph and state offer, or `no_show`, or `unmark_no_show`. A
    reschedule needs `start`, and its answer names the booking that it led to as `rescheduled_to`. To
    confirm may take until a single-use link's verdict is in: 202 then says where to ask.
    """
    principal = await site.principals.of(request)
    booking_id = reading.path_id(request, "id")
    action = request.path_params["action"]
    if len(action) > LONGEST_ACTION:
        raise Refusal("action_not_available")
    chosen = await reading.body_if_any(request, NewTime)
    ask = Act("api", chosen.start and reading.utc(chosen.start, "start"))
    acted = await site.peers.call(
        bookings.act, ask, app_id=principal.app_id, booking_id=booking_id, action=action
    )
    if acted.refusal is not None:
        raise Refusal(acted.refusal)
    return settling(site, acted) if acted.booking.state == "confirming" else answers.data(acted.booking)
