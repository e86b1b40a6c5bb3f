"""Every SQL statement of the actions service."""

from uuid import UUID

from msgspec import Struct

from shared.postgres import Connection


class StoredKey(Struct, frozen=True):
    """An API key that is not revoked."""

    id: UUID
    app_id: UUID
    key_id: int


async def insert_app(conn: Connection, id: UUID, name: str) -> None:
    await conn.execute("insert into apps (id, name) values ($1, $2)", id, name)


async def insert_key(conn: Connection, key: StoredKey) -> None:
    await conn.execute(
        "insert into api_keys (id, app_id, key_id) values ($1, $2, $3)", key.id, key.app_id, key.key_id
    )


async def get_key(conn: Connection, id: UUID) -> StoredKey | None:
    row = await conn.fetchrow(
        "select id, app_id, key_id from api_keys where id = $1 and revoked_at is null", id
    )
    return None if row is None else StoredKey(*row)
