"""Capabilities: tokens that prove themselves, so that no database has to hold a secret.

A token is base64url(id ‖ HMAC-SHA256(key, purpose ‖ id)[:16]) without padding: 43 characters,
one spelling only. A forgery dies here, without a look-up; what opens nothing need not be stored.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from msgspec import Struct

LENGTH = 43
_TAG = 16


class Proof(Struct, frozen=True):
    """What a genuine token says: the id it opens, and which key made it."""

    id: UUID
    key_id: int


class Keyring:
    """Keys of one purpose: the first signs, all verify.

    Written as `id:key,id:key`; an id is a small positive number that rows remember, a key is
    base64url of at least 32 bytes. Raises ValueError with a readable message.
    """

    def __init__(self, purpose: str, text: str) -> None:
        start = purpose.encode() + b"\0"
        # Key and purpose are the same for all tokens, so that each begins with a copy of their digest.
        self._begun = {key_id: _begin(key, start) for key_id, key in read_keys(text).items()}
        self.key_ids = tuple(self._begun)
        """Newest first."""
        self.newest = self.key_ids[0]

    def token(self, id: UUID, key_id: int) -> str:
        """The one token of this id under this key; KeyError when the key is no longer held."""
        return _encode(id.bytes + _tag(self._begun[key_id], id.bytes))

    def tokens(self, ids: bytes, key_ids: Iterable[int]) -> list[bytes]:
        """The same tokens of many ids, which stand one after the other, each with its key; in ASCII."""
        parts: list[bytes] = []
        for start, key_id in zip(range(0, len(ids), 16), key_ids, strict=True):
            own = ids[start : start + 16]
            parts += (own, _tag(self._begun[key_id], own), b"\0")
        # With a zero after it each ends where a group of base64 ends, so that all are written at once.
        whole = base64.urlsafe_b64encode(b"".join(parts))
        return [whole[start : start + LENGTH] for start in range(0, len(whole), LENGTH + 1)]

    def verify(self, token: str) -> Proof | None:
        """What the token proves, or None when it is forged, malformed or in another spelling."""
        raw = _decode(token)
        if raw is None:
            return None
        for key_id, begun in self._begun.items():
            if hmac.compare_digest(_tag(begun, raw[:16]), raw[16:]):
                return Proof(UUID(bytes=raw[:16]), key_id)
        return None


def read_keys(text: str) -> dict[int, bytes]:
    """The keys of a keyring by their ids, newest first; ValueError with a readable message."""
    keys = [_parse_key(entry) for entry in text.split(",")]
    if len({key_id for key_id, _ in keys}) != len(keys):
        raise ValueError("two keys of the keyring have the same id")
    return dict(keys)


def _begin(key: bytes, start: bytes) -> HMAC:
    begun = HMAC(key, SHA256())
    begun.update(start)
    return begun


def _tag(begun: HMAC, id: bytes) -> bytes:
    whole = begun.copy()
    whole.update(id)
    return whole.finalize()[:_TAG]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(token: str) -> bytes | None:
    """The 32 bytes of a token in its one spelling; two spare bits must be zero."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=")
    except binascii.Error:
        return None
    return raw if len(raw) == 32 and _encode(raw) == token else None


def _parse_key(entry: str) -> tuple[int, bytes]:
    key_id, _, encoded = entry.strip().partition(":")
    try:
        key = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        number = int(key_id)
    except ValueError:
        raise ValueError("a keyring is written id:key,id:key with base64url keys") from None
    if not 1 <= number <= 32767 or len(key) < 32:
        raise ValueError("a key's id is from 1 to 32767 and its key at least 32 bytes of base64url")
    return number, key
