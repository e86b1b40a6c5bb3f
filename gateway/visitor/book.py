"""`POST /book/{slug}` and the status URL of a booking whose outcome is still being settled."""

from msgspec import Struct, structs
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.describe import describe
from gateway.site import Site
from gateway.visitor.booking_page import slug
from shared.contracts import bookings, tokens
from shared.contracts.bookings import Book, Booked, Booking, HeldLink, Replay
from shared.contracts.tokens import Link, Open
from shared.contracts.values import Email, Instant, Label, Name, Once, Zone
from shared.errors import Refusal


class BookingWish(Struct, frozen=True):
    """What a visitor sends."""

    start: Instant
    timezone: Zone
    name: Name
    email: Email
    answers: dict[Label, str | bool | None] = {}
    single_use_token: str | None = None


class Settling(Booking, frozen=True, kw_only=True):
    """A booking in state `confirming`, or to be paid at an address to come, and where to ask after it."""

    status_url: str


REFUSES = (
    "email_mismatch",
    "link_wrong_template",
    "single_use_link_required",
    "link_unknown",
    "slot_taken",
    "link_in_use",
    "link_expired",
    "link_consumed",
    "link_revoked",
    "booking_link_inactive",
)


@describe(
    body=BookingWish,
    answer=Booking,
    status=201,
    settling=Settling,
    refuses=REFUSES,
    example=examples.WISH,
    key_needed=False,
    keyed=True,
)
async def book(site: Site, request: Request) -> Response:
    """Book a free time, with a single-use token or without."""
    wish, once = await reading.body(request, BookingWish)
    link = await _exchange(site, request, wish, once) if wish.single_use_token is not None else None
    if isinstance(link, Response):
        return link
    ask = Book(
        reading.utc(wish.start, "start"),
        wish.timezone,
        wish.name,
        wish.email,
        wish.answers,
        _held(link),
        once,
    )
    return answer(site, await site.peers.call(bookings.book, ask, slug=slug(request)))


def answer(site: Site, booked: Booked) -> Response:
    """201 with the booking, 202 while it is being settled, or the refusal that it met."""
    if booked.refusal is not None:
        raise Refusal(booked.refusal)
    if unsettled(booked.booking):
        status_url = site.url(f"/booking-status/{booked.capability}")
        return answers.data(Settling(**structs.asdict(booked.booking), status_url=status_url), 202)
    return answers.data(booked.booking, 201)


def unsettled(booking: Booking) -> bool:
    """Whether tokens' verdict is awaited, or the address to pay at."""
    payment = booking.payment
    unopened = payment is not None and payment.status == "pending" and payment.checkout_url is None
    return booking.state == "confirming" or (booking.state == "pending_payment" and unopened)


async def _exchange(site: Site, request: Request, wish: BookingWish, once: Once | None) -> Link | Response:
    """The link behind the token, when a booking may be tried with it.

    A link that is spent may have been spent by this very request, sent before: its idempotency
    key then answers the booking it made. One that expired meanwhile may hold a booking still to be paid.
    """
    token = wish.single_use_token or ""
    site.limits.check_token(token)
    opened = await site.peers.call(tokens.open_link, Open(token, wish.email))
    if opened.refusal is None:
        return opened.link
    if once is not None or opened.refusal == "link_expired":
        ask = Replay(once, wish.email, opened.link.id)
        found = await site.peers.call(bookings.replay, ask, slug=slug(request))
        if found.booked is not None:
            return answer(site, found.booked)
    raise Refusal(opened.refusal)


def _held(link: Link | None) -> HeldLink | None:
    return None if link is None else HeldLink(link.id, link.booking_link_id, link.contact.id, link.source)
