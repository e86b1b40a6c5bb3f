"""What bookings need: their database, the tokens service, the keys of status URLs, and who takes payments."""

from dataclasses import dataclass
from uuid import UUID

from services.booking.payments.provider import Provider
from shared.call import Peers
from shared.capability import Keyring
from shared.postgres import Database


@dataclass(frozen=True)
class Desk:
    """`provider` is None where nobody takes payments; `public_url` is the gateway's."""

    database: Database
    peers: Peers
    keyring: Keyring
    provider: Provider | None
    public_url: str

    async def open(self) -> None:
        await self.database.open()

    async def close(self) -> None:
        await self.peers.close()
        if self.provider is not None:
            await self.provider.close()
        await self.database.close()

    def status_url(self, booking_id: UUID) -> str:
        """Where the visitor of a new booking may see what became of it."""
        return f"{self.public_url}/booking-status/{self.keyring.token(booking_id, self.keyring.newest)}"
