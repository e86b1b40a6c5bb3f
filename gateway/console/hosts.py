"""Whose session a request carries: actions decides, and its answer is remembered for seconds."""

import time
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse

from gateway.answers import Instead
from gateway.console import destinations
from gateway.console.cookies import SessionCookie
from shared.call import Peers
from shared.contracts import sessions
from shared.contracts.sessions import SessionToken, User
from shared.errors import Refusal

REMEMBERED_SECONDS = 3.0
"""A session that was ended elsewhere lives at most this much longer here."""
_MOST = 10_000


@dataclass(frozen=True)
class Host:
    """Who is signed in, and to which app; every form carries `csrf`."""

    app_id: UUID
    app_name: str
    user: User
    csrf: str


class Hosts:
    def __init__(self, peers: Peers, public_url: str) -> None:
        self._peers = peers
        self._known: dict[str, tuple[float, Host]] = {}
        self.cookie = SessionCookie(public_url)

    async def of(self, request: Request) -> Host:
        """Who is signed in; whoever is not is sent to sign in, and comes back to this page."""
        host = await self.find(request)
        if host is None:
            raise Instead(RedirectResponse(destinations.sign_in(address(request)), 303))
        request.state.host = host
        return host

    async def find(self, request: Request) -> Host | None:
        """Who is signed in, if anybody."""
        token = self.cookie.read(request)
        if not token:
            return None
        until, host = self._known.get(token, (0.0, None))
        return host if host is not None and until > time.monotonic() else await self._ask(token)

    def forget(self, user_id: UUID) -> None:
        """Let go of what is remembered of a user who signs out through this process."""
        for token, (_, host) in list(self._known.items()):
            if host.user.id == user_id:
                del self._known[token]

    async def _ask(self, token: str) -> Host | None:
        try:
            found = await self._peers.call(sessions.get_session, SessionToken(token))
        except Refusal as refusal:
            if refusal.code != "unauthorized":
                raise
            return None
        host = Host(found.app_id, found.app_name, found.user, found.csrf)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[token] = (time.monotonic() + REMEMBERED_SECONDS, host)
        return host


def address(request: Request) -> str:
    """Path and query as they were sent."""
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
