"""`/v1/booking-links`."""

from uuid import UUID

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, reading
from gateway.site import Site
from shared.contracts import booking_links
from shared.contracts.booking_links import (
    BookingLinkFields,
    BookingLinkPatch,
    CreateBookingLink,
    PageQuery,
)
from shared.contracts.operation import Nothing
from shared.contracts.values import Limit


class Listing(Struct, frozen=True):
    limit: Limit = 50
    cursor: UUID | None = None


async def create(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, BookingLinkFields)
    ask = CreateBookingLink(fields, once)
    return answers.data(await site.peers.call(booking_links.create, ask, app_id=principal.app_id), 201)


async def list_(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = PageQuery(wanted.limit, wanted.cursor)
    found = await site.peers.call(booking_links.list_, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


async def get(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    booking_link_id = reading.path_id(request, "id")
    found = await site.peers.call(
        booking_links.get, Nothing(), app_id=principal.app_id, booking_link_id=booking_link_id
    )
    return answers.data(found)


async def change(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    booking_link_id = reading.path_id(request, "id")
    ask, _ = await reading.body(request, BookingLinkPatch)
    changed = await site.peers.call(
        booking_links.change, ask, app_id=principal.app_id, booking_link_id=booking_link_id
    )
    return answers.data(changed)
