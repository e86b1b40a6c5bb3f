"""What one link and many have in common in their forms: booking link, how long, for whom, and from where."""

import hashlib
from uuid import UUID

import msgspec

from gateway.console.forms import Fields, Submitted
from gateway.console.links import expiry
from gateway.minting import Terms
from shared.contracts.tokens import Source
from shared.contracts.values import Label, Once
from shared.errors import FieldError, Refusal, invalid

CHANNEL = "console"
FIELDS = ("booking_link_id", "until", "day", "strict", "campaign")


def read(form: Submitted, zone: str) -> Terms:
    """The terms; Refusal that names the field which cannot be used."""
    campaign = form.text("campaign").strip() or None
    try:
        msgspec.convert(campaign, Label | None)
    except msgspec.ValidationError:
        raise invalid("campaign", "must not be longer than 200 characters") from None
    try:
        booking_link_id = UUID(form.text("booking_link_id"))
    except ValueError:
        raise invalid("booking_link_id", "must be chosen") from None
    return Terms(
        booking_link_id=booking_link_id,
        expires_at=expiry.until(form.text("until") or expiry.USUAL, form.text("day"), zone),
        strict_email_match=bool(form.text("strict")),
        source=Source(channel=CHANNEL, campaign=campaign),
    )


def once(key: str, fields: Fields) -> Once:
    """The same form sent again makes nothing new; changed, it is another wish."""
    content = hashlib.sha256(msgspec.json.encode(sorted(fields))).hexdigest()
    return Once(hashlib.sha256(f"{key}:{content}".encode()).hexdigest(), content)


def explained(refusal: Refusal) -> dict[str, str]:
    """What is wrong by the field of the form; raises again what no field can mend."""
    if refusal.code == "not_found":
        return {"booking_link_id": "There is no such booking link or contact any more. Choose again."}
    if refusal.code == "booking_link_inactive":
        return {"booking_link_id": "This booking link is switched off, so nobody could book with it."}
    if not refusal.errors:
        raise refusal
    return {_field(error): _sentence(error) for error in refusal.errors}


def _field(error: FieldError) -> str:
    name = error.field.rpartition(".")[2]
    return "day" if name == "expires_at" else name


def _sentence(error: FieldError) -> str:
    return f"This {error.message}."
