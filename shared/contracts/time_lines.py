"""What became of one contact's links and bookings, step by step, as their owners know it."""

from uuid import UUID

from msgspec import Struct

from shared.contracts.bookings import Booking, State
from shared.contracts.operation import Operation
from shared.contracts.tokens import Link, Verdict
from shared.contracts.values import Instant, Limit


class Trace(Struct, frozen=True):
    """A page of a contact's links or bookings, newest first."""

    limit: Limit = 50
    before: UUID | None = None


class TracedClaim(Struct, frozen=True):
    """A booking's wish for a link, and what was ruled on it; `ruled_at` is None while it waits."""

    booking_id: UUID
    verdict: Verdict
    reason: str | None
    claimed_at: Instant
    ruled_at: Instant | None


class TracedLink(Struct, frozen=True):
    """A link with its newest claims, the oldest of them first."""

    link: Link
    claims: list[TracedClaim]


class LinkTrace(Struct, frozen=True):
    links: list[TracedLink]
    next_before: UUID | None


class Transition(Struct, frozen=True):
    """A change of a booking's state, by whom and by what; `before` is None where it began."""

    at: Instant
    before: State | None
    after: State
    action: str
    actor: str


class TracedBooking(Struct, frozen=True):
    """A booking with its transitions in their order."""

    booking: Booking
    transitions: list[Transition]


class BookingTrace(Struct, frozen=True):
    bookings: list[TracedBooking]
    next_before: UUID | None


_GATEWAY = frozenset({"gateway"})
_CONTACT = "/internal/apps/{app_id}/time-lines/{contact_id}"

trace_links = Operation("tokens", "GET", f"{_CONTACT}/links", Trace, LinkTrace, _GATEWAY, repeatable=True)
trace_bookings = Operation(
    "booking", "GET", f"{_CONTACT}/bookings", Trace, BookingTrace, _GATEWAY, repeatable=True
)
