"""What every operation of the tokens service works with."""

from dataclasses import dataclass, field
from datetime import datetime

from services.tokens import rules
from services.tokens.openings import Openings
from services.tokens.rules import StoredLink
from shared.capability import Keyring
from shared.contracts.tokens import Link
from shared.postgres import Database


@dataclass(frozen=True)
class Links:
    """The database, the keys that make tokens, and the openings not yet written down."""

    database: Database
    keyring: Keyring
    openings: Openings = field(default_factory=Openings)

    def show(self, link: StoredLink, now: datetime, token: str | None = None) -> Link:
        """The link as others see it, with its token made again unless it is at hand."""
        return Link(
            link.id,
            link.app_id,
            token or self.keyring.token(link.id, link.key_id),
            rules.status(link, now),
            link.booking_link_id,
            link.slug,
            link.contact,
            link.strict_email_match,
            link.expires_at,
            link.created_at,
            link.consumed_at,
            link.consumed_by_booking_id,
            link.revoked_at,
            link.source,
            link.opened_count,
            link.first_opened_at,
            link.last_opened_at,
        )
