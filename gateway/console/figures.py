"""What the console counts: links by tokens, bookings by booking, both at once."""

import asyncio
from uuid import UUID

from msgspec.structs import asdict

from gateway.site import Site
from shared.contracts import figures
from shared.contracts.figures import BookingFigures, CountBookings, CountLinks, LinkFigures
from shared.contracts.tokens import LinkFilter


async def count(
    site: Site, app_id: UUID, wanted: LinkFilter, zone: str
) -> tuple[LinkFigures, BookingFigures | None]:
    """The links that are filtered, and the bookings that the same filter means.

    No bookings where the filter asks for what only links have: a status, or a captured name or email.
    """
    links = site.peers.call(figures.count_links, CountLinks(**asdict(wanted), timezone=zone), app_id=app_id)
    if wanted.status is not None or wanted.q is not None:
        return await links, None
    ask = CountBookings(
        wanted.booking_link_id,
        wanted.contact_id,
        wanted.campaign,
        wanted.created_from,
        wanted.created_to,
        zone,
    )
    return await asyncio.gather(links, site.peers.call(figures.count_bookings, ask, app_id=app_id))
