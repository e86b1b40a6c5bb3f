"""An app with webhooks: what it asks, what it is told, and the rows behind that."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import convert
from standardwebhooks.webhooks import Webhook

from services.workflows.webhooks import outbox
from shared.contracts.events import Event
from shared.ids import new_id
from tests.eventually import eventually
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.webhooks.receiver import Received, Receiver

_DUE_NOW = "update webhook_deliveries set due_at = now() where id = $1 and due_at is not null"
_FAILING = "update webhooks set failing_since = now() - $2 * interval '1 hour' where id = $1"


@dataclass(frozen=True)
class Office:
    stack: Stack
    app: Client
    app_id: UUID

    @classmethod
    async def of(cls, stack: Stack, app: Client) -> "Office":
        return cls(stack, app, UUID((await app.get("/v1/app")).data["id"]))

    @property
    def dsn(self) -> str:
        return self.stack.dsn["workflows"]

    async def webhook(self, receiver: Receiver, *events: str) -> dict[str, Any]:
        """An endpoint for a receiver, which wants all events unless some are named."""
        body = {"url": receiver.url, "events": list(events) or ["*"]}
        made: dict[str, Any] = (await self.app.post("/v1/webhooks", body)).data
        return made

    async def read(self, webhook: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (await self.app.get(f"/v1/webhooks/{webhook['id']}")).data
        return found

    async def tell(self, type: str = "booking.confirmed", **data: Any) -> Event:
        """Something happens to this app, written as the follower of the feeds writes it."""
        return await self.tell_again(Event(new_id(), self.app_id, type, datetime.now(UTC), new_id(), data))

    async def tell_again(self, event: Event) -> Event:
        connection = await asyncpg.connect(self.dsn)
        try:
            async with connection.transaction():
                await outbox.enqueue(connection, self.app_id, event)  # type: ignore[arg-type]
        finally:
            await connection.close()
        return event

    async def deliveries(self, webhook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        path = f"/v1/webhooks/{webhook['id']}/deliveries{query}"
        return convert((await self.app.get(path)).data, list[dict[str, Any]])

    async def delivery(self, webhook: dict[str, Any], status: str, attempts: int = 1) -> dict[str, Any]:
        """The endpoint's one delivery, once it has this status after so many attempts."""

        async def so() -> list[dict[str, Any]]:
            [found] = await self.deliveries(webhook)
            fits = found["status"] == status and len(found["attempts"]) == attempts
            return [found] if fits else []

        found: list[dict[str, Any]] = await eventually(so)
        return found[0]

    async def now(self, delivery_id: str) -> None:
        """Let the time come that a delivery waits for."""
        await fetch(self.dsn, _DUE_NOW, UUID(delivery_id))

    async def has_failed_for(self, webhook: dict[str, Any], hours: int) -> None:
        """Move the endpoint's first failure into the past."""
        await fetch(self.dsn, _FAILING, UUID(webhook["id"]), hours)


def verified(secret: str, received: Received) -> Any:
    """What was received, as the receiver's own library reads it once the signature holds."""
    return Webhook(secret).verify(received.body, received.headers)
