"""Calls from one piece to another: the client half of an Operation."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import aiohttp
import msgspec
import stamina
from yarl import URL

from shared import deadline, telemetry
from shared.contracts.operation import Answer, Ask, Chunks, Nothing, Operation
from shared.errors import STATUS, Refusal, WireError
from shared.identity import Identity

KEEP_ALIVE_SECONDS = 60
"""Shorter than the server's, so that a POST never meets a connection just closed."""
REPEATS = 2
JITTER_SECONDS = 0.2
DEFAULT_SECONDS = 10.0
NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
"""The task's deadline is enough."""
_BUDGET_MOST = 20.0
_BUDGET_PER_CALL = 0.1


class Peers:
    """The other pieces, by name and address; one session for all of them."""

    def __init__(self, identity: Identity, addresses: Mapping[str, str]) -> None:
        self._identity = identity
        self._addresses = dict(addresses)
        self._session: aiohttp.ClientSession | None = None
        self._budget = _BUDGET_MOST

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, operation: Operation[Ask, Answer], ask: Ask, **path: UUID | str) -> Answer:
        """Ask another piece and wait for its answer, within the task's deadline or DEFAULT_SECONDS.

        Raises the Refusal it answered, or `unavailable` or `timeout` when it could not be reached
        in the time left. A repeatable operation is tried again after a fault of the connection,
        with full jitter, while the retry budget lasts.
        """
        if not deadline.is_set():
            async with deadline.within(DEFAULT_SECONDS):
                return await self.call(operation, ask, **path)
        url, body = self._address(operation, ask, path)
        self._budget = min(_BUDGET_MOST, self._budget + _BUDGET_PER_CALL)
        try:
            return await self._send(operation, url, body)
        except Refusal as refusal:
            if not self._may_repeat(operation, refusal):
                raise
        # Only a call that failed pays for the machinery of repeating it.
        await asyncio.sleep(random.uniform(0, JITTER_SECONDS))  # noqa: S311
        async for attempt in stamina.retry_context(
            on=partial(self._may_repeat, operation),
            attempts=REPEATS,
            wait_initial=0.0,
            wait_jitter=JITTER_SECONDS,
        ):
            with attempt:
                return await self._send(operation, url, body)
        raise AssertionError("the last attempt returns or raises")

    async def stream(
        self, operation: Operation[Ask, Chunks], ask: Ask, **path: UUID | str
    ) -> AsyncIterator[bytes]:
        """Ask for an answer in pieces; what goes wrong before the first is raised like by `call`.

        Each piece is waited for as long as a whole answer; the reader may take its time between them.
        """
        url, body = self._address(operation, ask, path)
        pause = aiohttp.ClientTimeout(total=None, sock_read=DEFAULT_SECONDS)
        try:
            async with self._request(operation, url, body, DEFAULT_SECONDS, pause) as response:
                if response.status != 200:
                    raise _refusal(await response.read())
                async for chunk in response.content.iter_any():
                    yield chunk
        except TimeoutError:
            raise Refusal("timeout") from None
        except (aiohttp.ClientError, OSError):
            raise Refusal("unavailable") from None

    def _may_repeat(self, operation: Operation[Any, Any], error: Exception) -> bool:
        if not (isinstance(error, Refusal) and error.code == "unavailable" and operation.repeatable):
            return False
        if self._budget < 1 or deadline.left() < JITTER_SECONDS:
            return False
        self._budget -= 1
        return True

    def _address(
        self, operation: Operation[Ask, Any], ask: Ask, path: Mapping[str, UUID | str]
    ) -> tuple[URL, bytes | None]:
        filled = operation.path.format_map({name: quote(str(value), safe="") for name, value in path.items()})
        url = self._addresses[operation.owner] + filled
        if isinstance(ask, Nothing):
            return URL(url, encoded=True), None
        if operation.method != "GET":
            return URL(url, encoded=True), msgspec.json.encode(ask)
        fields: dict[str, object] = msgspec.to_builtins(ask)
        query = urlencode({name: _spelled(value) for name, value in fields.items() if value is not None})
        return URL(f"{url}?{query}", encoded=True), None

    async def _send(self, operation: Operation[Any, Answer], url: URL, body: bytes | None) -> Answer:
        time_left = deadline.left() - deadline.HOP_SECONDS
        if time_left <= 0:
            raise Refusal("timeout")
        try:
            async with self._request(operation, url, body, time_left) as response:
                if response.status != 200:
                    raise _refusal(await response.read())
                return msgspec.json.decode(await response.read(), type=operation.answer)
        except (aiohttp.ClientError, OSError):
            telemetry.calls.labels(operation.path, "unavailable").inc()
            raise Refusal("unavailable") from None

    def _request(
        self,
        operation: Operation[Any, Any],
        url: URL,
        body: bytes | None,
        time_left: float,
        timeout: aiohttp.ClientTimeout = NO_TIMEOUT,
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        headers = {
            "authorization": f"Bearer {self._identity.token(operation.owner)}",
            deadline.HEADER: str(int(time_left * 1000)),
            "x-request-id": telemetry.request_id.get(),
        }
        return self._open().request(operation.method, url, data=body, headers=headers, timeout=timeout)

    def _open(self) -> aiohttp.ClientSession:
        """The session, made at the first call: it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("user-agent", "accept-encoding", "content-type"),
            )
        return self._session


def _spelled(value: object) -> object:
    """A value of a query; yes and no as JSON writes them."""
    return str(value).lower() if isinstance(value, bool) else value


def _refusal(body: bytes) -> Refusal:
    """The error that another piece answered; what is not one of ours is none of ours."""
    try:
        error = msgspec.json.decode(body, type=WireError)
    except msgspec.MsgspecError:
        return Refusal("unavailable")
    code = error.code if error.code in STATUS else "internal_error"
    return Refusal(code, error.detail, error.errors, error.retry_after)
