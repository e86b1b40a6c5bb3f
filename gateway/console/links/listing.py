"""The list itself: filtered, page by page, with what became of all that match."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response

from gateway.console import away, frame, times
from gateway.console.finding import found
from gateway.console.hosts import Host, address
from gateway.console.links import PATH, filters, notice, pictures, rows
from gateway.console.links.filters import Filters
from gateway.site import Site
from shared.contracts import contacts, tokens
from shared.contracts.booking_links import BookingLink
from shared.contracts.operation import Nothing
from shared.contracts.tokens import LinkFilter, LinkQuery
from shared.errors import Refusal

TABS = (
    ("open", "Open"),
    ("consumed", "Consumed"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
    ("all", "All"),
)
ROWS = 30
"""With more of them a page would grow beyond what loads at once on a phone."""


@away.told(PATH)
async def show(site: Site, request: Request) -> Response:
    """The list; with filters that cannot be used, the form says which, and nothing is listed."""
    host, zone = await site.hosts.of(request), times.zone_of(request)
    typed = dict(filters.typed(request))
    templates = await rows.bookable(site, host.app_id, typed.get("booking_link_id", ""))
    try:
        asked = filters.read(request)
        wanted = asked.wanted(zone)
    except Refusal as refusal:
        wrong = filters.complaints(refusal.errors) or {"q": refusal.detail or "cannot be used"}
        return _page(host, zone, templates, typed, Filters(), 422, wrong=wrong)
    listed = await _listed(site, request, host, asked, wanted, templates)
    return _page(host, zone, templates, typed, asked, **listed)


async def _listed(
    site: Site,
    request: Request,
    host: Host,
    asked: Filters,
    wanted: LinkFilter,
    templates: list[BookingLink],
) -> dict[str, Any]:
    """All that is asked of other pieces, as much as possible at once."""
    titles, zone = {one.id: one.title for one in templates}, times.zone_of(request)
    ask = LinkQuery(**asdict(wanted), limit=ROWS, before=asked.cursor)
    page, drawn, said, contact = await asyncio.gather(
        site.peers.call(tokens.list_links, ask, app_id=host.app_id),
        _drawn(site, host, asked, wanted, zone, titles),
        notice.of(site, host.app_id, request),
        _contact(site, host.app_id, asked.contact_id),
    )
    return {
        "rows": await rows.rows(site, host.app_id, page.links, titles),
        "older": page.next_before and asked.address(cursor=page.next_before),
        "drawn": drawn,
        "notice": said,
        "contact": contact,
        "back": _without_notice(request),
    }


def _page(
    host: Host,
    zone: str,
    templates: list[BookingLink],
    typed: Mapping[str, str],
    asked: Filters,
    status: int = 200,
    **told: Any,
) -> Response:
    nothing: dict[str, Any] = dict.fromkeys(
        ("rows", "older", "drawn", "notice", "contact", "back", "wrong"), None
    )
    return frame.page(
        "console/links.html",
        host,
        PATH,
        status=status,
        zone=zone,
        templates=templates,
        typed=typed,
        asked=asked,
        tabs=TABS,
        **nothing | told,
    )


async def _drawn(
    site: Site, host: Host, asked: Filters, wanted: LinkFilter, zone: str, titles: Mapping[UUID, str]
) -> pictures.Pictures | None:
    """Beside the first page alone: older pages are turned quickly."""
    return None if asked.cursor else await pictures.of(site, host.app_id, asked, wanted, zone, titles)


async def _contact(site: Site, app_id: UUID, contact_id: UUID | None) -> str | None:
    """The name of the contact that is filtered by."""
    if contact_id is None:
        return None
    ids = {"app_id": app_id, "contact_id": contact_id}
    contact = await found(site.peers.call(contacts.get, Nothing(), **ids))
    return "Unknown contact" if contact is None else contact.name


def _without_notice(request: Request) -> str:
    """This page's own path and query, for its forms to come back to."""
    parts = urlsplit(address(request))
    kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0] not in notice.FIELDS]
    query = "&".join(filter(None, kept))
    return f"{parts.path}?{query}" if query else parts.path
