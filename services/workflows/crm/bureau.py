"""What pushing to CRMs needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from services.workflows.crm.access import Credentials
from services.workflows.crm.facts import Describe
from services.workflows.crm.vendor import Vendors
from services.workflows.vault import Vault
from shared.postgres import Connection, Database

Announce = Callable[[Connection, UUID, str, UUID, dict[str, Any]], Awaitable[None]]
"""Write an event of our own: the app's id, type, subject's id and data, in the caller's transaction."""


@dataclass(frozen=True)
class Bureau:
    """`describe` asks the owners of what is told; `announce` tells the app's own webhooks."""

    database: Database
    vault: Vault
    vendors: Vendors
    describe: Describe
    announce: Announce

    async def close(self) -> None:
        """Let go of the CRMs."""
        await self.vendors.http.close()

    def seal(self, connection_id: UUID, credentials: Credentials) -> tuple[int, bytes]:
        """Credentials as the connection's row keeps them."""
        return self.vault.seal(msgspec.json.encode(credentials), connection_id.bytes)

    def unseal(self, connection_id: UUID, key_id: int, sealed: bytes) -> Credentials:
        """Credentials from the row; Unopened when their key is gone."""
        plain = self.vault.open(key_id, sealed, connection_id.bytes)
        return msgspec.json.decode(plain, type=Credentials)
