"""SQL about contacts."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.booking.store.bookings import ERASED
from services.booking.store.events import TELL
from shared.contracts.contacts import Contact, ContactFields, ContactQuery, InlineContact
from shared.contracts.tokens import Captured
from shared.postgres import Connection
from shared.where import Where, has_trigram

_SEARCHED = "lower(name || ' ' || email || ' ' || coalesce(external_ref, ''))"
_NEWEST = 2000
"""Among so many contacts one finds a page full of a frequent word; a rare one has its trigrams."""
_COLUMNS = "id, name, email, phone, external_ref, created_at, updated_at"

_INSERT = f"""
    insert into contacts (id, app_id, name, email, phone, external_ref) values ($1, $2, $3, $4, $5, $6)
    on conflict (app_id, lower(email)) where erased_at is null do nothing returning {_COLUMNS}"""

_UPDATE = f"""
    update contacts set name = $3, email = $4, phone = $5, external_ref = $6, updated_at = now()
    where id = $1 and app_id = $2 and erased_at is null returning {_COLUMNS}"""

_GET = f"select {_COLUMNS} from contacts where id = $1 and app_id = $2 and erased_at is null"
# OFFSET 0 keeps the app out of the look-up of a row: with it, a planner that knows nothing of the table yet
# may take the index of all the app's contacts for as good, and compare each of thousands with each.
_GET_MANY = """
    select c.id, c.name, c.email from unnest($2::uuid[]) with ordinality as w (wanted, place)
    left join lateral (
        select * from contacts where id = w.wanted and erased_at is null offset 0) as c on c.app_id = $1
    order by w.place"""
_FIND_MANY = """
    select w.wanted, id, name, email from unnest($2::text[]) as w (wanted) cross join lateral (
        select * from contacts where lower(email) = lower(w.wanted) and erased_at is null offset 0) as c
    where app_id = $1"""
_PUT_MANY = """
    insert into contacts (id, app_id, name, email)
    select r.id, $1, r.name, r.email from unnest($2::uuid[], $3::text[], $4::text[]) as r (id, name, email)
    on conflict (app_id, lower(email)) where erased_at is null do nothing
    returning id, name, email"""

_ERASE = f"""
    with kept as (
        select id, email from contacts where id = $1 and app_id = $2 and erased_at is null for update),
    erased as (
        update contacts set name = $3, email = '', phone = null, external_ref = null,
            updated_at = now(), erased_at = now(), tell_tokens_at = now()
        from kept where contacts.id = kept.id
        returning contacts.*, kept.email as former),
    told as ({TELL} select app_id, 'contact.erased', id from erased)
    select {_COLUMNS}, former from erased"""

_TOLD = "update contacts set tell_tokens_at = now() + $2::interval where id = $1"

_TAKE_UNTOLD = """
    update contacts set tell_tokens_at = now() + interval '5 seconds'
    where id in (
        select id from contacts where tell_tokens_at <= now()
        order by tell_tokens_at limit $1 for update skip locked)
    returning app_id, id"""


class EmailTaken(Exception):
    """Another contact of the app has this email."""


async def insert(conn: Connection, id: UUID, app_id: UUID, fields: ContactFields) -> Contact | None:
    """The new contact; None when the app has one with this email."""
    row = await conn.fetchrow(
        _INSERT, id, app_id, fields.name, fields.email, fields.phone, fields.external_ref
    )
    return None if row is None else Contact(*row)


async def update(conn: Connection, id: UUID, app_id: UUID, fields: ContactFields) -> Contact:
    """Write all fields; EmailTaken when another contact has this email."""
    try:
        row = await conn.fetchrow(
            _UPDATE, id, app_id, fields.name, fields.email, fields.phone, fields.external_ref
        )
    except asyncpg.UniqueViolationError:
        raise EmailTaken from None
    assert row is not None  # noqa: S101  the caller holds the row's lock
    return Contact(*row)


async def get(conn: Connection, app_id: UUID, id: UUID, lock: bool = False) -> Contact | None:
    row = await conn.fetchrow(_GET + " for update" if lock else _GET, id, app_id)
    return None if row is None else Contact(*row)


async def put_many(
    conn: Connection, app_id: UUID, ids: Sequence[UUID], inline: Sequence[InlineContact]
) -> dict[str, Captured]:
    """The app's contacts with these emails, new where there was none, by email as it is written here."""
    if not inline:
        return {}
    # In one order for all, so that two of these never wait for each other in a circle.
    rows = sorted((contact.email.lower(), contact.name, contact.email) for contact in inline)
    _, names, written = (list(column) for column in zip(*rows, strict=True))
    made = await conn.fetch(_PUT_MANY, app_id, ids, names, written)
    by_email = {row[2]: Captured(*row) for row in made}
    others = [email for email in written if email not in by_email]
    if others:
        found = await conn.fetch(_FIND_MANY, app_id, list(dict.fromkeys(others)))
        by_email |= {row[0]: Captured(*row[1:]) for row in found}
    return by_email


async def get_many(conn: Connection, app_id: UUID, ids: Sequence[UUID | None]) -> list[Captured | None]:
    """The contacts with these ids, in their order; None where the app has no such contact."""
    if not ids:
        return []
    rows = await conn.fetch(_GET_MANY, app_id, ids)
    return [None if row[0] is None else Captured(*row) for row in rows]


async def list_(conn: Connection, app_id: UUID, query: ContactQuery) -> list[Contact]:
    """One more than the page holds, when there is one."""
    where = _wanted(app_id, query)
    if query.q is None:
        return [Contact(*row) for row in await conn.fetch(_page("contacts", where, query), *where.values)]
    # How often a word occurs is a guess, by which the planner may walk through all contacts for a rare one.
    newest = f"(select * from contacts where {where} order by app_id, id desc limit {where.value(_NEWEST)})"
    where.contains(_SEARCHED, query.q)
    rows = await conn.fetch(_page(f"{newest} as contacts", where, query), *where.values)
    if len(rows) <= query.limit:
        where = _wanted(app_id, query)
        where.contains(_SEARCHED, query.q)
        # OFFSET 0 keeps the page's limit out of the look-up; what has no trigram can only be walked for.
        matching = f"(select * from contacts where {where} offset 0) as contacts"
        source = matching if has_trigram(query.q) else "contacts"
        rows = await conn.fetch(_page(source, where, query), *where.values)
    return [Contact(*row) for row in rows]


def _wanted(app_id: UUID, query: ContactQuery) -> Where:
    where = Where()
    where.of_app("app_id", app_id)
    where.add("erased_at is null")
    where.add_if("id < {}", query.before)
    return where


def _page(source: str, where: Where, query: ContactQuery) -> str:
    most = where.value(query.limit + 1)
    return f"select {_COLUMNS} from {source} where {where} order by app_id, id desc limit {most}"


async def erase(conn: Connection, app_id: UUID, id: UUID) -> tuple[Contact, str] | None:
    """Take everything personal out of the contact; what it is now, and the email it had."""
    row = await conn.fetchrow(_ERASE, id, app_id, ERASED)
    return None if row is None else (Contact(*row[:7]), row[7])


async def put_off_telling(conn: Connection, id: UUID, again: timedelta | None) -> None:
    """Tokens was told of the erasure: tell it again after a while, or never."""
    await conn.execute(_TOLD, id, again)


async def take_untold(conn: Connection, most: int) -> list[tuple[UUID, UUID]]:
    """App and id of erased contacts that tokens is to be told about."""
    return [(row[0], row[1]) for row in await conn.fetch(_TAKE_UNTOLD, most)]
