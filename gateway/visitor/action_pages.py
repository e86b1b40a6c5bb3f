"""The pages behind an action link: what it asks, which times there are, what happened."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from starlette.responses import Response

from gateway import pages
from gateway.problems import DeadEnd
from gateway.visitor import action_words
from gateway.visitor.action_words import BY_CUSTOMER
from gateway.visitor.spoken_time import Moment, clock, day_of, moment, offset, zone_of
from gateway.visitor.view import Named
from gateway.wording import Explanation
from shared.contracts.actions import Permit
from shared.contracts.bookings import Booking
from shared.errors import Refusal

REPLAYED = {"Action-Link-Status": "replayed"}
SHOWN = 48
"""How many of the next free times are listed where there is no script."""


class ActionView(Struct, frozen=True):
    """A booking as its action link's pages show it."""

    title: str
    host_name: str
    customer_name: str
    customer_email: str | None
    accent_color: str | None
    logo_url: str | None
    when: Moment
    minutes: int


class FreeTime(Struct, frozen=True):
    start: str
    label: str


class FreeDay(Struct, frozen=True):
    name: str
    times: list[FreeTime]


def ask(permit: Permit) -> Response:
    """What the link would do, and the button that does it."""
    return pages.render(
        "action_ask.html",
        sent_on=permit.redirect,
        page=_view(permit),
        asking=action_words.asking(permit.action),
    )


def move(permit: Permit, slots: Iterable[datetime], refusal: Refusal | None = None) -> Response:
    """The times that the booking may move to; `refusal` is why the one just chosen did not do."""
    return pages.render(
        "action_move.html",
        status=refusal.status if refusal else 200,
        sent_on=permit.redirect,
        page=_view(permit),
        asking=action_words.asking(permit.action),
        days=_by_day(slots, permit.subject.booking.timezone),
        problem=refusal and refusal.code,
    )


def done(
    permit: Permit, booking: Booking, replayed: bool, links: Mapping[str, str] | None = None
) -> Response:
    """What happened, to which booking, and what is possible next; `links` are to the booking it became."""
    return pages.render(
        "action_done.html",
        headers=REPLAYED if replayed else {},
        page=_view(permit, booking),
        telling=action_words.done(permit.action, booking),
        over=permit.action in action_words.ENDS,
        redirect=permit.redirect,
        links=links or {},
        onward=action_words.ONWARD,
    )


def waiting(permit: Permit, booking: Booking, replayed: bool) -> Response:
    """202: what was asked for has begun, and its outcome is awaited."""
    return pages.render(
        "action_waiting.html",
        status=202,
        headers=REPLAYED if replayed else {},
        page=_view(permit, booking),
        telling=action_words.WAITING,
    )


def not_offered(permit: Permit) -> DeadEnd:
    """409, in words for the state that the booking is in."""
    booking = permit.subject.booking
    return _dead_end("action_not_available", permit, action_words.standing(permit.action, booking))


def came_to_nothing(code: str, permit: Permit, booking: Booking) -> DeadEnd:
    """The booking's single-use link refused, for the reason that the code says."""
    return _dead_end(code, permit, action_words.refused(code, booking))


def _dead_end(code: str, permit: Permit, words: Explanation) -> DeadEnd:
    subject = permit.subject
    page = Named(subject.title, subject.booking.host.name, subject.branding.accent_color)
    return DeadEnd(Refusal(code, f"{words.heading} {words.text}"), page, words)


def _view(permit: Permit, booking: Booking | None = None) -> ActionView:
    subject, shown = permit.subject, booking or permit.subject.booking
    return ActionView(
        subject.title,
        shown.host.name,
        shown.customer.name,
        None if permit.action in BY_CUSTOMER else shown.customer.email,
        subject.branding.accent_color,
        subject.branding.logo_url,
        moment(shown.start, shown.end, shown.timezone),
        round((shown.end - shown.start).total_seconds() / 60),
    )


def _by_day(slots: Iterable[datetime], timezone: str) -> list[FreeDay]:
    here = sorted(slot.astimezone(zone_of(timezone)) for slot in slots)[:SHOWN]
    return [FreeDay(day_of(day), _times(list(times))) for day, times in groupby(here, datetime.date)]


def _times(here: list[datetime]) -> list[FreeTime]:
    """Each by the clock; where the clock shows it twice, with how far it is from Greenwich."""
    seen = [clock(one) for one in here]
    return [
        FreeTime(one.isoformat(), f"{label} {offset(one)}" if seen.count(label) > 1 else label)
        for one, label in zip(here, seen, strict=True)
    ]
