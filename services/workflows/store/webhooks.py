"""SQL about webhook endpoints; their secrets come and go sealed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from shared.contracts.webhooks import EVERY_EVENT, Because, Webhook, WebhookFields, WebhookQuery
from shared.ids import LAST
from shared.postgres import Connection

_COLUMNS = "id, url, events, description, disabled_at, disabled_because, created_at, secret_key_id, secret"

_COUNT = "select count(*) from webhooks where app_id = $1"
_INSERT = """
    insert into webhooks (id, app_id, url, events, description, secret_key_id, secret)
    values ($1, $2, $3, $4, $5, $6, $7)"""
_GET = f"select {_COLUMNS} from webhooks where id = $2 and app_id = $1"
_LIST = f"""
    select {_COLUMNS} from webhooks where app_id = any(array[$1::uuid]) and id < $2
    order by app_id, id desc limit $3"""
_DELETE = f"delete from webhooks where id = $2 and app_id = $1 returning {_COLUMNS}"
_ROTATE = f"""
    update webhooks set former_key_id = secret_key_id, former_secret = secret,
        former_until = now() + $5, secret_key_id = $3, secret = $4
    where id = $2 and app_id = $1 returning {_COLUMNS}"""
_ENABLE = f"""
    update webhooks set disabled_at = null, disabled_because = null, failing_since = null
    where id = $2 and app_id = $1 returning {_COLUMNS}"""
_SUBSCRIBED = """
    select id from webhooks where app_id = $1 and disabled_at is null and events && $2::text[]"""
_IS_ACTIVE = "select true from webhooks where app_id = $1 and id = $2 and disabled_at is null"
_SUCCEEDED = "update webhooks set failing_since = null where id = $1 and failing_since is not null"
_FAILED = """
    update webhooks set failing_since = coalesce(failing_since, now())
    where id = $1 returning failing_since, now()"""
_DISABLE = """
    update webhooks set disabled_at = now(), disabled_because = $2
    where id = $1 and disabled_at is null returning app_id, disabled_at"""


class Sealed(Struct, frozen=True):
    """A secret as it is stored, and the key that opens it."""

    key_id: int
    secret: bytes


class StoredWebhook(Struct, frozen=True):
    webhook: Webhook
    sealed: Sealed


async def count(conn: Connection, app_id: UUID) -> int:
    number: int = await conn.fetchval(_COUNT, app_id)
    return number


async def insert(conn: Connection, id: UUID, app_id: UUID, fields: WebhookFields, sealed: Sealed) -> None:
    values = (fields.url, fields.events, fields.description, sealed.key_id, sealed.secret)
    await conn.execute(_INSERT, id, app_id, *values)


async def get(conn: Connection, app_id: UUID, id: UUID) -> StoredWebhook | None:
    return _stored(await conn.fetchrow(_GET, app_id, id))


async def list_(conn: Connection, app_id: UUID, query: WebhookQuery) -> list[Webhook]:
    """One more than the page holds, when there is one."""
    rows = await conn.fetch(_LIST, app_id, query.before or LAST, query.limit + 1)
    return [_webhook(row) for row in rows]


async def delete(conn: Connection, app_id: UUID, id: UUID) -> StoredWebhook | None:
    """Take the endpoint away with all that was delivered to it."""
    return _stored(await conn.fetchrow(_DELETE, app_id, id))


async def rotate(
    conn: Connection, app_id: UUID, id: UUID, sealed: Sealed, overlap: timedelta
) -> StoredWebhook | None:
    """Sign with another secret, and for a while with the one before it too."""
    return _stored(await conn.fetchrow(_ROTATE, app_id, id, sealed.key_id, sealed.secret, overlap))


async def enable(conn: Connection, app_id: UUID, id: UUID) -> StoredWebhook | None:
    return _stored(await conn.fetchrow(_ENABLE, app_id, id))


async def subscribed(conn: Connection, app_id: UUID, type: str) -> Sequence[UUID]:
    """The app's active endpoints that want events of this type."""
    return [row[0] for row in await conn.fetch(_SUBSCRIBED, app_id, [type, EVERY_EVENT])]


async def is_active(conn: Connection, app_id: UUID, id: UUID) -> bool:
    return bool(await conn.fetchval(_IS_ACTIVE, app_id, id))


async def succeeded(conn: Connection, id: UUID) -> None:
    """Something arrived; writes only when something had failed before."""
    await conn.execute(_SUCCEEDED, id)


async def failed(conn: Connection, id: UUID) -> tuple[datetime, datetime] | None:
    """Lock the endpoint; since when it has been failing, and the time now; None when it is gone."""
    row = await conn.fetchrow(_FAILED, id)
    return None if row is None else (row[0], row[1])


async def disable(conn: Connection, id: UUID, because: Because) -> tuple[UUID, datetime] | None:
    """Its app, and when this was; None when it is disabled already, or gone."""
    row = await conn.fetchrow(_DISABLE, id, because)
    return None if row is None else (row[0], row[1])


def _stored(row: asyncpg.Record | None) -> StoredWebhook | None:
    return None if row is None else StoredWebhook(_webhook(row), Sealed(row["secret_key_id"], row["secret"]))


def _webhook(row: asyncpg.Record) -> Webhook:
    return Webhook(
        id=row["id"],
        url=row["url"],
        events=row["events"],
        description=row["description"],
        status="active" if row["disabled_at"] is None else "disabled",
        disabled_at=row["disabled_at"],
        disabled_because=row["disabled_because"],
        created_at=row["created_at"],
    )
