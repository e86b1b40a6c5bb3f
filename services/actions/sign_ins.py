"""Whether a sign-in link is still good, and how long it and its session live."""

from datetime import datetime, timedelta
from uuid import UUID

LINK_MINUTES = 15
"""How long a sign-in link works where nobody says otherwise."""
IDLE = timedelta(hours=12)
"""A session that was not seen for so long has ended."""
LIFETIME = timedelta(days=14)
"""No session lives longer, however busy."""


def refusal(
    spent_for: UUID | None, expires_at: datetime, now: datetime, session_id: UUID | None = None
) -> str | None:
    """The code that spending a sign-in link would be refused with, or None.

    `spent_for` is the session that it has opened already; for that one, `session_id`, it stays good.
    """
    if spent_for is not None:
        return None if spent_for == session_id else "link_consumed"
    return "link_expired" if expires_at <= now else None
