"""SQL about idempotency keys of what an app creates here."""

from uuid import UUID

from shared.contracts.values import Once
from shared.errors import Refusal
from shared.postgres import Connection

_CLAIM = """
    insert into creation_keys (app_id, key, fingerprint, resource_id) values ($1, $2, $3, $4)
    on conflict do nothing returning true"""
_FIND = "select fingerprint, resource_id from creation_keys where app_id = $1 and key = $2"


async def claim(conn: Connection, app_id: UUID, once: Once | None, resource_id: UUID) -> UUID:
    """The id of what the key makes: the one given, or that of what it made before.

    Refusal `idempotency_key_reused` when it came with another body.
    """
    if once is None or await conn.fetchval(_CLAIM, app_id, once.key, once.fingerprint, resource_id):
        return resource_id
    row = await conn.fetchrow(_FIND, app_id, once.key)
    if row is None:
        raise Refusal("unavailable")
    if row[0] != once.fingerprint:
        raise Refusal("idempotency_key_reused")
    made: UUID = row[1]
    return made
