"""`GET /single-use/{token}`: the door through which a contact comes."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.describe import describe
from gateway.problems import DeadEnd
from gateway.site import Site
from gateway.stamped import stamp
from gateway.visitor.view import PageView, view
from shared.contracts import booking_links, tokens
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Open
from shared.errors import Refusal


@describe(
    media_type="text/html",
    refuses=("link_unknown", "link_consumed", "link_expired", "link_revoked"),
    key_needed=False,
)
async def open_single_use(site: Site, request: Request) -> Response:
    """Send the bearer of an open link to its booking page.

    This changes nothing, however often it is asked, by people or by mail scanners.
    """
    opened = await site.peers.call(tokens.open_link, Open(request.path_params["token"]))
    if opened.refusal is not None:
        raise DeadEnd(Refusal(opened.refusal), await _page(site, opened.link.slug))
    return stamp("single_use.html", token=opened.link.token, slug=opened.link.slug)


async def _page(site: Site, slug: str) -> PageView | None:
    """Whose page it was, to say whom to ask for a fresh link; the dead end stands without it too."""
    try:
        return view(await site.peers.call(booking_links.get_page, Nothing(), slug=slug))
    except Refusal:
        return None
