"""What CRMs are to be told, written in the transaction that found out."""

from datetime import datetime
from uuid import UUID

from services.workflows.crm.entries import discreet, is_told
from services.workflows.crm.facts import STEP
from services.workflows.store import crm_connections, crm_pushes
from services.workflows.store.crm_pushes import NewPush
from shared.contracts.crm import CrmKind
from shared.contracts.events import Event
from shared.ids import new_id
from shared.postgres import Connection


async def enqueue(conn: Connection, app_id: UUID, event: Event) -> None:
    """Have the app's CRMs told of an event, if it is one for them; the same event again changes nothing.

    Connections that need new credentials are told later, when they have them.
    """
    if event.type == "contact.erased":
        await crm_pushes.forget_contact(conn, event.subject_id)
    if not is_told(event):
        return
    contact_id = event.data.get("contact_id")
    new = NewPush(event.id, event, UUID(contact_id) if contact_id else None)
    for connection_id in await crm_connections.of_app(conn, app_id, None):
        await crm_pushes.insert(conn, new_id(), connection_id, new)


async def enqueue_step(
    conn: Connection, app_id: UUID, kind: CrmKind, push_id: UUID, contact_id: UUID, note: str, at: datetime
) -> bool:
    """Have the note of a workflow's step written to a contact; False when there is no such connection.

    `push_id` is the same for each attempt of the same step.
    """
    event = Event(push_id, app_id, STEP, at, contact_id, {"contact_id": str(contact_id)})
    new = NewPush(push_id, event, contact_id, discreet(note))
    connections = await crm_connections.of_app(conn, app_id, kind)
    for connection_id in connections:
        await crm_pushes.insert(conn, new_id(), connection_id, new)
    return bool(connections)
