"""`/v1/booking-links`."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import booking_links
from shared.contracts.booking_links import (
    BookingLink,
    BookingLinkFields,
    BookingLinkPatch,
    CreateBookingLink,
    PageQuery,
)
from shared.contracts.operation import Nothing


@describe(
    body=BookingLinkFields,
    answer=BookingLink,
    status=201,
    refuses=("slug_in_use",),
    example=examples.BOOKING_LINK,
    keyed=True,
)
async def create(site: Site, request: Request) -> Response:
    """Make a booking link."""
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, BookingLinkFields)
    ask = CreateBookingLink(fields, once)
    return answers.data(await site.peers.call(booking_links.create, ask, app_id=principal.app_id), 201)


@describe(query=Listing, answer=BookingLink, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List booking links, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = PageQuery(wanted.limit, wanted.cursor)
    found = await site.peers.call(booking_links.list_, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=BookingLink)
async def get(site: Site, request: Request) -> Response:
    """Read a booking link."""
    principal = await site.principals.of(request)
    booking_link_id = reading.path_id(request, "id")
    found = await site.peers.call(
        booking_links.get, Nothing(), app_id=principal.app_id, booking_link_id=booking_link_id
    )
    return answers.data(found)


@describe(
    body=BookingLinkPatch,
    answer=BookingLink,
    refuses=("slug_in_use",),
    example=examples.BOOKING_LINK_CHANGE,
)
async def change(site: Site, request: Request) -> Response:
    """Change a booking link; single-use links already sent keep working."""
    principal = await site.principals.of(request)
    booking_link_id = reading.path_id(request, "id")
    ask, _ = await reading.body(request, BookingLinkPatch)
    changed = await site.peers.call(
        booking_links.change, ask, app_id=principal.app_id, booking_link_id=booking_link_id
    )
    return answers.data(changed)
