"""What a step may know of what it is about, asked of those who own it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from services.workflows.store.runs import StoredRun
from services.workflows.store.workflows import Plan
from services.workflows.wording.values import Facts
from services.workflows.works import Works
from shared.contracts import actions, booking_links, bookings, contacts, tokens
from shared.contracts.booking_links import BookingLink
from shared.contracts.bookings import Booking, Briefing
from shared.contracts.contacts import Contact
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link
from shared.errors import Refusal


class Brief(Struct, frozen=True, kw_only=True):
    """One step of one run, with the facts it can say. `step` is what the step is called."""

    run: StoredRun
    plan: Plan
    step: str
    facts: Facts
    booking: Booking | None
    briefing: Briefing | None
    booking_link: BookingLink | None
    contact: Contact | None
    link: Link | None

    @property
    def send_id(self) -> UUID:
        """The same whenever this step of this run is done: what makes a repetition a repetition."""
        return send_id(self.run.id, self.run.step)


def send_id(run_id: UUID, step: int) -> UUID:
    """What a step of a run does has this id outside: key of the link, of the mail, of the delivery."""
    return uuid5(run_id, str(step))


async def brief(works: Works, run: StoredRun, plan: Plan, step: str) -> Brief:
    """All that is known, as it is now; what was erased meanwhile is not."""
    briefing = await _briefing(works, run)
    booking = None if briefing is None else briefing.booking
    link_id = booking.single_use_link_id if booking is not None else run.single_use_link_id
    link = await _link(works, run.app_id, link_id)
    contact = await _contact(works, run, booking, link)
    booking_link = briefing.booking_link if briefing is not None else await _booking_link(works, run, link)
    app = await works.peers.call(actions.get_app, Nothing(), app_id=run.app_id)
    facts = Facts(
        now=datetime.now(UTC),
        app_name=app.name,
        workflow_name=plan.name,
        contact=contact,
        booking=booking,
        previous=None if briefing is None else briefing.previous,
        booking_link=booking_link,
        data=run.data,
        event=_event(run),
    )
    return Brief(
        run=run,
        plan=plan,
        step=step,
        facts=facts,
        booking=booking,
        briefing=briefing,
        booking_link=booking_link,
        contact=contact,
        link=link,
    )


async def _briefing(works: Works, run: StoredRun) -> Briefing | None:
    if run.booking_id is None:
        return None
    found = await works.peers.call(bookings.get_briefing, Nothing(), booking_id=run.booking_id)
    return found if found.app_id == run.app_id else None


async def _link(works: Works, app_id: UUID, link_id: UUID | None) -> Link | None:
    if link_id is None:
        return None
    return await works.peers.call(tokens.get_link, Nothing(), app_id=app_id, link_id=link_id)


async def _contact(
    works: Works, run: StoredRun, booking: Booking | None, link: Link | None
) -> Contact | None:
    """None for a customer who is nobody's contact, and for one who was erased."""
    contact_id = run.contact_id
    if contact_id is None and booking is not None:
        contact_id = booking.contact_id
    if contact_id is None and link is not None:
        contact_id = link.contact.id
    if contact_id is None:
        return None
    try:
        return await works.peers.call(contacts.get, Nothing(), app_id=run.app_id, contact_id=contact_id)
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return None


async def _booking_link(works: Works, run: StoredRun, link: Link | None) -> BookingLink | None:
    booking_link_id = run.booking_link_id
    if booking_link_id is None and link is not None:
        booking_link_id = link.booking_link_id
    if booking_link_id is None:
        return None
    return await works.peers.call(
        booking_links.get, Nothing(), app_id=run.app_id, booking_link_id=booking_link_id
    )


def _event(run: StoredRun) -> Mapping[str, Any]:
    said = {name: run.event.get(name) for name in ("actor", "action", "from")}
    return {"type": run.trigger, **said}
