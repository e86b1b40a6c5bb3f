"""The operations on links, for visitors and for their app."""

from uuid import UUID

from services.tokens import rules
from services.tokens.links import Links
from services.tokens.rules import Claimant
from services.tokens.store import links as store
from shared.contracts.tokens import ChangeExpiry, Erased, Link, LinkPage, LinkQuery, Open, Opened
from shared.errors import Refusal, invalid


async def open_link(links: Links, ask: Open) -> Opened:
    """The link behind a token, and whether a booking would be refused now; the link stays as it is."""
    proof = links.keyring.verify(ask.token)
    if proof is None:
        raise Refusal("link_unknown")
    async with links.database.connection() as conn:
        read = await store.get(conn, proof.id)
    if read is None or read[0].key_id != proof.key_id:
        raise Refusal("link_unknown")
    link, now = read
    if ask.counts:
        links.openings.note(link.id, now)
    return Opened(
        links.show(link, now, ask.token), rules.refusal(link, Claimant(email=ask.email), False, now)
    )


async def get_link(links: Links, app_id: UUID, link_id: UUID) -> Link:
    async with links.database.connection() as conn:
        read = await store.get(conn, link_id)
    if read is None or read[0].app_id != app_id:
        raise Refusal("not_found")
    return links.show(*read)


async def list_links(links: Links, app_id: UUID, ask: LinkQuery) -> LinkPage:
    """A page of the app's links, newest first."""
    async with links.database.connection() as conn:
        reads = await store.list_(conn, app_id, ask)
    page = [links.show(*read) for read in reads[: ask.limit]]
    return LinkPage(page, page[-1].id if len(reads) > ask.limit else None)


async def change_expiry(links: Links, app_id: UUID, link_id: UUID, ask: ChangeExpiry) -> Link:
    """Give an open or expired link another expiry; one that is spent is refused."""
    async with links.database.connection() as conn:
        read = await store.change_expiry(conn, app_id, link_id, ask.expires_at)
    if read is not None:
        return links.show(*read)
    link = await get_link(links, app_id, link_id)
    if link.status in ("consumed", "revoked"):
        raise Refusal(f"link_{link.status}")
    raise invalid("expires_at", "must be in the future")


async def revoke(links: Links, app_id: UUID, link_id: UUID) -> Link:
    """Close a link for ever; one that is consumed stays so and the call is refused."""
    async with links.database.connection() as conn:
        read = await store.revoke(conn, app_id, link_id)
    if read is not None:
        return links.show(*read)
    link = await get_link(links, app_id, link_id)
    if link.status == "consumed":
        raise Refusal("link_consumed")
    return link


async def erase_contact(links: Links, app_id: UUID, contact_id: UUID) -> Erased:
    """Forget who a contact's links were made for and revoke those that are not spent; counts stay."""
    async with links.database.connection() as conn:
        return Erased(await store.erase_contact(conn, app_id, contact_id))
