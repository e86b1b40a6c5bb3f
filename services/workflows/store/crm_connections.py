"""SQL about connections to CRMs: what seals them, who sends through them, when they rest."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from shared.contracts.crm import CrmConnection, CrmKind, CrmOptions
from shared.postgres import Connection

_COLUMNS = "id, kind, status, options, created_at, last_used_at, last_error"
_IN_USE = "id, app_id, kind, options, key_id, sealed, version, lease"

_INSERT = """
    insert into crm_connections (id, app_id, kind, options, key_id, sealed) values ($1, $2, $3, $4, $5, $6)
    on conflict (app_id, kind) do nothing returning true"""
_GET = f"select {_COLUMNS} from crm_connections where id = $2 and app_id = $1"
_LIST = f"select {_COLUMNS} from crm_connections where app_id = $1 order by kind"
_OF_APP = "select id from crm_connections where app_id = $1 and kind = coalesce($2, kind)"
_SET_OPTIONS = "update crm_connections set options = $3 where id = $2 and app_id = $1"
_RECONNECT = """
    update crm_connections set key_id = $3, sealed = $4, version = version + 1, status = 'connected',
        last_error = null, paused_until = '-infinity'
    where id = $2 and app_id = $1"""
_DELETE = f"""
    with forgotten as (delete from creation_keys where resource_id = $2 and app_id = $1)
    delete from crm_connections where id = $2 and app_id = $1 returning {_COLUMNS}"""

# From one connection with something waiting to the next, each a step in the index. Whoever was served longest
# ago comes first, so that one busy connection keeps nobody waiting.
_TAKE = f"""
    with recursive waiting as (
        (select connection_id as id from crm_pushes where due_at is not null order by connection_id limit 1)
        union all
        select (select p.connection_id from crm_pushes p
                where p.due_at is not null and p.connection_id > waiting.id order by p.connection_id limit 1)
        from waiting where waiting.id is not null)
    update crm_connections set lease = $1, leased_until = now() + make_interval(secs => $2)
    where id in (
        select c.id from waiting join crm_connections c on c.id = waiting.id
        where status = 'connected' and leased_until <= now() and paused_until <= now()
          and exists (select from crm_pushes p where p.connection_id = c.id and p.due_at <= now())
        order by leased_until limit $3 for update of c skip locked)
    returning {_IN_USE}"""
_RELEASE = "update crm_connections set lease = null, leased_until = now() where id = $1 and lease = $2"
_RENEWED = """
    update crm_connections set key_id = $3, sealed = $4, version = version + 1
    where id = $1 and version = $2 returning version"""
_USED = "update crm_connections set last_used_at = now(), last_error = $2 where id = $1"
_PAUSE = """
    update crm_connections set paused_until = now() + make_interval(secs => $2), last_error = $3
    where id = $1"""
_LOSE = """
    update crm_connections set status = 'needs_reconnect', last_error = $3
    where id = $1 and version = $2 and status = 'connected' returning true"""

_OPTIONS = msgspec.json.Decoder(CrmOptions)


class InUse(Struct, frozen=True):
    """A connection that is leased for sending: `version` counts the changes of its credentials."""

    id: UUID
    app_id: UUID
    kind: CrmKind
    options: CrmOptions
    key_id: int
    sealed: bytes
    version: int
    lease: UUID


async def insert(
    conn: Connection, id: UUID, app_id: UUID, kind: CrmKind, options: CrmOptions, sealed: tuple[int, bytes]
) -> bool:
    """The new connection; False when the app has one of this kind."""
    return bool(await conn.fetchval(_INSERT, id, app_id, kind, _text(options), *sealed))


async def get(conn: Connection, app_id: UUID, id: UUID) -> CrmConnection | None:
    return _connection(await conn.fetchrow(_GET, app_id, id))


async def list_(conn: Connection, app_id: UUID) -> list[CrmConnection]:
    """All of the app's, at most one of each kind."""
    found = [_connection(row) for row in await conn.fetch(_LIST, app_id)]
    return [connection for connection in found if connection is not None]


async def of_app(conn: Connection, app_id: UUID, kind: CrmKind | None) -> list[UUID]:
    """The ids of the app's connections, of this kind or of all."""
    return [row[0] for row in await conn.fetch(_OF_APP, app_id, kind)]


async def set_options(conn: Connection, app_id: UUID, id: UUID, options: CrmOptions) -> None:
    await conn.execute(_SET_OPTIONS, app_id, id, _text(options))


async def reconnect(conn: Connection, app_id: UUID, id: UUID, sealed: tuple[int, bytes]) -> None:
    """Keep new credentials; what waits is sent with them."""
    await conn.execute(_RECONNECT, app_id, id, *sealed)


async def delete(conn: Connection, app_id: UUID, id: UUID) -> CrmConnection | None:
    """Forget the connection, its credentials and what it was to be told."""
    return _connection(await conn.fetchrow(_DELETE, app_id, id))


async def take(conn: Connection, lease: UUID, seconds: float, most: int) -> list[InUse]:
    """Lease connections with something due: nobody else sends through them for so long."""
    return [
        InUse(row[0], row[1], row[2], _OPTIONS.decode(row[3]), *row[4:])
        for row in await conn.fetch(_TAKE, lease, seconds, most)
    ]


async def release(conn: Connection, id: UUID, lease: UUID) -> None:
    await conn.execute(_RELEASE, id, lease)


async def renewed(conn: Connection, id: UUID, version: int, sealed: tuple[int, bytes]) -> int | None:
    """Keep renewed credentials; their version, or None when others have been given meanwhile."""
    after: int | None = await conn.fetchval(_RENEWED, id, version, *sealed)
    return after


async def used(conn: Connection, id: UUID, error: str | None) -> None:
    """Note that the CRM was told something, and why it would not take it."""
    await conn.execute(_USED, id, error)


async def pause(conn: Connection, id: UUID, seconds: float, error: str) -> None:
    """Leave the CRM alone for so long."""
    await conn.execute(_PAUSE, id, seconds, error)


async def lose(conn: Connection, id: UUID, version: int, error: str) -> bool:
    """The credentials do not hold any more; False when that is known, or others have been given."""
    return bool(await conn.fetchval(_LOSE, id, version, error))


def _text(options: CrmOptions) -> str:
    return msgspec.json.encode(options).decode()


def _connection(row: asyncpg.Record | None) -> CrmConnection | None:
    if row is None:
        return None
    created_at: datetime = row[4]
    return CrmConnection(row[0], row[1], row[2], _OPTIONS.decode(row[3]), created_at, row[5], row[6])
