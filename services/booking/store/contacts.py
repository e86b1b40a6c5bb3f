"""SQL about contacts."""

from uuid import UUID

import asyncpg

from shared.contracts.contacts import Contact, ContactFields, ContactQuery
from shared.postgres import Connection

_COLUMNS = "id, name, email, phone, external_ref, created_at, updated_at"

_INSERT = f"""
    insert into contacts (id, app_id, name, email, phone, external_ref) values ($1, $2, $3, $4, $5, $6)
    on conflict (app_id, lower(email)) do nothing returning {_COLUMNS}"""

_UPDATE = f"""
    update contacts set name = $3, email = $4, phone = $5, external_ref = $6, updated_at = now()
    where id = $1 and app_id = $2 returning {_COLUMNS}"""

_GET = f"select {_COLUMNS} from contacts where id = $1 and app_id = $2"
_BY_EMAIL = f"select {_COLUMNS} from contacts where app_id = $1 and lower(email) = lower($2)"
_LIST = f"""
    select {_COLUMNS} from contacts
    where app_id = $1 and ($2::uuid is null or id < $2)
      and ($3::text is null or strpos(lower(name), lower($3)) > 0 or strpos(lower(email), lower($3)) > 0)
    order by id desc limit $4"""


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


async def by_email(conn: Connection, app_id: UUID, email: str) -> Contact | None:
    row = await conn.fetchrow(_BY_EMAIL, app_id, email)
    return None if row is None else Contact(*row)


async def list_(conn: Connection, app_id: UUID, query: ContactQuery) -> list[Contact]:
    """One more than the page holds, when there is one."""
    rows = await conn.fetch(_LIST, app_id, query.before, query.q, query.limit + 1)
    return [Contact(*row) for row in rows]
