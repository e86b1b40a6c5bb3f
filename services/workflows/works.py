"""What workflows need: their database, the other pieces, and the ways out to people and machines."""

from dataclasses import dataclass

from services.workflows.crm.bureau import Bureau
from services.workflows.mail.letter import Address
from services.workflows.mail.post_office import PostOffice
from services.workflows.vault import Vault
from services.workflows.webhooks.courier import Addresses
from services.workflows.webhooks.dispatch import Dispatch
from shared.call import Peers
from shared.capability import Keyring
from shared.postgres import Database


@dataclass(frozen=True)
class Works:
    """`public_url` is the gateway's; `webhook_addresses` is what becomes of those that are not public.

    `sender` is whom mails come from; `unsubscribe_keyring` is for the addresses that end them.
    """

    database: Database
    peers: Peers
    public_url: str
    vault: Vault
    webhook_addresses: Addresses
    dispatch: Dispatch
    bureau: Bureau
    post_office: PostOffice
    sender: Address
    unsubscribe_keyring: Keyring

    async def open(self) -> None:
        await self.database.open()

    async def close(self) -> None:
        await self.dispatch.close()
        await self.bureau.close()
        await self.peers.close()
        await self.database.close()
