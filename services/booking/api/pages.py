"""What a visitor may ask about a booking link: its page, and its free times."""

from datetime import date, timedelta

from services.booking import availability
from services.booking.store import booking_links
from shared.contracts.booking_links import Page, SlotQuery, Slots
from shared.errors import Refusal, invalid
from shared.postgres import Database

MOST_DAYS = 62
_MARGIN = timedelta(days=3)
"""More than the longest meeting with its buffers, and than any two zones lie apart."""


async def get_page(database: Database, slug: str) -> Page:
    """The page of a slug, also of a former one; the page names the current slug."""
    async with database.connection() as conn:
        found = await booking_links.by_slug(conn, slug)
    if found is None:
        raise Refusal("not_found")
    template, fields = found[0], found[0].fields
    return Page(
        template.id,
        template.slug,
        fields.title,
        fields.description,
        fields.duration_minutes,
        template.host.name,
        fields.questions,
        fields.branding,
        fields.access,
        fields.active,
        fields.price,
    )


async def list_slots(database: Database, slug: str, ask: SlotQuery) -> Slots:
    """Free starts on the visitor's days, at most MOST_DAYS of them."""
    _check_days(ask.first, ask.last, ask.timezone)
    opens, closes = availability.day_window(ask.first, ask.last, ask.timezone)
    async with database.connection() as conn:
        found = await booking_links.by_slug(conn, slug)
        if found is None:
            raise Refusal("not_found")
        template, now = found
        if not template.fields.active:
            raise Refusal("booking_link_inactive")
        opens = max(opens, now)
        closes = min(closes, now + timedelta(days=template.fields.maximum_days_ahead) + _MARGIN)
        if opens >= closes:
            return Slots(ask.timezone, [])
        busy = await booking_links.list_busy(conn, template.host_id, opens - _MARGIN, closes + _MARGIN)
    return Slots(ask.timezone, availability.free_slots(template.times, busy, opens, closes, now))


def _check_days(first: date, last: date, timezone: str) -> None:
    if not availability.known_zone(timezone):
        raise invalid("timezone", "must be the name of a time zone, such as Europe/Berlin")
    if last < first:
        raise invalid("to", "must not be before from")
    if (last - first).days >= MOST_DAYS:
        raise invalid("to", f"must be at most {MOST_DAYS} days from the first, both counted")
