"""The operations of the actions service: a struct in, a struct or a Refusal out, no HTTP."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from msgspec import UNSET, Struct

from services.actions import store
from services.actions.store import StoredKey
from shared.capability import Keyring
from shared.contracts.actions import (
    ApiKey,
    ApiKeyPage,
    ApiKeyQuery,
    App,
    AppPatch,
    CreateApiKey,
    Credential,
    Principal,
)
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection, Database

PREFIX = "live_api_key_"
_SHOWN = len(PREFIX) + 8


@dataclass(frozen=True)
class Office:
    """What every operation needs: the database, and the keys that make API keys."""

    database: Database
    keyring: Keyring
    used: dict[UUID, datetime] = field(default_factory=dict)
    """When keys were last used, until the sweep writes it down."""

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
    office.used[key.id] = datetime.now(UTC)
    return Principal(key.app_id, key.id)


async def note_use(office: Office) -> int:
    """The sweep's work: write down when keys were last used, all at once."""
    used = dict(office.used)
    if used:
        async with office.database.connection() as conn:
            await store.touch_keys(conn, used)
    for key_id, at in used.items():
        if office.used[key_id] == at:
            del office.used[key_id]
    return 0


async def create_app(office: Office, name: str) -> CreatedApp:
    """Open an app for a new tenant, with one API key."""
    app_id, own_id = new_id(), new_id()

    async def work(conn: Connection) -> StoredKey:
        await store.insert_app(conn, app_id, name)
        return _present(await store.insert_key(conn, own_id, app_id, office.keyring.newest, None))

    return CreatedApp(app_id, office.key(await office.database.transact(work)))


async def get_app(office: Office, app_id: UUID) -> App:
    async with office.database.connection() as conn:
        app = await store.get_app(conn, app_id)
    if app is None:
        raise Refusal("not_found")
    return app


async def change_app(office: Office, app_id: UUID, ask: AppPatch) -> App:
    if ask.name is not UNSET:
        async with office.database.connection() as conn:
            await store.rename_app(conn, app_id, ask.name)
    return await get_app(office, app_id)


async def create_api_key(office: Office, app_id: UUID, ask: CreateApiKey) -> ApiKey:
    """One more key of the app; a repeated request shows the same key again."""
    own_id = new_id()

    async def work(conn: Connection) -> StoredKey:
        if ask.once is None or await store.claim_creation(conn, app_id, ask.once, own_id):
            made = await store.insert_key(conn, own_id, app_id, office.keyring.newest, ask.fields.name)
            return _present(made)
        found = await store.find_creation(conn, app_id, ask.once.key)
        if found is not None and found[0] != ask.once.fingerprint:
            raise Refusal("idempotency_key_reused")
        stored = await store.get_key(conn, found[1]) if found else None
        if stored is None:
            raise Refusal("unavailable")
        return stored

    return office.reveal(await office.database.transact(work))


async def list_api_keys(office: Office, app_id: UUID, ask: ApiKeyQuery) -> ApiKeyPage:
    """A page of the app's keys, newest first."""
    async with office.database.connection() as conn:
        found = await store.list_keys(conn, app_id, ask)
    page = [office.show(stored) for stored in found[: ask.limit]]
    return ApiKeyPage(page, page[-1].id if len(found) > ask.limit else None)


async def delete_api_key(office: Office, app_id: UUID, api_key_id: UUID) -> ApiKey:
    """End a key; the gateway forgets it within seconds."""
    async with office.database.connection() as conn:
        stored = await store.revoke_key(conn, app_id, api_key_id)
    return office.show(_present(stored))


def _present(stored: StoredKey | None) -> StoredKey:
    if stored is None:
        raise Refusal("not_found")
    return stored
