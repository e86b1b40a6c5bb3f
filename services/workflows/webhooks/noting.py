"""What became of an attempt, written down with all that follows from it."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from services.workflows.store import due_deliveries, webhooks
from services.workflows.store.due_deliveries import Due
from services.workflows.webhooks import outbox, schedule
from services.workflows.webhooks.courier import Answer
from shared.contracts.webhooks import Attempt, DeliveryStatus
from shared.postgres import Connection


class Tried(Struct, frozen=True):
    """One attempt: what was sent when, and what came back; `luck` is from 0 to 1, for the next pause."""

    at: datetime
    headers: Mapping[str, str]
    answer: Answer
    luck: float


async def note(conn: Connection, due: Due, tried: Tried) -> None:
    """Write an attempt down; its endpoint is disabled when it wants no more, or has failed for days."""
    answer = tried.answer
    attempt = Attempt(tried.at, answer.status, answer.error, answer.body, answer.took_ms)
    # The endpoint's row before the delivery's, always: two of these never wait for each other in a circle.
    if answer.delivered:
        await webhooks.succeeded(conn, due.webhook_id)
        await due_deliveries.note(conn, due, attempt, tried.headers, "delivered", None)
        return
    health = await webhooks.failed(conn, due.webhook_id)
    pause = None if answer.gone else schedule.next_pause(due.failures + 1, tried.luck, answer.wish)
    status: DeliveryStatus = "failed" if pause is None else "pending"
    await due_deliveries.note(conn, due, attempt, tried.headers, status, pause)
    if answer.gone:
        await outbox.disable(conn, due.webhook_id, "gone")
    elif health is not None and schedule.is_given_up(*health):
        await outbox.disable(conn, due.webhook_id, "failing")
