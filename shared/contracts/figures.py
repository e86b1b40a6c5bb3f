"""What tokens and booking count: what became of links, and how bookings came in over time.

Counting is bounded: of more than `MOST` rows the newest are counted, and the answer says so.
"""

from datetime import date
from uuid import UUID

from msgspec import Struct

from shared.contracts.operation import Operation
from shared.contracts.tokens import LinkFilter
from shared.contracts.values import Instant, Label, Zone

MOST = 200_000
"""So many of the newest rows that match are counted."""
LARGEST = 20
"""So many campaigns and booking links are told apart, those with the most."""
DAYS = 400
"""So many of the newest days on which there was anything are told apart."""


class CountLinks(LinkFilter, frozen=True):
    """Which links to count; a day is one of `timezone`."""

    timezone: Zone = "UTC"


class LinkTally(Struct, frozen=True):
    """Of the links made: those opened or booked with, and those in each status."""

    minted: int = 0
    opened: int = 0
    open: int = 0
    consumed: int = 0
    expired: int = 0
    revoked: int = 0


class LinksOfDay(Struct, frozen=True):
    """What became of the links made on a day."""

    day: date
    tally: LinkTally


class LinksOfCampaign(Struct, frozen=True):
    """`campaign` is None for links without one."""

    campaign: str | None
    tally: LinkTally


class LinksOfBookingLink(Struct, frozen=True):
    booking_link_id: UUID
    tally: LinkTally


class LinkFigures(Struct, frozen=True):
    """Days in their order, the rest by size; days, campaigns and booking links without any are left out.

    `at_least` when there may be more links than were counted.
    """

    total: LinkTally
    days: list[LinksOfDay]
    campaigns: list[LinksOfCampaign]
    booking_links: list[LinksOfBookingLink]
    at_least: bool = False


class CountBookings(Struct, frozen=True):
    """Which bookings to count, by when they were made; a day is one of `timezone`."""

    booking_link_id: UUID | None = None
    contact_id: UUID | None = None
    campaign: Label | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    timezone: Zone = "UTC"


class BookingTally(Struct, frozen=True):
    """Bookings by what they are now.

    `standing`: confirmed or completed. `waiting`: for a verdict, payment or the host. `cancelled` by
    anyone. `lapsed`: never confirmed, since declined, unpaid or refused by their link.
    """

    standing: int = 0
    waiting: int = 0
    cancelled: int = 0
    lapsed: int = 0


class BookingsOfDay(Struct, frozen=True):
    day: date
    tally: BookingTally


class BookingsOfCampaign(Struct, frozen=True):
    """`campaign` is None for bookings without one."""

    campaign: str | None
    tally: BookingTally
    days: list[BookingsOfDay]


class BookingsOfBookingLink(Struct, frozen=True):
    booking_link_id: UUID
    tally: BookingTally
    days: list[BookingsOfDay]


class BookingFigures(Struct, frozen=True):
    """Days in their order, the rest by size.

    A booking that was moved counts once: on the day it was first made, as what it has become.
    `at_least` when there may be more bookings than were counted.
    """

    total: BookingTally
    days: list[BookingsOfDay]
    campaigns: list[BookingsOfCampaign]
    booking_links: list[BookingsOfBookingLink]
    at_least: bool = False


_GATEWAY = frozenset({"gateway"})
_PATH = "/internal/apps/{app_id}/figures"

count_links = Operation("tokens", "GET", _PATH, CountLinks, LinkFigures, _GATEWAY, repeatable=True)
count_bookings = Operation("booking", "GET", _PATH, CountBookings, BookingFigures, _GATEWAY, repeatable=True)
