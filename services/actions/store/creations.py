"""Idempotency keys, and what was made with each."""

from uuid import UUID

from shared.contracts.values import Once
from shared.postgres import Connection

_CLAIM_KEY = """
    insert into creation_keys (app_id, key, fingerprint, api_key_id) values ($1, $2, $3, $4)
    on conflict do nothing returning true"""
_FIND_KEY = "select fingerprint, api_key_id from creation_keys where app_id = $1 and key = $2"
_CLAIM_LINK = """
    insert into action_link_keys (app_id, key, fingerprint) values ($1, $2, $3)
    on conflict (app_id, key) do update set fingerprint = action_link_keys.fingerprint
    returning fingerprint"""


async def claim_creation(conn: Connection, app_id: UUID, once: Once, api_key_id: UUID) -> bool:
    """Take an idempotency key for an API key about to be made; False when it is taken."""
    return bool(await conn.fetchval(_CLAIM_KEY, app_id, once.key, once.fingerprint, api_key_id))


async def find_creation(conn: Connection, app_id: UUID, key: str) -> tuple[str, UUID] | None:
    """The fingerprint that came with an idempotency key, and the API key it made."""
    row = await conn.fetchrow(_FIND_KEY, app_id, key)
    return None if row is None else (row[0], row[1])


async def claim_link(conn: Connection, app_id: UUID, once: Once) -> bool:
    """Take an idempotency key for an action link; False when another body has taken it."""
    taken_by = await conn.fetchval(_CLAIM_LINK, app_id, once.key, once.fingerprint)
    return bool(taken_by == once.fingerprint)
