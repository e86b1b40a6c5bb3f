"""An app that has connected a CRM: our side over a real database, theirs on loopback."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.workflows.api import crm_connections as api
from services.workflows.crm import due, outbox
from services.workflows.crm.bureau import Bureau
from services.workflows.crm.facts import Facts
from shared.contracts.crm import (
    CreateCrmConnection,
    CrmConnection,
    CrmConnectionFields,
    CrmCredentials,
    CrmKind,
    CrmOptions,
    CrmPush,
    CrmPushQuery,
)
from shared.contracts.events import Event
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection
from tests.crm.hubspot import HubSpotServer
from tests.crm.salesforce import SalesforceServer
from tests.crm.vendor import CLIENT_ID, CLIENT_SECRET

EMAIL = "amara.okafor@example.com"
START, END = datetime(2026, 12, 1, 9, 0, tzinfo=UTC), datetime(2026, 12, 1, 9, 45, tzinfo=UTC)
FACTS = Facts(
    email=EMAIL,
    external_ref="crm-4711",
    name="Amara Okafor",
    title="Product tour",
    host="Dana Reyes",
    campaign="spring",
)
MEETING = msgspec.structs.replace(FACTS, start=START, end=END, state="confirmed")


@dataclass
class Known:
    """What the other pieces would say of each subject, and what webhooks were told."""

    facts: dict[UUID, Facts | None] = field(default_factory=dict)
    away: bool = False
    announced: list[tuple[UUID, str, UUID, dict[str, Any]]] = field(default_factory=list)

    async def describe(self, event: Event) -> Facts | None:
        if self.away:
            raise Refusal("unavailable")
        return self.facts.get(event.subject_id)

    async def announce(
        self, _: Connection, app_id: UUID, type: str, subject: UUID, data: dict[str, Any]
    ) -> None:
        self.announced.append((app_id, type, subject, data))


class Account:
    """One app, its connection and its CRM."""

    def __init__(
        self, bureau: Bureau, known: Known, kind: CrmKind, server: HubSpotServer | SalesforceServer
    ) -> None:
        self.bureau, self.known, self.kind, self.server = bureau, known, kind, server
        self.app_id = new_id()
        self.connection_id = new_id()

    async def connect(self, options: CrmOptions | None = None) -> None:
        credentials = CrmCredentials(CLIENT_ID, CLIENT_SECRET, self.server.refresh_token)
        fields = CrmConnectionFields(self.kind, credentials, options or CrmOptions())
        made = await api.create_connection(self.bureau, self.app_id, CreateCrmConnection(fields))
        self.connection_id = made.id

    async def connection(self) -> CrmConnection:
        return await api.get_connection(self.bureau, self.app_id, self.connection_id)

    async def tell(
        self, type: str, facts: Facts | None = FACTS, subject: UUID | None = None, **data: Any
    ) -> Event:
        """An event, as whoever follows the feeds passes it on."""
        event = Event(new_id(), self.app_id, type, datetime.now(UTC), subject or new_id(), data)
        self.known.facts[event.subject_id] = facts
        await self.pass_on(event)
        return event

    async def pass_on(self, event: Event) -> None:
        await self.bureau.database.transact(lambda conn: outbox.enqueue(conn, self.app_id, event))

    async def send(self) -> int:
        """A round of the sweep; how many pushes it settled."""
        return await due.send_due(self.bureau)

    async def pushes(self) -> list[CrmPush]:
        """Newest first."""
        page = await api.list_pushes(self.bureau, self.app_id, self.connection_id, CrmPushQuery())
        return page.rows

    async def states(self) -> list[tuple[str, str | None]]:
        """Status and error of all pushes, oldest first."""
        return [(push.status, push.error) for push in reversed(await self.pushes())]

    async def waits(self) -> float:
        """Seconds until the connection is served again, or its first push is due, whichever is later."""
        return float(
            await self._value(
                "select extract(epoch from greatest(c.paused_until, min(p.due_at)) - now())"
                " from crm_connections c join crm_pushes p on p.connection_id = c.id and p.due_at is not null"
                " where c.id = $1 group by c.id"
            )
        )

    async def later(self) -> None:
        """Let so much time pass that everything that waits is due."""
        await self._value(
            "with c as"
            " (update crm_connections set leased_until = now(), paused_until = now() where id = $1)"
            " update crm_pushes set due_at = now()"
            " where connection_id = $1 and status = 'pending' returning 1"
        )

    async def _value(self, statement: str) -> Any:
        async with self.bureau.database.connection() as conn:
            return await conn.fetchval(statement, self.connection_id)
