"""Whether an action link is genuine and may do what it says: step after step, the first flaw ends it."""

import time
from datetime import UTC, datetime
from itertools import takewhile
from uuid import UUID

from msgspec import Struct

from services.actions import claims, redirects, signatures
from services.actions.claims import Claims
from services.actions.flaws import Flaw, Step
from services.actions.office import Office
from services.actions.store import apps
from services.actions.store.api_keys import StoredKey
from services.actions.store.apps import Signatories
from shared.contracts import bookings
from shared.contracts.actions import OnOpen, Presented
from shared.contracts.bookings import Subject
from shared.contracts.operation import Nothing
from shared.errors import Refusal
from shared.ids import new_id

Found = dict[Step, str]
"""What was found at each step that holds, in words for whoever made the link."""


_PARSED: Found = {
    "shape": "Three segments in canonical base64url.",
    "header": "A JSON object with nothing in it that is not allowed.",
    "algorithm": "HS256.",
}


class Admitted(Struct, frozen=True):
    """A genuine link: the booking it is for, what it claims, and where it leads afterwards."""

    subject: Subject
    on_open: OnOpen
    claims: Claims
    redirect: str | None


async def examine(office: Office, link: Presented, found: Found, app_id: UUID | None = None) -> Admitted:
    """All steps but the booking's state; with `app_id`, as if there were no other app's bookings.

    Raises Flaw. A booking that does not exist costs as much work as one that does.
    """
    token = _parse(link.signature, found)
    subject = await _subject(office, link.booking_id, app_id)
    signatories = await _signatories(office, subject)
    if subject is None or signatories is None:
        _look_busy(office, token)
        raise Flaw("booking", "There is no such booking.")
    found["booking"] = "The booking exists."
    secret = signatures.verify(token, office.secrets(subject.app_id, signatories.keys))
    found["signature"] = f"Made with {secret.words}."
    said = claims.read(token.payload, link.booking_id, link.action)
    found["claims"] = "They name this booking and this action."
    claims.check_times(said, time.time())
    found["times"] = "Never expires." if said.expires is None else f"Expires at {said.expires}."
    redirect = redirects.destination(said.redirect, link.redirect, signatories.redirect_origins)
    found["redirect"] = "A page says what happened." if redirect is None else "It may be gone to."
    return Admitted(subject, signatories.on_open, said, redirect)


def _parse(signature: str, found: Found) -> signatures.Token:
    try:
        token = signatures.parse(signature)
    except Flaw as flaw:
        failed = flaw.step
        found.update(takewhile(lambda held: held[0] != failed, _PARSED.items()))
        raise
    found.update(_PARSED)
    return token


async def _subject(office: Office, booking_id: str, app_id: UUID | None) -> Subject | None:
    """The booking, if there is one; what cannot be an id is asked for like one that does not exist."""
    wanted = UUID(booking_id) if claims.is_id(booking_id) else new_id()
    try:
        subject = await office.peers.call(bookings.get_subject, Nothing(), booking_id=wanted)
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return None
    return subject if app_id in (None, subject.app_id) else None


async def _signatories(office: Office, subject: Subject | None) -> Signatories | None:
    async with office.database.connection() as conn:
        return await apps.get_signatories(conn, subject.app_id if subject else new_id())


def _look_busy(office: Office, token: signatures.Token) -> None:
    """Verify with the keys of an app that does not exist, as if it did."""
    nobody = new_id()
    key = StoredKey(nobody, nobody, office.keyring.newest, None, datetime.now(UTC), None)
    try:
        signatures.verify(token, office.secrets(nobody, [key]))
    except Flaw:
        return
