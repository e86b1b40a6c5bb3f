"""API keys: what programs prove themselves with."""

from datetime import UTC, datetime
from uuid import UUID

from services.actions.api.present import present
from services.actions.office import PREFIX, Office
from services.actions.store import api_keys as keys
from services.actions.store import creations
from services.actions.store.api_keys import StoredKey
from shared.contracts.actions import ApiKey, ApiKeyPage, ApiKeyQuery, CreateApiKey, Credential, Principal
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection


async def authenticate(office: Office, ask: Credential) -> Principal:
    """The app that an API key belongs to; Refusal `unauthorized` when it is unknown or revoked."""
    proof = (
        office.keyring.verify(ask.api_key.removeprefix(PREFIX)) if ask.api_key.startswith(PREFIX) else None
    )
    if proof is None:
        raise Refusal("unauthorized")
    async with office.database.connection() as conn:
        key = await keys.get_key(conn, proof.id)
    if key is None or key.key_id != proof.key_id:
        raise Refusal("unauthorized")
    office.used[key.id] = datetime.now(UTC)
    return Principal(key.app_id, key.id)


async def note_use(office: Office) -> int:
    """The sweep's work: write down when keys were last used, all at once."""
    used = dict(office.used)
    if used:
        async with office.database.connection() as conn:
            await keys.touch_keys(conn, used)
    for key_id, at in used.items():
        if office.used[key_id] == at:
            del office.used[key_id]
    return 0


async def create_api_key(office: Office, app_id: UUID, ask: CreateApiKey) -> ApiKey:
    """One more key of the app; a repeated request shows the same key again."""
    own_id = new_id()

    async def work(conn: Connection) -> StoredKey:
        if ask.once is None or await creations.claim_creation(conn, app_id, ask.once, own_id):
            made = await keys.insert_key(conn, own_id, app_id, office.keyring.newest, ask.fields.name)
            return present(made)
        found = await creations.find_creation(conn, app_id, ask.once.key)
        if found is not None and found[0] != ask.once.fingerprint:
            raise Refusal("idempotency_key_reused")
        stored = await keys.get_key(conn, found[1]) if found else None
        if stored is None:
            raise Refusal("unavailable")
        return stored

    return office.reveal(await office.database.transact(work))


async def list_api_keys(office: Office, app_id: UUID, ask: ApiKeyQuery) -> ApiKeyPage:
    """A page of the app's keys, newest first."""
    async with office.database.connection() as conn:
        found = await keys.list_keys(conn, app_id, ask)
    page = [office.show(stored) for stored in found[: ask.limit]]
    return ApiKeyPage(page, page[-1].id if len(found) > ask.limit else None)


async def delete_api_key(office: Office, app_id: UUID, api_key_id: UUID) -> ApiKey:
    """End a key; the gateway forgets it within seconds."""
    async with office.database.connection() as conn:
        stored = await keys.revoke_key(conn, app_id, api_key_id)
    return office.show(present(stored))
