"""The operation that tells what became of a contact's links."""

from uuid import UUID

from services.tokens.links import Links
from services.tokens.store import claims
from services.tokens.store import links as store
from shared.contracts.time_lines import LinkTrace, Trace, TracedLink
from shared.contracts.tokens import LinkQuery


async def trace_links(links: Links, app_id: UUID, contact_id: UUID, ask: Trace) -> LinkTrace:
    """A page of the contact's links, newest first, with the bookings that asked for them."""
    query = LinkQuery(contact_id=contact_id, limit=ask.limit, before=ask.before)
    async with links.database.connection() as conn:
        reads = await store.list_(conn, app_id, query)
        page = [links.show(*read) for read in reads[: ask.limit]]
        claimed = await claims.list_newest(conn, [link.id for link in page])
    traced = [TracedLink(link, claimed[link.id]) for link in page]
    return LinkTrace(traced, page[-1].id if len(reads) > ask.limit else None)
