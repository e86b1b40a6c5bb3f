"""What an event is about, as the outside may see it."""

from typing import Any, cast

import msgspec
from msgspec import UNSET, structs

from services.workflows.crm.facts import Facts
from shared.call import Peers
from shared.contracts import booking_links, bookings, contacts, tokens
from shared.contracts.bookings import Briefing
from shared.contracts.contacts import Contact
from shared.contracts.events import Event
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link
from shared.errors import Refusal


async def present(peers: Peers, event: Event) -> dict[str, Any]:
    """The booking or link as the API shows it, without what opens it; else what the event itself tells.

    Refusal `not_found` when it is not there any more.
    """
    if event.type.startswith("booking."):
        booking = structs.replace((await _briefing(peers, event)).booking, available_actions=UNSET)
        return cast(dict[str, Any], msgspec.to_builtins(booking))
    if event.type.startswith("single_use_link."):
        link = msgspec.to_builtins(await _link(peers, event))
        return {name: value for name, value in link.items() if name not in ("token", "app_id", "slug")}
    return {"id": str(event.subject_id), **event.data}


async def describe(peers: Peers, event: Event) -> Facts | None:
    """What a CRM may be told; None when nobody is known any more."""
    try:
        if event.type.startswith("booking."):
            return await _of_booking(peers, event)
        if event.type.startswith("single_use_link."):
            return await _of_link(peers, event)
        contact = await _contact(peers, event, str(event.subject_id))
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return None
    return Facts(email=contact.email, external_ref=contact.external_ref, name=contact.name)


async def _of_booking(peers: Peers, event: Event) -> Facts | None:
    briefing = await _briefing(peers, event)
    booking, contact = briefing.booking, None
    if booking.contact_id is not None:
        contact = await _contact(peers, event, str(booking.contact_id))
    if not booking.customer.email:
        return None
    return Facts(
        email=booking.customer.email if contact is None else contact.email,
        external_ref=None if contact is None else contact.external_ref,
        name=booking.customer.name,
        title=briefing.booking_link.title,
        start=booking.start,
        end=booking.end,
        timezone=booking.timezone,
        state=booking.state,
        host=booking.host.name,
        campaign=None if booking.source is None else booking.source.campaign,
    )


async def _of_link(peers: Peers, event: Event) -> Facts | None:
    link = await _link(peers, event)
    contact = await _contact(peers, event, str(link.contact.id))
    booking_link = await peers.call(
        booking_links.get, Nothing(), app_id=event.app_id, booking_link_id=link.booking_link_id
    )
    return Facts(
        email=contact.email,
        external_ref=contact.external_ref,
        name=contact.name,
        title=booking_link.title,
        campaign=link.source.campaign,
    )


async def _briefing(peers: Peers, event: Event) -> Briefing:
    found = await peers.call(bookings.get_briefing, Nothing(), booking_id=event.subject_id)
    if found.app_id != event.app_id:
        raise Refusal("not_found")
    return found


async def _link(peers: Peers, event: Event) -> Link:
    return await peers.call(tokens.get_link, Nothing(), app_id=event.app_id, link_id=event.subject_id)


async def _contact(peers: Peers, event: Event, contact_id: str) -> Contact:
    return await peers.call(contacts.get, Nothing(), app_id=event.app_id, contact_id=contact_id)
