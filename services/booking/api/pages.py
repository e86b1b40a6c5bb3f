"""What a visitor may ask about a booking link: its page, and its free times."""

from services.booking import times
from services.booking.store import booking_links
from shared.contracts.booking_links import Page, SlotQuery, Slots
from shared.errors import Refusal
from shared.postgres import Database


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
        fields.graph,
    )


async def list_slots(database: Database, slug: str, ask: SlotQuery) -> Slots:
    """Free starts on the visitor's days."""
    times.check_days(ask)
    async with database.connection() as conn:
        found = await booking_links.by_slug(conn, slug)
        if found is None:
            raise Refusal("not_found")
        template, now = found
        if not template.fields.active:
            raise Refusal("booking_link_inactive")
        return await times.free(conn, template, template.host_id, ask, now)
