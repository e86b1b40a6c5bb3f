"""Sessions of hosts; what makes their cookies is not among what is stored."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from services.actions.store.users import USER
from shared.contracts.sessions import User
from shared.postgres import Connection

_LIVE = "ended_at is null and sessions.expires_at > now() and seen_at > now() - $2::interval"

_INSERT = """
    insert into sessions (id, user_id, app_id, key_id, expires_at)
    select $1, id, app_id, $3, now() + $4 from users where id = $2
    on conflict (id) do update set seen_at = sessions.seen_at returning expires_at"""
# That it was seen is written at most once a minute: a console asks all the time.
_SEE = f"""
    with seen as (
        update sessions set seen_at = now()
        where id = $1 and {_LIVE} and seen_at < now() - interval '1 minute')
    select {USER}, key_id, sessions.expires_at, users.app_id, apps.name
    from sessions join users on users.id = user_id join apps on apps.id = users.app_id
    where sessions.id = $1 and {_LIVE}"""
_END = "update sessions set ended_at = now() where id = $1 and key_id = $2 and ended_at is null"
_END_ALL = """
    update sessions set ended_at = now() where ended_at is null
    and user_id = (select user_id from sessions where id = $1 and key_id = $2 and ended_at is null)"""
_FORGET = """
    delete from sessions where id = any(array(
        select id from sessions where expires_at < now() - $1::interval
        order by expires_at limit 1000 for update skip locked))"""


class StoredSession(Struct, frozen=True):
    """A session that has not ended."""

    user: User
    key_id: int
    expires_at: datetime
    app_id: UUID
    app_name: str


async def insert_session(
    conn: Connection, id: UUID, user_id: UUID, key_id: int, lifetime: timedelta
) -> datetime:
    """A new session, or the same again; when it expires."""
    expires_at: datetime = await conn.fetchval(_INSERT, id, user_id, key_id, lifetime)
    return expires_at


async def see_session(conn: Connection, id: UUID, idle: timedelta) -> StoredSession | None:
    """The session, noted as seen; None when it has ended or was not seen for longer than `idle`."""
    return _stored(await conn.fetchrow(_SEE, id, idle))


async def end_session(conn: Connection, id: UUID, key_id: int) -> None:
    await conn.execute(_END, id, key_id)


async def end_all_sessions(conn: Connection, id: UUID, key_id: int) -> None:
    """End every session of the user whose session this is."""
    await conn.execute(_END_ALL, id, key_id)


async def forget_sessions(conn: Connection, kept: timedelta) -> int:
    """Remove sessions that expired so long ago; how many."""
    return int((await conn.execute(_FORGET, kept)).split()[-1])


def _stored(row: asyncpg.Record | None) -> StoredSession | None:
    return None if row is None else StoredSession(User(*row[:3]), *row[3:])
