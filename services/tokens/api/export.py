"""The operation that writes all matching links as CSV, page by page."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from services.tokens.links import Links
from services.tokens.store import export
from shared import deadline
from shared.contracts.tokens import LinkExport
from shared.ids import LAST

ROWS = 2500
ID = 36
"""So long is an id in a line, which begins with it."""
PAGE_SECONDS = 9.0
"""A little less than the caller waits for one."""


async def export_links(links: Links, app_id: UUID, ask: LinkExport) -> AsyncIterator[bytes]:
    """Header, then every matching row, newest first.

    Each page is a statement of its own by id, so that a slow reader holds neither a connection nor
    an old snapshot, and memory stays flat: PostgreSQL prints one page while the one before is sent.
    """
    begin = ",".join(name for name, _ in export.COLUMNS).encode() + b"\r\n"
    begun = asyncio.Event()
    printing = asyncio.create_task(_print(links, app_id, ask, LAST, begun))
    try:
        while True:
            lines = await printing
            if more := len(lines) == ROWS:
                last = UUID(lines[-1][:ID].decode())
                begun.clear()
                ahead = _print(links, app_id, ask, last, begun)
                printing = asyncio.create_task(ahead, context=deadline.without())
                # What keeps this process busy now is done while PostgreSQL is busy too.
                await begun.wait()
            if begin or lines:
                # The header comes with the first rows: until then a failure can still be answered as one.
                yield begin + _with_urls(links, ask.address.encode(), lines)
                begin = b""
            if not more:
                return
    finally:
        printing.cancel()


async def _print(
    links: Links, app_id: UUID, ask: LinkExport, before: UUID, begun: asyncio.Event
) -> list[bytes]:
    try:
        async with deadline.within(PAGE_SECONDS), links.database.connection() as conn:
            return await export.page(conn, app_id, ask, before, ROWS, begun)
    finally:
        begun.set()


def _with_urls(links: Links, address: bytes, lines: list[bytes]) -> bytes:
    ids = bytes.fromhex(b"".join([line[:ID] for line in lines]).decode().replace("-", ""))
    cells = [line[ID + 1 :].split(b",", 1) for line in lines]
    tokens = links.keyring.tokens(ids, (int(key_id) for key_id, _ in cells))
    parts: list[bytes] = []
    for line, (_, rest), token in zip(lines, cells, tokens, strict=True):
        parts += (line[: ID + 1], address, token, b",", rest, b"\r\n")
    return b"".join(parts)
