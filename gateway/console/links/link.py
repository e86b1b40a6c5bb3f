"""`/calendar/single-use/{id}`: one link, its address, what became of it, and what can be done with it."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.console import away, frame, times
from gateway.console.finding import an_id, found
from gateway.console.hosts import Host
from gateway.console.links import PATH, notice, rows
from gateway.site import Site
from shared.contracts import tokens
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link

_MADE = {
    "new": "Nobody else has it yet: send it to them yourself.",
    "known": "This email belongs to somebody you know already, under the name below.",
}
"""What is said once, of a link that was made this moment."""


@away.told(PATH)
async def show(site: Site, request: Request) -> Response:
    """The link; a page that says so where there is none of that id."""
    host = await site.hosts.of(request)
    link = await find(site, host, request)
    if link is None:
        return missing(host)
    made = _MADE.get(request.query_params.get("made", ""), "")
    return await page(site, request, host, link, made=made)


async def find(site: Site, host: Host, request: Request) -> Link | None:
    """The link of the app that the path names."""
    link_id = an_id(request.path_params["id"])
    if link_id is None:
        return None
    return await found(site.peers.call(tokens.get_link, Nothing(), app_id=host.app_id, link_id=link_id))


def missing(host: Host) -> Response:
    return frame.page("console/link_missing.html", host, PATH, status=404)


async def page(
    site: Site, request: Request, host: Host, link: Link, status: int = 200, **told: Any
) -> Response:
    """The link's page; `wrong` says what could not be done, `until` what was typed."""
    said, [row] = await asyncio.gather(
        notice.of(site, host.app_id, request), rows.rows(site, host.app_id, [link], {})
    )
    context: dict[str, Any] = {"wrong": "", "until": "", "day": "", "made": ""} | told
    zone, back = times.zone_of(request), f"{PATH}/{link.id}"
    return frame.page(
        "console/link.html", host, PATH, status=status, row=row, zone=zone, back=back, notice=said, **context
    )
