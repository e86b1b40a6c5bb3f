"""Stripe's webhooks: genuine, recent, for this account and mode, or refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import stripe
from msgspec import Meta, Raw, Struct

from services.booking.payments.provider import Hint
from shared.errors import Refusal

TOLERANCE_SECONDS = 300
"""How far a message's time may be from ours."""

_SESSION = "checkout.session."
_MONEY = ("payment_intent.", "charge.refunded")


class _Data(Struct):
    object: Raw


class _Event(Struct):
    id: Annotated[str, Meta(min_length=1, max_length=255)]
    object: Literal["event"]
    type: str
    livemode: bool
    data: _Data
    account: str | None = None


class _Subject(Struct):
    """The session, intent or charge that an event is about."""

    id: str
    client_reference_id: str | None = None
    metadata: dict[str, str] | None = None


def read_hint(
    secrets: Sequence[str], live: bool, headers: Mapping[str, str], body: bytes, now: datetime
) -> Hint:
    """The hint in a webhook that one of the secrets has signed; Refusal `invalid_request` for any other."""
    signature = headers.get("stripe-signature", "")
    try:
        if not any(_signed(body, signature, secret) for secret in secrets):
            raise Refusal("invalid_request")
        if abs(int(now.timestamp()) - _signed_at(signature)) > TOLERANCE_SECONDS:
            raise Refusal("invalid_request")
        event = msgspec.json.decode(body, type=_Event)
        if event.account is not None or event.livemode != live:
            raise Refusal("invalid_request")
        return _hint(event)
    except (ValueError, RecursionError):
        raise Refusal("invalid_request") from None


def _signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether the secret made the signature; its time is compared with ours and not with the package's."""
    if not signature.isascii():
        return False
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret)
    except stripe.SignatureVerificationError:
        return False
    return True


def _signed_at(signature: str) -> int:
    """The first time in the header: the one that is signed."""
    return next(int(item[2:]) for item in signature.split(",") if item.startswith("t="))


def _hint(event: _Event) -> Hint:
    if not event.type.startswith((_SESSION, *_MONEY)):
        return Hint(event.id)
    subject = msgspec.json.decode(event.data.object, type=_Subject)
    session_id = subject.id if event.type.startswith(_SESSION) else None
    return Hint(event.id, _payment_id(subject), session_id)


def _payment_id(subject: _Subject) -> UUID | None:
    """Our reference; None when the payment is none of ours."""
    reference = subject.client_reference_id or (subject.metadata or {}).get("payment_id", "")
    try:
        return UUID(reference)
    except ValueError:
        return None
