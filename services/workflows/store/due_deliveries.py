"""SQL about deliveries that are due: taking them, keeping their bodies, noting what became of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from services.workflows.store.webhooks import Sealed
from shared.contracts.events import Event
from shared.contracts.webhooks import Attempt, DeliveryStatus
from shared.postgres import Connection

KEPT_ATTEMPTS = 20

# From one endpoint with something due to the next, each a step in the index: how many wait does not matter.
# OFFSET 0 has each looked up by its id. Taking one puts it off until after it must have been noted: what a
# crash cuts off is sent again.
_TAKE = """
    with recursive waiting as (
        (select webhook_id from webhook_deliveries where due_at is not null order by webhook_id limit 1)
        union all
        select (select d.webhook_id from webhook_deliveries d
                where d.due_at is not null and d.webhook_id > waiting.webhook_id
                order by d.webhook_id limit 1)
        from waiting where waiting.webhook_id is not null),
    candidates as (
        select first.id, first.due_at from waiting
        cross join lateral (
            select * from webhooks where id = waiting.webhook_id and disabled_at is null offset 0) as w
        left join unnest($3::uuid[], $4::int[]) as busy (webhook_id, under_way) on busy.webhook_id = w.id
        cross join lateral (
            select d.id, d.due_at from webhook_deliveries d
            where d.webhook_id = w.id and d.due_at <= now()
            order by d.due_at limit greatest(0, $2::int - coalesce(busy.under_way, 0))) as first),
    taken as (
        update webhook_deliveries set due_at = now() + $5
        where id in (
            select id from webhook_deliveries
            where due_at <= now() and id in (select id from candidates order by due_at limit $1)
            for update skip locked)
        returning *)
    select t.id, t.webhook_id, w.url, w.secret_key_id, w.secret, w.former_key_id, w.former_secret,
        w.former_until, t.event, t.body, t.erased, t.failures, t.contact_id, w.app_id
    from taken t join webhooks w on w.id = t.webhook_id"""
_KEEP = """
    update webhook_deliveries set body = $2
    where id = $1 and body is null and erased = $3 returning true"""
# The answer may quote what an erasure has taken away meanwhile.
_NOTE = f"""
    update webhook_deliveries set status = $2, due_at = now() + $3, failures = $4, headers = $5,
        attempts = case when jsonb_array_length(attempts) >= {KEPT_ATTEMPTS} then attempts - 0
            else attempts end
            || case when erased = $7 then $6::jsonb else jsonb_set($6, '{{response_body}}', '""') end
    where id = $1 and status = 'pending'"""

_EVENT = msgspec.json.Decoder(Event)


class Due(Struct, frozen=True, kw_only=True):
    """A delivery to attempt now, with the secrets that may sign it; `failures` have gone before."""

    id: UUID
    webhook_id: UUID
    url: str
    sealed: Sealed
    former: Sealed | None
    former_until: datetime | None
    event: Event | None
    body: bytes | None
    erased: bool
    failures: int
    contact_id: UUID | None
    app_id: UUID


async def take(
    conn: Connection, most: int, per_endpoint: int, busy: Mapping[UUID, int], lease: timedelta
) -> Sequence[Due]:
    """Some due deliveries, at most so many of an endpoint together with those under way."""
    counts = (list(busy.keys()), list(busy.values()))
    return [_due(row) for row in await conn.fetch(_TAKE, most, per_endpoint, *counts, lease)]


async def keep_body(conn: Connection, due: Due, body: bytes) -> bool:
    """Keep what every attempt sends; False when the contact was erased since the delivery was taken."""
    return bool(await conn.fetchval(_KEEP, due.id, body, due.erased))


async def note(
    conn: Connection,
    due: Due,
    attempt: Attempt,
    headers: Mapping[str, str],
    status: DeliveryStatus,
    pause: timedelta | None,
) -> None:
    """Write an attempt down, and when the next one is."""
    failures = due.failures + (status != "delivered")
    told = (msgspec.json.encode(headers).decode(), msgspec.json.encode(attempt).decode())
    await conn.execute(_NOTE, due.id, status, pause, failures, *told, due.erased)


def _due(row: asyncpg.Record) -> Due:
    former = None if row["former_key_id"] is None else Sealed(row["former_key_id"], row["former_secret"])
    return Due(
        id=row["id"],
        webhook_id=row["webhook_id"],
        url=row["url"],
        sealed=Sealed(row["secret_key_id"], row["secret"]),
        former=former,
        former_until=row["former_until"],
        event=None if row["event"] is None else _EVENT.decode(row["event"]),
        body=row["body"],
        erased=row["erased"],
        failures=row["failures"],
        contact_id=row["contact_id"],
        app_id=row["app_id"],
    )
