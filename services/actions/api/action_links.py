"""Action links as somebody brings them: what they permit, and doing it."""

import asyncio
import time
from typing import cast

from services.actions.examination import Admitted, examine
from services.actions.flaws import Flaw
from services.actions.office import Office
from services.actions.standing import standing
from shared.contracts import bookings
from shared.contracts.actions import Follow, Followed, Permit, Presented, PresentedSlots
from shared.contracts.booking_links import Slots
from shared.contracts.bookings import Act, Actor, Linkable
from shared.faults import reach

REFUSAL_SECONDS = 0.03
"""A link that is not genuine is refused at a multiple of this after it came, however soon that was known."""
_BY_CUSTOMER = frozenset({"cancel_by_customer", "reschedule_by_customer"})


async def inspect_link(office: Office, ask: Presented) -> Permit:
    """What the link permits now; changes nothing."""
    admitted = await _admit(office, ask)
    action = cast(Linkable, ask.action)
    refusal, replayed = standing(admitted.subject, action, admitted.claims.nonce)
    return Permit(action, admitted.on_open, admitted.subject, admitted.redirect, refusal, replayed)


async def follow_link(office: Office, ask: Follow) -> Followed:
    """Do what the link says, once; the same again is answered alike while the booking stays as it left it."""
    admitted = await _admit(office, ask.link)
    action = cast(Linkable, ask.link.action)
    actor: Actor = "customer" if action in _BY_CUSTOMER else "host"
    await reach("link.verified")
    acted = await office.peers.call(
        bookings.act,
        Act(actor, ask.start, admitted.claims.nonce),
        app_id=admitted.subject.app_id,
        booking_id=admitted.subject.booking.id,
        action=action,
    )
    await reach("link.followed")
    permit = Permit(
        action, admitted.on_open, admitted.subject, admitted.redirect, acted.refusal, acted.replayed
    )
    return Followed(permit, acted)


async def list_slots(office: Office, ask: PresentedSlots) -> Slots:
    """Other times for the booking of a link that may reschedule it."""
    admitted = await _admit(office, ask.link)
    if ask.link.action != "reschedule_by_customer":
        raise Flaw("claims", "Only a link that may reschedule shows other times.").refusal()
    return await office.peers.call(
        bookings.list_other_times,
        ask.days,
        app_id=admitted.subject.app_id,
        booking_id=admitted.subject.booking.id,
    )


async def _admit(office: Office, link: Presented) -> Admitted:
    """The link, if genuine; otherwise a Refusal that does not tell by its time what is wrong."""
    came = time.monotonic()
    try:
        return await examine(office, link, {})
    except Flaw as flaw:
        if flaw.code == "action_link_invalid":
            await asyncio.sleep(REFUSAL_SECONDS - (time.monotonic() - came) % REFUSAL_SECONDS)
        raise flaw.refusal() from None
