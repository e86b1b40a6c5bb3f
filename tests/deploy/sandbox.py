"""The payment sandbox as its own process, and a receiver for what it has to tell."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from deploy import ports
from deploy.processes import Process
from deploy.readiness import until_ready
from services.booking.payments.provider import Order
from services.booking.payments.sandbox import Sandbox
from shared.ids import new_id
from tests.shared.serving import serving

SECRET = "only-for-tests-and-32-characters-long"


@dataclass
class Receiver:
    """Where webhooks go: everything that came, and the status to answer with."""

    url: str = ""
    status: int = 200
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def types(self, session_id: str) -> list[str]:
        """What was told of a session, as it came."""
        return [one["type"] for one in self.messages(session_id)]

    def messages(self, session_id: str) -> list[dict[str, Any]]:
        told = [json.loads(body) for _, body in self.came]
        return [one for one in told if one["session_id"] == session_id]


@dataclass
class Running:
    """The process, booking's own client of it, and a bare one."""

    process: Process
    url: str
    receiver: Receiver
    provider: Sandbox
    http: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Status and parsed body of an API call."""
        sent = {"Authorization": f"Bearer {SECRET}", **headers}
        async with self.http.request(method, self.url + path, json=body, headers=sent) as response:
            return response.status, await response.json()

    async def pay(self, session_id: str, how: str = "pay") -> Any:
        """Do as a visitor does; the session afterwards."""
        status, session = await self.call("POST", f"/sessions/{session_id}/pay", {"how": how})
        assert status == 200, session
        return session

    async def set(self, **switches: object) -> None:
        status, answer = await self.call("PUT", "/switches", switches)
        assert status == 200, answer

    async def record(self, session_id: str) -> Any:
        """A session as it is kept."""
        _, everything = await self.call("GET", "/records")
        return next(one for one in everything["sessions"] if one["id"] == session_id)

    async def movements(self, session_id: str) -> list[str]:
        """What happened to a session and its money, in order."""
        _, everything = await self.call("GET", "/records")
        return [one["what"] for one in everything["movements"] if one["session_id"] == session_id]

    async def webhook_states(self, session_id: str) -> list[str]:
        _, everything = await self.call("GET", "/records")
        return [one["state"] for one in everything["webhooks"] if one["session_id"] == session_id]

    async def restart(self, **environment: str | None) -> None:
        """SIGKILL it, start it with variables changed (None removes), wait until it is ready."""
        await self.process.kill()
        for name, value in environment.items():
            self.process.environment.pop(name, None)
            if value is not None:
                self.process.environment[name] = value
        self.process.start()
        await until_ready(self.process, self.url)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port; visitors can also come back to it."""
    receiver = Receiver()

    async def take(request: Request) -> Response:
        receiver.came.append((dict(request.headers), await request.body()))
        return PlainTextResponse("", receiver.status)

    async def welcome(_: Request) -> Response:
        return HTMLResponse('<link rel="icon" href="data:,">Welcome back')

    routes = [Route("/webhooks/payments/sandbox", take, methods=["POST"]), Route("/back", welcome)]
    async with serving(Router(routes)) as receiver.url:
        yield receiver


@asynccontextmanager
async def running(place: Path, **environment: str) -> AsyncIterator[Running]:
    """A sandbox whose records and log lie in `place`; killed at the end."""
    url = f"http://127.0.0.1:{(port := ports.any_free())}"
    async with receiving() as receiver, aiohttp.ClientSession() as http:
        told = {
            "LISTEN": f"127.0.0.1:{port}",
            "SANDBOX_SECRET": SECRET,
            "SANDBOX_RECORDS": str(place / "records.sqlite"),
            "PUBLIC_URL": url,
            "WEBHOOK_URL": f"{receiver.url}/webhooks/payments/sandbox",
        }
        command = [sys.executable, "-m", "deploy.sandbox_payments", "serve"]
        process = Process("sandbox", command, environment={**told, **environment}, log=place / "log")
        sandbox = Running(process, url, receiver, Sandbox(url, SECRET), http)
        process.start()
        try:
            await until_ready(process, url)
            yield sandbox
        finally:
            await process.kill()
            await sandbox.provider.close()


def order(receiver: Receiver, payment_id: UUID | None = None, seconds: float = 600, **changed: Any) -> Order:
    """What a visitor is to pay for; the session ends in so many seconds."""
    fields: dict[str, Any] = {
        "payment_id": payment_id or new_id(),
        "amount": 4000,
        "currency": "EUR",
        "title": "Intro call with Dana Reyes",
        "customer_email": "amara@example.com",
        "session_ends": datetime.now(UTC) + timedelta(seconds=seconds),
        "return_url": f"{receiver.url}/back",
    }
    return Order(**{**fields, **changed})
