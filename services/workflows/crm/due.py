"""The sweep's work for CRMs: a connection is served by one replica at a time, subject by subject in order.

The lease of a connection also makes the renewal of its access token exclusive: a refresh token that is
exchanged for a new one must be used once.
"""

import asyncio
import time
from uuid import UUID

from services.workflows.crm import pushing
from services.workflows.crm.access import Credentials
from services.workflows.crm.bureau import Bureau
from services.workflows.crm.connector import Away, Connector, NeedsReconnect, Throttled
from services.workflows.store import crm_connections, crm_pushes
from services.workflows.store.crm_connections import InUse
from services.workflows.vault import Unopened
from shared import telemetry
from shared.ids import new_id
from shared.postgres import Connection

AT_ONCE = 8
"""Connections served at the same time; pushes of each, one after the other."""
MOST = 50
FORGOTTEN_AT_ONCE = 1000
LEASE_SECONDS = 60.0
SERVING_SECONDS = 15.0
PUSH_SECONDS = 40.0
"""What one push may take; with the serving time it ends before the lease does."""


async def send_due(bureau: Bureau) -> int:
    """Tell CRMs what is due; returns how many pushes were settled."""
    async with bureau.database.connection() as conn:
        taken = await crm_connections.take(conn, new_id(), LEASE_SECONDS, AT_ONCE)
    return sum(await asyncio.gather(*(_serve(bureau, connection) for connection in taken)))


async def forget_old(bureau: Bureau) -> int:
    """Drop pushes of long ago; returns how many."""
    async with bureau.database.connection() as conn:
        return await crm_pushes.forget_old(conn, FORGOTTEN_AT_ONCE)


async def _serve(bureau: Bureau, connection: InUse) -> int:
    """Send what is due through one connection, until it says that this is enough."""
    held = _Held(bureau, connection)
    settled = 0
    try:
        async with bureau.database.connection() as conn:
            waiting = await crm_pushes.due(conn, connection.id, MOST)
        connector = held.connect()
        began = time.monotonic()
        for push in waiting:
            if time.monotonic() - began > SERVING_SECONDS:
                break
            async with bureau.database.connection() as conn:
                if not await crm_pushes.begin(conn, push.id, connection.lease, PUSH_SECONDS):
                    break
            settled += await pushing.push(bureau, connection, connector, push, PUSH_SECONDS)
    except Throttled as fault:
        await _pause(bureau, connection, fault.retry_after)
    except NeedsReconnect as fault:
        await held.lose(str(fault))
    except Exception:
        telemetry.log.exception("crm", connection_id=str(connection.id))
    async with bureau.database.connection() as conn:
        await crm_connections.release(conn, connection.id, connection.lease)
    return settled


async def _pause(bureau: Bureau, connection: InUse, seconds: float) -> None:
    telemetry.log.info("crm throttled", connection_id=str(connection.id), seconds=seconds)
    async with bureau.database.connection() as conn:
        await crm_connections.pause(conn, connection.id, seconds, "the CRM's limit of requests is reached")


class _Held:
    """The credentials of a connection while it is served."""

    def __init__(self, bureau: Bureau, connection: InUse) -> None:
        self._bureau, self._connection = bureau, connection
        self._version = connection.version

    def connect(self) -> Connector:
        one = self._connection
        try:
            credentials = self._bureau.unseal(one.id, one.key_id, one.sealed)
        except Unopened:
            raise NeedsReconnect("the stored credentials can no longer be opened") from None
        return self._bureau.vendors.connect(one.kind, one.options, credentials, self._save)

    async def lose(self, reason: str) -> None:
        """Note that a person must give new credentials, and tell the app's webhooks, once."""

        async def work(conn: Connection) -> bool:
            one = self._connection
            if not await crm_connections.lose(conn, one.id, self._version, reason):
                return False
            data = {"kind": one.kind, "reason": reason}
            await self._bureau.announce(conn, one.app_id, "crm_connection.needs_reconnect", one.id, data)
            return True

        if await self._bureau.database.transact(work):
            telemetry.log.warning("crm needs reconnect", connection_id=str(self._connection.id))

    async def _save(self, credentials: Credentials) -> None:
        id: UUID = self._connection.id  # noqa: A001
        async with self._bureau.database.connection() as conn:
            sealed = self._bureau.seal(id, credentials)
            version = await crm_connections.renewed(conn, id, self._version, sealed)
        if version is None:
            raise Away  # Others were given meanwhile: the next round uses those.
        self._version = version
