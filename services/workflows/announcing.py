"""Events of this piece's own: told to the app's webhook endpoints."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.workflows.webhooks import outbox
from shared.contracts.events import Event
from shared.ids import new_id
from shared.postgres import Connection


async def announce(conn: Connection, app_id: UUID, type: str, subject_id: UUID, data: dict[str, Any]) -> None:
    """Have the event delivered to whoever wants it, in the caller's transaction."""
    now: datetime = await conn.fetchval("select now()")
    await outbox.enqueue(conn, app_id, Event(new_id(), app_id, type, now, subject_id, data))
