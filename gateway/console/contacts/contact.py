"""`/contacts/{id}`: one contact, their open links, and everything that happened, on one time line."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console import away, forms, frame, time_line, times
from gateway.console.contacts import PATH, telling
from gateway.console.finding import an_id, found
from gateway.console.hosts import Host
from gateway.console.links import notice, rows
from gateway.site import Site
from shared.contracts import contacts, tokens
from shared.contracts.contacts import Contact
from shared.contracts.operation import Nothing
from shared.contracts.tokens import LinkQuery

OPEN = 10
"""So many of the contact's open links are shown above the time line."""


@away.told(PATH)
async def show(site: Site, request: Request) -> Response:
    """The page; one that says so where there is no such contact."""
    host = await site.hosts.of(request)
    contact = await _find(site, host, request)
    return _missing(host) if contact is None else await _page(site, request, host, contact)


@forms.kept
async def erase(site: Site, request: Request) -> Response:
    """Forget the contact everywhere; open links die with it."""
    form = await forms.submitted(site, request)
    contact = await _find(site, form.host, request)
    if contact is None:
        return _missing(form.host)
    await site.peers.call(contacts.erase, Nothing(), app_id=form.host.app_id, contact_id=contact.id)
    return RedirectResponse(f"{PATH}?done=erased", 303)


async def _page(site: Site, request: Request, host: Host, contact: Contact) -> Response:
    zone, ask = times.zone_of(request), LinkQuery(status="open", contact_id=contact.id, limit=OPEN)
    line, page, said = await asyncio.gather(
        time_line.of_contact(site, host.app_id, contact.id),
        site.peers.call(tokens.list_links, ask, app_id=host.app_id),
        notice.of(site, host.app_id, request),
    )
    open_links, told = await asyncio.gather(
        rows.rows(site, host.app_id, page.links, {}), telling.tell(site, host.app_id, line, zone)
    )
    context: dict[str, Any] = {"contact": contact, "told": told, "rows": open_links, "notice": said}
    back = f"{PATH}/{contact.id}"
    return frame.page("console/contact.html", host, PATH, zone=zone, back=back, **context)


async def _find(site: Site, host: Host, request: Request) -> Contact | None:
    contact_id = an_id(request.path_params["id"])
    if contact_id is None:
        return None
    return await found(site.peers.call(contacts.get, Nothing(), app_id=host.app_id, contact_id=contact_id))


def _missing(host: Host) -> Response:
    return frame.page("console/contact_missing.html", host, PATH, status=404)
