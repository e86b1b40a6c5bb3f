"""What the variables stand for in one run: facts about it, by the paths of the catalogue."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from services.workflows.wording.spoken import part, price
from shared.contracts.booking_links import BookingLink
from shared.contracts.bookings import Booking
from shared.contracts.contacts import Contact

ADDRESSES = (
    "single_use_url",
    "cancel_url",
    "reschedule_url",
    "confirm_url",
    "decline_url",
    "booking_url",
)


class Facts(Struct, frozen=True, kw_only=True):
    """All that a run knows about what it is about.

    After a reschedule `booking` is the one that it became and `previous` the one that was left.
    `addresses` has, of the catalogue's `…_url`, those that were made for this step; `event` the `type`,
    `actor`, `action` and `from` of what happened.
    """

    now: datetime
    app_name: str = ""
    workflow_name: str = ""
    contact: Contact | None = None
    booking: Booking | None = None
    previous: Booking | None = None
    booking_link: BookingLink | None = None
    addresses: Mapping[str, str] = {}
    data: Mapping[str, Any] = {}
    event: Mapping[str, Any] = {}


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def zone_of(booking: Booking | None, booking_link: BookingLink | None) -> ZoneInfo:
    """In which times are said and days are counted: the booking's zone, else the booking link's, else UTC."""
    if booking is not None:
        return zone(booking.timezone)
    return zone(booking_link.schedule.timezone if booking_link is not None else "UTC")


def values(facts: Facts) -> dict[str, Any]:
    """Values for templates and conditions, as deep as their paths; moments are in the run's zone.

    What is absent is None or not there.
    """
    here = zone_of(facts.booking, facts.booking_link)
    return {
        "contact": _contact(facts),
        "booking": _booking(facts, here),
        "host": _host(facts),
        "booking_link": _booking_link(facts),
        "data": facts.data,
        "event": facts.event,
        "app": {"name": facts.app_name},
        "workflow": {"name": facts.workflow_name},
        "now": facts.now.astimezone(here),
        **{name: facts.addresses.get(name) for name in ADDRESSES},
    }


def _contact(facts: Facts) -> dict[str, Any]:
    contact, booking = facts.contact, facts.booking
    if contact is not None:
        return {
            "id": str(contact.id),
            **_person(contact.name, contact.email),
            "phone": contact.phone,
            "external_ref": contact.external_ref,
        }
    return _person(booking.customer.name, booking.customer.email) if booking is not None else {}


def _person(name: str, email: str) -> dict[str, Any]:
    return {"name": name, "first_name": _first(name), "email": email}


def _first(name: str) -> str:
    return next(iter(name.split()), "")


def _booking(facts: Facts, here: ZoneInfo) -> dict[str, Any]:
    booking = facts.booking
    if booking is None:
        return {}
    return {
        **_times(booking, here),
        **_starts(facts, here),
        "id": str(booking.id),
        "title": facts.booking_link.title if facts.booking_link else None,
        "description": facts.booking_link.description if facts.booking_link else None,
        "state": booking.state,
        "customer_name": booking.customer.name,
        "customer_first_name": _first(booking.customer.name),
        "customer_email": booking.customer.email,
        "answers": booking.answers,
        "price": price(booking.payment.amount, booking.payment.currency) if booking.payment else None,
        "payment_status": booking.payment.status if booking.payment else None,
        "source": {"campaign": booking.source.campaign if booking.source else None},
        "rescheduled_from": _text(booking.rescheduled_from),
    }


def _starts(facts: Facts, here: ZoneInfo) -> dict[str, Any]:
    """Starts besides its own: where the host lives, and those before it was moved."""
    there = zone_of(None, facts.booking_link) if facts.booking_link else here
    start, previous = facts.booking and facts.booking.start, facts.previous and facts.previous.start
    return {
        "host_start": start and start.astimezone(there),
        "previous_start": previous and previous.astimezone(here),
        "host_previous_start": previous and previous.astimezone(there),
    }


def _times(booking: Booking, here: ZoneInfo) -> dict[str, Any]:
    start, end = booking.start.astimezone(here), booking.end.astimezone(here)
    return {
        "start": start,
        "end": end,
        "date": part(start, "d MMMM y"),
        "day": part(start, "EEEE"),
        "time": part(start, "HH:mm"),
        "end_time": part(end, "HH:mm"),
        "timezone": str(here),
        "duration_minutes": round((booking.end - booking.start).total_seconds() / 60),
    }


def _host(facts: Facts) -> dict[str, Any]:
    about = facts.booking or facts.booking_link
    return {"name": about.host.name, "email": about.host.email} if about is not None else {}


def _booking_link(facts: Facts) -> dict[str, Any]:
    link = facts.booking_link
    if link is None:
        return {}
    return {"title": link.title, "slug": link.slug, "url": facts.addresses.get("booking_url")}


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)
