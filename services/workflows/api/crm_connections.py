"""The operations on connections to CRMs, as their app sees them."""

from uuid import UUID

from msgspec import UNSET

from services.workflows.crm.access import Credentials
from services.workflows.crm.bureau import Bureau
from services.workflows.store import crm_connections, crm_pushes, keys
from shared.contracts.crm import (
    CreateCrmConnection,
    CrmConnection,
    CrmConnectionPatch,
    CrmConnections,
    CrmCredentials,
    CrmPush,
    CrmPushPage,
    CrmPushQuery,
)
from shared.errors import Refusal, invalid
from shared.ids import new_id
from shared.postgres import Connection


async def create_connection(bureau: Bureau, app_id: UUID, ask: CreateCrmConnection) -> CrmConnection:
    """Connect a CRM; refused when the app has one of this kind. It is first called when there is news."""
    own_id = new_id()
    sealed = bureau.seal(own_id, _credentials(ask.fields.credentials))

    async def work(conn: Connection) -> CrmConnection:
        made_id = await keys.claim(conn, app_id, ask.once, own_id)
        kind, options = ask.fields.kind, ask.fields.options
        if made_id == own_id and not await crm_connections.insert(
            conn, own_id, app_id, kind, options, sealed
        ):
            raise invalid("kind", f"is connected already: give {kind} new credentials, or delete it first")
        return _present(await crm_connections.get(conn, app_id, made_id))

    return await bureau.database.transact(work)


async def list_connections(bureau: Bureau, app_id: UUID) -> CrmConnections:
    async with bureau.database.connection() as conn:
        return CrmConnections(await crm_connections.list_(conn, app_id))


async def get_connection(bureau: Bureau, app_id: UUID, connection_id: UUID) -> CrmConnection:
    async with bureau.database.connection() as conn:
        return _present(await crm_connections.get(conn, app_id, connection_id))


async def change_connection(
    bureau: Bureau, app_id: UUID, connection_id: UUID, ask: CrmConnectionPatch
) -> CrmConnection:
    """Give it new credentials, which connects it again, or other options."""

    async def work(conn: Connection) -> CrmConnection:
        if ask.credentials is not UNSET:
            sealed = bureau.seal(connection_id, _credentials(ask.credentials))
            await crm_connections.reconnect(conn, app_id, connection_id, sealed)
        if ask.options is not UNSET:
            await crm_connections.set_options(conn, app_id, connection_id, ask.options)
        return _present(await crm_connections.get(conn, app_id, connection_id))

    return await bureau.database.transact(work)


async def delete_connection(bureau: Bureau, app_id: UUID, connection_id: UUID) -> CrmConnection:
    """Forget it with its credentials and all that waits; what the CRM was told stays there."""
    async with bureau.database.connection() as conn:
        return _present(await crm_connections.delete(conn, app_id, connection_id))


async def list_pushes(bureau: Bureau, app_id: UUID, connection_id: UUID, ask: CrmPushQuery) -> CrmPushPage:
    """A page of what the CRM was told or is to be told, newest first."""
    async with bureau.database.connection() as conn:
        _present(await crm_connections.get(conn, app_id, connection_id))
        found = await crm_pushes.list_(conn, connection_id, ask)
    page = found[: ask.limit]
    return CrmPushPage(page, page[-1].id if len(found) > ask.limit else None)


async def retry_push(bureau: Bureau, app_id: UUID, push_id: UUID) -> CrmPush:
    """Tell the CRM now what it refused, what was given up, or what waits; refused when it is done."""

    async def work(conn: Connection) -> CrmPush:
        push = await crm_pushes.retry(conn, app_id, push_id)
        if push is None:
            known = await crm_pushes.exists(conn, app_id, push_id)
            raise Refusal("action_not_available" if known else "not_found")
        return push

    return await bureau.database.transact(work)


def _credentials(given: CrmCredentials) -> Credentials:
    return Credentials(given.client_id, given.client_secret, given.refresh_token)


def _present(connection: CrmConnection | None) -> CrmConnection:
    if connection is None:
        raise Refusal("not_found")
    return connection
