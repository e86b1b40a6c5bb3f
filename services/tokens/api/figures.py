"""The operation that counts links."""

from uuid import UUID

from services.tokens.links import Links
from services.tokens.store import figures
from shared.contracts.figures import MOST, CountLinks, LinkFigures
from shared.errors import invalid


async def count_links(links: Links, app_id: UUID, ask: CountLinks) -> LinkFigures:
    """What became of the app's links that match, the newest of them if they are too many to count."""
    try:
        async with links.database.connection() as conn:
            return await figures.count(conn, app_id, ask, MOST)
    except figures.UnknownZone:
        raise invalid("timezone", "must be the name of a time zone, such as Europe/Berlin") from None
