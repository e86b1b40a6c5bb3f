"""`POST /sign-out` and `POST /sign-out-everywhere`: the end of this session, or of all of one's own."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console import forms
from gateway.site import Site
from shared.contracts import sessions
from shared.contracts.sessions import SessionToken


async def sign_out(site: Site, request: Request) -> Response:
    """End this session; where it has ended already there is nothing to do."""
    # Without this, a browser that keeps the cookie back from another site would still let it be cleared.
    forms.refuse_other_sites(site, request)
    if await site.hosts.find(request) is not None:
        await site.peers.call(sessions.sign_out, await _ending(site, request))
    return _goodbye(site)


async def sign_out_everywhere(site: Site, request: Request) -> Response:
    """End every session of who is signed in; others may be open though this one has ended."""
    await site.peers.call(sessions.sign_out_everywhere, await _ending(site, request))
    return _goodbye(site)


async def _ending(site: Site, request: Request) -> SessionToken:
    """The session that asks, of a user of whom nothing is remembered here any more."""
    form = await forms.submitted(site, request)
    site.hosts.forget(form.host.user.id)
    return SessionToken(site.hosts.cookie.read(request) or "")


def _goodbye(site: Site) -> Response:
    response = RedirectResponse("/sign-in?out=1", 303)
    site.hosts.cookie.clear(response)
    return response
