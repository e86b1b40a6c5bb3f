"""The two ways in to a booking: a visitor at a page, an app at its booking link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.booking.rules import Template
from services.booking.store import booking_links
from shared.postgres import Connection


class Door(Protocol):
    """Where a wish to book comes in."""

    @property
    def actor(self) -> str:
        """Who books, for the record."""

    @property
    def contact_id(self) -> UUID | None:
        """Whom the booking is for, when no single-use link says it."""

    async def find(self, conn: Connection, lock_host: bool) -> tuple[Template, datetime] | None:
        """The booking link, and the time; its host's row locked if asked."""

    def key_scope(self, template: Template, link_id: UUID | None, email: str) -> str:
        """Among whom an idempotency key is one key."""


@dataclass(frozen=True)
class Visitor:
    """Somebody at a booking page; their key counts for the page and the token, or else the email."""

    slug: str
    actor: str = "customer"
    contact_id: UUID | None = None

    async def find(self, conn: Connection, lock_host: bool) -> tuple[Template, datetime] | None:
        return await booking_links.by_slug(conn, self.slug, lock_host)

    def key_scope(self, template: Template, link_id: UUID | None, email: str) -> str:
        return f"{template.id}/{link_id or email.strip().casefold()}"


@dataclass(frozen=True)
class App:
    """A program with an API key; its keys count for the whole app."""

    app_id: UUID
    booking_link_id: UUID
    contact_id: UUID | None
    actor: str = "api"

    async def find(self, conn: Connection, lock_host: bool) -> tuple[Template, datetime] | None:
        return await booking_links.by_id(conn, self.app_id, self.booking_link_id, lock_host)

    def key_scope(self, template: Template, link_id: UUID | None, email: str) -> str:  # noqa: ARG002
        return "app"
