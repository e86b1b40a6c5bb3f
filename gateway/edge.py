"""The outermost layer: request ids, deadlines, headers, problems, logs and metrics for every answer."""

import os
import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import problems
from gateway.limits import PROBES, Limits
from shared import deadline, telemetry
from shared.errors import Refusal

SECONDS = 10.0
"""How long a request may take before it is answered 504."""

STREAMED = "/v1/single-use-links.csv"
STREAM_SECONDS = 3600.0
"""The same for a file that is streamed; each of its pages has its own, shorter limit."""

DEFAULT_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
_CODES = {404: "not_found", 405: "method_not_allowed"}


class Edge:
    """Wraps the router; what a handler raises becomes a problem, and nothing internal shows."""

    def __init__(self, app: ASGIApp, limits: Limits, most_requests: int) -> None:
        self._app = app
        self._limits = limits
        self._most = most_requests
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["app"] = self  # With it the router raises for 404 and 405 instead of answering itself.
        began, answer = time.perf_counter(), _Answer(send)
        mark = telemetry.request_id.set(answer.request_id)
        self._under_way += 1
        try:
            await self._serve(scope, receive, answer)
        finally:
            self._under_way -= 1
            _note(scope, answer, time.perf_counter() - began)
            telemetry.request_id.reset(mark)

    async def _serve(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        request = Request(scope, receive)
        try:
            self._check_load(scope)
            self._limits.check(request)
            async with deadline.within(STREAM_SECONDS if scope["path"] == STREAMED else SECONDS):
                await self._app(scope, receive, answer.send)
            return
        except Refusal as refusal:
            response = problems.respond(request, refusal, refusal.status)
        except HTTPException as error:
            headers = dict(error.headers or {})
            detail = f"This address answers {headers['Allow']}." if "Allow" in headers else None
            wrong = Refusal(_CODES.get(error.status_code, "invalid_request"), detail)
            response = problems.respond(request, wrong, error.status_code, headers)
        except Exception:
            telemetry.log.exception("failed", handler=_handler(scope), request_id=answer.request_id)
            response = problems.respond(request, Refusal("internal_error"), 500)
        if not answer.status:
            await response(scope, receive, answer.send)

    def _check_load(self, scope: Scope) -> None:
        """Refuse at once what would only make everybody wait; probes are always answered."""
        if self._under_way > self._most and scope["path"] not in PROBES:
            raise Refusal("unavailable", retry_after=1)


class _Answer:
    """Sends an answer on with the headers that every one carries."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.request_id = os.urandom(12).hex()
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            present = {name for name, _ in headers}
            message["headers"] = [
                *headers,
                *(pair for pair in DEFAULT_HEADERS if pair[0] not in present),
                (b"x-request-id", self.request_id.encode()),
            ]
        await self._send(message)


def _handler(scope: Scope) -> str:
    """The handler's name: unlike the path, it never holds a token."""
    endpoint = scope.get("endpoint")
    endpoint = getattr(endpoint, "func", endpoint)
    module = getattr(endpoint, "__module__", "").rpartition(".")[2]
    return f"{module}.{getattr(endpoint, '__name__', type(endpoint).__name__)}" if endpoint else "none"


def _note(scope: Scope, answer: _Answer, seconds: float) -> None:
    handler = _handler(scope)
    telemetry.seconds.labels(handler, answer.status).observe(seconds)
    # What was only read and went well is counted, not written down.
    quiet = scope["method"] in ("GET", "HEAD") and 200 <= answer.status < 400
    (telemetry.log.debug if quiet else telemetry.log.info)(
        "answered",
        handler=handler,
        method=scope["method"],
        status=answer.status,
        ms=round(seconds * 1000, 2),
        request_id=answer.request_id,
    )
