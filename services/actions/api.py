"""The operations of the actions service: a struct in, a struct or a Refusal out, no HTTP."""

from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from services.actions import store
from services.actions.store import StoredKey
from shared.capability import Keyring
from shared.contracts.actions import Credential, Principal
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection, Database

PREFIX = "live_api_key_"


@dataclass(frozen=True)
class Office:
    """What every operation needs: the database, and the keys that make API keys."""

    database: Database
    keyring: Keyring


class CreatedApp(Struct, frozen=True):
    """A new app with its first API key, which is shown here and never stored."""

    app_id: UUID
    api_key: str


async def authenticate(office: Office, ask: Credential) -> Principal:
    """The app that an API key belongs to; Refusal `unauthorized` when it is unknown or revoked."""
    proof = (
        office.keyring.verify(ask.api_key.removeprefix(PREFIX)) if ask.api_key.startswith(PREFIX) else None
    )
    if proof is None:
        raise Refusal("unauthorized")
    async with office.database.connection() as conn:
        key = await store.get_key(conn, proof.id)
    if key is None or key.key_id != proof.key_id:
        raise Refusal("unauthorized")
    return Principal(key.app_id, key.id)


async def create_app(office: Office, name: str) -> CreatedApp:
    """Open an app for a new tenant, with one API key."""
    key = StoredKey(new_id(), new_id(), office.keyring.newest)

    async def work(conn: Connection) -> None:
        await store.insert_app(conn, key.app_id, name)
        await store.insert_key(conn, key)

    await office.database.transact(work)
    return CreatedApp(key.app_id, PREFIX + office.keyring.token(key.id, key.key_id))
