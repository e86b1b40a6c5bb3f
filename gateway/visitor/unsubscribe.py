"""`/unsubscribe/{unsubscribe_token}`: what a mail offers to those who want no more of its kind."""

from collections.abc import Awaitable

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, pages, problems
from gateway.describe import describe
from gateway.problems import DeadEnd
from gateway.site import Site
from gateway.wording import Explanation
from shared.contracts import workflows
from shared.contracts.workflows import Subscription, UnsubscribeLink
from shared.errors import Refusal

UNKNOWN = Explanation(
    "We do not know this link.",
    "It is too old, or part of the address was lost on the way. Nothing was changed.",
    "Open it once more from the message it came in, or take it from a newer one.",
)


@describe(answer=Subscription, page=True, refuses=("link_unknown",), key_needed=False)
async def show_subscription(site: Site, request: Request) -> Response:
    """Tell whose mails the link ends: a page that asks first.

    This changes nothing, however often it is asked, by people or by mail scanners.
    """
    return await _answer(request, site.peers.call(workflows.inspect_unsubscribe, _link(site, request)))


@describe(answer=Subscription, page=True, refuses=("link_unknown",), key_needed=False)
async def unsubscribe(site: Site, request: Request) -> Response:
    """Send the contact no more mails that programs of the app set off.

    Mails about the contact's own bookings still come. It needs no cookie and reads no body, so that mail
    programs can do it by themselves (RFC 8058). A second time changes nothing.
    """
    return await _answer(request, site.peers.call(workflows.unsubscribe, _link(site, request)))


@describe(answer=Subscription, page=True, refuses=("link_unknown",), key_needed=False)
async def subscribe_again(site: Site, request: Request) -> Response:
    """Take unsubscribing back: mails that programs set off come again from now on."""
    return await _answer(request, site.peers.call(workflows.subscribe_again, _link(site, request)))


def _link(site: Site, request: Request) -> UnsubscribeLink:
    token = request.path_params["unsubscribe_token"]
    site.limits.check_token(token)
    return UnsubscribeLink(token)


async def _answer(request: Request, asked: Awaitable[Subscription]) -> Response:
    try:
        told = await asked
    except Refusal as refusal:
        if refusal.code != "link_unknown":
            raise
        raise DeadEnd(refusal, None, UNKNOWN) from None
    if not problems.prefers_html(request.headers.get("accept", "")):
        return answers.data(told)
    token = request.path_params["unsubscribe_token"]
    return pages.render("unsubscribe.html", subscription=told, token=token)
