"""The sandbox as payment provider: a process that behaves like one, where no money moves.

Its webhooks carry `Sandbox-Signature: t=UNIX,v1=HEX`: the HMAC-SHA256 of `UNIX.body` under the secret.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Meta, Struct
from yarl import URL

from services.booking.payments.provider import Away, Checkout, Declined, Hint, Money, Order, Session
from shared.errors import Refusal

ACCOUNT = "acct_sandbox"
TIMEOUT = aiohttp.ClientTimeout(total=3)
KEEP_ALIVE_SECONDS = 60
"""Shorter than the sandbox's, so that a POST never meets a connection just closed."""
STALE_SECONDS = 300
NOT_NOW = frozenset({401, 408, 429})
"""Besides 5xx: a secret that does not fit, or too much at once, is no answer about the money."""
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")

Answer = TypeVar("Answer", bound=Struct)
Name = Annotated[str, Meta(min_length=1, max_length=255)]


class Opened(Struct, frozen=True):
    """What the sandbox answers to an opening, as much of it as is of use."""

    id: str
    url: str


class Message(Struct, frozen=True):
    """What a webhook says."""

    id: Name
    type: Literal["session.paid", "session.expired", "money.captured", "money.released", "money.refunded"]
    account: str
    created: int
    session_id: Name
    payment_id: UUID


class _Error(Struct, frozen=True):
    code: str
    message: str


class _Refusal(Struct, frozen=True):
    error: _Error


class Sandbox:
    """The provider's verbs over HTTP; a session may be as short as the hold."""

    name = "sandbox"
    shortest_session = timedelta()

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret
        self._http: aiohttp.ClientSession | None = None

    async def open(self, order: Order) -> Checkout:
        key = {"Idempotency-Key": str(order.payment_id)}
        opened = await self._send("POST", "/sessions", Opened, msgspec.json.encode(order), key)
        return Checkout(opened.id, opened.url)

    async def look_up(self, session_id: str) -> Session:
        return await self._send("GET", f"/sessions/{_part(session_id)}", Session)

    async def expire(self, session_id: str) -> Session:
        return await self._send("POST", f"/sessions/{_part(session_id)}/expire", Session)

    async def capture(self, payment_id: UUID, money_id: str) -> Money:  # noqa: ARG002
        return await self._send("POST", f"/money/{_part(money_id)}/capture", Money)

    async def give_back(self, payment_id: UUID, money_id: str) -> Money:  # noqa: ARG002
        return await self._send("POST", f"/money/{_part(money_id)}/give-back", Money)

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        signature = _SIGNATURE.fullmatch(headers.get("sandbox-signature", ""))
        if signature is None or not self._is_genuine(signature[1], signature[2], body):
            raise Refusal("invalid_request", "The signature is missing or wrong.")
        if abs(now.timestamp() - int(signature[1])) > STALE_SECONDS:
            raise Refusal("invalid_request", "The signature is too old, or of a time to come.")
        try:
            message = msgspec.json.decode(body, type=Message)
        except (msgspec.MsgspecError, RecursionError):
            raise Refusal("invalid_request", "The body is no message of the sandbox.") from None
        if message.account != ACCOUNT:
            raise Refusal("invalid_request", "The message is of another account.")
        return Hint(message.id, message.payment_id, message.session_id)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    def _is_genuine(self, time: str, signed: str, body: bytes) -> bool:
        expected = hmac.digest(self._secret.encode(), time.encode() + b"." + body, "sha256").hex()
        return hmac.compare_digest(expected, signed)

    async def _send(
        self,
        method: str,
        path: str,
        kind: type[Answer],
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        url = URL(self._url + path, encoded=True)
        try:
            async with self._open().request(
                method, url, data=body, headers={**sent, **(headers or {})}, allow_redirects=False
            ) as response:
                answered, status = await response.read(), response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Away from None
        if status != 200:
            raise _failure(status, answered)
        try:
            return msgspec.json.decode(answered, type=kind)
        except msgspec.MsgspecError:
            raise Away from None

    def _open(self) -> aiohttp.ClientSession:
        """The session, made at the first call: it belongs to the running loop."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=TIMEOUT,
            )
        return self._http


def _part(id: str) -> str:
    return quote(id, safe="")


def _failure(status: int, body: bytes) -> Exception:
    """Away for what may go better later, Declined with the sandbox's reason for what will not."""
    if status >= 500 or status in NOT_NOW:
        return Away()
    try:
        error = msgspec.json.decode(body, type=_Refusal).error
    except msgspec.MsgspecError:
        return Declined(f"status {status}")
    return Declined(f"{error.code}: {error.message}")
