"""`/v1/single-use-links` that exist: listed, shown, exported, extended, revoked."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import answers, examples, reading
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import tokens
from shared.contracts.operation import Nothing
from shared.contracts.tokens import (
    Captured,
    ChangeExpiry,
    Link,
    LinkExport,
    LinkFilter,
    LinkQuery,
    Source,
    Status,
)
from shared.contracts.values import Instant, Label, Limit


class LinkFilters(Struct, frozen=True):
    status: Status | None = None
    booking_link_id: UUID | None = None
    contact_id: UUID | None = None
    campaign: Label | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    q: Label | None = None


class LinkListing(LinkFilters, frozen=True):
    """The same, page by page."""

    limit: Limit = 50
    cursor: UUID | None = None


class ExpiryChange(Struct, frozen=True):
    expires_at: Instant | None


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


@describe(query=LinkListing, answer=SingleUseLink, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List single-use links, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, LinkListing)
    ask = LinkQuery(**asdict(filters(wanted)), limit=wanted.limit, before=wanted.cursor)
    found = await site.peers.call(tokens.list_links, ask, app_id=principal.app_id)
    return answers.page([show(site, link) for link in found.links], found.next_before)


@describe(query=LinkFilters, media_type="text/csv")
async def export(site: Site, request: Request) -> Response:
    """Download every matching link as CSV."""
    principal = await site.principals.of(request)
    wanted = filters(reading.query(request, LinkFilters))
    ask = LinkExport(**asdict(wanted), address=site.url("/single-use/"))
    chunks = await answers.begun(site.peers.stream(tokens.export_links, ask, app_id=principal.app_id))
    headers = {"Content-Disposition": 'attachment; filename="single-use-links.csv"'}
    return StreamingResponse(chunks, headers=headers, media_type="text/csv")


@describe(answer=SingleUseLink)
async def get(site: Site, request: Request) -> Response:
    """Read a single-use link: its address, and what became of it."""
    principal = await site.principals.of(request)
    link_id = reading.path_id(request, "id")
    found = await site.peers.call(tokens.get_link, Nothing(), app_id=principal.app_id, link_id=link_id)
    return answers.data(show(site, found))


@describe(
    body=ExpiryChange,
    answer=SingleUseLink,
    refuses=("link_consumed", "link_revoked"),
    example=examples.EXPIRY,
)
async def change(site: Site, request: Request) -> Response:
    """Give an open or expired link another expiry; null means never."""
    principal = await site.principals.of(request)
    link_id = reading.path_id(request, "id")
    wish, _ = await reading.body(request, ExpiryChange)
    ask = ChangeExpiry(wish.expires_at and reading.utc(wish.expires_at, "expires_at"))
    changed = await site.peers.call(tokens.change_expiry, ask, app_id=principal.app_id, link_id=link_id)
    return answers.data(show(site, changed))


@describe(answer=SingleUseLink, refuses=("link_consumed",))
async def revoke(site: Site, request: Request) -> Response:
    """Revoke a link for ever, unless it is used already."""
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


def filters(wanted: LinkFilters) -> LinkFilter:
    """What was asked for, with times in UTC."""
    return LinkFilter(
        wanted.status,
        wanted.booking_link_id,
        wanted.contact_id,
        wanted.campaign,
        wanted.created_from and reading.utc(wanted.created_from, "created_from"),
        wanted.created_to and reading.utc(wanted.created_to, "created_to"),
        wanted.q,
    )
