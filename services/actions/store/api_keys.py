"""API keys; what makes them keys is not among what is stored."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from shared.contracts.actions import ApiKeyQuery
from shared.ids import LAST
from shared.postgres import Connection

KEY = "id, app_id, key_id, name, created_at, last_used_at"

_INSERT_KEY = f"""
    insert into api_keys (id, app_id, key_id, name)
    select $1, id, $3, $4 from apps where id = $2 returning {KEY}"""
_GET_KEY = f"select {KEY} from api_keys where id = $1 and revoked_at is null"
_LIST_KEYS = f"""
    select {KEY} from api_keys
    where app_id = any(array[$1::uuid]) and id < $2 and revoked_at is null
    order by app_id, id desc limit $3"""
_REVOKE_KEY = f"""
    with forgotten as (delete from creation_keys where api_key_id = $1 and app_id = $2)
    update api_keys set revoked_at = now()
    where id = $1 and app_id = $2 and revoked_at is null returning {KEY}"""
_TOUCH = """
    update api_keys set last_used_at = greatest(last_used_at, used.at)
    from unnest($1::uuid[], $2::timestamptz[]) as used (id, at) where api_keys.id = used.id"""


class StoredKey(Struct, frozen=True):
    """An API key that is not revoked."""

    id: UUID
    app_id: UUID
    key_id: int
    name: str | None
    created_at: datetime
    last_used_at: datetime | None


async def insert_key(
    conn: Connection, id: UUID, app_id: UUID, key_id: int, name: str | None
) -> StoredKey | None:
    """The new key; None when there is no such app."""
    return _stored(await conn.fetchrow(_INSERT_KEY, id, app_id, key_id, name))


async def get_key(conn: Connection, id: UUID) -> StoredKey | None:
    return _stored(await conn.fetchrow(_GET_KEY, id))


async def list_keys(conn: Connection, app_id: UUID, query: ApiKeyQuery) -> list[StoredKey]:
    """One more than the page holds, when there is one."""
    rows = await conn.fetch(_LIST_KEYS, app_id, query.before or LAST, query.limit + 1)
    return [StoredKey(*row) for row in rows]


async def revoke_key(conn: Connection, app_id: UUID, id: UUID) -> StoredKey | None:
    """The key as it was, dead from now on; None when it was dead or is not this app's."""
    return _stored(await conn.fetchrow(_REVOKE_KEY, id, app_id))


async def touch_keys(conn: Connection, used: Mapping[UUID, datetime]) -> None:
    """Note when keys were last used, all in one statement."""
    await conn.execute(_TOUCH, list(used.keys()), list(used.values()))


def _stored(row: asyncpg.Record | None) -> StoredKey | None:
    return None if row is None else StoredKey(*row)
