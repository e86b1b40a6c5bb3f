"""Real servers in this process: operations as a piece serves them, and one that misbehaves on the wire."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from shared.call import Peers
from shared.contracts.operation import Operation
from shared.identity import Callers, Identity
from shared.process import application
from shared.protocol import Protocol
from shared.serve import Handler, bind
from tests.shared.settings import KEY, PUBLIC_KEY

Answerer = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Server(uvicorn.Server):
    """Leaves the signals of the test run alone."""

    capture_signals = contextlib.nullcontext  # type: ignore[assignment]


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The app on a free port of loopback; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, http=Protocol, ws="none", log_config=None, access_log=False)
        server = _Server(config)
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def piece(handlers: Mapping[Operation[Any, Any], Handler]) -> AsyncIterator[str]:
    """A piece that serves these operations to callers with the one key that tests use."""
    callers = Callers("owner", f"caller:{PUBLIC_KEY}")
    routes = [bind(operation, handler, callers) for operation, handler in handlers.items()]
    async with serving(application("owner", routes, _nothing, _nothing, _nothing)) as url:
        yield url


@asynccontextmanager
async def misbehaving(answer: Answerer) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A bare server: `answer` gets the number of each request and its connection; all heads are kept."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            await answer(len(heads), reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
    finally:
        server.close()


@asynccontextmanager
async def calling(url: str) -> AsyncIterator[Peers]:
    """The client half, pointed at one address."""
    peers = Peers(Identity("caller", KEY), {"owner": url})
    try:
        yield peers
    finally:
        await peers.close()


async def _nothing() -> None:
    return None
