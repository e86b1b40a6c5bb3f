"""Which times are free on the days that somebody asks about."""

from datetime import datetime, timedelta
from uuid import UUID

from services.booking import availability
from services.booking.rules import Template
from services.booking.store import booking_links
from shared.contracts.booking_links import SlotQuery, Slots
from shared.errors import invalid
from shared.postgres import Connection

MOST_DAYS = 62
_MARGIN = timedelta(days=3)
"""More than the longest meeting with its buffers, and than any two zones lie apart."""


def check_days(ask: SlotQuery) -> None:
    """Refusal `validation_failed` for days that are out of order or too many, or no zone's."""
    if not availability.known_zone(ask.timezone):
        raise invalid("timezone", "must be the name of a time zone, such as Europe/Berlin")
    if ask.last < ask.first:
        raise invalid("to", "must not be before from")
    if (ask.last - ask.first).days >= MOST_DAYS:
        raise invalid("to", f"must be at most {MOST_DAYS} days from the first, both counted")


async def free(
    conn: Connection,
    template: Template,
    host_id: UUID,
    ask: SlotQuery,
    now: datetime,
    without: UUID | None = None,
) -> Slots:
    """Free starts of the host on these days, by the booking link's rules; one booking counts as none."""
    opens, closes = availability.day_window(ask.first, ask.last, ask.timezone)
    opens = max(opens, now)
    closes = min(closes, now + timedelta(days=template.fields.maximum_days_ahead) + _MARGIN)
    if opens >= closes:
        return Slots(ask.timezone, [])
    busy = await booking_links.list_busy(conn, host_id, opens - _MARGIN, closes + _MARGIN, without)
    return Slots(ask.timezone, availability.free_slots(template.times, busy, opens, closes, now))
