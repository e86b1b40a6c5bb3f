"""One endpoint, and what sends to it; a test says what events are about and what is filled in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from services.workflows.store import deliveries, webhooks
from services.workflows.store.due_deliveries import Due
from services.workflows.vault import Vault
from services.workflows.webhooks import outbox, secrets
from services.workflows.webhooks.courier import Courier
from services.workflows.webhooks.dispatch import Dispatch
from services.workflows.webhooks.signing import new_secret
from shared.contracts.events import Event
from shared.contracts.webhooks import Delivery, DeliveryQuery, WebhookFields
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Database
from tests.shared.settings import KEY
from tests.webhooks.receiver import Receiver

MARKER = b"https://marker.invalid"


class Says(Struct):
    """What is said of every event, and what stands where a marker was; a code in its place refuses."""

    data: dict[str, Any] = {}
    address: bytes = b"https://bookonce.example/single-use/token"
    refusal: str | None = None


@dataclass
class Post:
    database: Database
    vault: Vault
    app_id: UUID
    webhook_id: UUID
    says: Says = field(default_factory=Says)

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(self.database, self.vault, Courier("allow"), self.present, self.fill)

    @classmethod
    async def to(cls, receiver: Receiver, database: Database) -> "Post":
        post = cls(database, Vault(f"1:{KEY}"), new_id(), new_id())
        fields = WebhookFields(receiver.url, ["*"])
        sealed = secrets.seal(post.vault, post.webhook_id, new_secret())
        async with database.connection() as conn:
            await webhooks.insert(conn, post.webhook_id, post.app_id, fields, sealed)
        return post

    async def present(self, event: Event) -> dict[str, Any]:
        self._refuse()
        return {"id": event.subject_id, **self.says.data}

    async def fill(self, body: bytes, _: Due) -> bytes:
        if MARKER in body:
            self._refuse()
        return body.replace(MARKER, self.says.address)

    def _refuse(self) -> None:
        if self.says.refusal is not None:
            raise Refusal(self.says.refusal)

    async def tell(self, **data: Any) -> None:
        event = Event(new_id(), self.app_id, "booking.confirmed", datetime.now(UTC), new_id(), data)
        async with self.database.connection() as conn:
            await outbox.enqueue(conn, self.app_id, event)

    async def step(self, body: bytes, delivery_id: UUID, contact_id: UUID | None = None) -> bool:
        async with self.database.connection() as conn:
            return await outbox.enqueue_step(
                conn, self.app_id, self.webhook_id, delivery_id, body, contact_id
            )

    async def send(self) -> None:
        """Send what is due, and wait until it is noted."""
        while await self.dispatch.send_due():
            pass

    async def again(self) -> None:
        """Send what is left, as if its time had come."""
        async with self.database.connection() as conn:
            await conn.execute("update webhook_deliveries set due_at = now() where due_at is not null")
        await self.send()

    async def listed(self) -> list[Delivery]:
        async with self.database.connection() as conn:
            return await deliveries.list_(conn, self.webhook_id, DeliveryQuery())

    async def erase(self, contact_id: UUID) -> None:
        async with self.database.connection() as conn:
            await outbox.erase(conn, contact_id)
