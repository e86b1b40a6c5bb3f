"""`/book/{slug}` to look at: the page, its free times, and what a token fills in."""

import asyncio
import re
from datetime import date

from msgspec import Struct, field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import answers, examples, pages, reading
from gateway.describe import describe
from gateway.problems import DeadEnd
from gateway.site import Site
from gateway.visitor.view import view
from shared.contracts import booking_links, tokens
from shared.contracts.booking_links import SlotQuery, Slots
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Open
from shared.contracts.values import SLUG, Instant, Zone
from shared.errors import Refusal


class Days(Struct, frozen=True):
    first: date = field(name="from")
    last: date = field(name="to")
    timezone: Zone


class Prefill(Struct, frozen=True):
    single_use_token: str


class Prefilled(Struct, frozen=True):
    name: str
    email: str
    strict_email_match: bool
    expires_at: Instant | None


@describe(moved=301, media_type="text/html", refuses=("booking_link_inactive",), key_needed=False)
async def show(site: Site, request: Request) -> Response:
    """Show the booking page; a former slug redirects to the present one."""
    page = await site.peers.call(booking_links.get_page, Nothing(), slug=slug(request))
    if page.slug != request.path_params["slug"]:
        query = request.url.query
        return RedirectResponse(f"/book/{page.slug}" + (f"?{query}" if query else ""), 301)
    if not page.active:
        raise DeadEnd(Refusal("booking_link_inactive"), view(page))
    return pages.render("book.html", page=view(page))


@describe(
    query=Days, answer=Slots, refuses=("booking_link_inactive",), example=examples.DAYS, key_needed=False
)
async def slots(site: Site, request: Request) -> Response:
    """List the free starts on the visitor's days, at most 62 of them."""
    days = reading.query(request, Days)
    ask = SlotQuery(days.first, days.last, days.timezone)
    return answers.data(await site.peers.call(booking_links.list_slots, ask, slug=slug(request)))


@describe(
    body=Prefill,
    answer=Prefilled,
    refuses=("link_wrong_template", "link_unknown", "link_consumed", "link_expired", "link_revoked"),
    example=examples.PREFILL,
    key_needed=False,
)
async def prefill(site: Site, request: Request) -> Response:
    """Tell whom a token was made for; refused as a booking would be."""
    ask, _ = await reading.body(request, Prefill)
    site.limits.check_token(ask.single_use_token)
    page, opened = await asyncio.gather(
        site.peers.call(booking_links.get_page, Nothing(), slug=slug(request)),
        site.peers.call(tokens.open_link, Open(ask.single_use_token, counts=True)),
    )
    if opened.link.booking_link_id != page.id:
        raise Refusal("link_wrong_template")
    if opened.refusal is not None:
        raise Refusal(opened.refusal)
    contact = opened.link.contact
    return answers.data(
        Prefilled(contact.name, contact.email, opened.link.strict_email_match, opened.link.expires_at)
    )


def slug(request: Request) -> str:
    """The slug in the path; what cannot be one does not exist."""
    text: str = request.path_params["slug"]
    if not re.match(SLUG, text) or len(text) > 100:
        raise Refusal("not_found")
    return text
