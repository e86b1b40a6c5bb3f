"""A million links as CSV: memory stays flat, and readers who stop reading hold nobody up."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from tests.bench.memory import forget_peak, peak
from tests.eventually import eventually
from tests.scale import rows
from tests.stack import Server, Stack

LINKS = 1_000_000
MEGABYTES = 32
READERS = 4
PATH = "/v1/single-use-links.csv"


@pytest.fixture(scope="module")
async def large_stack(postgres: Server) -> AsyncIterator[Stack]:
    """A stack whose app has a million links, and whose tokens service has one database connection:
    whoever kept it would stop all others."""
    async with postgres.stack(tokens={"DATABASE_POOL_SIZE": "1"}) as running:
        async with _client(running) as api, api.get("/v1/app") as answer:
            app_id = UUID((await answer.json())["data"]["id"])
        conn = await asyncpg.connect(running.dsn["tokens"])
        try:
            await rows.fill_links(conn, LINKS, app_id, app_id)
        finally:
            await conn.close()
        # It would read the feed through that connection all the time.
        await running.kill("workflows")
        yield running


@asynccontextmanager
async def _client(stack: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    async with aiohttp.ClientSession(stack.gateway, headers=headers) as api:
        yield api


async def test_a_million_rows_stream_with_flat_memory(large_stack: Stack) -> None:
    pids = {piece: large_stack.pid(piece) for piece in ("tokens", "gateway")}
    async with _client(large_stack) as api:
        async with api.get(f"{PATH}?status=revoked&campaign=spring") as warm:
            assert warm.status == 200
            await warm.read()
        before = {piece: forget_peak(pid) for piece, pid in pids.items()}
        lines = 0
        async with api.get(PATH) as answer:
            assert (await answer.content.readline()).startswith(b"id,url,")
            async for chunk in answer.content.iter_any():
                lines += chunk.count(b"\n")
        grown = {piece: peak(pid) - before[piece] for piece, pid in pids.items()}
    assert lines == LINKS
    assert max(grown.values()) <= MEGABYTES, grown


async def test_readers_who_stop_hold_nobody_up_and_are_let_go_when_they_leave(large_stack: Stack) -> None:
    ended = await _ended(large_stack)
    readers = [await _read_a_little(large_stack) for _ in range(READERS)]
    conn = await asyncpg.connect(large_stack.dsn["tokens"])
    try:
        await eventually(_Still(conn).so, every=0.3)
        async with _client(large_stack) as api:
            async with api.get("/v1/single-use-links?limit=200") as answer:
                page = (await answer.json())["data"]
            assert len(page) == 200
            opened = next(link for link in page if link["status"] == "open")
            async with api.get(f"/single-use/{opened['token']}") as answer:
                assert answer.status == 200
            async with api.get(f"{PATH}?contact_id={opened['contact']['id']}") as answer:
                assert opened["id"] in await answer.text()
        assert await _ended(large_stack) == {piece: count + 1 for piece, count in ended.items()}
    finally:
        await conn.close()
        for writer in readers:
            writer.transport.abort()

    async def let_go() -> bool:
        return await _ended(large_stack) == {piece: count + 1 + READERS for piece, count in ended.items()}

    await eventually(let_go)


class _Still:
    """Whether it is the sweep that last used the service's one connection, and no reader, look after look."""

    LOOKS = 3

    def __init__(self, conn: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._conn = conn
        self._looks = 0

    async def so(self) -> bool:
        found = """select count(*) from pg_stat_activity
            where datname = current_database() and application_name = 'bookonce'
              and state = 'idle' and query ~ 'expiry_noted_at = now|delete from events'"""
        self._looks = self._looks + 1 if await self._conn.fetchval(found) else 0
        return self._looks >= self.LOOKS


async def _read_a_little(stack: Stack) -> asyncio.StreamWriter:
    """A reader of the whole file who stops at its beginning."""
    address = urlsplit(stack.gateway)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"GET {PATH} HTTP/1.1\r\nHost: bookonce\r\nAuthorization: Bearer {stack.api_key}\r\n\r\n"
    writer.write(head.encode())
    assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 200 OK\r\n"
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return writer


async def _ended(stack: Stack) -> dict[str, int]:
    """How many streams have ended in each piece, well or not."""
    operations = {"gateway": "single_use_links.export", "tokens": "GET /internal/apps/{app_id}/links/csv"}
    counts = {}
    async with aiohttp.ClientSession() as http:
        for piece, operation in operations.items():
            async with http.get(f"{stack.urls[piece]}/metrics") as answer:
                pattern = re.escape(
                    f'bookonce_request_seconds_count{{operation="{operation}",status="200"}} '
                )
                found = re.search(pattern + r"(\d+)", await answer.text())
            counts[piece] = int(found[1]) if found else 0
    return counts
