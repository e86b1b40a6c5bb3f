"""`POST /sign-out` and `POST /sign-out-everywhere`: the end of this session, or of all of one's own."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console import forms
from gateway.site import Site
from shared.contracts import sessions
from shared.contracts.sessions import SessionToken


async def sign_out(site: Site, request: Request) -> Response:
    """End this session."""
    token = await _token(site, request)
    if token is not None:
        await site.peers.call(sessions.sign_out, token)
    return _goodbye(site)


async def sign_out_everywhere(site: Site, request: Request) -> Response:
    """End every session of who is signed in."""
    token = await _token(site, request)
    if token is not None:
        await site.peers.call(sessions.sign_out_everywhere, token)
    return _goodbye(site)


async def _token(site: Site, request: Request) -> SessionToken | None:
    """The session to end, no longer remembered here; None when it has ended already."""
    if await site.hosts.find(request) is None:
        return None
    form = await forms.submitted(site, request)
    site.hosts.forget(form.host.user.id)
    return SessionToken(site.hosts.cookie.read(request) or "")


def _goodbye(site: Site) -> Response:
    response = RedirectResponse("/sign-in?out=1", 303)
    site.hosts.cookie.clear(response)
    return response
