"""The operations of the tokens service: a struct in, a struct or a Refusal out, no HTTP."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec import UNSET

from services.tokens import rules, store
from services.tokens.rules import Claimant, StoredLink
from shared.capability import Keyring
from shared.contracts.tokens import (
    Claim,
    ConsumedPage,
    ConsumedQuery,
    Erased,
    FoundLink,
    Link,
    LinkPage,
    LinkQuery,
    Mint,
    MintReplay,
    Open,
    Opened,
    Ruling,
    Verdict,
)
from shared.contracts.values import Once
from shared.errors import Refusal, invalid
from shared.faults import reach
from shared.ids import new_id
from shared.postgres import Connection, Database

DEFAULT_DAYS = 30


@dataclass(frozen=True)
class Links:
    """What every operation needs: the database, and the keys that make tokens."""

    database: Database
    keyring: Keyring

    def show(self, link: StoredLink, now: datetime, token: str | None = None) -> Link:
        """The link as others see it, with its token made again unless it is at hand."""
        return Link(
            link.id,
            link.app_id,
            token or self.keyring.token(link.id, link.key_id),
            rules.status(link, now),
            link.booking_link_id,
            link.slug,
            link.contact,
            link.strict_email_match,
            link.expires_at,
            link.created_at,
            link.consumed_at,
            link.consumed_by_booking_id,
            link.revoked_at,
            link.source,
            link.opened_count,
            link.first_opened_at,
            link.last_opened_at,
        )


async def mint(links: Links, ask: Mint) -> Link:
    """Make a fresh link; the same idempotency key and body answer the same link as it is now."""
    expires_at, days = _expiry(ask)
    link_id = new_id()

    async def work(conn: Connection) -> Link:
        read = await store.insert(conn, link_id, links.keyring.newest, ask, expires_at, days)
        if read is None:
            raise invalid("expires_at", "must be in the future")
        if ask.once is not None and not await store.claim_key(conn, ask.app_id, ask.once, link_id):
            raise _KeyTaken
        return links.show(*read)

    try:
        return await links.database.transact(work)
    except _KeyTaken:
        found = await replay_mint(links, ask.app_id, MintReplay(ask.once)) if ask.once else FoundLink(None)
        if found.link is None:
            raise Refusal("unavailable") from None
        return found.link


async def replay_mint(links: Links, app_id: UUID, ask: MintReplay) -> FoundLink:
    """What an idempotency key has made, if anything; refused when it came with another body."""
    async with links.database.connection() as conn:
        found = await store.find_key(conn, app_id, ask.once.key)
        if found is None:
            return FoundLink(None)
        _same_body(ask.once, found[0])
        read = await store.get(conn, found[1])
    return FoundLink(None if read is None else links.show(*read))


async def open_link(links: Links, ask: Open) -> Opened:
    """The link behind a token, and whether a booking would be refused now; changes nothing."""
    proof = links.keyring.verify(ask.token)
    if proof is None:
        raise Refusal("link_unknown")
    async with links.database.connection() as conn:
        read = await store.get(conn, proof.id)
    if read is None or read[0].key_id != proof.key_id:
        raise Refusal("link_unknown")
    link, now = read
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


async def revoke(links: Links, app_id: UUID, link_id: UUID) -> Link:
    """Close a link for ever; one that is consumed stays so and the call is refused."""
    async with links.database.connection() as conn:
        read = await store.revoke(conn, app_id, link_id)
    if read is not None:
        return links.show(*read)
    await get_link(links, app_id, link_id)
    raise Refusal("link_consumed")


async def admit(links: Links, link_id: UUID, booking_id: UUID, ask: Claim) -> Ruling:
    """Let a booking wait on the link: once admitted, it is honoured past the link's expiry."""
    return await _claim(links, link_id, booking_id, ask, "admitted")


async def consume(links: Links, link_id: UUID, booking_id: UUID, ask: Claim) -> Ruling:
    """Give the link to a booking for good, or refuse; asked again, the answer is the same."""
    return await _claim(links, link_id, booking_id, ask, "consumed")


async def fence(links: Links, link_id: UUID, booking_id: UUID) -> Ruling:
    """Close a claim that its booking gives up, so that a delayed consume cannot land later."""

    async def work(conn: Connection) -> Ruling:
        await store.lock(conn, link_id)
        found = await store.get_with_claim(conn, link_id, booking_id)
        if found is None:
            return Ruling("fenced")
        ruling = rules.fence(found[2])
        if ruling != found[2]:
            await store.write_claim(conn, link_id, booking_id, ruling)
        return ruling

    return await links.database.transact(work)


async def erase_contact(links: Links, app_id: UUID, contact_id: UUID) -> Erased:
    """Forget who a contact's links were made for and revoke those that are not spent; counts stay."""
    async with links.database.connection() as conn:
        return Erased(await store.erase_contact(conn, app_id, contact_id))


async def list_consumed(links: Links, ask: ConsumedQuery) -> ConsumedPage:
    """Consumed claims in the order of link ids, for the auditor."""
    async with links.database.connection() as conn:
        return ConsumedPage(await store.list_consumed(conn, ask))


async def _claim(links: Links, link_id: UUID, booking_id: UUID, ask: Claim, wanted: Verdict) -> Ruling:
    claimant = Claimant(ask.app_id, ask.booking_link_id, ask.email)

    async def work(conn: Connection) -> Ruling:
        await store.lock(conn, link_id)
        found = await store.get_with_claim(conn, link_id, booking_id)
        if found is None:
            return Ruling("refused", "link_unknown")
        link, now, claim = found
        ruling = rules.rule(link, claim, claimant, wanted, now)
        if ruling != claim:
            await store.write_claim(conn, link_id, booking_id, ruling)
        return ruling

    await reach("claim.received")
    ruling = await links.database.transact(work)
    await reach("claim.committed")
    return ruling


class _KeyTaken(Exception):
    """Another mint holds this idempotency key; the transaction is undone."""


def _expiry(ask: Mint) -> tuple[datetime | None, int | None]:
    """When the link expires: a time, or days from now, or neither for never."""
    if ask.expires_in_days is not None:
        if ask.expires_at is not UNSET:
            raise invalid("expires_in_days", "give either expires_at or expires_in_days")
        return None, ask.expires_in_days
    if ask.expires_at is UNSET:
        return None, DEFAULT_DAYS
    return ask.expires_at, None


def _same_body(once: Once, fingerprint: str) -> None:
    if once.fingerprint != fingerprint:
        raise Refusal("idempotency_key_reused")
