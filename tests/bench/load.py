"""A load of HTTP requests over kept-alive connections, and how long each took."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Outcome:
    """Latencies in seconds, in no order, and the seconds that the whole load took."""

    latencies: Sequence[float]
    took: float

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.took

    @property
    def median(self) -> float:
        return sorted(self.latencies)[len(self.latencies) // 2]


def message(method: str, url: str, body: bytes = b"") -> bytes:
    """One request as it goes over the wire."""
    parts = urlsplit(url)
    lines = [f"{method} {parts.path} HTTP/1.1", f"host: {parts.netloc}", "accept: application/json"]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run(url: str, messages: Sequence[bytes], clients: int, expect: int) -> Outcome:
    """Send every message once, spread over so many connections; any other status ends the run."""
    waiting, latencies = iter(messages), list[float]()
    began = time.perf_counter()
    await asyncio.gather(*(_client(url, waiting, latencies, expect) for _ in range(clients)))
    return Outcome(latencies, time.perf_counter() - began)


async def _client(url: str, waiting: Iterator[bytes], latencies: list[float], expect: int) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for request in waiting:
        began = time.perf_counter()
        writer.write(request)
        status, body = await _answer(reader)
        latencies.append(time.perf_counter() - began)
        if status != expect:
            raise AssertionError(f"expected {expect}, got {status}: {body[:300]!r}")
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.index(b"content-length:") + 15
    length = int(head[at : head.index(b"\r\n", at)])
    return int(head[9:12]), await reader.readexactly(length)
