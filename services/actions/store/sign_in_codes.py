"""Sign-in codes: what a sign-in link opens, once; what makes the link is not among what is stored."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from services.actions.store.users import USER
from shared.contracts.sessions import User
from shared.postgres import Connection

_INSERT = """
    insert into sign_in_codes (id, user_id, key_id, expires_at) values ($1, $2, $3, now() + $4)
    returning expires_at"""
_GET = f"""
    select {USER}, key_id, sign_in_codes.expires_at, session_id, now(), users.app_id, apps.name
    from sign_in_codes join users on users.id = user_id join apps on apps.id = users.app_id
    where sign_in_codes.id = $1"""
_SPEND = """
    update sign_in_codes set spent_at = coalesce(spent_at, now()), session_id = $2
    where id = $1 and (session_id = $2 or session_id is null and expires_at > now()) returning true"""
_FORGET = """
    delete from sign_in_codes where id = any(array(
        select id from sign_in_codes where expires_at < now() - $1::interval
        order by expires_at limit 1000 for update skip locked))"""


class StoredCode(Struct, frozen=True):
    """A sign-in code, the session it was spent for, and what time it is for the database."""

    user: User
    key_id: int
    expires_at: datetime
    spent_for: UUID | None
    now: datetime
    app_id: UUID
    app_name: str


async def insert_code(
    conn: Connection, id: UUID, user_id: UUID, key_id: int, lifetime: timedelta
) -> datetime:
    """When the new code ends."""
    expires_at: datetime = await conn.fetchval(_INSERT, id, user_id, key_id, lifetime)
    return expires_at


async def get_code(conn: Connection, id: UUID) -> StoredCode | None:
    return _stored(await conn.fetchrow(_GET, id))


async def spend_code(conn: Connection, id: UUID, session_id: UUID) -> bool:
    """Take the code for a session, by compare-and-set; False when it has ended or another has it."""
    return bool(await conn.fetchval(_SPEND, id, session_id))


async def forget_codes(conn: Connection, kept: timedelta) -> int:
    """Remove codes that ended so long ago; how many."""
    return int((await conn.execute(_FORGET, kept)).split()[-1])


def _stored(row: asyncpg.Record | None) -> StoredCode | None:
    return None if row is None else StoredCode(User(*row[:3]), *row[3:])
