"""Apps: the tenants of this installation."""

from uuid import UUID

from msgspec import Struct

from services.actions.api.present import present
from services.actions.office import Office
from services.actions.store import api_keys as keys
from services.actions.store import apps
from services.actions.store.api_keys import StoredKey
from shared.contracts.actions import App, AppPatch
from shared.ids import new_id
from shared.postgres import Connection


class CreatedApp(Struct, frozen=True):
    """A new app with its first API key, which is shown here and never stored."""

    app_id: UUID
    api_key: str


async def create_app(office: Office, name: str) -> CreatedApp:
    """Open an app for a new tenant, with one API key."""
    app_id, own_id = new_id(), new_id()

    async def work(conn: Connection) -> StoredKey:
        await apps.insert_app(conn, app_id, name)
        return present(await keys.insert_key(conn, own_id, app_id, office.keyring.newest, None))

    return CreatedApp(app_id, office.key(await office.database.transact(work)))


async def get_app(office: Office, app_id: UUID) -> App:
    async with office.database.connection() as conn:
        return present(await apps.get_app(conn, app_id))


async def change_app(office: Office, app_id: UUID, ask: AppPatch) -> App:
    async with office.database.connection() as conn:
        return present(await apps.change_app(conn, app_id, ask))
