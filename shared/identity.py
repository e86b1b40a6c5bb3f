"""Who calls: each piece proves itself to the next with a short-lived EdDSA JWT of its own (RFC 8037)."""

import base64
import time

import jwt
import jwt.types
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

LIFETIME = 60
_REMEMBERED = 1024


class Identity:
    """A piece's own name and private key; `key` is base64url of the 32 raw bytes."""

    def __init__(self, name: str, key: str) -> None:
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(_raw(key))
        self._tokens: dict[str, tuple[float, str]] = {}

    def token(self, audience: str) -> str:
        """A JWT for one callee, made anew when half of its life is over."""
        now = time.time()
        until, token = self._tokens.get(audience, (0.0, ""))
        if now >= until:
            claims = {"iss": self.name, "aud": audience, "iat": int(now), "exp": int(now) + LIFETIME}
            token = jwt.encode(claims, self._key, algorithm="EdDSA")
            self._tokens[audience] = (now + LIFETIME / 2, token)
        return token


class _Known(Struct, frozen=True):
    caller: str
    expires: float


class Callers:
    """The pieces that may call this one, by public key: `name:key,name:key`, keys as base64url."""

    def __init__(self, audience: str, text: str) -> None:
        self._audience = audience
        self._keys = {name: _public(key) for name, key in _entries(text)}
        self._known: dict[str, _Known] = {}

    def recognise(self, token: str) -> str | None:
        """The caller's name, or None; a verified token is remembered until it expires."""
        known = self._known.get(token)
        if known is not None and known.expires > time.time():
            return known.caller
        known = self._verify(token)
        if known is None:
            return None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = known
        return known.caller

    def _verify(self, token: str) -> _Known | None:
        try:
            name = jwt.decode(token, options={"verify_signature": False}).get("iss")
            key = self._keys.get(name) if isinstance(name, str) else None
            if key is None:
                return None
            # When it was made does not matter, when it ends does: the caller's clock may be a little ahead.
            options: jwt.types.Options = {"require": ["exp", "iss", "aud"], "verify_iat": False}
            claims = jwt.decode(token, key, ["EdDSA"], audience=self._audience, options=options)
        except jwt.InvalidTokenError:
            return None
        return _Known(claims["iss"], claims["exp"])


def _entries(text: str) -> list[tuple[str, str]]:
    return [(name, key) for name, _, key in (entry.strip().partition(":") for entry in text.split(","))]


def _public(key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(_raw(key))


def _raw(key: str) -> bytes:
    raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    if len(raw) != 32:
        raise ValueError("a service key is base64url of 32 bytes")
    return raw
