"""SQL about contacts who want no more mails that programs set off."""

from uuid import UUID

from shared.postgres import Connection

_ADD = "insert into unsubscribed (app_id, contact_id) values ($1, $2) on conflict do nothing"
_REMOVE = "delete from unsubscribed where app_id = $1 and contact_id = $2"
_HOLDS = "select exists (select from unsubscribed where app_id = $1 and contact_id = $2)"


async def add(conn: Connection, app_id: UUID, contact_id: UUID) -> None:
    """The contact wants no more of them; once is enough."""
    await conn.execute(_ADD, app_id, contact_id)


async def remove(conn: Connection, app_id: UUID, contact_id: UUID) -> None:
    """The contact takes them again, or was erased."""
    await conn.execute(_REMOVE, app_id, contact_id)


async def holds(conn: Connection, app_id: UUID, contact_id: UUID) -> bool:
    """Whether the contact wants no more of them."""
    found: bool = await conn.fetchval(_HOLDS, app_id, contact_id)
    return found
