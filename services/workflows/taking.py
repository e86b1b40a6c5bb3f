"""What follows from events: runs of workflows, deliveries to webhook endpoints, pushes to CRMs."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import structs

from services.workflows import beginning, furnishing
from services.workflows.beginning import About
from services.workflows.crm import outbox as crm
from services.workflows.store import feeds, runs, unsubscribed
from services.workflows.webhooks import outbox as webhooks
from shared.contracts.events import Event
from shared.postgres import Connection

ERASED = "contact.erased"
_MOVED = ("booking.rescheduled", "booking.rescheduled_by_customer")


async def take(conn: Connection, events: Sequence[Event]) -> None:
    """Do, in the caller's transaction, what is due for those of the events that were not taken before."""
    fresh = await feeds.take(conn, [event.id for event in events])
    for event in events:
        if event.id in fresh:
            await _take(conn, event)


async def _take(conn: Connection, event: Event) -> None:
    if event.type == ERASED:
        await _erase(conn, event)
        return
    await furnishing.furnish(conn, event.app_id)
    await beginning.begin(conn, about(event))
    await webhooks.enqueue(conn, event.app_id, event)
    await crm.enqueue(conn, event.app_id, event)


async def _erase(conn: Connection, event: Event) -> None:
    """Nothing that was said of a contact stays here."""
    await runs.erase_contact(conn, event.app_id, event.subject_id)
    await unsubscribed.remove(conn, event.app_id, event.subject_id)
    await webhooks.erase(conn, event.subject_id)
    await crm.enqueue(conn, event.app_id, event)
    await webhooks.enqueue(conn, event.app_id, event)


def about(event: Event) -> About:
    """What a run on this event is about; after a move that is the booking that it became."""
    data = event.data
    common = About(
        app_id=event.app_id,
        trigger=event.type,
        event_id=event.id,
        contact_id=_id(data.get("contact_id")),
        booking_link_id=_id(data.get("booking_link_id")),
        event=data,
        parent=_id((data.get("source") or {}).get("run_id")),
    )
    if event.type.startswith("single_use_link."):
        return structs.replace(
            common, single_use_link_id=event.subject_id, booking_id=_id(data.get("booking_id"))
        )
    moved_to = _id(data.get("rescheduled_to")) if event.type in _MOVED else None
    return structs.replace(
        common,
        booking_id=moved_to or event.subject_id,
        single_use_link_id=_id(data.get("single_use_link_id")),
    )


def _id(value: object) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None
