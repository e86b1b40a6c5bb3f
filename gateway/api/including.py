"""`?include=`: what a booking offers now, and the addresses of its action links."""

from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

from msgspec import UNSET, Meta, structs

from gateway.acting import link_address
from gateway.site import Site
from shared.contracts import actions
from shared.contracts.actions import SignMany, Wanted
from shared.contracts.bookings import Booking, Linkable
from shared.errors import invalid

OFFERS = "available_actions"
LINKS: dict[str, tuple[Linkable, ...]] = {
    "customer_action_links": ("cancel_by_customer", "reschedule_by_customer"),
    "action_links": ("confirm", "decline", "cancel"),
}
"""Whose links, and to what."""
_KNOWN = (*LINKS, OFFERS)

Include = Annotated[
    str, Meta(description=f"Any of {', '.join(_KNOWN)}, with commas between.", examples=[",".join(_KNOWN)])
]


def parts(include: str) -> frozenset[str]:
    """What is to be included; Refusal when that is not known."""
    asked = {part.strip() for part in include.split(",")} - {""}
    if not asked.issubset(_KNOWN):
        raise invalid("include", f"may hold {', '.join(_KNOWN)}, with commas between")
    return frozenset(asked)


async def told(
    site: Site, app_id: UUID, bookings: Sequence[Booking], parts: frozenset[str]
) -> Sequence[Booking]:
    """The app's bookings, read with their offers, with these parts; all signed by one call."""
    if not parts:
        return bookings
    wanted = [
        Wanted(one.id, [action for part in parts & LINKS.keys() for action in _offered(one, part)])
        for one in bookings
    ]
    wanted = [one for one in wanted if one.actions]
    signed: dict[UUID, dict[str, str]] = {}
    if wanted:
        answer = await site.peers.call(actions.sign_links, SignMany(wanted), app_id=app_id)
        signed = {one.booking_id: links for one, links in zip(wanted, answer.signatures, strict=True)}
    return [_with(site, one, parts, signed.get(one.id, {})) for one in bookings]


def _with(site: Site, booking: Booking, parts: frozenset[str], signatures: dict[str, str]) -> Booking:
    links = {
        part: {
            action: link_address(site, booking.id, action, signatures[action])
            for action in _offered(booking, part)
        }
        for part in parts & LINKS.keys()
    }
    offers = booking.available_actions if OFFERS in parts else UNSET
    return structs.replace(booking, available_actions=offers, **links)


def _offered(booking: Booking, part: str) -> list[Linkable]:
    available = cast(list[str], booking.available_actions or [])
    return [action for action in LINKS[part] if action in available]
