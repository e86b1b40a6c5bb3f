"""The page of one booking for the visitor who made it: on the way to pay, booked, or come to nothing."""

from collections.abc import Mapping

from msgspec import Struct
from starlette.responses import Response

from gateway import pages
from gateway.visitor import status_words
from gateway.visitor.book import unsettled
from gateway.visitor.spoken_time import Moment, moment
from shared.contracts.bookings import Booked, Setting, State

BOOKED: frozenset[State] = frozenset({"confirmed", "tentative", "completed"})
OVER: frozenset[State] = frozenset({"declined", "unpaid", "failed", "cancelled", "cancelled_by_customer"})
CANCEL = "cancel_by_customer"


class StatusView(Struct, frozen=True):
    """A booking as its page shows it; `look` is one of `waiting`, `paying`, `booked`, `over`."""

    title: str
    host_name: str
    customer_name: str
    customer_email: str
    accent_color: str | None
    logo_url: str | None
    slug: str
    when: Moment
    state: State
    look: str
    price: str
    checkout_url: str | None
    cancel_url: str | None


def show(booked: Booked, setting: Setting, links: Mapping[str, str]) -> Response:
    """200, or 202 while the outcome is not known."""
    booking, branding = booked.booking, setting.branding
    view = StatusView(
        setting.title,
        booking.host.name,
        booking.customer.name,
        booking.customer.email,
        branding.accent_color,
        branding.logo_url,
        setting.slug,
        moment(booking.start, booking.end, booking.timezone),
        booking.state,
        _look(booked),
        status_words.cost(booking),
        None if booking.payment is None else booking.payment.checkout_url,
        links.get(CANCEL),
    )
    words = status_words.telling(booking, setting.title, booked.refusal, booking.timezone)
    return pages.render(
        "booking_status.html", status=202 if view.look == "waiting" else 200, page=view, telling=words
    )


def _look(booked: Booked) -> str:
    booking = booked.booking
    if unsettled(booking):
        return "waiting"
    if booking.state == "pending_payment":
        return "paying"
    return "booked" if booking.state in BOOKED else "over"
