"""What the list shows of each link: its address, its booking link's title, and the booking it became."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from gateway.console.finding import an_id, found
from gateway.site import Site
from shared.contracts import booking_links, bookings
from shared.contracts.booking_links import BookingLink, PageQuery
from shared.contracts.bookings import Booking, BookingView
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link

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
    consumed = [link.consumed_by_booking_id for link in links if link.consumed_by_booking_id]
    others = list({link.booking_link_id for link in links} - titles.keys())
    became, more = await asyncio.gather(
        asyncio.gather(*(_booking(site, app_id, one) for one in consumed)),
        asyncio.gather(*(_booking_link(site, app_id, one) for one in others)),
    )
    by_id: dict[UUID | None, Booking | None] = dict(zip(consumed, became, strict=True))
    names = {**titles, **{one.id: one.title for one in more if one is not None}}
    return [
        Row(
            link,
            site.url(f"/single-use/{link.token}"),
            names.get(link.booking_link_id, "A booking link"),
            by_id.get(link.consumed_by_booking_id),
        )
        for link in links
    ]


async def bookable(site: Site, app_id: UUID, chosen: str = "") -> list[BookingLink]:
    """The app's booking links, by title; of very many the newest, and the one whose id is chosen."""
    known = (await site.peers.call(booking_links.list_, PageQuery(MOST), app_id=app_id)).rows
    chosen_id = an_id(chosen)
    if chosen_id is not None and chosen_id not in {one.id for one in known}:
        more = await _booking_link(site, app_id, chosen_id)
        known += [more] if more else []
    return sorted(known, key=lambda one: (one.title.casefold(), one.slug))


async def _booking(site: Site, app_id: UUID, booking_id: UUID) -> Booking | None:
    """The booking that a link became, as it is after all its moves."""
    last: Booking | None = None
    for _ in range(1 + MOVES):
        ids = {"app_id": app_id, "booking_id": booking_id}
        last = await found(site.peers.call(bookings.get, BookingView(), **ids))
        if last is None or last.rescheduled_to is None:
            break
        booking_id = last.rescheduled_to
    return last


async def _booking_link(site: Site, app_id: UUID, booking_link_id: UUID) -> BookingLink | None:
    ids = {"app_id": app_id, "booking_link_id": booking_link_id}
    return await found(site.peers.call(booking_links.get, Nothing(), **ids))
