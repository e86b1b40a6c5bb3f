"""Links as their rows are read, for decisions that need no database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.tokens.rules import Claimant, StoredLink
from shared.contracts.tokens import Captured, Source

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
APP, LINK, TEMPLATE, BOOKING, CONTACT = (UUID(int=number) for number in range(1, 6))
SECOND = timedelta(seconds=1)
CLAIMANT = Claimant(APP, TEMPLATE, "dana@example.com")


def a_link(**fields: Any) -> StoredLink:
    """An open link without expiry, for dana@example.com, unless told otherwise."""
    row = {
        "id": LINK,
        "app_id": APP,
        "key_id": 1,
        "booking_link_id": TEMPLATE,
        "slug": "intro-call",
        "contact": Captured(CONTACT, "Dana", "dana@example.com"),
        "strict_email_match": False,
        "expires_at": None,
        "created_at": NOW - timedelta(days=1),
        "consumed_at": None,
        "consumed_by_booking_id": None,
        "revoked_at": None,
        "source": Source(),
        "opened_count": 0,
        "first_opened_at": None,
        "last_opened_at": None,
    }
    return StoredLink(**{**row, **fields})


CONSUMED = {"consumed_at": NOW, "consumed_by_booking_id": BOOKING}
REVOKED = {"revoked_at": NOW}
EXPIRED = {"expires_at": NOW - SECOND}
