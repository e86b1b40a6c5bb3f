"""A million links as CSV, read by a client; the floor is COPY of the same query, read by a client."""

import asyncio
import time
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from services.tokens.store.export import SELECTED
from tests.bench.material import an_app, client
from tests.bench.memory import forget_peak, peak
from tests.bench.ratios import in_turn, speed
from tests.scale.rows import fill_links
from tests.stack import Stack

LINKS, ROUNDS = 1_000_000, 3
CHUNK = 256 * 1024


async def measure(stack: Stack) -> None:
    """Speed against COPY, and how far the memory of the two pieces grew."""
    async with client(stack) as api:
        app_id = await an_app(api)
    conn = await asyncpg.connect(stack.dsn["tokens"])
    await fill_links(conn, LINKS, app_id, app_id)
    before = {piece: forget_peak(stack.pid(piece)) for piece in ("tokens", "gateway")}
    pairs = await in_turn(lambda: _download(stack), lambda: _copy(conn, app_id), ROUNDS)
    speed("CSV of 1,000,000 links", pairs, LINKS, "links", ">= 0.5")
    for piece, began in before.items():
        print(f"{f'CSV, {piece} grew by':34} {peak(stack.pid(piece)) - began:7.1f} MB;  budget <= 32")
    await conn.close()


async def _copy(conn: "asyncpg.Connection[asyncpg.Record]", app_id: UUID) -> float:
    size = 0

    async def read(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)

    began = time.perf_counter()
    query = f"select {SELECTED} from scheduling_single_use_links where app_id = $1 order by id desc"
    await conn.copy_from_query(query, app_id, output=read, format="csv", timeout=600)
    assert size > LINKS
    return time.perf_counter() - began


async def _download(stack: Stack) -> float:
    address = urlsplit(stack.gateway)
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=CHUNK)
    head = f"Host: bench\r\nAuthorization: Bearer {stack.api_key}\r\nConnection: close\r\n\r\n"
    writer.write(f"GET /v1/single-use-links.csv HTTP/1.1\r\n{head}".encode())
    assert b" 200 " in await reader.readline()
    rows, last = 0, b""
    while chunk := await reader.read(CHUNK):
        rows, last = rows + chunk.count(b"\n"), chunk
    assert rows > LINKS
    assert last.endswith(b"0\r\n\r\n")
    writer.close()
    return time.perf_counter() - began
