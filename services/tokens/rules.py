"""Whether a single-use link is open, and for whom: pure decisions, time passed in."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from shared.contracts.tokens import Captured, Ruling, Source, Status, Verdict


class StoredLink(Struct, frozen=True):
    """A link's row."""

    id: UUID
    app_id: UUID
    key_id: int
    booking_link_id: UUID
    slug: str
    contact: Captured
    strict_email_match: bool
    expires_at: datetime | None
    created_at: datetime
    consumed_at: datetime | None
    consumed_by_booking_id: UUID | None
    revoked_at: datetime | None
    source: Source
    opened_count: int
    first_opened_at: datetime | None
    last_opened_at: datetime | None


class Claimant(Struct, frozen=True):
    """Who asks for the link; None where it is not known yet and so not judged."""

    app_id: UUID | None = None
    booking_link_id: UUID | None = None
    email: str | None = None


def status(link: StoredLink, now: datetime) -> Status:
    """The one word for a link's state; a link expires at its expiry, not after."""
    if link.consumed_at is not None:
        return "consumed"
    if link.revoked_at is not None:
        return "revoked"
    return "expired" if link.expires_at is not None and link.expires_at <= now else "open"


def same_email(one: str, other: str) -> bool:
    """Trimmed and without case; dots and plus-tags count."""
    return one.strip().casefold() == other.strip().casefold()


def refusal(link: StoredLink, claimant: Claimant, admitted: bool, now: datetime) -> str | None:
    """Why this claimant may not book with the link, or None; an admitted claim outlives the expiry."""
    if claimant.app_id not in (None, link.app_id):
        return "link_unknown"
    if claimant.booking_link_id not in (None, link.booking_link_id):
        return "link_wrong_template"
    state = status(link, now)
    if state != "open" and not (state == "expired" and admitted):
        return f"link_{state}"
    if link.strict_email_match and claimant.email is not None:
        return None if same_email(link.contact.email, claimant.email) else "email_mismatch"
    return None


def rule(
    link: StoredLink, claim: Ruling | None, claimant: Claimant, wanted: Verdict, now: datetime
) -> Ruling:
    """The verdict on a claim: a final one stands for ever, an admitted one may still be consumed."""
    if claim is not None and (claim.verdict != "admitted" or wanted == "admitted"):
        return claim
    reason = refusal(link, claimant, claim is not None, now)
    return Ruling(wanted) if reason is None else Ruling("refused", reason)


def fence(claim: Ruling | None) -> Ruling:
    """The verdict once the claimant gives up: what was final stays, all else is closed."""
    return claim if claim is not None and claim.verdict != "admitted" else Ruling("fenced")
