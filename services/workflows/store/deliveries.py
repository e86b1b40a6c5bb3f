"""SQL about what is delivered to webhook endpoints, as it is asked for, listed and forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec

from shared.contracts.events import Event
from shared.contracts.webhooks import Attempt, Delivery, DeliveryQuery, SentRequest
from shared.ids import LAST
from shared.postgres import Connection
from shared.where import Where

STEP = "workflow.step"
"""The type of what a step of a workflow sends."""

_COLUMNS = """d.id, d.webhook_id, d.event_type, d.event_id, d.status, d.attempts, d.headers, d.body,
    d.due_at, d.created_at"""

_INSERT = """
    insert into webhook_deliveries (id, webhook_id, event_type, event_id, event, contact_id)
    select new.id, new.webhook_id, $3, $4, $5, $6
    from unnest($1::uuid[], $2::uuid[]) as new (id, webhook_id)
    on conflict (webhook_id, event_id) do nothing"""
_INSERT_STEP = f"""
    insert into webhook_deliveries (id, webhook_id, event_type, contact_id, body)
    values ($1, $2, '{STEP}', $3, $4)
    on conflict (id) do nothing"""
_REDELIVER = f"""
    update webhook_deliveries d set status = 'pending', failures = 0, due_at = now()
    from webhooks w
    where d.id = $2 and w.id = d.webhook_id and w.app_id = $1
    returning {_COLUMNS}"""
_STANDING = """
    select w.disabled_at is null, d.body is not null or d.event is not null
    from webhook_deliveries d join webhooks w on w.id = d.webhook_id
    where d.id = $2 and w.app_id = $1 for update of d"""
_GIVE_UP = """
    update webhook_deliveries set status = 'failed', due_at = null
    where webhook_id = $1 and status = 'pending'"""
_BLANK = """
    coalesce((select jsonb_agg(jsonb_set(one, '{response_body}', '""') order by at)
        from jsonb_array_elements(attempts) with ordinality as a (one, at)), '[]')"""
_ERASE = f"""
    update webhook_deliveries set erased = true, body = null, attempts = {_BLANK},
        status = case when status = 'pending' and event is null then 'failed' else status end,
        due_at = case when event is null then null else due_at end
    where contact_id = $1"""
_FORGET = """
    delete from webhook_deliveries where id in (
        select id from webhook_deliveries where created_at < now() - $1::interval
        order by created_at limit $2 for update skip locked)"""

_ATTEMPTS = msgspec.json.Decoder(list[Attempt])
_HEADERS = msgspec.json.Decoder(dict[str, str])


async def insert(
    conn: Connection, ids: Sequence[UUID], webhook_ids: Sequence[UUID], event: Event, contact_id: UUID | None
) -> None:
    """One delivery for each endpoint; none where it has been told of this event."""
    told = msgspec.json.encode(event).decode()
    await conn.execute(_INSERT, ids, webhook_ids, event.type, event.id, told, contact_id)


async def insert_step(
    conn: Connection, id: UUID, webhook_id: UUID, contact_id: UUID | None, body: bytes
) -> None:
    """What a step sends; the same id again changes nothing."""
    await conn.execute(_INSERT_STEP, id, webhook_id, contact_id, body)


async def list_(conn: Connection, webhook_id: UUID, query: DeliveryQuery) -> list[Delivery]:
    """One more than the page holds, when there is one."""
    where = Where()
    where.add("webhook_id = any({})", [webhook_id])
    where.add_if("status = {}", query.status)
    where.add("id < {}", query.before or LAST)
    most = where.value(query.limit + 1)
    order = f"order by webhook_id, id desc limit {most}"
    statement = f"select {_COLUMNS} from webhook_deliveries d where {where} {order}"
    return [_delivery(row) for row in await conn.fetch(statement, *where.values)]


async def standing(conn: Connection, app_id: UUID, id: UUID) -> tuple[bool, bool] | None:
    """Lock a delivery; whether its endpoint is active, and whether there is still something to send."""
    row = await conn.fetchrow(_STANDING, app_id, id)
    return None if row is None else (row[0], row[1])


async def redeliver(conn: Connection, app_id: UUID, id: UUID) -> Delivery:
    """Have the delivery sent again now, as if for the first time."""
    row = await conn.fetchrow(_REDELIVER, app_id, id)
    assert row is not None  # noqa: S101  the caller holds the row's lock
    return _delivery(row)


async def give_up(conn: Connection, webhook_id: UUID) -> None:
    """Send nothing that still waits for this endpoint."""
    await conn.execute(_GIVE_UP, webhook_id)


async def erase(conn: Connection, contact_id: UUID) -> None:
    """Drop what deliveries about a contact say; an event is told without the person from now on."""
    await conn.execute(_ERASE, contact_id)


async def forget(conn: Connection, age: timedelta, most: int) -> int:
    """Drop deliveries of long ago; returns how many."""
    return int((await conn.execute(_FORGET, age, most)).rpartition(" ")[2])


def _delivery(row: asyncpg.Record) -> Delivery:
    body: bytes | None = row["body"]
    return Delivery(
        id=row["id"],
        webhook_id=row["webhook_id"],
        event_type=row["event_type"],
        event_id=row["event_id"],
        status=row["status"],
        attempts=_ATTEMPTS.decode(row["attempts"]),
        request=SentRequest(_HEADERS.decode(row["headers"]), None if body is None else body.decode()),
        next_attempt_at=row["due_at"],
        created_at=row["created_at"],
    )
