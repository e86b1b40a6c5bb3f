"""What a host does to a link of the list: let it work longer, or revoke it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console import forms, times
from gateway.console.forms import Submitted
from gateway.console.links import PATH, expiry, notice
from gateway.console.links import link as its_page
from gateway.console.links.notice import Doing
from gateway.site import Site
from shared.contracts import tokens
from shared.contracts.operation import Nothing
from shared.contracts.tokens import ChangeExpiry, Link
from shared.errors import FieldError, Refusal

_SAID = {
    "link_consumed": "This link has been used, so there is nothing left to change.",
    "link_revoked": "This link has been revoked, which is for ever. Send a fresh one instead.",
}


@forms.kept
async def extend(site: Site, request: Request) -> Response:
    """Give the link another expiry, counted from now."""
    form = await forms.submitted(site, request)
    link = await its_page.find(site, form.host, request)
    if link is None:
        return its_page.missing(form.host)
    try:
        until = expiry.until(form.text("until"), form.text("day"), times.zone_of(request))
        ask, ids = ChangeExpiry(until), {"app_id": form.host.app_id, "link_id": link.id}
        await site.peers.call(tokens.change_expiry, ask, **ids)
    except Refusal as refusal:
        return await _refused(site, request, form, link, refusal)
    return _back(form, "extended", link)


@forms.kept
async def revoke(site: Site, request: Request) -> Response:
    """Revoke the link, unless it is used already."""
    form = await forms.submitted(site, request)
    link = await its_page.find(site, form.host, request)
    if link is None:
        return its_page.missing(form.host)
    try:
        await site.peers.call(tokens.revoke, Nothing(), app_id=form.host.app_id, link_id=link.id)
    except Refusal as refusal:
        return await _refused(site, request, form, link, refusal)
    return _back(form, "revoked", link)


def _back(form: Submitted, done: Doing, link: Link) -> Response:
    back = form.text("back") or f"{PATH}/{link.id}"
    return RedirectResponse(f"{notice.told_at(back, done, link.id)}#link-{link.id}", 303)


def _sentence(error: FieldError) -> str:
    return f"The day {error.message}." if error.field == "day" else "Choose how long it shall work."


async def _refused(site: Site, request: Request, form: Submitted, link: Link, refusal: Refusal) -> Response:
    """The link's page with what stood in the way, and what was typed."""
    if refusal.code not in _SAID and not refusal.errors:
        raise refusal
    wrong = _SAID.get(refusal.code) or _sentence(refusal.errors[0])
    # As it is now: what stood in the way may have happened while the form was filled in.
    now = await its_page.find(site, form.host, request) or link
    typed = {"wrong": wrong, "until": form.text("until"), "day": form.text("day")}
    return await its_page.page(site, request, form.host, now, refusal.status, **typed)
