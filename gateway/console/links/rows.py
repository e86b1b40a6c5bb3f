"""What the list shows of each link: its address, its booking link's title, and the booking it became."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from gateway.site import Site
from shared.contracts import booking_links, bookings
from shared.contracts.booking_links import BookingLink, PageQuery
from shared.contracts.bookings import Booking, BookingView
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link
from shared.errors import Refusal

MOST = 100
"""So many booking links are offered to choose from."""
MOVES = 10
"""So many moves of a booking are followed."""
_WORDS = {
    "confirmed": "",
    "completed": "",
    "cancelled": "cancelled by the host",
    "cancelled_by_customer": "cancelled by the contact",
}


class Row(Struct, frozen=True):
    """`booking` is what consumed the link, moved or not; `became` is what it came to, unless it stands."""

    link: Link
    url: str
    title: str
    booking: Booking | None = None

    @property
    def became(self) -> str:
        state = self.booking.state if self.booking else "confirmed"
        return _WORDS.get(state, state.replace("_", " "))


async def rows(site: Site, app_id: UUID, links: Sequence[Link], titles: Mapping[UUID, str]) -> list[Row]:
    """A row for each link, in their order."""
    ids = [link.consumed_by_booking_id for link in links if link.consumed_by_booking_id]
    others = {link.booking_link_id for link in links} - titles.keys()
    found, more = await asyncio.gather(
        asyncio.gather(*(_booking(site, app_id, one) for one in ids)),
        asyncio.gather(*(_title(site, app_id, one) for one in others)),
    )
    known, names = dict(pair for pair in found if pair is not None), {**titles, **dict(more)}
    return [
        Row(
            link,
            site.url(f"/single-use/{link.token}"),
            names[link.booking_link_id],
            known.get(link.consumed_by_booking_id) if link.consumed_by_booking_id else None,
        )
        for link in links
    ]


async def bookable(site: Site, app_id: UUID, chosen: str = "") -> list[BookingLink]:
    """The app's booking links, by title; of very many the newest, and the one whose id is chosen."""
    found = (await site.peers.call(booking_links.list_, PageQuery(MOST), app_id=app_id)).rows
    if chosen and chosen not in {str(one.id) for one in found}:
        found += await _chosen(site, app_id, chosen)
    return sorted(found, key=lambda one: (one.title.casefold(), one.slug))


async def _chosen(site: Site, app_id: UUID, chosen: str) -> list[BookingLink]:
    try:
        ids = {"app_id": app_id, "booking_link_id": UUID(chosen)}
        return [await site.peers.call(booking_links.get, Nothing(), **ids)]
    except ValueError:
        return []
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return []


async def _booking(site: Site, app_id: UUID, booking_id: UUID) -> tuple[UUID, Booking] | None:
    """The booking that a link became, as it is after all its moves."""
    try:
        found = await site.peers.call(bookings.get, BookingView(), app_id=app_id, booking_id=booking_id)
        for _ in range(MOVES):
            if found.rescheduled_to is None:
                break
            ids = {"app_id": app_id, "booking_id": found.rescheduled_to}
            found = await site.peers.call(bookings.get, BookingView(), **ids)
        return booking_id, found
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return None


async def _title(site: Site, app_id: UUID, booking_link_id: UUID) -> tuple[UUID, str]:
    ask = site.peers.call(booking_links.get, Nothing(), app_id=app_id, booking_link_id=booking_link_id)
    try:
        return booking_link_id, (await ask).title
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return booking_link_id, "A booking link"
