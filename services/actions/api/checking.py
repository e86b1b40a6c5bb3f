"""Why an action link is refused: told to whoever holds an API key of the app, never to the outside."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from services.actions import claims, signatures
from services.actions.examination import Found, examine
from services.actions.flaws import Flaw
from services.actions.office import Office
from services.actions.standing import standing
from shared.contracts.actions import CheckActionLink, Checked, CheckStep, Presented
from shared.contracts.bookings import Linkable


async def check_link(office: Office, app_id: UUID, ask: CheckActionLink) -> Checked:
    """Every step up to the first that fails; another app's booking is one that does not exist."""
    found: Found = {}
    failed = []
    try:
        await _check(office, app_id, _presented(ask), found)
    except Flaw as flaw:
        failed.append(CheckStep(flaw.step, False, flaw.words))
    return Checked(not failed, [*(CheckStep(step, True, words) for step, words in found.items()), *failed])


async def _check(office: Office, app_id: UUID, link: Presented, found: Found) -> None:
    admitted = await examine(office, link, found, app_id)
    refusal, replayed = standing(admitted.subject, cast(Linkable, link.action), admitted.claims.nonce)
    state = admitted.subject.booking.state
    if refusal is not None:
        raise Flaw("state", f"The booking is {state}, which does not offer {link.action}.", refusal)
    found["state"] = (
        f"This link has acted: the booking is {state}. The same link again is answered alike."
        if replayed
        else f"The booking is {state}, which offers {link.action}."
    )


def _presented(ask: CheckActionLink) -> Presented:
    """The link as its address would bring it; what is not known of the address is taken from the payload."""
    said: Mapping[str, Any] = {}
    if ask.booking_id is None or ask.action is None:
        said = _unverified(ask.signature)
    booking_id, action = (
        said.get(name) if given is None else given
        for name, given in (("booking_id", ask.booking_id), ("action", ask.action))
    )
    return Presented(_text(booking_id), _text(action), ask.signature, ask.redirect)


def _unverified(signature: str) -> Mapping[str, Any]:
    try:
        return claims.peek(signatures.parse(signature).payload)
    except Flaw:
        return {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
