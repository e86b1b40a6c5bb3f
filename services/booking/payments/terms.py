"""What a new booking costs, and how long its time is held for the visitor to pay."""

from datetime import datetime, timedelta
from uuid import UUID

from services.booking.desk import Desk
from services.booking.rules import Span, Template
from services.booking.store.payments import NewPayment
from shared.contracts.bookings import Book
from shared.errors import Refusal


def terms(
    desk: Desk, template: Template, ask: Book, times: Span, now: datetime, booking_id: UUID
) -> NewPayment | None:
    """The payment a booking begins with, or None when it is free; a hold ends with the start at last."""
    fields = template.fields
    if fields.price is None:
        return None
    provider = desk.provider
    if provider is None:
        raise Refusal("unavailable", "Payments are not set up here.")
    expires_at = min(now + timedelta(minutes=fields.hold_minutes), times.start)
    return NewPayment(
        id=booking_id,
        provider=provider.name,
        amount=fields.price.amount,
        currency=fields.price.currency,
        title=f"{fields.title} with {template.host.name}",
        customer_email=ask.email.strip(),
        return_url=desk.status_url(booking_id),
        expires_at=expires_at,
        session_ends=max(expires_at, now + provider.shortest_session),
    )
