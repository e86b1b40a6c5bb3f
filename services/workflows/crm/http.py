"""Requests to a CRM over HTTP: one session for all connections, no redirects, answers of bounded size."""

from collections.abc import Mapping
from typing import TypeVar

import aiohttp
import msgspec
from msgspec import Struct
from yarl import URL

from services.workflows.crm.connector import Away

TIMEOUT = aiohttp.ClientTimeout(total=8)
LARGEST = 1_000_000

Read = TypeVar("Read")


class Answer(Struct, frozen=True):
    """What came back; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self, kind: type[Read]) -> Read:
        """The body as this type; Away when it is none, for then it was no answer of the CRM's."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.MsgspecError, RecursionError):
            raise Away from None


class Http:
    """Sends, and tells an answer from none."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, whatever its status; Away when there was none. The address is sent as it is spelled."""
        body = form if json is None else msgspec.json.encode(json)
        sent = {**headers, **({} if json is None else {"Content-Type": "application/json"})}
        try:
            async with self._open().request(
                method, URL(url, encoded=True), data=body, headers=sent, allow_redirects=False
            ) as response:
                read = await response.content.read(LARGEST + 1)
                while len(read) <= LARGEST and (more := await response.content.read(LARGEST)):
                    read += more
                if len(read) > LARGEST:
                    raise Away
                return Answer(response.status, response.headers, read)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise Away from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        """The session, made at the first call: it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=15),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=TIMEOUT,
            )
        return self._session


def retry_after(headers: Mapping[str, str], otherwise: float) -> float:
    """Seconds of a Retry-After header; `otherwise` when it has none that is a number."""
    text = headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
