"""The app's contacts, searched by name or email, newest first."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import reading
from gateway.console import away, frame, times
from gateway.console.contacts import PATH
from gateway.site import Site
from shared.contracts import contacts
from shared.contracts.contacts import ContactPage, ContactQuery
from shared.contracts.values import Label
from shared.errors import Refusal

ROWS = 50


class Listing(Struct, frozen=True):
    q: Label | None = None
    cursor: UUID | None = None
    done: Annotated[str, Meta(max_length=20)] = ""


@away.told(PATH)
async def show(site: Site, request: Request) -> Response:
    """A page of contacts; a search that cannot be made says why."""
    host = await site.hosts.of(request)
    found, wrong, status = ContactPage([], None), "", 200
    given = [(name, value.strip()) for name, value in request.query_params.multi_items() if value.strip()]
    asked = Listing()
    try:
        asked = reading.fields(given, Listing)
        ask = ContactQuery(ROWS, asked.cursor, asked.q)
        found = await site.peers.call(contacts.list_, ask, app_id=host.app_id)
    except Refusal as refusal:
        if not refusal.errors and refusal.code != "invalid_request":
            raise
        wrong = f"This {refusal.errors[0].message}." if refusal.errors else "This cannot be looked for."
        status = refusal.status
    older = {"q": asked.q or "", "cursor": str(found.next_before)}
    return frame.page(
        "console/contacts.html",
        host,
        PATH,
        status=status,
        rows=found.rows,
        older=f"{PATH}?{urlencode(older)}" if found.next_before else None,
        asked=asked,
        typed=dict(given).get("q", ""),
        wrong=wrong,
        zone=times.zone_of(request),
    )
