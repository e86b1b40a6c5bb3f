"""One push: who it is about, what is said, and what became of it."""

import asyncio

from services.workflows.crm import entries
from services.workflows.crm.bureau import Bureau
from services.workflows.crm.connector import Away, Connector, ContactRef, Refused
from services.workflows.crm.facts import Facts
from services.workflows.crm.retries import MOST_ATTEMPTS, PEER_SECONDS, delay
from services.workflows.store import crm_connections, crm_pushes
from services.workflows.store.crm_connections import InUse
from services.workflows.store.crm_pushes import DuePush
from shared import telemetry
from shared.errors import Refusal
from shared.faults import reach
from shared.postgres import Connection


async def push(bureau: Bureau, connection: InUse, connector: Connector, push: DuePush, seconds: float) -> int:
    """Tell the CRM; 1 when that is settled, one way or the other, 0 when it is put off.

    Throttled and NeedsReconnect concern the whole connection and are the caller's.
    """
    try:
        async with asyncio.timeout(seconds):
            remote_id = await _tell(bureau, connection, connector, push)
    except Refused as refused:
        await _refuse(bureau, connection, push, str(refused))
        return 1
    except Refusal:
        async with bureau.database.connection() as conn:
            await crm_pushes.again(
                conn, push.id, PEER_SECONDS, push.attempts, "what it is about is not known now"
            )
        return 0
    except (Away, TimeoutError):
        return await _put_off(bureau, push)
    await reach("crm.told")
    await _note(bureau, connection, push, remote_id)
    return 1


async def _tell(bureau: Bureau, connection: InUse, connector: Connector, push: DuePush) -> str:
    """The CRM's id of what was written."""
    facts = await bureau.describe(push.event)
    if facts is None:
        raise Refused("nothing is known of it any more")
    contact = await connector.find_contact(facts.email, facts.external_ref)
    if contact is None:
        raise Refused("the CRM knows no such contact")
    if entries.is_meeting(push.event):
        return await _put_meeting(bureau, connection, push, facts, connector, contact)
    told = entries.engagement(push.event, facts, push.note)
    return await connector.log_engagement(contact, told, push.begun)


async def _put_meeting(
    bureau: Bureau,
    connection: InUse,
    push: DuePush,
    facts: Facts,
    connector: Connector,
    contact: ContactRef,
) -> str:
    meeting = entries.meeting(push.event, facts)
    if meeting is None:
        raise Refused("the booking has no time")
    async with bureau.database.connection() as conn:
        known = await crm_pushes.meeting(conn, connection.id, meeting.key)
    # An earlier push of this booking may have been given up after the CRM had taken it.
    doubt = push.begun or push.event.type != "booking.confirmed"
    return await connector.put_meeting(contact, meeting, known, doubt)


async def _note(bureau: Bureau, connection: InUse, push: DuePush, remote_id: str) -> None:
    async def work(conn: Connection) -> None:
        await crm_pushes.settle(conn, push.id, "done")
        if entries.is_meeting(push.event):
            await crm_pushes.keep_meeting(conn, connection.id, push.event.subject_id, remote_id)
        await crm_connections.used(conn, connection.id, None)

    await bureau.database.transact(work)


async def _refuse(bureau: Bureau, connection: InUse, push: DuePush, reason: str) -> None:
    async def work(conn: Connection) -> None:
        await crm_pushes.settle(conn, push.id, "refused", reason)
        await crm_connections.used(conn, connection.id, reason)

    await bureau.database.transact(work)


async def _put_off(bureau: Bureau, push: DuePush) -> int:
    """Once more later, or never again after a day of trying."""
    attempts = push.attempts + 1
    async with bureau.database.connection() as conn:
        if attempts < MOST_ATTEMPTS:
            await crm_pushes.again(conn, push.id, delay(attempts), attempts, "the CRM did not answer")
            return 0
        await crm_pushes.settle(conn, push.id, "dead", "the CRM did not answer for a day")
    telemetry.alarms.labels("crm_push_dead").inc()
    telemetry.log.error("crm push given up", push_id=str(push.id))
    return 1
