"""A contact's links and bookings on one time line, put together from what tokens and booking tell."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from gateway.site import Site
from shared.contracts import time_lines
from shared.contracts.bookings import State
from shared.contracts.time_lines import Trace, TracedBooking, TracedLink, Transition
from shared.contracts.tokens import Source

Kind = Literal[
    "minted",
    "opened",
    "opened_again",
    "expired",
    "revoked",
    "refused",
    "held",
    "booked",
    "moved",
    "completed",
    "no_show",
    "cancelled",
    "declined",
    "unpaid",
    "failed",
]
_BECAME: dict[State, Kind] = {
    "pending_payment": "held",
    "tentative": "held",
    "confirmed": "booked",
    "completed": "completed",
    "declined": "declined",
    "unpaid": "unpaid",
    "failed": "failed",
    "cancelled": "cancelled",
    "cancelled_by_customer": "cancelled",
}
"""What is told of a booking that enters a state; that it was left for another time is told of the other."""


class Moment(Struct, frozen=True):
    """One thing that happened.

    `source` is there when a link is minted, `start` when it is about a booking that is known, `actor` when
    somebody changed a booking, `reason` when a link was refused to one.
    """

    at: datetime
    kind: Kind
    link_id: UUID | None = None
    booking_id: UUID | None = None
    source: Source | None = None
    start: datetime | None = None
    actor: str | None = None
    reason: str | None = None


class TimeLine(Struct, frozen=True):
    """Moments, newest first; `cut` when there are older links or bookings than these."""

    moments: list[Moment]
    cut: bool


async def of_contact(site: Site, app_id: UUID, contact_id: UUID, most: int = 100) -> TimeLine:
    """What became of the contact's newest links and bookings."""
    ids = {"app_id": app_id, "contact_id": contact_id}
    links, bookings = await asyncio.gather(
        site.peers.call(time_lines.trace_links, Trace(most), **ids),
        site.peers.call(time_lines.trace_bookings, Trace(most), **ids),
    )
    cut = links.next_before is not None or bookings.next_before is not None
    return TimeLine(merged(links.links, bookings.bookings), cut)


def merged(links: Sequence[TracedLink], bookings: Sequence[TracedBooking]) -> list[Moment]:
    """Everything that happened, newest first; what happened at once, in the order in which it does."""
    known = {traced.booking.id for traced in bookings}
    found = [moment for traced in links for moment in _of_link(traced, known)]
    found += [moment for traced in bookings for moment in _of_booking(traced)]
    return sorted(found, key=lambda moment: moment.at)[::-1]


def _of_link(traced: TracedLink, known: set[UUID]) -> Iterator[Moment]:
    link = traced.link
    yield Moment(link.created_at, "minted", link.id, source=link.source)
    if link.first_opened_at is not None:
        yield Moment(link.first_opened_at, "opened", link.id)
    if link.last_opened_at is not None and link.last_opened_at != link.first_opened_at:
        yield Moment(link.last_opened_at, "opened_again", link.id)
    for claim in traced.claims:
        if claim.verdict == "refused" and claim.ruled_at is not None:
            yield Moment(claim.ruled_at, "refused", link.id, claim.booking_id, reason=claim.reason)
    consumer = link.consumed_by_booking_id
    if link.consumed_at is not None and consumer not in known:
        yield Moment(link.consumed_at, "booked", link.id, consumer)
    if link.revoked_at is not None:
        yield Moment(link.revoked_at, "revoked", link.id)
    if link.status == "expired" and link.expires_at is not None:
        yield Moment(link.expires_at, "expired", link.id)


def _of_booking(traced: TracedBooking) -> Iterator[Moment]:
    booking = traced.booking
    link_id, start = booking.single_use_link_id, booking.start
    for transition in traced.transitions:
        kind = _kind(transition, booking.rescheduled_from is not None)
        if kind is not None:
            yield Moment(transition.at, kind, link_id, booking.id, start=start, actor=transition.actor)
    if booking.no_show_at is not None:
        yield Moment(booking.no_show_at, "no_show", link_id, booking.id, start=start)


def _kind(transition: Transition, successor: bool) -> Kind | None:
    if successor and transition.before is None:
        return "moved"
    return _BECAME.get(transition.after)
