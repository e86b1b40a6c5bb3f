"""What every operation needs, and the secrets that only this piece can make."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.actions.signatures import Secret
from services.actions.store.api_keys import StoredKey
from shared.call import Peers
from shared.capability import Keyring
from shared.contracts.actions import ApiKey
from shared.postgres import Database

PREFIX = "live_api_key_"
_SHOWN = len(PREFIX) + 8


@dataclass(frozen=True)
class Office:
    """The database, the other pieces, and the keys: of API keys, hidden ones, sign-in links and sessions."""

    database: Database
    peers: Peers
    keyring: Keyring
    link_keyring: Keyring
    sign_in_keyring: Keyring
    session_keyring: Keyring
    csrf_keyring: Keyring
    used: dict[UUID, datetime] = field(default_factory=dict)
    """When keys were last used, until the sweep writes it down."""

    async def close(self) -> None:
        """Let go of the other pieces and of the database."""
        await self.peers.close()
        await self.database.close()

    def key(self, stored: StoredKey) -> str:
        return PREFIX + self.keyring.token(stored.id, stored.key_id)

    def show(self, stored: StoredKey) -> ApiKey:
        """The key as it is listed, without what makes it a key."""
        return ApiKey(
            stored.id, stored.name, self.key(stored)[:_SHOWN], stored.created_at, stored.last_used_at
        )

    def reveal(self, stored: StoredKey) -> ApiKey:
        """The key as it is shown once."""
        return ApiKey(
            stored.id,
            stored.name,
            self.key(stored)[:_SHOWN],
            stored.created_at,
            stored.last_used_at,
            self.key(stored),
        )

    def hidden_secret(self, app_id: UUID, key_id: int) -> Secret:
        """The app's own secret, which nobody is shown and no deleted API key takes along."""
        secret = self.link_keyring.token(app_id, key_id)
        return Secret(f"bookonce-{key_id}", secret, "Bookonce's own key for the app")

    def secrets(self, app_id: UUID, keys: Iterable[StoredKey]) -> list[Secret]:
        """All that may sign for the app; a key made with what is no longer held is none of them."""
        hidden = [self.hidden_secret(app_id, key_id) for key_id in self.link_keyring.key_ids]
        return [*map(self._secret, self._held(keys)), *hidden]

    def _held(self, keys: Iterable[StoredKey]) -> list[StoredKey]:
        return [stored for stored in keys if stored.key_id in self.keyring.key_ids]

    def _secret(self, stored: StoredKey) -> Secret:
        key = self.key(stored)
        return Secret(str(stored.id), key, f"the API key that begins {key[:_SHOWN]}")
