"""Every SQL statement of the tokens service."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.tokens.rules import StoredLink
from shared.contracts.tokens import Captured, ConsumedClaim, ConsumedQuery, LinkQuery, Mint, Ruling, Source
from shared.contracts.values import Once
from shared.postgres import Connection

_COLUMNS = """id, app_id, key_id, booking_link_id, slug, contact_id, contact_name, contact_email,
    strict_email_match, expires_at, created_at, consumed_at, consumed_by_booking_id, revoked_at,
    channel, workflow_id, run_id, step, campaign, opened_count, first_opened_at, last_opened_at"""

Read = tuple[StoredLink, datetime]
"""A link and the database's time at which it was read."""

_INSERT = f"""
    insert into scheduling_single_use_links (
        id, app_id, key_id, booking_link_id, slug, contact_id, contact_name, contact_email,
        strict_email_match, expires_at, channel, workflow_id, run_id, step, campaign)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, e.at, $12, $13, $14, $15, $16
    from (select coalesce($10::timestamptz, now() + make_interval(days => $11)) as at) as e
    where e.at is null or e.at > now()
    returning {_COLUMNS}, clock_timestamp()"""

GET = f"select {_COLUMNS}, clock_timestamp() from scheduling_single_use_links where id = $1"

_LIST = f"""
    select {_COLUMNS}, now() from scheduling_single_use_links
    where app_id = $1 and ($2::uuid is null or id < $2)
      and ($3::uuid is null or booking_link_id = $3) and ($4::uuid is null or contact_id = $4)
      and case $5::text when 'consumed' then consumed_at is not null
            when 'revoked' then revoked_at is not null
            when 'expired' then consumed_at is null and revoked_at is null and expires_at <= now()
            when 'open' then consumed_at is null and revoked_at is null
                and (expires_at is null or expires_at > now())
            else true end
    order by id desc limit $6"""

_REVOKE = f"""
    update scheduling_single_use_links set revoked_at = coalesce(revoked_at, now())
    where id = $1 and app_id = $2 and consumed_at is null
    returning {_COLUMNS}, clock_timestamp()"""


_CLAIM_KEY = """
    insert into mint_keys (app_id, key, fingerprint, link_id) values ($1, $2, $3, $4)
    on conflict do nothing returning true"""

# The row is locked in a statement of its own: what is read in the next one is newer than the lock.
LOCK = "select 1 from scheduling_single_use_links where id = $1 for update"

WITH_CLAIM = f"""
    select {_COLUMNS}, clock_timestamp(), claims.verdict, claims.reason
    from scheduling_single_use_links
    left join claims on claims.link_id = id and claims.booking_id = $2
    where id = $1"""

_WRITE_CLAIM = """
    insert into claims (link_id, booking_id, verdict, reason, ruled_at)
    values ($1, $2, $3, $4, case when $3 <> 'admitted' then clock_timestamp() end)
    on conflict (link_id, booking_id) do update
    set verdict = excluded.verdict, reason = excluded.reason, ruled_at = excluded.ruled_at"""

WRITE_CONSUMPTION = f"""
    with claim as ({_WRITE_CLAIM})
    update scheduling_single_use_links set consumed_at = clock_timestamp(), consumed_by_booking_id = $2
    where id = $1"""

_ERASE = """
    with links as (
        update scheduling_single_use_links
        set contact_name = 'Erased', contact_email = '',
            revoked_at = case when consumed_at is null then coalesce(revoked_at, now()) end
        where app_id = $1 and contact_id = $2 and contact_email <> ''
        returning 1)
    select count(*) from links"""

_CONSUMED = """
    select link_id, booking_id, consumed_by_booking_id
    from claims join scheduling_single_use_links on id = link_id
    where verdict = 'consumed' and ($1::uuid is null or link_id > $1)
    order by link_id limit $2"""


async def insert(
    conn: Connection, id: UUID, key_id: int, mint: Mint, expires_at: datetime | None, days: int | None
) -> Read | None:
    """The new link, expiring at a time, after days, or never; None when that time has passed already."""
    source = mint.source
    row = await conn.fetchrow(
        _INSERT,
        *(id, mint.app_id, key_id, mint.booking_link_id, mint.slug),
        *(mint.contact.id, mint.contact.name, mint.contact.email, mint.strict_email_match),
        *(expires_at, days),
        *(source.channel, source.workflow_id, source.run_id, source.step, source.campaign),
    )
    return _read(row)


async def get(conn: Connection, id: UUID) -> Read | None:
    return _read(await conn.fetchrow(GET, id))


async def list_(conn: Connection, app_id: UUID, query: LinkQuery) -> list[Read]:
    """One link more than the page holds, when there is one."""
    rows = await conn.fetch(
        _LIST, app_id, query.before, query.booking_link_id, query.contact_id, query.status, query.limit + 1
    )
    return [read for row in rows if (read := _read(row))]


async def revoke(conn: Connection, app_id: UUID, id: UUID) -> Read | None:
    """The link, revoked now or earlier; None when it is consumed or not this app's."""
    return _read(await conn.fetchrow(_REVOKE, id, app_id))


async def claim_key(conn: Connection, app_id: UUID, once: Once, link_id: UUID) -> bool:
    """Take an idempotency key for a link about to be made; False when it is taken."""
    return bool(await conn.fetchval(_CLAIM_KEY, app_id, once.key, once.fingerprint, link_id))


async def find_key(conn: Connection, app_id: UUID, key: str) -> tuple[str, UUID] | None:
    """The fingerprint and the link of an idempotency key."""
    row = await conn.fetchrow(
        "select fingerprint, link_id from mint_keys where app_id = $1 and key = $2", app_id, key
    )
    return None if row is None else (row[0], row[1])


async def lock(conn: Connection, link_id: UUID) -> None:
    """Hold the link's row until the transaction ends."""
    await conn.execute(LOCK, link_id)


async def get_with_claim(
    conn: Connection, link_id: UUID, booking_id: UUID
) -> tuple[StoredLink, datetime, Ruling | None] | None:
    """The link, the time, and what was ruled on this booking's claim so far."""
    row = await conn.fetchrow(WITH_CLAIM, link_id, booking_id)
    if row is None:
        return None
    return _link(row), row[22], None if row[23] is None else Ruling(row[23], row[24])


async def write_claim(conn: Connection, link_id: UUID, booking_id: UUID, ruling: Ruling) -> None:
    """Record a verdict, and with `consumed` the consumption in the link's own row."""
    statement = WRITE_CONSUMPTION if ruling.verdict == "consumed" else _WRITE_CLAIM
    await conn.execute(statement, link_id, booking_id, ruling.verdict, ruling.reason)


async def erase_contact(conn: Connection, app_id: UUID, contact_id: UUID) -> bool:
    """Take the contact's name and email out of all its links and revoke those not spent; whether any had."""
    return bool(await conn.fetchval(_ERASE, app_id, contact_id))


async def list_consumed(conn: Connection, query: ConsumedQuery) -> list[ConsumedClaim]:
    rows = await conn.fetch(_CONSUMED, query.after, query.limit)
    return [ConsumedClaim(*row) for row in rows]


def _read(row: asyncpg.Record | None) -> Read | None:
    return None if row is None else (_link(row), row[22])


def _link(row: asyncpg.Record) -> StoredLink:
    """A row in the order of _COLUMNS."""
    values = (*row[:5], Captured(*row[5:8]), *row[8:14], Source(*row[14:19]), *row[19:22])
    return StoredLink(*values)
