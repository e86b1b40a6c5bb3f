"""The wire between a piece and its PostgreSQL, which can break just after a commit: done, but not heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from tests.stack import Stack

COMMIT = b"COMMIT"
SETTLE = b"\x06settle\x00\x00\x00\x08bookonce"
"""T2's action and actor, as PostgreSQL's protocol writes two parameters in a row (length, then text)."""


class Wire:
    """A relay on loopback; `break_after(words)` loses the answer to the next message that holds them."""

    def __init__(self, dsn: str) -> None:
        self._upstream = urlsplit(dsn)
        self._words: bytes | None = None
        self.broken = 0

    def break_after(self, words: bytes) -> None:
        self._words = words

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """The connection string that goes through this wire."""
        listener = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        login = self._upstream.netloc.rpartition("@")[0]
        yield urlunsplit(self._upstream._replace(netloc=f"{login}@127.0.0.1:{port}"))
        listener.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._upstream.hostname, self._upstream.port
        back, forth = await asyncio.open_connection(host, port)
        spoken = asyncio.Event()
        pumps = [
            asyncio.create_task(self._ask(reader, forth, spoken)),
            asyncio.create_task(self._answer(back, writer, spoken)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for task in pumps:
            task.cancel()
        forth.close()
        writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, forth: asyncio.StreamWriter, spoken: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(65536):
                if self._words is not None and self._words in chunk:
                    self._words = None
                    spoken.set()
                forth.write(chunk)

    async def _answer(
        self, back: asyncio.StreamReader, writer: asyncio.StreamWriter, spoken: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while chunk := await back.read(65536):
                if spoken.is_set():
                    self.broken += 1
                    return
                writer.write(chunk)


@asynccontextmanager
async def wired(stack: Stack, piece: str) -> AsyncIterator[Wire]:
    """The piece reaches its database through a wire that can break, until the body ends."""
    wire = Wire(stack.dsn[piece])
    async with wire.open() as dsn:
        await stack.restart(piece, DATABASE_URL=dsn)
        try:
            yield wire
        finally:
            await stack.restart(piece, DATABASE_URL=stack.dsn[piece])
