"""Whose API key a request carries: actions decides, and its answer is remembered for seconds."""

import base64
import time
from uuid import UUID

from starlette.requests import Request

from shared.call import Peers
from shared.contracts import actions
from shared.contracts.actions import Credential, Principal
from shared.errors import Refusal

REMEMBERED_SECONDS = 3.0
"""A revoked key lives at most this much longer here."""
_MOST = 10_000


class Principals:
    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._known: dict[str, tuple[float, Principal]] = {}

    async def of(self, request: Request) -> Principal:
        """The principal of this request; Refusal `unauthorized` without a genuine API key."""
        key = _api_key(request.headers.getlist("authorization"))
        until, principal = self._known.get(key, (0.0, None))
        if principal is not None and until > time.monotonic():
            return principal
        principal = await self._peers.call(actions.authenticate, Credential(key))
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (time.monotonic() + REMEMBERED_SECONDS, principal)
        return principal

    def forget(self, api_key_id: UUID) -> None:
        """Let go of a key that was just deleted through this process."""
        self._known = {key: known for key, known in self._known.items() if known[1].api_key_id != api_key_id}


def _api_key(headers: list[str]) -> str:
    """The key of `Bearer KEY`, or of Basic with an empty user and the key as password."""
    if len(headers) != 1:
        raise Refusal("unauthorized")
    scheme, _, value = headers[0].strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        return _basic_password(value.strip())
    raise Refusal("unauthorized")


def _basic_password(value: str) -> str:
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        raise Refusal("unauthorized") from None
    if user:
        raise Refusal("unauthorized")
    return password
