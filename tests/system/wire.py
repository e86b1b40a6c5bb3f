"""Requests byte by byte, for what no client library would send."""

import asyncio
from urllib.parse import urlsplit

from multidict import CIMultiDict, CIMultiDictProxy

from tests.system.client import Answer


async def send(gateway: str, request: bytes) -> Answer:
    """Send these bytes and read one answer; the server must close or complete it within seconds."""
    address = urlsplit(gateway)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        async with asyncio.timeout(15):
            sending = asyncio.create_task(_write(writer, request))
            head = await reader.readuntil(b"\r\n\r\n")
            status, *lines = head.decode("latin-1").split("\r\n")[:-2]
            headers: CIMultiDict[str] = CIMultiDict()
            for line in lines:
                name, _, value = line.partition(": ")
                headers.add(name, value)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            sending.cancel()
            return Answer(int(status.split()[1]), CIMultiDictProxy(headers), body.decode())
    finally:
        writer.close()


async def _write(writer: asyncio.StreamWriter, request: bytes) -> None:
    try:
        writer.write(request)
        await writer.drain()
    except ConnectionError:
        return  # Refused before it was all sent.


def get(target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    """A request head with these raw header lines."""
    return b"\r\n".join([method + b" " + target + b" HTTP/1.1", b"Host: bookonce", *headers, b"", b""])
