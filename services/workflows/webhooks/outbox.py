"""What is to be delivered, written in the transaction of what it tells of."""

from datetime import timedelta
from uuid import UUID

from services.workflows.store import deliveries, webhooks
from shared.contracts.events import Event
from shared.contracts.webhooks import Because
from shared.ids import new_id, new_ids
from shared.postgres import Connection, Database

KEPT = timedelta(days=30)
AT_ONCE = 1000


async def enqueue(conn: Connection, app_id: UUID, event: Event) -> None:
    """One delivery for each active endpoint that wants the event; the same event again adds none."""
    wanting = await webhooks.subscribed(conn, app_id, event.type)
    if wanting:
        contact_id = event.data.get("contact_id")
        about = None if contact_id is None else UUID(str(contact_id))
        await deliveries.insert(conn, new_ids(len(wanting)), wanting, event, about)


async def enqueue_step(
    conn: Connection,
    app_id: UUID,
    webhook_id: UUID,
    delivery_id: UUID,
    body: bytes,
    contact_id: UUID | None = None,
) -> bool:
    """Deliver what a step of a workflow says, once for each `delivery_id`, whose time orders the list.

    False when the app has no such endpoint, or it is disabled: then nothing is delivered.
    """
    if not await webhooks.is_active(conn, app_id, webhook_id):
        return False
    await deliveries.insert_step(conn, delivery_id, webhook_id, contact_id, body)
    return True


async def erase(conn: Connection, contact_id: UUID) -> None:
    """Forget what deliveries said of a contact, and what was answered."""
    await deliveries.erase(conn, contact_id)


async def disable(conn: Connection, webhook_id: UUID, because: Because) -> None:
    """Send nothing more to an endpoint and tell the app's others; nothing, when it is disabled already."""
    disabled = await webhooks.disable(conn, webhook_id, because)
    if disabled is None:
        return
    app_id, at = disabled
    await deliveries.give_up(conn, webhook_id)
    event = Event(new_id(), app_id, "webhook.disabled", at, webhook_id, {"because": because})
    await enqueue(conn, app_id, event)


async def forget_old(database: Database) -> int:
    """The sweep's work: drop deliveries of long ago; returns how many."""
    async with database.connection() as conn:
        return await deliveries.forget(conn, KEPT, AT_ONCE)
