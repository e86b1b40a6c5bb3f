"""What workflows need: their database, the other pieces, a vault, and the address that people see."""

from dataclasses import dataclass

from services.workflows.vault import Vault
from services.workflows.webhooks.courier import Addresses
from shared.call import Peers
from shared.postgres import Database


@dataclass(frozen=True)
class Works:
    """`public_url` is the gateway's; `webhook_addresses` is what becomes of those that are not public."""

    database: Database
    peers: Peers
    public_url: str
    vault: Vault
    webhook_addresses: Addresses

    async def open(self) -> None:
        await self.database.open()

    async def close(self) -> None:
        await self.peers.close()
        await self.database.close()
