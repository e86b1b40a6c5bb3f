"""Credentials in use: an access token, and how to get the next one (RFC 6749, section 6)."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from services.workflows.crm.connector import Away, NeedsReconnect, Throttled
from services.workflows.crm.http import Answer, Http, retry_after

LOGIN_PAUSE_SECONDS = 60.0
_PASSING = frozenset({"unknown_error", "rate_limit_exceeded", "server_error", "temporarily_unavailable"})
"""Errors of a token endpoint that say nothing of the credentials."""


class Credentials(Struct, frozen=True):
    """What a connection proves itself with; access token and instance come with the first renewal."""

    client_id: str
    client_secret: str
    refresh_token: str
    access_token: str = ""
    instance_url: str = ""


class Granted(Struct, frozen=True):
    """What a token endpoint answers, as much of it as is of use."""

    access_token: str
    refresh_token: str | None = None
    instance_url: str | None = None


class _Error(Struct, frozen=True):
    error: str = ""
    status: str = ""
    category: str = ""


Save = Callable[[Credentials], Awaitable[None]]


class Access:
    """The credentials of one connection; renewed ones are saved before they are used.

    The refresh token may have been exchanged for another one: whoever loses that one is locked out.
    """

    def __init__(self, http: Http, token_url: str, credentials: Credentials, save: Save) -> None:
        self._http, self._token_url, self._save = http, token_url, save
        self.now = credentials

    async def renew(self) -> None:
        """Get a new access token; NeedsReconnect when the refresh token is no longer honoured."""
        answer = await self._http.send("POST", self._token_url, {}, form=_grant(self.now))
        if answer.status != 200:
            raise _failure(answer)
        granted = answer.read(Granted)
        renewed = Credentials(
            self.now.client_id,
            self.now.client_secret,
            granted.refresh_token or self.now.refresh_token,
            granted.access_token,
            granted.instance_url or self.now.instance_url,
        )
        await self._save(renewed)
        self.now = renewed

    async def call(self, send: Callable[[Credentials], Awaitable[Answer]]) -> Answer:
        """What the request gets with an access token that holds; a 401 has it renewed, once."""
        if not self.now.access_token:
            await self.renew()
            answer = await send(self.now)
        else:
            answer = await send(self.now)
            if answer.status == 401:
                await self.renew()
                answer = await send(self.now)
        if answer.status == 401:
            raise NeedsReconnect("a new access token was not accepted")
        return answer


def _grant(credentials: Credentials) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "refresh_token": credentials.refresh_token,
    }


def _failure(answer: Answer) -> Exception:
    if answer.status == 429:
        return Throttled(retry_after(answer.headers, LOGIN_PAUSE_SECONDS))
    if answer.status not in (400, 401, 403):
        return Away()
    error = answer.read(_Error)
    if error.error in _PASSING:
        return Throttled(LOGIN_PAUSE_SECONDS)
    return NeedsReconnect(f"the login was refused: {error.error or error.status or error.category or '?'}")
