"""Takes one webhook to its receiver, and says what became of it."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import aiohttp
from msgspec import Struct

from services.workflows.webhooks import guard

Addresses = Literal["refuse", "allow"]
"""What is done with addresses that are not public."""

SECONDS = 15.0
"""Resolving, connecting, sending, and waiting for the answer to begin."""
BODY_SECONDS = 2.0
"""The answer's status is what counts: its body is read for so long, and kept as far as it has come."""
READ_BYTES = 4096
KEPT_CHARACTERS = 2048
KEEP_ALIVE_SECONDS = 3
"""Shorter than what receivers commonly keep, so that a POST rarely meets a connection just closed."""
HEADERS = {"content-type": "application/json", "user-agent": "Bookonce"}


class Answer(Struct, frozen=True):
    """What a receiver answered, or why it did not; `wish` is what it asked for with Retry-After."""

    status: int | None
    error: str | None
    body: str
    took_ms: int
    wish: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants no more of these (410)."""
        return self.status == 410


class Courier:
    """Sends webhooks; with `addresses` at "refuse" only to public addresses, whatever a name resolves to."""

    def __init__(self, addresses: Addresses, seconds: float = SECONDS) -> None:
        self._open_socket = guard.open_socket if addresses == "refuse" else None
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST a JSON body once and wait for the answer; a redirect is a failure and is not followed."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._open().post(
                    url, data=body, headers=HEADERS | dict(headers), allow_redirects=False
                )
        except TimeoutError:
            return _unanswered(began, f"no answer within {self._seconds:g} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _unanswered(began, _reason(error))
        async with response:
            text = await _beginning(response)
        status = response.status
        return Answer(status, _complaint(status), text, _since(began), _wish(response, datetime.now(UTC)))

    def _open(self) -> aiohttp.ClientSession:
        """The session, made at the first webhook: it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, socket_factory=self._open_socket
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("accept-encoding",),
                timeout=aiohttp.ClientTimeout(total=None),
            )
        return self._session


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """The beginning of the answer's body as text that PostgreSQL can hold; the rest is hung up on."""
    read = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while len(read) < READ_BYTES and (chunk := await response.content.read(READ_BYTES)):
                read += chunk
    except (TimeoutError, aiohttp.ClientError, OSError):
        response.close()
    if not response.content.at_eof():
        response.close()
    return read.decode(errors="replace").replace("\0", "\ufffd")[:KEPT_CHARACTERS]


def _unanswered(began: float, reason: str) -> Answer:
    return Answer(None, reason, "", _since(began))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _reason(error: Exception) -> str:
    """Why a receiver could not be reached, in words that say nothing of this network."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, guard.Inside):
        return str(cause)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name could not be resolved"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError | aiohttp.ClientSSLError):
        return "its certificate was not accepted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection could be made"
    if isinstance(error, ValueError):
        return "its address cannot be used"
    if isinstance(error, aiohttp.ClientResponseError):
        return "its answer was not HTTP"
    return "the connection broke before an answer came"


def _complaint(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"answered {status}: redirects are not followed"
    return f"answered {status}"


def _wish(response: aiohttp.ClientResponse, now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110, section 10.2.3), in seconds or as a date; None for what is neither."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(timedelta(), at.replace(tzinfo=at.tzinfo or UTC) - now)
