"""SQL about links: making, reading, listing and closing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from services.tokens.openings import Opening
from services.tokens.rules import StoredLink
from services.tokens.store.events import telling
from shared.contracts.tokens import Captured, LinkFilter, LinkQuery, MintMany, Source
from shared.contracts.values import Once
from shared.ids import first_id
from shared.postgres import Connection
from shared.where import Where, has_trigram

COLUMNS = """id, app_id, key_id, booking_link_id, slug, contact_id, contact_name, contact_email,
    strict_email_match, expires_at, created_at, consumed_at, consumed_by_booking_id, revoked_at,
    channel, workflow_id, run_id, step, campaign, opened_count, first_opened_at, last_opened_at"""

Read = tuple[StoredLink, datetime]
"""A link and the database's time at which it was read."""
_READ = f"{COLUMNS}, now()"
"""Its columns."""

# What differs from link to link is what was asked, so that nothing comes back row by row. The event of a
# link's making has the link's own id: ten thousand more random ones would take their time.
INSERT = f"""
    with e as (
        select at from (select coalesce($10::timestamptz, now() + make_interval(days => $11)) as at) as asked
        where at is null or at > now()),
    made as (
        insert into scheduling_single_use_links (
            id, app_id, key_id, booking_link_id, slug, contact_id, contact_name, contact_email,
            strict_email_match, expires_at, created_at, channel, workflow_id, run_id, step, campaign)
        select r.id, $5, $6, $7, $8, r.contact_id, r.name, r.email, $9, e.at, now(), $12, $13, $14, $15, $16
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as r (id, contact_id, name, email), e
        returning app_id, id),
    told as ({telling("single_use_link.created", "made", event_id="id", at="now()")})
    select e.at, now(), clock_timestamp() from e"""

GET = f"select {COLUMNS}, clock_timestamp() from scheduling_single_use_links where id = $1"
_GET_MANY = f"select {COLUMNS}, clock_timestamp() from scheduling_single_use_links where id = any($1)"

_REVOKE = f"""
    with l as (
        update scheduling_single_use_links set revoked_at = now()
        where id = $1 and app_id = $2 and consumed_at is null and revoked_at is null
        returning *),
    told as ({telling("single_use_link.revoked", "l")})
    select {COLUMNS}, clock_timestamp() from l"""

_CHANGE_EXPIRY = f"""
    update scheduling_single_use_links set expires_at = $3, expiry_noted_at = null
    where id = $1 and app_id = $2 and consumed_at is null and revoked_at is null
      and ($3::timestamptz is null or $3 > now())
    returning {COLUMNS}, clock_timestamp()"""

_ERASE = f"""
    with kept as (
        select id, app_id, consumed_at is null and revoked_at is null as unspent
        from scheduling_single_use_links
        where app_id = $1 and contact_id = $2 and contact_email <> '' for update),
    links as (
        update scheduling_single_use_links as l
        set contact_name = 'Erased', contact_email = '',
            revoked_at = case when unspent then now() else revoked_at end
        from kept where l.id = kept.id
        returning l.id),
    told as ({telling("single_use_link.revoked", "kept where unspent")})
    select count(*) from links"""

# A link's first opening is in a batch that holds all it was ever opened.
_COUNT_OPENINGS = f"""
    with l as (
        update scheduling_single_use_links as l
        set opened_count = opened_count + o.count, last_opened_at = o.last,
            first_opened_at = coalesce(first_opened_at, o.first)
        from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::timestamptz[]) as o (id, count, first, last)
        where l.id = o.id
        returning l.app_id, l.id, first, opened_count = o.count as first_time)
    {telling("single_use_link.opened", "l where first_time", at="first")}"""

DUE = "coalesce(consumed_at, revoked_at, expiry_noted_at) is null and expires_at <= now()"
"""Expired and not noted by the sweep yet: few, and in an index of their own that is found by these words."""

_NOTE_EXPIRED = f"""
    with links as (
        update scheduling_single_use_links set expiry_noted_at = now()
        where id in (
            select id from scheduling_single_use_links where {DUE}
            order by expires_at limit $1 for update skip locked)
        returning app_id, id),
    told as ({telling("single_use_link.expired", "links")})
    select count(*) from links"""

_CLAIM_KEY = """
    insert into mint_keys (app_id, key, fingerprint, link_ids) values ($1, $2, $3, $4)
    on conflict do nothing returning true"""

_UNSPENT = "consumed_at is null and revoked_at is null"
STATUS: Mapping[str, str] = {
    "consumed": "consumed_at is not null",
    "revoked": "revoked_at is not null",
    "open": f"{_UNSPENT} and expiry_noted_at is null and (expires_at is null or expires_at > now())",
    "expired": f"{_UNSPENT} and expiry_noted_at is not null",
}

_SEARCHED = "lower(contact_name || ' ' || contact_email)"
"""As the index on it says it."""
_NEWEST = 2000
"""Among so many links one finds a page full of a frequent word; a rare one has its trigrams."""

_SKEW = 3600.0
"""Ids are made by the service's clock, created_at by the database's; seconds they never differ by."""


async def insert(
    conn: Connection,
    ids: Sequence[UUID],
    key_id: int,
    mint: MintMany,
    expires_at: datetime | None,
    days: int | None,
) -> Read | None:
    """Make a link per contact, expiring at a time, after days, or never; None when that has passed already.

    What is returned is the first of them: the others differ from it in id and contact alone.
    """
    source, contacts = mint.source, mint.contacts
    row = await conn.fetchrow(
        INSERT,
        ids,
        *([getattr(contact, name) for contact in contacts] for name in Captured.__struct_fields__),
        *(mint.app_id, key_id, mint.booking_link_id, mint.slug, mint.strict_email_match),
        *(expires_at, days),
        *(source.channel, source.workflow_id, source.run_id, source.step, source.campaign),
    )
    if row is None:
        return None
    at, created_at, now = row
    return _fresh(ids[0], key_id, mint, contacts[0], at, created_at), now


def _fresh(
    id: UUID, key_id: int, mint: MintMany, contact: Captured, expires_at: datetime | None, made: datetime
) -> StoredLink:
    """The row that was just made for one contact."""
    return StoredLink(
        *(id, mint.app_id, key_id, mint.booking_link_id, mint.slug),
        contact,
        *(mint.strict_email_match, expires_at, made),
        *(None, None, None),
        mint.source,
        *(0, None, None),
    )


async def get(conn: Connection, id: UUID) -> Read | None:
    return _read(await conn.fetchrow(GET, id))


async def get_many(conn: Connection, ids: Sequence[UUID]) -> list[Read]:
    return _in_order(await conn.fetch(_GET_MANY, ids), ids)


async def list_(conn: Connection, app_id: UUID, query: LinkQuery) -> list[Read]:
    """One link more than the page holds, when there is one."""
    most = query.limit + 1
    if query.q is None:
        rows, values = newest(app_id, query, query.before, most, columns=_READ)
        return _reads(await conn.fetch(rows, *values))
    # How often a word occurs is a guess, by which the planner may walk through all links for a rare one.
    rows, values = newest(app_id, replace(query, q=None), query.before, _NEWEST)
    where = Where(values)
    where.contains(_SEARCHED, query.q)
    among = f"select {_READ} from ({rows}) as links where {where} order by id desc limit {where.value(most)}"
    found = await conn.fetch(among, *where.values)
    if len(found) < most:
        indexed = has_trigram(query.q)
        rows, values = newest(app_id, query, query.before, most, columns=_READ, all_at_once=indexed)
        found = await conn.fetch(rows, *values)
    return _reads(found)


def _reads(rows: Sequence[asyncpg.Record]) -> list[Read]:
    return [read for row in rows if (read := _read(row))]


def newest(
    app_id: UUID,
    wanted: LinkFilter,
    before: UUID | None,
    most: int,
    *,
    columns: str = "*",
    all_at_once: bool = False,
) -> tuple[str, list[object]]:
    """SQL, with its values, of the newest links that match and are older than `before`, newest first.

    `all_at_once` finds all that match before it takes the newest: for what is hardly ever found on the way.
    Each row has `columns`, which may be any of the table.
    """
    where = _condition(app_id, wanted, before)
    page = f"order by app_id, id desc limit {where.value(most)}"
    matching = f"scheduling_single_use_links where {where}"
    sought = matching if wanted.status is None else f"{matching} and {STATUS[wanted.status]}"
    if all_at_once:
        sought = f"(select * from {sought} offset 0) as found"
    if wanted.status == "expired":
        noted = f"select * from {sought} {page}"
        sought = f"(({noted}) union all select * from {matching} and {DUE}) as either"
    return f"select {columns} from {sought} {page}", where.values


def _condition(app_id: UUID, wanted: LinkFilter, before: UUID | None) -> Where:
    where = Where()
    where.of_app("app_id", app_id)
    where.add_if("id < {}", before)
    where.add_if("booking_link_id = {}", wanted.booking_link_id)
    where.add_if("contact_id = {}", wanted.contact_id)
    where.add_if("campaign = {}", wanted.campaign)
    if wanted.q is not None:
        where.contains(_SEARCHED, wanted.q)
    if wanted.created_from is not None:
        where.add("created_at >= {} and id >= {}", wanted.created_from, first_id(wanted.created_from, -_SKEW))
    if wanted.created_to is not None:
        where.add("created_at < {} and id < {}", wanted.created_to, first_id(wanted.created_to, _SKEW))
    return where


async def revoke(conn: Connection, app_id: UUID, id: UUID) -> Read | None:
    """The link, revoked now; None when it is spent or not this app's."""
    return _read(await conn.fetchrow(_REVOKE, id, app_id))


async def change_expiry(conn: Connection, app_id: UUID, id: UUID, expires_at: datetime | None) -> Read | None:
    """The link with its new expiry; None when it is spent, not this app's, or the time has passed."""
    return _read(await conn.fetchrow(_CHANGE_EXPIRY, id, app_id, expires_at))


async def erase_contact(conn: Connection, app_id: UUID, contact_id: UUID) -> bool:
    """Take the contact's name and email out of all its links, revoke those not spent; whether any had."""
    return bool(await conn.fetchval(_ERASE, app_id, contact_id))


async def count_openings(conn: Connection, openings: Mapping[UUID, Opening]) -> None:
    """Write down openings of many links in one statement."""
    columns = zip(*((o.count, o.first, o.last) for o in openings.values()), strict=True)
    await conn.execute(_COUNT_OPENINGS, list(openings), *map(list, columns))


async def note_expired(conn: Connection, most: int) -> int:
    """Note links that have expired; returns how many."""
    noted: int = await conn.fetchval(_NOTE_EXPIRED, most)
    return noted


async def claim_key(conn: Connection, app_id: UUID, once: Once, link_ids: Sequence[UUID]) -> bool:
    """Take an idempotency key for links about to be made; False when it is taken."""
    return bool(await conn.fetchval(_CLAIM_KEY, app_id, once.key, once.fingerprint, link_ids))


async def find_key(conn: Connection, app_id: UUID, key: str) -> tuple[str, list[UUID]] | None:
    """The fingerprint and the links of an idempotency key."""
    row = await conn.fetchrow(
        "select fingerprint, link_ids from mint_keys where app_id = $1 and key = $2", app_id, key
    )
    return None if row is None else (row[0], row[1])


def link(row: asyncpg.Record) -> StoredLink:
    """A row in the order of COLUMNS."""
    values = (*row[:5], Captured(*row[5:8]), *row[8:14], Source(*row[14:19]), *row[19:22])
    return StoredLink(*values)


def _read(row: asyncpg.Record | None) -> Read | None:
    return None if row is None else (link(row), row[22])


def _in_order(rows: Sequence[asyncpg.Record], ids: Sequence[UUID]) -> list[Read]:
    found = {row[0]: (link(row), row[22]) for row in rows}
    return [found[link_id] for link_id in ids if link_id in found]
