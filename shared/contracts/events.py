"""What happened: facts that tokens and booking keep in the order in which they were committed.

An event is written in the transaction that caused it, kept for 30 days, and read by cursor. It holds ids
and words, never names, emails or tokens: whoever needs more asks the owner of what it is about.
"""

from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from msgspec import Meta, Struct

from shared.contracts.operation import Operation
from shared.contracts.values import Instant

LinkEvent = Literal[
    "single_use_link.created",
    "single_use_link.opened",
    "single_use_link.consumed",
    "single_use_link.expired",
    "single_use_link.revoked",
]
BookingEvent = Literal[
    "booking.created",
    "booking.pending_payment",
    "booking.tentative",
    "booking.confirmed",
    "booking.completed",
    "booking.declined",
    "booking.unpaid",
    "booking.failed",
    "booking.cancelled",
    "booking.cancelled_by_customer",
    "booking.rescheduled",
    "booking.rescheduled_by_customer",
    "booking.no_show_marked",
    "booking.no_show_unmarked",
    "booking.payment_captured",
    "booking.payment_refunded",
    "booking.capture_failed",
]
ContactEvent = Literal["contact.erased"]
OwnEvent = Literal["workflow.stopped", "webhook.disabled", "crm_connection.needs_reconnect"]
"""What workflows itself tells."""

LINK_EVENTS: tuple[str, ...] = get_args(LinkEvent)
BOOKING_EVENTS: tuple[str, ...] = get_args(BookingEvent)
OWN_EVENTS: tuple[str, ...] = get_args(OwnEvent)


class Event(Struct, frozen=True):
    """One thing that happened to a single-use link, a booking or a contact (`subject_id`) of an app.

    `data` of a link: `booking_link_id`, `contact_id`, `source`; when consumed also `booking_id`. Of a
    booking: `booking_link_id`, `contact_id`, `single_use_link_id`, `graph`, `source`, `rescheduled_from`,
    `rescheduled_to`, and of a change of its state `action`, `actor` and `from`. What does not apply is
    absent or null.
    """

    id: UUID
    app_id: UUID
    type: str
    occurred_at: Instant
    subject_id: UUID
    data: dict[str, Any] = {}


class EventQuery(Struct, frozen=True):
    """Events after a cursor; without one, from the oldest that is kept.

    With none to tell, the answer waits up to `wait_ms` milliseconds for the first.
    """

    after: Annotated[str, Meta(max_length=200)] | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 200
    wait_ms: Annotated[int, Meta(ge=0, le=5000)] = 0


class EventPage(Struct, frozen=True):
    """Events in the order of their transactions; `cursor` continues after them.

    `restarted` when the event that the cursor stands for is not there any more (a restore, a lossy
    promotion, 30 days): the page then begins with the oldest event, and the reader knows by their ids
    which it has seen.
    """

    events: list[Event]
    cursor: str
    restarted: bool = False


_WORKFLOWS = frozenset({"workflows"})
_PATH = "/internal/events"

read_link_events = Operation("tokens", "GET", _PATH, EventQuery, EventPage, _WORKFLOWS, repeatable=True)
read_booking_events = Operation("booking", "GET", _PATH, EventQuery, EventPage, _WORKFLOWS, repeatable=True)
