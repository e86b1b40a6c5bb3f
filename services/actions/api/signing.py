"""Action links that Bookonce makes itself, with the app's hidden key: the same link is the same text."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from services.actions import redirects
from services.actions.office import Office
from services.actions.signatures import Signer
from services.actions.store import creations
from shared.contracts import bookings
from shared.contracts.actions import ActionLinkFields, MakeActionLink, Signed, SignedLink, SignMany
from shared.contracts.operation import Nothing
from shared.errors import Refusal, invalid

Claims = Mapping[str, str | int]


async def sign_links(office: Office, app_id: UUID, ask: SignMany) -> Signed:
    """Sign for bookings of the app; what is signed for another app's booking would never be genuine."""
    signer = _signer(office, app_id)
    return Signed(
        [
            {action: signer.sign(_claims(ActionLinkFields(one.booking_id, action))) for action in one.actions}
            for one in ask.wanted
        ]
    )


async def make_link(office: Office, app_id: UUID, ask: MakeActionLink) -> SignedLink:
    """One link of any kind for a booking of the app; Refusal `not_found` when there is no such booking."""
    fields = ask.fields
    if fields.redirect is not None and redirects.origin(fields.redirect) is None:
        raise invalid("redirect", "must be a plain web address, like https://example.com/thanks")
    if fields.jti is not None and "\0" in fields.jti:
        raise invalid("jti", "must not contain a NUL character")
    if fields.expires_at is not None and fields.expires_at <= datetime.now(UTC):
        raise invalid("expires_at", "must be in the future")
    subject = await office.peers.call(bookings.get_subject, Nothing(), booking_id=fields.booking_id)
    if subject.app_id != app_id:
        raise Refusal("not_found")
    if ask.once is not None:
        async with office.database.connection() as conn:
            if not await creations.claim_link(conn, app_id, ask.once):
                raise Refusal("idempotency_key_reused")
    return SignedLink(_signer(office, app_id).sign(_claims(fields)))


def _signer(office: Office, app_id: UUID) -> Signer:
    return Signer(office.hidden_secret(app_id, office.link_keyring.newest))


def _claims(fields: ActionLinkFields) -> Claims:
    """What the link claims, and nothing that would make two of the same link differ."""
    claims: dict[str, str | int] = {"booking_id": str(fields.booking_id), "action": fields.action}
    if fields.expires_at is not None:
        claims["exp"] = int(fields.expires_at.timestamp())
    if fields.redirect is not None:
        claims["redirect"] = fields.redirect
    if fields.jti is not None:
        claims["jti"] = fields.jti
    return claims
