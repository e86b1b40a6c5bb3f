"""The floors: the same I/O as the product, over the same schema, by the shortest code that can do it.

`python -m tests.bench.floor tokens|booking|gateway`, told by LISTEN, DATABASE_URL, TOKENS_URL and
BOOKING_URL. Nothing is checked here but what the I/O itself needs.
"""

import base64
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import asyncpg
import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from services.booking.store import booking_links, bookings
from services.tokens.store import claims, links
from shared.ids import new_id
from shared.process import run

TEMPLATES = Path(__file__).parents[2] / "gateway" / "templates"
Handler = Callable[[str, bytes], Awaitable[bytes]]
_MINUTE = timedelta(minutes=1)


def raw(start: Callable[[], Awaitable[Handler]], status: int = 200) -> ASGIApp:
    """A bare ASGI application around one coroutine from path and body to body."""
    handler: Handler | None = None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal handler
        if scope["type"] == "lifespan":
            await receive()
            handler = await start()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        message = await receive()
        assert handler is not None
        body = await handler(scope["path"], message.get("body", b""))
        headers = [(b"content-length", str(len(body)).encode())]
        code = 200 if scope["method"] == "GET" else status
        await send({"type": "http.response.start", "status": code, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _pool() -> "asyncpg.Pool[asyncpg.Record]":
    async def nothing(_: object) -> None:
        return None

    return await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10, reset=nothing)


async def tokens() -> Handler:
    """`/open` reads the link; `/consume/{link}/{booking}` locks, reads and writes."""
    pool = await _pool()

    async def handle(path: str, body: bytes) -> bytes:
        verb, *rest = path.split("/")[1:]
        async with pool.acquire() as conn:
            if verb == "open":
                token = msgspec.json.decode(body)["token"]
                link_id = UUID(bytes=base64.urlsafe_b64decode(token + "=")[:16])
                [row] = await conn.fetch(links.GET, link_id)
                return msgspec.json.encode([str(value) for value in row])
            link_id, booking_id = UUID(rest[0]), UUID(rest[1])
            async with conn.transaction():
                await conn.execute(claims.LOCK, link_id)
                await conn.fetchrow(claims.WITH_CLAIM, link_id, booking_id)
                await conn.execute(claims.WRITE_CONSUMPTION, link_id, booking_id, "consumed", None)
            return b"{}"

    return handle


async def booking() -> Handler:
    """`/book/{slug}` writes T1, asks tokens, writes T2."""
    pool, session, address = await _pool(), _session(), os.environ["TOKENS_URL"]

    async def handle(path: str, body: bytes) -> bytes:
        slug, start, link_id = msgspec.json.decode(body, type=tuple[str, datetime, UUID])
        booking_id, end = new_id(), start + 30 * _MINUTE
        async with pool.acquire() as conn, conn.transaction():
            [row] = await conn.fetch(booking_links.LOCK_HOST, slug)
            await conn.fetchrow(
                bookings.INSERT,
                *(booking_id, row["app_id"], row["host_id"], row["id"], "instant", "confirming", "confirmed"),
                *(start, end, start, end, "UTC", "Amara Okafor", "amara@example.com", "{}"),
                *(row["id"], link_id, "{}", 1, None, None, None, "customer", None),
            )
        async with session.put(f"{address}/consume/{link_id}/{booking_id}") as response:
            await response.read()
        async with pool.acquire() as conn:
            [row] = await conn.fetch(
                bookings.SETTLE,
                *(booking_id, "confirming", "confirmed", None, "settle", "bookonce", "confirmed"),
            )
        return msgspec.json.encode([str(value) for value in row])

    return handle


async def gateway() -> Handler:
    """`/single-use/{token}` asks tokens; `/book/{slug}` asks tokens, then booking."""
    session, tokens_url, booking_url = _session(), os.environ["TOKENS_URL"], os.environ["BOOKING_URL"]
    page = (TEMPLATES / "single_use.html").read_bytes() + b"TOKEN"

    async def open_link(token: str) -> str:
        body = msgspec.json.encode({"token": token})
        async with session.post(f"{tokens_url}/open", data=body) as response:
            link_id: str = msgspec.json.decode(await response.read())[0]
            return link_id

    async def handle(path: str, body: bytes) -> bytes:
        _, verb, rest = path.split("/")
        if verb == "single-use":
            await open_link(rest)
            return page.replace(b"TOKEN", rest.encode())
        wish = msgspec.json.decode(body)
        link_id = await open_link(wish["single_use_token"])
        asked = msgspec.json.encode([rest, wish["start"], link_id])
        async with session.post(f"{booking_url}/book", data=asked) as response:
            return await response.read()

    return handle


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        raise_for_status=True,
    )


if __name__ == "__main__":
    piece = {"tokens": raw(tokens), "booking": raw(booking), "gateway": raw(gateway, 201)}[sys.argv[1]]
    run(piece, os.environ["LISTEN"])
