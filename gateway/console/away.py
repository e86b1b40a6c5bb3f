"""A page that cannot be shown because a piece is away or slow: the console says so in its own frame."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from gateway.console import frame
from gateway.problems import prefers_html
from gateway.site import Site
from shared import telemetry
from shared.errors import Refusal

HEADERS = {"Retry-After": "1"}
Handler = Callable[[Site, Request], Awaitable[Response]]
_CODES = frozenset({"unavailable", "timeout", "internal_error"})


def is_told(refusal: Refusal, request: Request) -> bool:
    """Whether a piece is away, and a person is there to read it: programs get the problem document."""
    return refusal.code in _CODES and prefers_html(request.headers.get("accept", ""))


def told(here: str) -> Callable[[Handler], Handler]:
    """For the handler of a page that belongs to the place `here`: nothing but showing was to be done."""

    def telling(handler: Handler) -> Handler:
        @wraps(handler)
        async def handle(site: Site, request: Request) -> Response:
            try:
                return await handler(site, request)
            except Refusal as refusal:
                if not is_told(refusal, request):
                    raise
                return _unseen(refusal, request, here)

        return handle

    return telling


def _unseen(refusal: Refusal, request: Request, here: str) -> Response:
    context = {"code": refusal.code, "reference": telemetry.request_id.get()}
    host = getattr(request.state, "host", None)
    if host is None:
        return frame.bare("console/unseen.html", status=refusal.status, headers=HEADERS, host=None, **context)
    return frame.page("console/unseen.html", host, here, status=refusal.status, headers=HEADERS, **context)
