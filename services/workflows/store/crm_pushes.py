"""SQL about what CRMs are to be told, and about the meetings that they know."""

from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from shared.contracts.crm import CrmPush, CrmPushQuery, PushStatus
from shared.contracts.events import Event
from shared.ids import LAST
from shared.postgres import Connection

_SHOWN = "id, event->>'type', subject_id, status, attempts, error, created_at, done_at"

_INSERT = """
    insert into crm_pushes (id, connection_id, key, subject_id, contact_id, event, note)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (connection_id, key) do nothing"""
_LIST = f"""
    select {_SHOWN} from crm_pushes where connection_id = any(array[$1::uuid]) and id < $2
    order by connection_id, id desc limit $3"""
_LIST_BY_STATUS = f"""
    select {_SHOWN} from crm_pushes where connection_id = any(array[$1::uuid]) and status = $4 and id < $2
    order by connection_id, status, id desc limit $3"""
_OF_APP = "id = $2 and connection_id in (select id from crm_connections where app_id = $1)"
_RETRY = f"""
    update crm_pushes set status = 'pending', due_at = now(), attempts = 0, done_at = null, error = null
    where {_OF_APP} and status <> 'done' returning {_SHOWN}"""
_EXISTS = f"select true from crm_pushes where {_OF_APP}"
_FORGET_CONTACT = """
    update crm_pushes set status = case when status = 'pending' then 'refused' else status end,
        error = case when status = 'pending' then 'the contact is erased' else error end,
        due_at = null, done_at = coalesce(done_at, now()), note = null
    where contact_id = $1"""

# What came earlier about the same subject goes first, however long it takes.
_DUE = """
    select id, key, event, note, attempts, begun_at is not null from crm_pushes p
    where connection_id = $1 and due_at <= now() and not exists (
        select from crm_pushes e where e.connection_id = p.connection_id and e.subject_id = p.subject_id
          and e.due_at is not null and e.id < p.id)
    order by id limit $2"""
_BEGIN = """
    update crm_pushes p set begun_at = coalesce(begun_at, now()) from crm_connections c
    where p.id = $1 and p.status = 'pending' and c.id = p.connection_id and c.lease = $2
      and c.leased_until >= now() + make_interval(secs => $3)
    returning true"""
_SETTLE = """
    update crm_pushes set status = $2, error = $3, due_at = null, done_at = now(),
        note = case when $2 = 'done' then null else note end
    where id = $1 and status = 'pending'"""
_AGAIN = """
    update crm_pushes set due_at = now() + make_interval(secs => $2), attempts = $3, error = $4
    where id = $1 and status = 'pending'"""
_MEETING = "select remote_id from crm_meetings where connection_id = $1 and booking_id = $2"
_KEEP_MEETING = """
    insert into crm_meetings (connection_id, booking_id, remote_id) values ($1, $2, $3)
    on conflict (connection_id, booking_id) do update set remote_id = excluded.remote_id"""
_FORGET_OLD = """
    delete from crm_pushes where id in (
        select id from crm_pushes where created_at < now() - interval '30 days'
        order by created_at limit $1 for update skip locked)"""

_EVENT = msgspec.json.Decoder(Event)


class DuePush(Struct, frozen=True):
    """What is to be told now; `begun` when the CRM may have been told already."""

    id: UUID
    key: UUID
    event: Event
    note: str | None
    attempts: int
    begun: bool


class NewPush(Struct, frozen=True):
    """Something to tell each CRM, once for its key."""

    key: UUID
    event: Event
    contact_id: UUID | None
    note: str | None = None


async def insert(conn: Connection, id: UUID, connection_id: UUID, new: NewPush) -> None:
    """Written once for the connection and the key; `id` gives it its place among the others."""
    event = msgspec.json.encode(new.event).decode()
    values = (new.key, new.event.subject_id, new.contact_id, event, new.note)
    await conn.execute(_INSERT, id, connection_id, *values)


async def list_(conn: Connection, connection_id: UUID, query: CrmPushQuery) -> list[CrmPush]:
    """One more than the page holds, when there is one."""
    values = (connection_id, query.before or LAST, query.limit + 1)
    if query.status is None:
        rows = await conn.fetch(_LIST, *values)
    else:
        rows = await conn.fetch(_LIST_BY_STATUS, *values, query.status)
    return [CrmPush(*row) for row in rows]


async def retry(conn: Connection, app_id: UUID, id: UUID) -> CrmPush | None:
    """Due again; None for one that is done, or is not this app's."""
    row: asyncpg.Record | None = await conn.fetchrow(_RETRY, app_id, id)
    return None if row is None else CrmPush(*row)


async def exists(conn: Connection, app_id: UUID, id: UUID) -> bool:
    return bool(await conn.fetchval(_EXISTS, app_id, id))


async def forget_contact(conn: Connection, contact_id: UUID) -> None:
    """Nothing more is told about an erased contact, and no note of theirs is kept."""
    await conn.execute(_FORGET_CONTACT, contact_id)


async def due(conn: Connection, connection_id: UUID, most: int) -> list[DuePush]:
    """What is due, the oldest of each subject only."""
    return [
        DuePush(row[0], row[1], _EVENT.decode(row[2]), *row[3:])
        for row in await conn.fetch(_DUE, connection_id, most)
    ]


async def begin(conn: Connection, id: UUID, lease: UUID, seconds: float) -> bool:
    """Note that the CRM is about to be told; False without a lease that lasts for so long."""
    return bool(await conn.fetchval(_BEGIN, id, lease, seconds))


async def settle(conn: Connection, id: UUID, status: PushStatus, error: str | None = None) -> None:
    await conn.execute(_SETTLE, id, status, error)


async def again(conn: Connection, id: UUID, seconds: float, attempts: int, error: str) -> None:
    await conn.execute(_AGAIN, id, seconds, attempts, error)


async def meeting(conn: Connection, connection_id: UUID, booking_id: UUID) -> str | None:
    """The CRM's id of the booking's meeting."""
    remote_id: str | None = await conn.fetchval(_MEETING, connection_id, booking_id)
    return remote_id


async def keep_meeting(conn: Connection, connection_id: UUID, booking_id: UUID, remote_id: str) -> None:
    await conn.execute(_KEEP_MEETING, connection_id, booking_id, remote_id)


async def forget_old(conn: Connection, most: int) -> int:
    """Drop what is older than a month, told or not; returns how many."""
    return int((await conn.execute(_FORGET_OLD, most)).split()[-1])
