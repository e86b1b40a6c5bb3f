"""The operations that make links, one or thousands, each once per idempotency key."""

import asyncio
from datetime import datetime
from itertools import repeat
from uuid import UUID

from msgspec import UNSET

from services.tokens.links import Links
from services.tokens.store import links as store
from services.tokens.store.links import Read
from shared.capability import Keyring
from shared.contracts.tokens import Link, Made, Mint, Minted, MintedMany, MintMany, MintReplay
from shared.contracts.values import Once
from shared.errors import Refusal, invalid
from shared.ids import new_id, new_ids
from shared.postgres import Connection

DEFAULT_DAYS = 30


async def mint(links: Links, ask: Mint) -> Link:
    """Make a fresh link; the same idempotency key and body answer the same link as it is now."""
    many = MintMany(
        ask.app_id,
        ask.booking_link_id,
        ask.slug,
        [ask.contact],
        ask.expires_at,
        ask.expires_in_days,
        ask.strict_email_match,
        ask.source,
        ask.once,
    )
    try:
        return links.show(*await _insert(links, many, [new_id()]))
    except _KeyTaken:
        return links.show(*(await _by_key(links, many))[0])


async def mint_many(links: Links, ask: MintMany) -> MintedMany:
    """Make one fresh link per contact, all or none, in the order of the contacts."""
    if not ask.contacts:
        return MintedMany()
    ids = new_ids(len(ask.contacts))
    try:
        # The tokens are computed while the database writes.
        first, made = await asyncio.gather(
            _insert(links, ask, ids), asyncio.to_thread(_made, links.keyring, ids)
        )
    except _KeyTaken:
        return MintedMany([links.show(*read) for read in await _by_key(links, ask)])
    return MintedMany(pattern=links.show(*first, made[0].token), made=made)


def _made(keyring: Keyring, ids: list[UUID]) -> list[Made]:
    tokens = keyring.tokens(b"".join([link_id.bytes for link_id in ids]), repeat(keyring.newest, len(ids)))
    return [Made(link_id, token.decode()) for link_id, token in zip(ids, tokens, strict=True)]


async def _insert(links: Links, ask: MintMany, ids: list[UUID]) -> Read:
    """The first of the new links; they differ in id and contact alone."""
    expires_at, days = _expiry(ask)
    # Who they are was checked where it was entered; only this would be more than the database can hold.
    if any("\x00" in contact.name or "\x00" in contact.email for contact in ask.contacts):
        raise invalid("contacts", "must not hold a NUL character")

    async def work(conn: Connection) -> Read:
        if ask.once is not None and not await store.claim_key(conn, ask.app_id, ask.once, ids):
            raise _KeyTaken
        made = await store.insert(conn, ids, links.keyring.newest, ask, expires_at, days)
        if made is None:
            raise invalid("expires_at", "must be in the future")
        return made

    return await links.database.transact(work)


async def _by_key(links: Links, ask: MintMany) -> list[Read]:
    """What another mint with this idempotency key has made."""
    found = await _find(links, ask.app_id, ask.once) if ask.once else []
    if not found:
        raise Refusal("unavailable")
    return found


async def replay_mint(links: Links, app_id: UUID, ask: MintReplay) -> Minted:
    """What an idempotency key has made, if anything; refused when it came with another body."""
    return Minted([links.show(*read) for read in await _find(links, app_id, ask.once)])


async def _find(links: Links, app_id: UUID, once: Once) -> list[Read]:
    async with links.database.connection() as conn:
        found = await store.find_key(conn, app_id, once.key)
        if found is None:
            return []
        if found[0] != once.fingerprint:
            raise Refusal("idempotency_key_reused")
        return await store.get_many(conn, found[1])


class _KeyTaken(Exception):
    """Another mint holds this idempotency key; the transaction is undone."""


def _expiry(ask: MintMany) -> tuple[datetime | None, int | None]:
    """When the links expire: a time, or days from now, or neither for never."""
    if ask.expires_in_days is not None:
        if ask.expires_at is not UNSET:
            raise invalid("expires_in_days", "give either expires_at or expires_in_days")
        return None, ask.expires_in_days
    if ask.expires_at is UNSET:
        return None, DEFAULT_DAYS
    return ask.expires_at, None
