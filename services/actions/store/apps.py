"""Apps, the tenants of this installation, and who may sign action links for them."""

from uuid import UUID

import asyncpg
from msgspec import UNSET, Struct

from services.actions.store.api_keys import KEY, StoredKey
from shared.contracts.actions import App, AppPatch, OnOpen
from shared.postgres import Connection

_APP = "id, name, created_at, redirect_origins, action_links_on_open"

_GET = f"select {_APP} from apps where id = $1"
_CHANGE = f"""
    update apps set name = coalesce($2, name), redirect_origins = coalesce($3, redirect_origins),
        action_links_on_open = coalesce($4, action_links_on_open)
    where id = $1 returning {_APP}"""
_KEYS = ", ".join(f"api_keys.{column}" for column in KEY.split(", "))
_SIGNATORIES = f"""
    select redirect_origins, action_links_on_open, {_KEYS}
    from apps left join api_keys on app_id = apps.id and revoked_at is null
    where apps.id = $1 order by api_keys.id desc"""


class Signatories(Struct, frozen=True):
    """An app's settings of action links, and its keys that are not revoked, newest first."""

    redirect_origins: list[str]
    on_open: OnOpen
    keys: list[StoredKey]


async def insert_app(conn: Connection, id: UUID, name: str) -> None:
    await conn.execute("insert into apps (id, name) values ($1, $2)", id, name)


async def get_app(conn: Connection, id: UUID) -> App | None:
    return _app(await conn.fetchrow(_GET, id))


async def change_app(conn: Connection, id: UUID, ask: AppPatch) -> App | None:
    """The app as it is now; what the patch leaves out stays."""
    asked = (ask.name, ask.redirect_origins, ask.action_links_on_open)
    return _app(await conn.fetchrow(_CHANGE, id, *(None if one is UNSET else one for one in asked)))


async def get_signatories(conn: Connection, app_id: UUID) -> Signatories | None:
    """All in one statement, so that a key is either there or gone."""
    rows = await conn.fetch(_SIGNATORIES, app_id)
    if not rows:
        return None
    keys = [StoredKey(*row[2:]) for row in rows if row["id"] is not None]
    return Signatories(rows[0]["redirect_origins"], rows[0]["action_links_on_open"], keys)


def _app(row: asyncpg.Record | None) -> App | None:
    return None if row is None else App(*row)
