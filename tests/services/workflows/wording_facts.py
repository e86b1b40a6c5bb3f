"""What runs may know: a full set of facts, and sparser ones."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from services.workflows.wording.values import Facts
from shared.contracts.booking_links import BookingLink
from shared.contracts.bookings import Booking
from shared.contracts.contacts import Contact

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ADDRESSES = {
    name: f"https://book.example/{name}?signature=eyJhbGciOiJIUzI1NiJ9.{'a' * 60}.{'b' * 43}"
    for name in ("cancel_url", "reschedule_url", "confirm_url", "decline_url")
} | {
    "single_use_url": "https://book.example/single-use/AZk3fJx3cACAAFpLPC0eD1eVq0r1n0J2b8m4Qf9sT2w",
    "booking_url": "https://book.example/book/product-tour",
}


def id_of(number: int) -> UUID:
    return UUID(int=0x0199B0C07E7A70008000000000000000 + number)


def a_contact(**changes: Any) -> Contact:
    contact = Contact(
        id=id_of(1),
        name="Noor Haddad",
        email="noor@example.com",
        phone="+49 30 901820",
        external_ref="crm-4711",
        created_at=NOW,
        updated_at=NOW,
    )
    return msgspec.structs.replace(contact, **changes)


def a_booking(**changes: Any) -> Booking:
    plain = {
        "id": str(id_of(2)),
        "state": "confirmed",
        "graph": "instant_payment",
        "booking_link_id": str(id_of(3)),
        "host": {"name": "Dana Reyes", "email": "dana@example.com"},
        "start": START,
        "end": START + timedelta(minutes=45),
        "timezone": "Europe/Berlin",
        "customer": {"name": "Noor Haddad", "email": "noor@example.com"},
        "answers": {"company": "Acme", "updates": True},
        "contact_id": str(id_of(1)),
        "single_use_link_id": str(id_of(4)),
        "source": {"channel": "workflow", "campaign": "spring"},
        "payment": {"status": "captured", "amount": 4000, "currency": "EUR"},
        "created_at": NOW,
        "updated_at": NOW,
    }
    return msgspec.convert(plain | changes, Booking)


def a_booking_link(**changes: Any) -> BookingLink:
    plain = {
        "id": str(id_of(3)),
        "slug": "product-tour",
        "title": "Product tour",
        "description": "A tour of it all.",
        "duration_minutes": 45,
        "slot_interval_minutes": 45,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "minimum_notice_minutes": 0,
        "maximum_days_ahead": 30,
        "schedule": {"timezone": "America/New_York", "weekly": {}},
        "graph": "instant",
        "price": None,
        "hold_minutes": 30,
        "questions": [],
        "branding": {},
        "access": "public",
        "active": True,
        "host": {"name": "Dana Reyes", "email": "dana@example.com"},
        "created_at": NOW,
        "updated_at": NOW,
    }
    return msgspec.convert(plain | changes, BookingLink)


def full_facts(**changes: Any) -> Facts:
    """A run that knows all there is to know."""
    facts = Facts(
        now=NOW,
        app_name="Acme",
        workflow_name="After a no-show",
        contact=a_contact(),
        booking=a_booking(),
        previous=a_booking(start=START - timedelta(days=1), end=START - timedelta(days=1, minutes=-45)),
        booking_link=a_booking_link(),
        addresses=ADDRESSES,
        data={"stage": "won", "deal": {"name": "Renewal", "seats": 30}, "visit_at": "2026-11-24T09:00:00Z"},
        event={"type": "booking.confirmed", "actor": "customer", "action": "confirm", "from": "tentative"},
    )
    return msgspec.structs.replace(facts, **changes)


def sparse_facts() -> Facts:
    """A run that knows nothing but the time."""
    return Facts(now=NOW)
