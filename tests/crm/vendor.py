"""What the local CRMs have in common: tokens that expire, faults on order, and a list of what was asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CLIENT_ID, CLIENT_SECRET = "client-4711", "client-secret-4711"


@dataclass
class Fault:
    """What goes wrong with the next request to a path that ends like this, or has it when it ends with a `/`.

    The work is done all the same when it is `done`; a `silent` fault never answers.
    """

    path: str
    status: int = 500
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    silent: bool = False


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes


class Vendor:
    """A CRM's login and bookkeeping; `flaws` has to be empty at the end of every test."""

    def __init__(self) -> None:
        self.refresh_token = "refresh-1"
        self.rotates = False
        self.revoked = False
        self.granted = 0
        self.expired: set[str] = set()
        self.faults: list[Fault] = []
        self.flaws: list[str] = []
        self.asked: list[Asked] = []
        self.after_grant: Callable[[], Awaitable[None]] | None = None
        self.closing = asyncio.Event()

    @property
    def access_token(self) -> str:
        return f"access-{self.granted}"

    def expire(self) -> None:
        """Let the access token end before its time."""
        self.expired.add(self.access_token)

    def revoke(self) -> None:
        """What an administrator does who removes the app."""
        self.revoked = True
        self.expire()

    async def grant(self, body: bytes) -> str | None:
        """A new access token, or the error that OAuth has for the form."""
        form = dict(parse_qsl(body.decode()))
        if form.get("grant_type") != "refresh_token":
            self.flaws.append(f"grant_type {form.get('grant_type')}")
            return "unsupported_grant_type"
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return "invalid_client"
        if self.revoked or form.get("refresh_token") != self.refresh_token:
            return "invalid_grant"
        self.granted += 1
        if self.rotates:
            self.refresh_token = f"refresh-{self.granted + 1}"
        if self.after_grant is not None:
            after, self.after_grant = self.after_grant, None
            await after()
        return None

    def knows(self, request: Request) -> bool:
        """Whether the request has the access token that was granted last."""
        given = request.headers.get("authorization", "")
        held = self.granted > 0 and self.access_token not in self.expired
        return held and given == f"Bearer {self.access_token}"

    async def note(self, request: Request) -> None:
        body = await request.body()
        self.asked.append(Asked(request.method, request.url.path, dict(request.query_params), body))

    def fault(self, request: Request) -> Fault | None:
        """The fault that this request meets, which is then over."""
        path = request.url.path
        met = (
            one
            for one in self.faults
            if path.endswith(one.path) or (one.path[-1] == "/" and one.path in path)
        )
        fault = next(met, None)
        if fault is not None:
            self.faults.remove(fault)
        return fault

    async def fail(self, fault: Fault) -> Response:
        if fault.silent:
            await self.closing.wait()
        return JSONResponse(fault.body, fault.status, headers=dict(fault.headers))

    def calls(self, method: str, ending: str) -> list[Asked]:
        """Requests of this method to paths that end like this."""
        return [one for one in self.asked if one.method == method and one.path.endswith(ending)]
