"""`/v1/single-use-links`: composed here of a booking link, a contact and a minted link."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, reading
from gateway.site import Site
from shared.contracts import contacts, tokens
from shared.contracts.contacts import InlineContact, ResolveRecipient
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Captured, Link, LinkQuery, Mint, MintReplay, Recipient, Source, Status
from shared.contracts.values import Instant, Limit, Once
from shared.errors import Refusal, invalid

BY_API = Source(channel="api")


class Order(Struct, frozen=True):
    """For whom, for which booking link, and until when."""

    booking_link_id: UUID
    contact_id: UUID | None = None
    contact: InlineContact | None = None
    expires_at: Instant | None | UnsetType = UNSET
    expires_in_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    strict_email_match: bool = False
    source: Source | None = None


class Listing(Struct, frozen=True):
    limit: Limit = 50
    cursor: UUID | None = None
    status: Status | None = None
    booking_link_id: UUID | None = None
    contact_id: UUID | None = None


class SingleUseLink(Struct, frozen=True):
    """A single-use link as its app sees it."""

    id: UUID
    url: str
    token: str
    status: Status
    booking_link_id: UUID
    contact: Captured
    strict_email_match: bool
    expires_at: Instant | None
    created_at: Instant
    consumed_at: Instant | None
    consumed_by_booking_id: UUID | None
    revoked_at: Instant | None
    source: Source
    opened_count: int
    first_opened_at: Instant | None
    last_opened_at: Instant | None


async def create(site: Site, request: Request) -> Response:
    """Mint a link for a contact."""
    principal = await site.principals.of(request)
    order, once = await reading.body(request, Order)
    if (order.contact_id is None) == (order.contact is None):
        raise Refusal("invalid_request", "Give either contact_id or contact.")
    link = await _made_before(site, principal.app_id, once) or await _mint(
        site, principal.app_id, order, once
    )
    return answers.data(show(site, link), 201)


async def list_(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = LinkQuery(wanted.limit, wanted.cursor, wanted.status, wanted.booking_link_id, wanted.contact_id)
    found = await site.peers.call(tokens.list_links, ask, app_id=principal.app_id)
    return answers.page([show(site, link) for link in found.links], found.next_before)


async def get(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    link_id = reading.path_id(request, "id")
    found = await site.peers.call(tokens.get_link, Nothing(), app_id=principal.app_id, link_id=link_id)
    return answers.data(show(site, found))


async def revoke(site: Site, request: Request) -> Response:
    """Close a link for ever, unless it is used already."""
    principal = await site.principals.of(request)
    link_id = reading.path_id(request, "id")
    closed = await site.peers.call(tokens.revoke, Nothing(), app_id=principal.app_id, link_id=link_id)
    return answers.data(show(site, closed))


def show(site: Site, link: Link) -> SingleUseLink:
    return SingleUseLink(
        link.id,
        site.url(f"/single-use/{link.token}"),
        link.token,
        link.status,
        link.booking_link_id,
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


async def _mint(site: Site, app_id: UUID, order: Order, once: Once | None) -> Link:
    expires_at = _expiry(order)
    recipient = ResolveRecipient(order.booking_link_id, order.contact_id, order.contact)
    resolved = await site.peers.call(contacts.resolve, recipient, app_id=app_id)
    contact = resolved.contact
    ask = Mint(
        app_id,
        order.booking_link_id,
        resolved.slug,
        Recipient(contact.id, contact.name, contact.email),
        expires_at,
        order.expires_in_days,
        order.strict_email_match,
        order.source or BY_API,
        once,
    )
    return await site.peers.call(tokens.mint, ask)


def _expiry(order: Order) -> datetime | None | UnsetType:
    """The wish in UTC; what tokens would refuse is refused before a contact is made for it."""
    expires_at = order.expires_at
    if order.expires_in_days is not None and expires_at is not UNSET:
        raise invalid("expires_in_days", "give either expires_at or expires_in_days")
    if expires_at is UNSET or expires_at is None:
        return expires_at
    expires_at = reading.utc(expires_at, "expires_at")
    if expires_at <= datetime.now(UTC):
        raise invalid("expires_at", "must be in the future")
    return expires_at


async def _made_before(site: Site, app_id: UUID, once: Once | None) -> Link | None:
    """The link that this idempotency key has made already, whether or not it could be made now."""
    if once is None:
        return None
    return (await site.peers.call(tokens.replay_mint, MintReplay(once), app_id=app_id)).link
