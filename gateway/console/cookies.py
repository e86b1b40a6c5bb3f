"""The cookies of the console: the session, and where somebody was going who had to sign in first."""

from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway.console import destinations

NEXT = "bookonce-next"
SIGN_IN = "/sign-in"
NEXT_SECONDS = 3600


class SessionCookie:
    """Of this host alone (`__Host-`) where the public address is https; no script may read it."""

    def __init__(self, public_url: str) -> None:
        self._secure = urlsplit(public_url).scheme == "https"
        self.name = "__Host-bookonce" if self._secure else "bookonce"

    def read(self, request: Request) -> str | None:
        """The session's token, whatever it is worth."""
        return request.cookies.get(self.name)

    def put(self, response: Response, token: str, seconds: int) -> None:
        response.set_cookie(
            self.name, token, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response) -> None:
        self.put(response, "", 0)


def put_next(response: Response, path: str) -> None:
    """Remember where somebody was going until they have signed in; a link in a mail cannot carry it."""
    response.set_cookie(
        NEXT, quote(path, safe="/"), max_age=NEXT_SECONDS, path=SIGN_IN, httponly=True, samesite="lax"
    )


def read_next(request: Request) -> str:
    """A path of the console: the one remembered, else its first page."""
    return destinations.local(unquote(request.cookies.get(NEXT, "")))


def clear_next(response: Response) -> None:
    response.delete_cookie(NEXT, path=SIGN_IN)
