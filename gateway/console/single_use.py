"""`/calendar/single-use`: the links of the app that one is signed in to."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.console import frame
from gateway.site import Site

PATH = "/calendar/single-use"


async def show(site: Site, request: Request) -> Response:
    """The page, as yet without links."""
    host = await site.hosts.of(request)
    return frame.page("console/single_use.html", host, PATH)
