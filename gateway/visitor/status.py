"""`GET /booking-status/{capability}`: what became of a booking, for the one who made it."""

from collections.abc import Mapping

from msgspec import UNSET, structs
from starlette.requests import Request
from starlette.responses import Response

from gateway import problems
from gateway.api import including
from gateway.describe import describe
from gateway.site import Site
from gateway.visitor import status_page
from gateway.visitor.book import REFUSES, Settling, answer
from shared.contracts import bookings
from shared.contracts.bookings import Booked, Booking, Status
from shared.errors import Refusal

LINKS = "customer_action_links"


@describe(answer=Booking, status=201, settling=Settling, page=True, refuses=REFUSES, key_needed=False)
async def show_status(site: Site, request: Request) -> Response:
    """Tell how a booking was settled: 202 until then, then what its POST would answer.

    A browser gets a page: it is where a visitor comes back to from paying.
    """
    booked = await site.peers.call(bookings.get_status, Status(request.path_params["capability"]))
    if problems.prefers_html(request.headers.get("accept", "")) and booked.setting is not None:
        return status_page.show(booked, booked.setting, await _links(site, booked))
    return answer(
        site, structs.replace(booked, booking=structs.replace(booked.booking, available_actions=UNSET))
    )


async def _links(site: Site, booked: Booked) -> Mapping[str, str]:
    """What the visitor can do now; nothing while that cannot be signed: the page is worth showing without."""
    if booked.setting is None or not booked.booking.available_actions:
        return {}
    try:
        [told] = await including.told(site, booked.setting.app_id, [booked.booking], frozenset({LINKS}))
    except Refusal:
        return {}
    return told.customer_action_links or {}
