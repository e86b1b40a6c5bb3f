"""A piece as a process: its probes, its background work, its server, its clean end."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from types import FrameType
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from shared import telemetry
from shared.openapi import internal
from shared.protocol import Protocol
from shared.serve import Endpoint

KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 10
NOT_STARTED = 3
"""The exit code, as of uvicorn's own command."""

ending = threading.Event()
"""Set as soon as the process is told to stop: who only waits for news need not wait any longer."""

Probe = Callable[[], Awaitable[None]]
"""Raises when the piece cannot serve."""


def application(
    piece: str,
    routes: Sequence[BaseRoute],
    ready: Probe,
    open: Callable[[], Awaitable[None]],
    close: Callable[[], Awaitable[None]],
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
) -> Router:
    """All routes of a piece with its probes; background work runs while it serves."""

    @asynccontextmanager
    async def lifespan(_: ASGIApp) -> AsyncIterator[None]:
        await open()
        tasks = [asyncio.create_task(work()) for work in background]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await close()

    # A redirect would name the scheme and host that this process sees, not those of the outside.
    return Router(
        [*routes, *_probes(ready), _description(piece, routes)], redirect_slashes=False, lifespan=lifespan
    )


def _probes(ready: Probe) -> list[BaseRoute]:
    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_: Request) -> Response:
        try:
            async with asyncio.timeout(3):
                await ready()
        except Exception as error:
            telemetry.log.info("not ready", error=type(error).__name__)
            return PlainTextResponse("not ready\n", 503)
        return PlainTextResponse("ready\n")

    async def metrics(_: Request) -> Response:
        return Response(telemetry.exposition(), media_type="text/plain; version=0.0.4")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _description(piece: str, routes: Sequence[BaseRoute]) -> BaseRoute:
    endpoints = [route.endpoint for route in routes if isinstance(route, Route)]
    operations = [endpoint.operation for endpoint in endpoints if isinstance(endpoint, Endpoint)]

    async def openapi(_: Request) -> Response:
        return Response(internal(piece, operations), media_type="application/json")

    return Route("/internal/openapi.json", openapi)


def run(app: ASGIApp, listen: str) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way within GRACE_SECONDS."""
    # What is here now stays: the collector need not look through it again while it serves.
    gc.collect()
    gc.freeze()
    host, _, port = listen.rpartition(":")
    config = uvicorn.Config(
        app,
        host=host.strip("[]"),
        port=int(port),
        loop="uvloop",
        http=Protocol,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=False,
        backlog=2048,
    )
    server = _Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(NOT_STARTED)


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        ending.set()
        super().handle_exit(sig, frame)
