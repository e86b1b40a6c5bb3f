"""Users: the hosts of an app who may sign in to its console."""

from uuid import UUID

import asyncpg

from shared.contracts.sessions import User
from shared.postgres import Connection

USER = "users.id, users.name, users.email"

# The name is left as it is: whoever asks for a link to a known address does not rename anybody.
_ENSURE = f"""
    insert into users (id, app_id, name, email)
    select $1, id, $3, $4 from apps where id = $2
    on conflict (app_id, lower(email)) do update set email = users.email returning {USER}"""
_FIRST = f"select {USER} from users where app_id = $1 order by created_at, id limit 1"


async def ensure_user(conn: Connection, id: UUID, app_id: UUID, name: str, email: str) -> User | None:
    """The user of the app with this email, made when there was none; None when there is no such app."""
    return _user(await conn.fetchrow(_ENSURE, id, app_id, name, email))


async def first_user(conn: Connection, app_id: UUID) -> User | None:
    """Who has been the app's user for longest."""
    return _user(await conn.fetchrow(_FIRST, app_id))


def _user(row: asyncpg.Record | None) -> User | None:
    return None if row is None else User(*row)
