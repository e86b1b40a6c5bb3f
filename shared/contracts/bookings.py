"""What `services/booking` answers about bookings: one meeting each, in one state."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.contracts.booking_links import BookingLink, Branding, Graph, Host, SlotQuery, Slots
from shared.contracts.operation import Nothing, Operation
from shared.contracts.tokens import Source
from shared.contracts.values import Email, Instant, Label, Limit, Name, Once, Zone

State = Literal[
    "confirming",
    "pending_payment",
    "tentative",
    "confirmed",
    "completed",
    "declined",
    "unpaid",
    "failed",
    "cancelled",
    "cancelled_by_customer",
    "rescheduled",
    "rescheduled_by_customer",
]
PaymentStatus = Literal[
    "pending",
    "authorised",
    "capture_pending",
    "captured",
    "capture_failed",
    "expire_pending",
    "expired",
    "release_pending",
    "released",
    "refund_pending",
    "refunded",
    "quarantined",
]
Actor = Literal["api", "customer", "host"]
Linkable = Literal["confirm", "decline", "cancel", "cancel_by_customer", "reschedule_by_customer"]
"""What an action link may do."""
Nonce = Annotated[str, Meta(max_length=255)]


class HeldLink(Struct, frozen=True):
    """The single-use link a visitor brought, as tokens described it at the door."""

    id: UUID
    booking_link_id: UUID
    contact_id: UUID
    source: Source


class Book(Struct, frozen=True):
    """A visitor's wish to book; `timezone` is theirs, `answers` by question key."""

    start: Instant
    timezone: Zone
    name: Name
    email: Email
    answers: dict[Label, Any] = {}
    link: HeldLink | None = None
    once: Once | None = None


class CreateBooking(Struct, frozen=True):
    """An app's wish to book at one of its booking links; `contact_id` when it books for a contact."""

    booking_link_id: UUID
    book: Book
    contact_id: UUID | None = None


class Customer(Struct, frozen=True):
    name: str
    email: str


class Payment(Struct, frozen=True):
    """What a booking costs, in minor units, and how far it is paid.

    While it is `pending`, the visitor pays at `checkout_url`, there once the checkout is open, and the time
    is held until `expires_at`. A status that ends in `_pending` is on its way to the one it names.
    """

    status: PaymentStatus
    amount: int
    currency: str
    checkout_url: str | None = None
    expires_at: Instant | None = None


class Booking(Struct, frozen=True, kw_only=True):
    """One meeting in one state; `end` excludes buffers.

    `available_actions` is what its graph and state offer now, told when asked for; so are the addresses
    of its action links, which only the gateway knows.
    """

    id: UUID
    state: State
    graph: Graph
    booking_link_id: UUID
    host: Host
    start: Instant
    end: Instant
    timezone: str
    customer: Customer
    answers: dict[str, Any]
    contact_id: UUID | None
    single_use_link_id: UUID | None
    source: Source | None
    payment: Payment | None = None
    no_show_at: Instant | None = None
    rescheduled_from: UUID | None = None
    rescheduled_to: UUID | None = None
    completed_at: Instant | None = None
    created_at: Instant
    updated_at: Instant
    available_actions: list[str] | UnsetType = UNSET
    customer_action_links: dict[str, str] | UnsetType = UNSET
    action_links: dict[str, str] | UnsetType = UNSET


class Setting(Struct, frozen=True):
    """What a booking's page needs to know besides: whose it is, and the booking link it was made on."""

    app_id: UUID
    title: str
    slug: str
    branding: Branding = Branding()


class Booked(Struct, frozen=True):
    """A booking and how far it is settled.

    `capability` opens its status page; `refusal` is why a `failed` one failed. `setting` is there when the
    status is asked for; the booking then says what can be done with it.
    """

    booking: Booking
    capability: str
    refusal: str | None = None
    setting: Setting | None = None


class Replay(Struct, frozen=True):
    """Ask what a visitor has already made: by idempotency key, or on this link, waiting to be paid."""

    once: Once | None
    email: Email
    link_id: UUID | None = None


class FoundBooking(Struct, frozen=True):
    booked: Booked | None


class Status(Struct, frozen=True):
    capability: str


class Message(Struct, frozen=True):
    """A payment provider's webhook as it came; header names in lower case."""

    headers: Annotated[dict[str, str], Meta(examples=[{"sandbox-signature": "t=1795600000,v1=5d41"}])]
    body: Annotated[str, Meta(examples=['{"id": "event_1", "type": "session.paid"}'])]


class BookingView(Struct, frozen=True):
    """How a booking is read; `offers` asks for what can be done with it."""

    offers: bool = False


class BookingQuery(Struct, frozen=True):
    limit: Limit = 50
    before: UUID | None = None
    state: State | None = None
    booking_link_id: UUID | None = None
    contact_id: UUID | None = None
    start_from: Instant | None = None
    start_to: Instant | None = None
    offers: bool = False


class BookingPage(Struct, frozen=True):
    rows: list[Booking]
    next_before: UUID | None


class Act(Struct, frozen=True):
    """Who acts, and what they say of it.

    A reschedule needs `start`. `nonce` is there when an action link acts: the link's `jti`, or empty;
    the same booking, action and nonce act once, and are answered alike as long as the booking stays in
    the state that they produced.
    """

    actor: Actor
    start: Instant | None = None
    nonce: Nonce | None = None


class Acted(Struct, frozen=True):
    """The booking after the action; `replayed` when the same action link had done it before.

    After a reschedule `booking` is the one that was left, and `successor` the one that it became.
    `capability` opens its status page, for an action that awaits tokens.
    """

    booking: Booking
    capability: str
    replayed: bool = False
    successor: Booking | None = None
    refusal: str | None = None


class LinkAction(Struct, frozen=True):
    """What an action link did, and the nonce that tells it from other links of the same action."""

    action: Linkable
    nonce: Nonce


class Subject(Struct, frozen=True):
    """A booking as whoever holds one of its action links may see it; `title` is its booking link's.

    `done` is the action link that led to the state it is in, or is settling toward, if one did.
    """

    app_id: UUID
    booking: Booking
    title: str
    branding: Branding = Branding()
    done: LinkAction | None = None


class Briefing(Struct, frozen=True):
    """All that a message about a booking may say.

    `booking` says what can be done with it now. `meeting_id` is the first booking of a chain of moves, of
    which there were `moves`; `previous` is the booking that the last one left.
    """

    app_id: UUID
    booking: Booking
    booking_link: BookingLink
    meeting_id: UUID
    moves: int = 0
    previous: Booking | None = None


_GATEWAY = frozenset({"gateway"})
_WORKFLOWS = frozenset({"workflows"})
_ACTIONS = frozenset({"actions"})
_BOOKINGS = "/internal/apps/{app_id}/bookings"
_PAGE = "/internal/pages/{slug}/bookings"

book = Operation("booking", "POST", _PAGE, Book, Booked, _GATEWAY)
create = Operation("booking", "POST", _BOOKINGS, CreateBooking, Booked, _GATEWAY)
replay = Operation("booking", "POST", f"{_PAGE}/replay", Replay, FoundBooking, _GATEWAY)
get_status = Operation("booking", "POST", "/internal/bookings/status", Status, Booked, _GATEWAY)
get = Operation(
    "booking", "GET", f"{_BOOKINGS}/{{booking_id}}", BookingView, Booking, _GATEWAY, repeatable=True
)
list_ = Operation("booking", "GET", _BOOKINGS, BookingQuery, BookingPage, _GATEWAY, repeatable=True)
act = Operation("booking", "PUT", f"{_BOOKINGS}/{{booking_id}}/{{action}}", Act, Acted, _GATEWAY | _ACTIONS)
get_subject = Operation(
    "booking", "GET", "/internal/bookings/{booking_id}/subject", Nothing, Subject, _ACTIONS, repeatable=True
)
get_briefing = Operation(
    "booking",
    "GET",
    "/internal/bookings/{booking_id}/briefing",
    Nothing,
    Briefing,
    _WORKFLOWS,
    repeatable=True,
)
take_message = Operation(
    "booking", "POST", "/internal/payments/{provider}/messages", Message, Nothing, _GATEWAY
)
list_other_times = Operation(
    "booking", "GET", f"{_BOOKINGS}/{{booking_id}}/slots", SlotQuery, Slots, _ACTIONS, repeatable=True
)
