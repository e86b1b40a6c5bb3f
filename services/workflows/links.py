"""Addresses that a message may hold: a fresh single-use link, action links, the booking page."""

import re
from collections.abc import Mapping, Sequence, Set
from uuid import UUID

from services.workflows.briefing import Brief
from services.workflows.works import Works
from shared.call import Peers
from shared.contracts import actions, booking_links, contacts, tokens
from shared.contracts.actions import SignMany, Wanted
from shared.contracts.bookings import Booking, Linkable
from shared.contracts.contacts import InlineContact
from shared.contracts.contacts import Wanted as WantedContact
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Captured, Link, Mint, Source
from shared.contracts.values import Once
from shared.contracts.workflows import SingleUse
from shared.errors import Refusal
from shared.faults import reach

ACTIONS: Mapping[str, Linkable] = {
    "cancel_url": "cancel_by_customer",
    "reschedule_url": "reschedule_by_customer",
    "confirm_url": "confirm",
    "decline_url": "decline",
}
MARK = "https://bookonce.invalid/"
SINGLE_USE = "single_use"
_ID = rb"[0-9a-f-]{36}"
_MARKED = re.compile(re.escape(MARK.encode()) + rb"(" + _ID + rb")/([a-z_]+)/(" + _ID + rb")")


async def addresses(works: Works, known: Brief, wanted: Set[str]) -> dict[str, str]:
    """The action links among the wanted variables, as far as the booking offers them, and its page."""
    found = {}
    if known.booking_link is not None:
        found["booking_url"] = f"{works.public_url}/book/{known.booking_link.slug}"
    if known.booking is not None and (asked := _offered(known.booking, wanted)):
        booking_id, app_id = known.booking.id, known.run.app_id
        signed = await _signed(works.peers, works.public_url, app_id, booking_id, [*asked.values()])
        found |= {name: signed[action] for name, action in asked.items()}
    return found


async def fresh(works: Works, known: Brief, options: SingleUse) -> Link:
    """The step's own single-use link: made once, and found again whenever the step is repeated.

    Refusal when there is nobody to make it for, or no booking link to make it on.
    """
    link_id = options.booking_link_id
    if link_id is None and known.booking_link is not None:
        link_id = known.booking_link.id
    if link_id is None:
        raise Refusal("validation_failed", "single_use_url: the step does not say for which booking link")
    slug = await _slug(works, known, link_id)
    mint = Mint(
        known.run.app_id,
        link_id,
        slug,
        await _recipient(works, known),
        expires_in_days=options.expires_in_days,
        strict_email_match=options.strict_email_match,
        source=Source("workflow", known.run.workflow_id, known.run.id, known.step, options.campaign),
        once=Once(f"workflow-step:{known.send_id}", str(known.send_id)),
    )
    made = await works.peers.call(tokens.mint, mint)
    await reach("workflows.after_mint")
    return made


def url(works: Works, link: Link) -> str:
    """Where a visitor opens it."""
    return f"{works.public_url}/single-use/{link.token}"


def markers(known: Brief, wanted: Set[str], link: Link | None) -> dict[str, str]:
    """What stands for addresses in a text that is kept: `reveal` puts them in when it is sent.

    The step's id is part of each, so that nobody outside can write one.
    """
    found = {}
    if known.booking is not None:
        mark = f"{MARK}{known.send_id}/{{}}/{known.booking.id}"
        found = {name: mark.format(action) for name, action in _offered(known.booking, wanted).items()}
    if link is not None:
        found["single_use_url"] = f"{MARK}{known.send_id}/{SINGLE_USE}/{link.id}"
    return found


async def reveal(peers: Peers, public_url: str, app_id: UUID, send_id: UUID, body: bytes) -> bytes:
    """The text with its markers replaced by what they stand for."""
    for match in set(_MARKED.findall(body)):
        made_by, kind, subject = (part.decode() for part in match)
        if made_by == str(send_id):
            marker = f"{MARK}{made_by}/{kind}/{subject}".encode()
            address = await _address(peers, public_url, app_id, kind, UUID(subject))
            body = body.replace(marker, address.encode())
    return body


async def _address(peers: Peers, public_url: str, app_id: UUID, kind: str, id: UUID) -> str:
    if kind == SINGLE_USE:
        link = await peers.call(tokens.get_link, Nothing(), app_id=app_id, link_id=id)
        return f"{public_url}/single-use/{link.token}"
    action = next(action for action in ACTIONS.values() if action == kind)
    return (await _signed(peers, public_url, app_id, id, [action]))[action]


async def _signed(
    peers: Peers, public_url: str, app_id: UUID, booking_id: UUID, wanted: Sequence[Linkable]
) -> dict[str, str]:
    ask = SignMany([Wanted(booking_id, list(wanted))])
    signed = await peers.call(actions.sign_links, ask, app_id=app_id)
    beginning = f"{public_url}/bookings/{booking_id}/external_action"
    return {
        action: f"{beginning}/{action}?signature={signature}"
        for action, signature in signed.signatures[0].items()
    }


def _offered(booking: Booking, wanted: Set[str]) -> dict[str, Linkable]:
    """The action links among the wanted variables that the booking offers now."""
    offered = booking.available_actions or []
    return {name: action for name, action in ACTIONS.items() if name in wanted and action in offered}


async def _slug(works: Works, known: Brief, link_id: UUID) -> str:
    if known.booking_link is not None and known.booking_link.id == link_id:
        return known.booking_link.slug
    found = await works.peers.call(
        booking_links.get, Nothing(), app_id=known.run.app_id, booking_link_id=link_id
    )
    return found.slug


async def _recipient(works: Works, known: Brief) -> Captured:
    """The contact; a customer who is none yet becomes one."""
    if known.contact is not None:
        return Captured(known.contact.id, known.contact.name, known.contact.email)
    if known.booking is None or not known.booking.customer.email:
        raise Refusal("validation_failed", "single_use_url: there is nobody to make a link for")
    customer = known.booking.customer
    ask = WantedContact(contact=InlineContact(customer.name, customer.email))
    return await works.peers.call(contacts.identify, ask, app_id=known.run.app_id)
