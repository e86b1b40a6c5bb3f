"""What workflows need: their database, the other pieces, and the address that people see."""

from dataclasses import dataclass

from shared.call import Peers
from shared.postgres import Database


@dataclass(frozen=True)
class Works:
    """`public_url` is the gateway's."""

    database: Database
    peers: Peers
    public_url: str

    async def open(self) -> None:
        await self.database.open()

    async def close(self) -> None:
        await self.peers.close()
        await self.database.close()
