"""What is answered once an action link has acted: the booking, a page, or another address."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import answers, problems
from gateway.acting import link_address, settling
from gateway.site import Site
from gateway.visitor import action_pages
from shared.contracts import actions
from shared.contracts.actions import Followed, SignMany, Wanted
from shared.errors import Refusal


async def followed(site: Site, request: Request, done: Followed) -> Response:
    """The outcome in the form that was asked for; `Action-Link-Status` says when it is an earlier one."""
    permit, acted = done.permit, done.acted
    if acted.refusal is not None:
        raise action_pages.came_to_nothing(acted.refusal, permit, acted.booking)
    response = await _outcome(site, request, done)
    if acted.replayed:
        response.headers.update(action_pages.REPLAYED)
    return response


async def _outcome(site: Site, request: Request, done: Followed) -> Response:
    permit, acted = done.permit, done.acted
    document, waiting = _wants_document(request, permit.redirect), acted.booking.state == "confirming"
    if waiting:
        page = action_pages.waiting(permit, acted.booking, acted.replayed)
        return settling(site, acted) if document else page
    if document:
        return answers.data(acted.booking)
    if permit.redirect is not None:
        return RedirectResponse(permit.redirect, 303 if request.method == "POST" else 302)
    links = await _links_to_successor(site, done)
    return action_pages.done(permit, acted.successor or acted.booking, acted.replayed, links)


def _wants_document(request: Request, redirect: str | None) -> bool:
    """Whether a program asks: it prefers JSON, or posts without a word for a page and is sent nowhere."""
    accept = request.headers.get("accept", "")
    if problems.prefers_json(accept):
        return True
    return request.method == "POST" and redirect is None and not problems.prefers_html(accept)


async def _links_to_successor(site: Site, done: Followed) -> dict[str, str]:
    """Whoever moved a booking gets links to what it became: the old ones are spent."""
    successor = done.acted.successor
    if successor is None:
        return {}
    wanted = Wanted(successor.id, ["reschedule_by_customer", "cancel_by_customer"])
    try:
        signed = await site.peers.call(
            actions.sign_links, SignMany([wanted]), app_id=done.permit.subject.app_id
        )
    except Refusal:
        return {}  # The booking is moved, and the page stands without them.
    return {
        action: link_address(site, successor.id, action, signature)
        for action, signature in signed.signatures[0].items()
    }
