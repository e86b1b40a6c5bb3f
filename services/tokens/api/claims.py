"""The operations on claims: which booking a link belongs to."""

from uuid import UUID

from services.tokens import rules
from services.tokens.links import Links
from services.tokens.rules import Claimant
from services.tokens.store import claims
from shared.contracts.tokens import Claim, ConsumedPage, ConsumedQuery, Ruling, Verdict
from shared.faults import reach
from shared.postgres import Connection


async def admit(links: Links, link_id: UUID, booking_id: UUID, ask: Claim) -> Ruling:
    """Let a booking wait on the link: once admitted, it is honoured past the link's expiry."""
    return await _claim(links, link_id, booking_id, ask, "admitted")


async def consume(links: Links, link_id: UUID, booking_id: UUID, ask: Claim) -> Ruling:
    """Give the link to a booking for good, or refuse; asked again, the answer is the same."""
    return await _claim(links, link_id, booking_id, ask, "consumed")


async def fence(links: Links, link_id: UUID, booking_id: UUID) -> Ruling:
    """Close a claim that its booking gives up, so that a delayed consume cannot land later."""

    async def work(conn: Connection) -> Ruling:
        await claims.lock(conn, link_id)
        found = await claims.get(conn, link_id, booking_id)
        if found is None:
            return Ruling("fenced")
        ruling = rules.fence(found[2])
        if ruling != found[2]:
            await claims.write(conn, link_id, booking_id, ruling)
        return ruling

    return await links.database.transact(work)


async def list_consumed(links: Links, ask: ConsumedQuery) -> ConsumedPage:
    """Consumed claims in the order of link ids, for the auditor."""
    async with links.database.connection() as conn:
        return ConsumedPage(await claims.list_consumed(conn, ask))


async def _claim(links: Links, link_id: UUID, booking_id: UUID, ask: Claim, wanted: Verdict) -> Ruling:
    claimant = Claimant(ask.app_id, ask.booking_link_id, ask.email)

    async def work(conn: Connection) -> Ruling:
        await claims.lock(conn, link_id)
        found = await claims.get(conn, link_id, booking_id)
        if found is None:
            return Ruling("refused", "link_unknown")
        link, now, claim = found
        ruling = rules.rule(link, claim, claimant, wanted, now)
        if ruling != claim:
            await claims.write(conn, link_id, booking_id, ruling)
        return ruling

    await reach("claim.received")
    ruling = await links.database.transact(work)
    await reach("claim.committed")
    return ruling
